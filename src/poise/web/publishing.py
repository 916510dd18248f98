"""Which library new sittings begin with, the reader of replies, and the customer's voice."""

import os
from functools import cache

from poise.content.blueprint import Blueprint
from poise.content.lasting import seconds_in_all
from poise.integrations.voice import EndpointVoice, open_voice
from poise.roleplay.understanding import Reader
from poise.sitting.journal import JournalUnavailableError
from poise.storage.authoring import named_library
from poise.storage.records import library, newest_library
from poise.storage.views import PositionView

LIBRARY = "starter"
MINUTE = 60


@cache
def reader() -> Reader:
    """Return the reader of replies, loaded once in a process."""
    return Reader.load()


@cache
def voice() -> EndpointVoice | None:
    """Return the voice that may word the customer's lines, one in a process, or None; raises SettingsError."""
    return open_voice(os.environ)


def library_in_use() -> str:
    """Return the hash of the library that new sittings begin with: the one that was published last."""
    digest = newest_library(LIBRARY)
    if digest is None:
        raise JournalUnavailableError(f"no library {LIBRARY!r} is published; run `poise serve` once")
    return digest


def library_for(position: PositionView) -> str:
    """Return the hash of the library that new sittings of a position begin with: what it names, or the one in use."""
    return named_library(position.organisation, position.key) or library_in_use()


def position_minutes(position: PositionView) -> int:
    """Return how many minutes a sitting for this position takes at most, by the authors' estimate."""
    return blueprint_minutes(position.blueprint, named_library(position.organisation, position.key))


def blueprint_minutes(key: str, digest: str | None = None) -> int:
    """Return how many minutes a sitting with this blueprint takes at most, by the authors' estimate."""
    digest = digest or newest_library(LIBRARY)
    if digest is None:
        return 0
    found = library(digest)
    return -(-seconds_in_all(found.find(Blueprint, key), found) // MINUTE)
