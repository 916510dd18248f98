"""Which library new sittings begin with, and the reader of replies."""

from functools import cache

from poise.content.blueprint import Blueprint
from poise.roleplay.understanding import Reader
from poise.sitting.journal import JournalUnavailableError
from poise.storage.records import library, newest_library

LIBRARY = "starter"
MINUTE = 60


@cache
def reader() -> Reader:
    """Return the reader of replies, loaded once in a process."""
    return Reader.load()


def library_in_use() -> str:
    """Return the hash of the library that new sittings begin with: the one that was published last."""
    digest = newest_library(LIBRARY)
    if digest is None:
        raise JournalUnavailableError(f"no library {LIBRARY!r} is published; run `poise serve` once")
    return digest


def blueprint_minutes(key: str) -> int:
    """Return how many minutes four of five people need for a sitting with this blueprint."""
    digest = newest_library(LIBRARY)
    if digest is None:
        return 0
    found = library(digest)
    blueprint = found.find(Blueprint, key)
    seconds = blueprint.total_seconds + blueprint.seconds.condition * len(found.conditions)
    return -(-seconds // MINUTE)
