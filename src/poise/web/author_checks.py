"""Everything that is wrong with a version or a draft: what all rooms say, as one list."""

from poise.content.check import cross_check
from poise.content.editing import keys_of
from poise.content.library import LISTS, SINGLES, Library, LoadedLibrary
from poise.content.source import Complaint
from poise.roleplay.check import check_customers

LISTS_KEPT = 8
_told: dict[str, tuple[Complaint, ...]] = {}


def complaints_of(library: Library) -> tuple[Complaint, ...]:
    """Return all complaints about a library; where a file would be named, section and key of the piece stand.

    A library is checked once: what is looked at, corrected and published in a row is often the same.
    """
    digest = library.hash
    if digest not in _told:
        while len(_told) >= LISTS_KEPT:
            _told.pop(next(iter(_told), ""), None)
        loaded = _place(library)
        _told[digest] = tuple(sorted([*cross_check(loaded), *check_customers(loaded)]))
    return _told[digest]


def _place(library: Library) -> LoadedLibrary:
    """Give each piece a place, as reading files would."""
    pieces = [(section, key) for section in LISTS for key in keys_of(library, section)]
    places = {f"{section}/{key}": (f"{section}/{key}", 1) for section, key in pieces}
    return LoadedLibrary(library=library, places=places | {one: (one, 1) for one in (*LISTS, *SINGLES)})
