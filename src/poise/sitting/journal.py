"""The journal of sittings: events appended at an expected version, free text beside them where it can be erased."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from poise.sitting.events import AnyEvent, read_event, write_event
from poise.sitting.state import State, fold

ATTEMPTS = 8


class UnknownSittingError(KeyError):
    """There is no sitting of that name."""


class VersionConflictError(RuntimeError):
    """Somebody else appended first: read again and decide anew."""


class JournalUnavailableError(RuntimeError):
    """The journal cannot be read or written just now; nothing was stored, and the same call may be made again."""


@dataclass(frozen=True)
class Change:
    """What a decision adds: events, and the free text that they name by random keys."""

    events: tuple[AnyEvent, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


Decide = Callable[[State], Change]


class Journal(Protocol):
    """Where the events of sittings are kept; an append is acknowledged only when it is durable, whole or not at all."""

    def open(self, sitting: str, change: Change) -> None:
        """Begin a sitting; raises VersionConflictError where there is one of that name."""

    def read(self, sitting: str) -> Sequence[AnyEvent]:
        """Return all events in order; raises UnknownSittingError."""

    def append(self, sitting: str, expected: int, change: Change) -> None:
        """Append to a sitting that has `expected` events; raises VersionConflictError where it has not."""

    def texts(self, sitting: str) -> Mapping[str, str]:
        """Return the sitting's free texts by key; those erased are absent."""

    def erase_texts(self, sitting: str, expected: int, change: Change) -> None:
        """Append the change and delete all free text of the sitting, together or not at all."""


def perform(journal: Journal, sitting: str, decide: Decide) -> State:
    """Read, fold, decide and append, again where somebody was faster; returns the state after it."""
    for _ in range(ATTEMPTS):
        state = fold(journal.read(sitting))
        change = decide(state)
        if not change.events:
            return state
        try:
            journal.append(sitting, state.version, change)
        except VersionConflictError:
            continue
        return fold(change.events, state)
    raise JournalUnavailableError(f"sitting {sitting}: others wrote to it {ATTEMPTS} times in a row; try again")


class MemoryJournal:
    """A journal for tests, simulations and the terminal; it stores rows as text, as the others do."""

    def __init__(self) -> None:
        self._rows: dict[str, list[str]] = {}
        self._texts: dict[str, dict[str, str]] = {}

    def open(self, sitting: str, change: Change) -> None:
        """Begin a sitting."""
        if sitting in self._rows:
            raise VersionConflictError(f"there is a sitting {sitting!r} already")
        self._rows[sitting] = [write_event(event) for event in change.events]
        self._texts[sitting] = dict(change.texts)

    def read(self, sitting: str) -> Sequence[AnyEvent]:
        """Return all events, rebuilt from their rows."""
        return [read_event(row) for row in self._of(sitting)]

    def append(self, sitting: str, expected: int, change: Change) -> None:
        """Append at the expected version."""
        rows = self._of(sitting)
        if len(rows) != expected:
            raise VersionConflictError(f"sitting {sitting!r} has {len(rows)} events, expected {expected}")
        rows.extend([write_event(event) for event in change.events])
        self._texts[sitting].update(change.texts)

    def texts(self, sitting: str) -> Mapping[str, str]:
        """Return the free texts by key."""
        self._of(sitting)
        return dict(self._texts[sitting])

    def erase_texts(self, sitting: str, expected: int, change: Change) -> None:
        """Append the change and forget all free text."""
        self.append(sitting, expected, change)
        self._texts[sitting].clear()

    def _of(self, sitting: str) -> list[str]:
        if sitting not in self._rows:
            raise UnknownSittingError(sitting)
        return self._rows[sitting]
