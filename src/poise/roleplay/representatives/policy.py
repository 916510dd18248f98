"""What a scripted representative does and says at each kind of turn: a policy with slots, and the voice it speaks in.

A policy is YAML in `data/representatives`, one file a person. It names kinds of turns, things to do at the desk and
parts of a reply; the case fills the slots. It knows nothing of rubrics or of how the customer feels.
"""

import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TypeVar

from pydantic import Field, ValidationError, model_validator

from poise.content.act import ACTS
from poise.content.piece import Key, Piece, Text
from poise.content.source import Complaint, LibraryError, read_source

P = TypeVar("P", bound=Piece)

FOLDER = Path(__file__).parent.parent / "data" / "representatives"
KINDS = (
    "opening",
    "insult",
    "forbidden_demand",
    "tempting_lie",
    "colleague_at_fault",
    "bait",
    "repeat",
    "illogical",
    "question",
    "two_messages",
    "closing",
)
OTHERWISE, LAST = "otherwise", "last"
SLOTS = ("name", "topic", "felt", "said", "record", "fact", "section", "rule", "question", "offer", "pledge", "refused")
DEEDS = re.compile(
    r"(look|read) (\d|all)|offer (best|second|poor|dear|unapproved|forbidden)|promise (keepable|unkeepable)"
    r"|note|transfer|wait"
)
LEAST_WORDINGS = 5


class Plan(Piece):
    """What is done at the desk in a turn, and the parts of the reply, in order."""

    do: tuple[Text, ...] = ()
    say: tuple[Key, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> "Plan":
        strange = [deed for deed in self.do if not DEEDS.fullmatch(deed)]
        if strange:
            raise ValueError(f"not something to do at a desk: {', '.join(strange)}; expected as in {DEEDS.pattern}")
        return self


class Representative(Piece):
    """One made-up person: what they do when, and at least five wordings of each part of what they say.

    `loses` names the qualities that should come out lowest, `keeps` those that should not suffer; `pastes` is somebody
    who sends the same words every time. `means` names the act that a part is, to hold the reading of words against.
    The plan named `last` is added to the last turn.
    """

    key: Key
    title: Text
    about: Text
    loses: tuple[Key, ...] = ()
    keeps: tuple[Key, ...] = ()
    pastes: bool = False
    means: dict[str, Key] = Field(default_factory=dict)
    plan: dict[str, Plan]
    words: dict[str, tuple[Text, ...]]

    @model_validator(mode="after")
    def _complete(self) -> "Representative":
        wrong = [f"no kind of turn: {kind}" for kind in self.plan if kind not in {*KINDS, OTHERWISE, LAST}]
        wrong += [] if OTHERWISE in self.plan else [f"a plan for {OTHERWISE} is missing"]
        said = {part for plan in self.plan.values() for part in plan.say}
        wrong += [f"no words for {part}" for part in sorted(said - set(self.words))]
        wrong += [f"words that are never said: {part}" for part in sorted(set(self.words) - said)]
        wrong += [f"means {act}, which is no act" for act in self.means.values() if act not in ACTS]
        wrong += [f"means something by {part}, which is never said" for part in self.means if part not in said]
        for part, lines in self.words.items():
            if len(set(lines)) < LEAST_WORDINGS:
                wrong.append(f"{part} needs at least {LEAST_WORDINGS} different wordings; found {len(set(lines))}")
            strange = sorted({slot for line in lines for slot in slots_of(line)} - set(SLOTS))
            wrong += [f"{part} has the unknown slot {slot}" for slot in strange]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def slots_of(line: str) -> frozenset[str]:
    """Return the slots that a wording leaves to the case."""
    return frozenset(name for _, name, _, _ in Formatter().parse(line) if name is not None)


@cache
def load_representatives(folder: Path = FOLDER) -> tuple[Representative, ...]:
    """Return the representatives of a folder in the order of their files' names.

    Raises :class:`LibraryError` with file and line of everything that is wrong.
    """
    return read_pieces(folder, Representative, "representative")


def read_pieces(folder: Path, kind: type[P], noun: str) -> tuple[P, ...]:
    """Return what the YAML files of a folder hold, one piece a file, or say of everything that is wrong where it is."""
    found: list[P] = []
    complaints: list[Complaint] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            source = read_source(path, folder)
            found.append(kind.model_validate(source.data))
        except LibraryError as error:
            complaints.extend(error.complaints)
        except ValidationError as error:
            for one in error.errors():
                where = ".".join(str(step) for step in one["loc"]) or noun
                message = f"{where}: {one['msg'].removeprefix('Value error, ')}"
                complaints.append(Complaint(source.file, source.line_of(one["loc"]), message))
    if complaints or not found:
        raise LibraryError(complaints or [Complaint(str(folder), 1, f"holds no {noun}s")])
    return tuple(found)
