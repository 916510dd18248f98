"""All that is to be said of a library: what keeps it from use, and what could be better."""

from functools import cache
from typing import NamedTuple

from poise.content.check import cross_check
from poise.content.check_coverage import remark_on_coverage
from poise.content.check_wording import remark_on_wording
from poise.content.library import LoadedLibrary
from poise.content.source import Complaint
from poise.roleplay.check import check_customers, remark_on_customers
from poise.roleplay.check_likeness import Embed, find_near_duplicates
from poise.roleplay.understanding.encoder import Encoder, FloatArray, ReaderError

NOT_COMPARED = "Near-duplicates were not looked for"
NOT_COUNTED = "Whether there is enough of everything was not counted, as some of it could not be read"


class Findings(NamedTuple):
    """What is wrong with a library, what could be better, and what was not looked for."""

    errors: tuple[Complaint, ...]
    remarks: tuple[Complaint, ...] = ()
    not_looked_for: tuple[str, ...] = ()


def find_errors(loaded: LoadedLibrary) -> tuple[Complaint, ...]:
    """Return what keeps a library from use, each with file and line; empty where nothing does."""
    return tuple(sorted([*cross_check(loaded), *check_customers(loaded)]))


def find_all(loaded: LoadedLibrary) -> Findings:
    """Return errors and remarks, and say what could not be looked for.

    What is too little of something is not counted while pieces could not be read. Without the language extra there is
    no search for near-duplicates.
    """
    remarks = [*remark_on_wording(loaded), *remark_on_customers(loaded)]
    missing = []
    if loaded.unread.complaints:
        missing.append(f"{NOT_COUNTED}.")
    else:
        remarks += remark_on_coverage(loaded)
    try:
        remarks += find_near_duplicates(loaded, load_embedding())
    except ReaderError as error:
        missing.append(f"{NOT_COMPARED}: {error}")
    return Findings(find_errors(loaded), tuple(sorted(set(remarks))), tuple(missing))


def load_embedding() -> Embed:
    """Return how a text becomes a vector: by the shipped reader; raises :class:`ReaderError` where it is missing."""
    encoder = Encoder()

    @cache
    def embed(text: str) -> FloatArray:
        return encoder.encode(text).vector

    return embed
