"""How a finished conversation is reviewed: kinds of moments, each with an opportunity and five lines people can read.

A line is a sentence of names joined by ``and``, ``or``, ``not`` and brackets, as in a rubric. A name is an act, a group
of acts or a fact. In a kind that judges single replies, a bare act means: in this reply; ``earlier.``, ``ever.`` and
``later.`` look at the replies before, up to and after it. In a kind that judges the whole conversation, a bare act
means: in at least one reply; ``twice.`` in two, ``often.`` in a third of them (two at least), ``mostly.`` in half,
``always.`` in all, ``first.`` and ``last.`` in that one.
"""

import ast
from collections.abc import Mapping
from functools import cache, reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from poise.content.act import ACTS, HARM, HEARD
from poise.content.piece import Key, Piece, Text
from poise.content.quality import QUALITIES

BoolArray = NDArray[np.bool_]
LEVELS = 5
OTHERWISE = "otherwise"
MOST_NAMES = 14
FEWEST_KINDS, MOST_KINDS = 2, 5

PLACES = ("any", "first", "last", "repeated")
REPLY_SCOPES = ("earlier", "ever", "later")
WHOLE_SCOPES = ("twice", "often", "mostly", "always", "first", "last")

Need = Literal["desk", "remedies", "case", "words"]
FACTS: dict[str, tuple[Need, str]] = {
    "looked_up": ("desk", "a record was looked up"),
    "read_policy": ("desk", "the policy was read"),
    "looked_up.first": ("desk", "a record was looked up before the first reply"),
    "looked_up.before_offer": ("desk", "a record was looked up before anything was offered or promised"),
    "read_policy.before_offer": ("desk", "the policy was read before anything was offered or promised"),
    "looked_up.twice": ("desk", "something was looked up at two different places of the conversation"),
    "offered": ("desk", "something was offered at the desk"),
    "promised": ("desk", "something was promised at the desk"),
    "noted": ("desk", "a note was written"),
    "transferred": ("desk", "the customer was passed on"),
    "transferred.needless": ("remedies", "the customer was passed on although a permitted remedy was at hand"),
    "ended": ("desk", "the conversation was ended at the desk"),
    "ended.empty": ("desk", "the conversation was ended with nothing offered or promised"),
    "offered.allowed": ("remedies", "a permitted remedy was offered"),
    "offered.forbidden": ("remedies", "a forbidden remedy was offered or promised at the desk"),
    "offered.unapproved": ("remedies", "a remedy that needs approval was offered and nothing said of the approval"),
    "offered.good": ("remedies", "a permitted remedy was offered that is worth nearly as much as the best"),
    "offered.poor": ("remedies", "what was offered is worth less than half of the best permitted remedy"),
    "offered.dear": ("remedies", "a remedy was offered although a cheaper one is worth as much to the customer"),
    "offered.strange": ("remedies", "something was offered or promised that is no remedy of the case"),
    "offered.several": ("remedies", "two or more permitted remedies were offered"),
    "withheld": ("remedies", "nothing good was offered although a good remedy is permitted"),
    "worded.forbidden": ("remedies", "the words hold out a forbidden remedy"),
    "worded.permitted": ("remedies", "the words name a permitted remedy"),
    "worded.several": ("remedies", "the words name two or more permitted remedies"),
    "claimed.unsupported": ("case", "a number in the words stands neither in case, desk nor the customer's words"),
    "claimed.supported": ("case", "a number in the words stands in the case"),
    "specific": ("case", "the words speak of this case's own facts"),
    "found": ("case", "the customer told something that is told only when asked"),
    "found.used": ("case", "what the customer told when asked was taken up afterwards"),
    "echoes": ("words", "the reply takes up words that the customer has just used"),
    "repeated": ("words", "the reply nearly repeats an earlier one"),
}
"""What is known without reading between the lines: what each fact needs to be known, and what it means."""

SIGNS: dict[str, str] = {
    "self_defence": "speaks of oneself in defence: not me, since six this morning, such words",
    "challenge": "dares the customer or shrugs: take it or leave it, write what you want",
    "schooling": "puts the customer right from above: as I said, you will find, most people manage",
    "preaching": "speaks of principles and of what decent people do",
    "boasting": "speaks of own years, record or standing",
    "pushing": "presses: next please, people behind you, quickly",
    "canned": "canned phrases: thank you for contacting, any inconvenience, rest assured",
    "care": "a human word: no wonder, take your time, how is your mother",
    "yielding": "lets the customer be right: you are right, our mistake, I should not have said that",
    "ways": "names what can be done, or a choice",
    "invitation": "opens the door: ask for me, ring if anything is wrong",
    "open_question": "asks something that the customer can answer",
}
"""Plain words beside the acts, each certain to be there or not; their tables are in `roleplay.transcripts.signs`."""


class ReviewError(ValueError):
    """A condition that cannot be read; the message says which name is wrong and what was expected."""


@cache
def parse(text: str) -> ast.expr:
    """Read a condition; raises :class:`ReviewError` where it is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ReviewError(f"cannot read the condition {text!r}: {error.msg}") from error


@cache
def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a condition, each once, in alphabetical order."""
    return tuple(sorted(set(_names(parse(text)))))


@cache
def asserted_in(text: str) -> frozenset[str]:
    """Return the names of a condition that speak for it: all but those under ``not``."""
    return frozenset(_asserted(parse(text)))


