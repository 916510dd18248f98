"""What is wrong with a version or a draft, and what could be better: what all rooms say, as one list."""

from collections.abc import Callable

from poise.content.check_coverage import remark_on_coverage
from poise.content.check_wording import remark_on_wording
from poise.content.editing import keys_of
from poise.content.library import LISTS, SINGLES, Library, LoadedLibrary
from poise.content.source import Complaint
from poise.roleplay.check import remark_on_customers
from poise.roleplay.check_library import find_errors

LISTS_KEPT = 8
Complaints = tuple[Complaint, ...]
_told: dict[tuple[str, str], Complaints] = {}


def complaints_of(library: Library) -> Complaints:
    """Return all that keeps a library from use; where a file would be named, section and key of the piece stand."""
    return _once("errors", library, find_errors)


def remarks_on(library: Library) -> Complaints:
    """Return what could be better, in the same way; near-duplicates take too long for a page and are not looked for."""
    return _once(
        "remarks",
        library,
        lambda loaded: tuple(
            sorted({*remark_on_coverage(loaded), *remark_on_wording(loaded), *remark_on_customers(loaded)})
        ),
    )


def _once(what: str, library: Library, find: Callable[[LoadedLibrary], Complaints]) -> Complaints:
    """Check a library once: what is looked at, corrected and published in a row is often the same."""
    asked = (what, library.hash)
    found = _told.get(asked)
    if found is None:
        found = find(_place(library))
        for oldest in list(_told)[: max(0, len(_told) - LISTS_KEPT + 1)]:
            _told.pop(oldest, None)  # another thread may have taken it out
        _told[asked] = found
    return found


def _place(library: Library) -> LoadedLibrary:
    """Give each piece a place, as reading files would."""
    pieces = [(section, key) for section in LISTS for key in keys_of(library, section)]
    places = {f"{section}/{key}": (f"{section}/{key}", 1) for section, key in pieces}
    return LoadedLibrary(library=library, places=places | {one: (one, 1) for one in (*LISTS, *SINGLES)})
