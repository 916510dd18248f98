"""A script of a conversation: replies and what is done at the desk, read whole with every fault by file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, StrictInt, StrictStr, ValidationError

from poise.content.piece import Piece, Text
from poise.content.scenario import Scenario
from poise.content.source import Complaint, LibraryError, Source, read_source
from poise.roleplay.conversation import PLAIN_DEEDS, ConversationError, check_deed, check_words, deeds_at
from poise.roleplay.rating import Said

WARNING = Said({"set_boundary": 1.0})
"""Whether the customer was warned is known only when the replies are read."""
PLAINER = {
    "extra_forbidden": "is not known here; see docs/conversing.md for what is",
    "missing": "is missing",
    "tuple_type": "is not a list",
    "model_type": "is not a mapping of names to values",
    "string_too_short": "is empty",
    "too_short": "is empty; expected at least one reply",
    "string_type": "is not text; put it in quotes if it is meant so",
    "string_unicode": "holds half of a character, which no text can",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
}
Place = tuple[str | int, ...]


class Deed(Piece):
    """One thing done at the desk."""

    do: StrictStr
    what: StrictStr = ""


class ScriptedReply(Piece):
    """A reply, and what is done at the desk before it."""

    desk: tuple[Deed, ...] = ()
    say: Text

    @property
    def deeds(self) -> tuple[tuple[str, str], ...]:
        """What is done, as pairs."""
        return tuple((deed.do, deed.what) for deed in self.desk)


class Script(Piece):
    """All replies of one side of a conversation."""

    seed: StrictInt | None = None
    replies: tuple[ScriptedReply, ...] = Field(min_length=1)


class ScriptFile:
    """A script as it was read, which can say where each of its parts stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = self._read()
        self.script = self._parse()

    def complain(self, place: Place, message: str) -> Complaint:
        """Return a complaint about the part that the place leads to."""
        return Complaint(str(self.path), self.source.line_of(place), message)

    def check_against(self, scenario: Scenario) -> None:
        """Raise :class:`LibraryError` with everything in the script that cannot be done with this customer."""
        wrong = [self.complain(place, message) for place, message in _misfits(self.script, scenario)]
        if wrong:
            raise LibraryError(wrong)

    def _read(self) -> Source:
        try:
            return read_source(self.path, self.path.parent)
        except LibraryError as error:
            raise LibraryError(
                [Complaint(str(self.path), one.line, one.message) for one in error.complaints]
            ) from error
        except RecursionError as error:
            raise LibraryError([Complaint(str(self.path), 1, "is nested too deeply, or holds itself")]) from error

    def _parse(self) -> Script:
        try:
            return Script.model_validate(self.source.data)
        except ValidationError as error:
            wrongs = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
            raise LibraryError([self._complain_of(one) for one in wrongs]) from error

    def _complain_of(self, wrong: Any) -> Complaint:  # noqa: ANN401  pydantic's own dictionary
        where = ".".join(str(step + 1 if isinstance(step, int) else step) for step in wrong["loc"]) or "a script"
        message = PLAINER.get(wrong["type"], wrong["msg"].removeprefix("Value error, "))
        found = wrong["input"]
        shown = (
            f"; found {found!r:.80}" if isinstance(found, str | int | float | None) and "found" not in message else ""
        )
        return self.complain(wrong["loc"], f"{where}: {message}{shown}")


def _misfits(script: Script, scenario: Scenario) -> Iterator[tuple[Place, str]]:
    turns, over = len(scenario.probes), 0
    for number, one in enumerate(script.replies, start=1):
        place: Place = ("replies", number - 1)
        if over or number > turns:
            yield place, f"reply {number}: the customer has gone after reply {over or turns}"
        try:
            check_words(one.say)
        except ConversationError as error:
            yield (*place, "say"), f"reply {number}: {error}"
        for order, deed in enumerate(one.desk):
            message = _misfit(deed, scenario, number)
            if message:
                yield (*place, "desk", order), f"reply {number}: {message}"
        over = over or (number if any(deed.do == "end" for deed in one.desk) else 0)


def _misfit(deed: Deed, scenario: Scenario, number: int) -> str:
    """Return why something cannot be done at this desk at all, with what can be done there."""
    known = deeds_at(scenario)
    if deed.do not in {*known, *PLAIN_DEEDS}:
        return f"{deed.do!r} cannot be done at a desk; expected one of {', '.join([*known, *PLAIN_DEEDS])}"
    try:
        check_deed(scenario, (WARNING,) * (number - 1), deed.do, deed.what)
    except ConversationError as error:
        if deed.do in PLAIN_DEEDS:
            return f"{deed.do}: it takes no “what”; found {deed.what!r}" if deed.what else str(error)
        return f"{deed.do}: {deed.what!r} is not on this desk; there is: {_shortly(scenario, deed.do)}"
    return ""


def _shortly(scenario: Scenario, do: str) -> str:
    """Return the keys that a deed may name; of a remedy in amounts the least and the most."""
    if do != "offer":
        return ", ".join(deeds_at(scenario)[do])
    ends = [(remedy.options[0].what, remedy.options[-1].what) for remedy in scenario.remedies]
    return ", ".join(first if first == last else f"{first} to {last}" for first, last in ends)