def holds(text: str, true: Mapping[str, BoolArray]) -> BoolArray:
    """Say in which of several cases a condition holds; `true` gives each name in each case, shape (cases,)."""
    return _evaluate(parse(text), true)


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BoolOp):
        return [name for value in node.values for name in _names(value)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _names(node.operand)
    return [_dotted(node)]


def _asserted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BoolOp):
        return [name for value in node.values for name in _asserted(value)]
    return [] if isinstance(node, ast.UnaryOp) else [_dotted(node)]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise ReviewError(f"{ast.unparse(node)!r} is not a name; write names joined by and, or, not and brackets")


def _evaluate(node: ast.expr, true: Mapping[str, BoolArray]) -> BoolArray:
    if isinstance(node, ast.BoolOp):
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return reduce(join, (_evaluate(value, true) for value in node.values))
    if isinstance(node, ast.UnaryOp):
        return np.logical_not(_evaluate(node.operand, true))
    return true[_dotted(node)]


class ReviewLine(Piece):
    """One line of a kind: the level it gives, in words and as a condition."""

    level: int = Field(ge=0, lt=LEVELS)
    reads: Text
    when: Text


class Kind(Piece):
    """A kind of moment: which quality it shows, where there is an opportunity, and five lines read from the top."""

    key: Key
    quality: Key
    asks: Text
    opportunity: Text
    whole: bool = False
    lines: tuple[ReviewLine, ...]

    @field_validator("lines")
    @classmethod
    def _complete(cls, lines: tuple[ReviewLine, ...]) -> tuple[ReviewLine, ...]:
        levels = sorted(line.level for line in lines)
        if levels != list(range(LEVELS)):
            raise ValueError(f"a kind has the levels 0, 1, 2, 3 and 4, each once; found {levels}")
        if [line.when == OTHERWISE for line in lines] != [False] * (LEVELS - 1) + [True]:
            raise ValueError(f"the last line of a kind, and only that one, says when: {OTHERWISE}")
        return lines

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the lines rest on, in alphabetical order."""
        return tuple(sorted({name for line in self.lines[:-1] for name in names_in(line.when)}))

    def split(self, name: str) -> tuple[str, str]:
        """Return scope and rest of a name; the scope is empty where none stands before it."""
        head, _, rest = name.partition(".")
        scopes = WHOLE_SCOPES if self.whole else (*REPLY_SCOPES, "now")
        return (head, rest) if rest and head in scopes else ("", name)


class ReviewRubric(Piece):
    """All kinds of moments, the groups of acts they name, and the chance of a fact that is not known.

    Harmful acts are rarer in the run of conversations than in what a reader learnt from: `caution` is taken off their
    log-odds before a line is weighed.
    """

    version: Text
    caution: float = Field(default=0.0, ge=0)
    groups: dict[Key, tuple[Key, ...]]
    unknown: dict[str, tuple[float, float, float]]
    kinds: tuple[Kind, ...]

    @model_validator(mode="after")
    def _known(self) -> "ReviewRubric":
        for group, acts in self.groups.items():
            strange = sorted(set(acts) - ACTS.keys() - SIGNS.keys())
            if strange or group in ACTS or group in SIGNS or not acts:
                raise ValueError(f"group {group}: expected acts or signs, and a name of its own; {strange}")
        untold = {fact for fact, (need, _) in FACTS.items() if need != "words"}
        if strange := sorted(self.unknown.keys() ^ untold):
            raise ValueError(
                f"unknown: expected the facts {', '.join(sorted(untold))}; {strange} are lacking or no such"
            )
        for kind in self.kinds:
            self._check(kind)
        for quality in QUALITIES:
            kinds = [kind for kind in self.kinds if kind.quality == quality]
            if not FEWEST_KINDS <= len(kinds) <= MOST_KINDS or not any(kind.whole for kind in kinds):
                raise ValueError(f"{quality}: needs 2 to 5 kinds, one of them whole; found {len(kinds)}")
        return self

    def _check(self, kind: Kind) -> None:
        if kind.quality not in QUALITIES:
            raise ValueError(f"{kind.key}: {kind.quality!r} is none of the twelve qualities")
        for name in kind.names:
            scope, rest = kind.split(name)
            is_fact = rest in FACTS and scope in {"", "now"}
            if not (is_fact or (scope != "now" and self.acts_of(rest))):
                raise ValueError(
                    f"{kind.key}: {name!r} is neither an act, a sign, a group nor a fact, or not with this scope"
                )
        if len(kind.names) > MOST_NAMES:
            raise ValueError(f"{kind.key}: rests on at most {MOST_NAMES} names; found {len(kind.names)}")
        for name in names_in(kind.opportunity):
            if name.removeprefix("earlier.") not in HEARD and name not in PLACES:
                known = ", ".join((*PLACES, *HEARD))
                raise ValueError(f"{kind.key}: opportunity {name!r} is not known; there are: {known}, earlier.…")

    def acts_of(self, name: str) -> frozenset[str]:
        """Return the acts and signs that a name without its scope stands for; none where it is a fact."""
        if name == "harm":
            return HARM
        return frozenset(self.groups.get(name, (name,) if name in ACTS or name in SIGNS else ()))

    def kinds_of(self, quality: str) -> tuple[Kind, ...]:
        """Return the kinds that show a quality."""
        return tuple(kind for kind in self.kinds if kind.quality == quality)
