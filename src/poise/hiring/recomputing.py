"""Why a report was made anew, and which of its printed figures are others than before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from poise.sitting.events import AnyEvent

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "sitting_finished": "The sitting was finished.",
        "interview_rated": "An interview was rated.",
        "reading_corrected": "A person answered a contested reading.",
        "recomputed": "It was computed anew, and the program prints other figures.",
    }
)
ANSWERING = ("reading_corrected", "interview_rated")
ABSENT = "not there"
NAMED_BY = ("key", "quality", "kind", "name", "where")
Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Difference:
    """One printed figure that is another: where it stands, and its two values, ABSENT where it was not there."""

    where: tuple[str, ...]
    before: Plain
    after: Plain


def cause_of(events: Sequence[AnyEvent], seen: int | None) -> str:
    """Return why a report is made anew: by the last event since the version that rests on `seen` events."""
    if seen is None:
        return "sitting_finished"
    return next((event.kind for event in reversed(events[seen:]) if event.kind in ANSWERING), "recomputed")


def describe_cause(cause: str) -> str:
    """Say a cause in words."""
    return CAUSES.get(cause, cause.replace("_", " "))


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """Return which figures of two printed reports differ, in the order in which they are printed."""
    return tuple(_differ(json.loads(before), json.loads(after), ()))


def count_figures(printed: str) -> int:
    """Return how many single values a printed report holds."""
    return _count(json.loads(printed))


def _count(value: object) -> int:
    return sum(_count(part) for part in _parts(value).values()) if isinstance(value, dict | list) else 1


def _differ(before: object, after: object, where: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if not old and not new:
        yield Difference(where, _plain(before), _plain(after))
    for part in dict.fromkeys((*old, *new)):
        yield from _differ(old.get(part, ABSENT), new.get(part, ABSENT), (*where, part))


def _parts(value: object) -> dict[str, object]:
    """Return what a value is made of by name; things of a list by their own names, so that places may shift."""
    if isinstance(value, dict):
        return {str(key): one for key, one in value.items()}
    parts: dict[str, object] = {}
    for number, one in enumerate(value if isinstance(value, list) else (), start=1):
        name = _name(one, number)
        parts[name if name not in parts else f"{name}, {number}"] = one
    return parts


def _name(one: object, number: int) -> str:
    if isinstance(one, dict):
        return next((one[key] for key in NAMED_BY if isinstance(one.get(key), str) and one[key]), str(number))
    return str(number)


def _plain(value: object) -> Plain:
    """Return a single value; what is made of parts is told as how many."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return "nothing" if not value else "something"
