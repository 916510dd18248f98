"""A made-up person's finished sitting with one customer, walked once for all tests that only look at it."""

from functools import cache

from sitting.plain_reader import PlainReader

from poise.content.library import Library
from poise.sitting.journal import Change, MemoryJournal
from poise.sitting.simulee import draw_simulee, sit

CASE = "late_lamp"
SEED = 11


@cache
def _walk(_digest: str) -> dict[str, Change]:
    return {}


def walk(library: Library) -> Change:
    """Return all events of the sitting, and its words."""
    kept = _walk(library.hash)
    if CASE not in kept:
        journal = MemoryJournal()
        sit(journal, "one", draw_simulee(library, (CASE,), PlainReader(), SEED), "open_door", SEED)
        kept[CASE] = Change(tuple(journal.read("one")), journal.texts("one"))
    return kept[CASE]
