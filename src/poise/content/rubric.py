"""A rubric: five ordered conditions over acts, facts and turns, written for people to read.

A condition is a sentence of names joined by ``and``, ``or``, ``not`` and brackets::

    (acknowledge or restate) and looked_up.order and not harm

A bare act (``ask``) means: in the reply that is rated. ``earlier.ask`` means in a reply before it, ``ever.ask`` in
that one or before. ``harm`` stands for any harmful act. Everything else is a fact of the desk, so far in the
conversation; ``now.`` in front narrows it to what was done for the reply that is rated.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator, model_validator

from poise.content.act import ACTS, HARM
from poise.content.piece import Key, Piece, Text

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

LEVELS = 5
OTHERWISE = "otherwise"
MOST_ATOMS = 14

PLAIN_FACTS = frozenset(
    {"transferred", "noted", "ended", "warned", "repeated", "on_topic", "waited", "specific", "stock"}
)
KEYED_FACTS: dict[str, frozenset[str]] = {
    "looked_up": frozenset({"any"}),
    "read_policy": frozenset({"any"}),
    "offered": frozenset({"any", "allowed", "forbidden", "unapproved", "efficient", "unchecked"}),
    "promised": frozenset({"any", "keepable", "unkeepable"}),
    "found": frozenset({"any"}),
    "transferred": frozenset({"needless", "needed"}),
    "claimed": frozenset({"unsupported"}),
}
SCOPES = frozenset({"earlier", "ever"})


class RubricError(ValueError):
    """A condition that cannot be read; the message says which name is wrong and what was expected."""


@dataclass(frozen=True)
class Condition:
    """A readable condition and the names it rests on."""

    text: str
    atoms: tuple[str, ...]

    def holds(self, true: Mapping[str, BoolArray]) -> BoolArray:
        """Say in which of several cases the condition holds; `true` gives each atom in each case, shape (cases,)."""
        return _evaluate(_parsed(self.text), true)


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text.strip(), mode="eval").body


def _evaluate(node: ast.expr, true: Mapping[str, BoolArray]) -> BoolArray:
    if isinstance(node, ast.BoolOp):
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        return reduce(join, (_evaluate(value, true) for value in node.values))
    if isinstance(node, ast.UnaryOp):
        return np.logical_not(_evaluate(node.operand, true))
    return reduce(np.logical_or, (true[atom] for atom in _atoms(_dotted(node))))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise RubricError(f"{ast.unparse(node)!r} is not a name; write names joined by and, or, not and brackets")


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BoolOp):
        return [name for value in node.values for name in _names(value)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _names(node.operand)
    return [_dotted(node)]


def is_act(atom: str) -> bool:
    """Say whether an atom is read from words (an act) rather than known from the desk (a fact)."""
    return atom.rpartition(".")[2] in ACTS and atom.split(".", maxsplit=1)[0] in SCOPES | ACTS.keys()


def _atoms(name: str) -> tuple[str, ...]:
    """Return the atoms of which at least one must be true for the name to be true."""
    scope, _, rest = name.rpartition(".")
    if scope in {"", *SCOPES} and (rest in ACTS or rest == "harm"):
        acts = sorted(HARM) if rest == "harm" else [rest]
        prefixes = {"": [""], "earlier": ["earlier."], "ever": ["", "earlier."]}[scope]
        return tuple(prefix + act for prefix in prefixes for act in acts)
    fact = name.removeprefix("now.")
    head, _, key = fact.partition(".")
    if (fact in PLAIN_FACTS) or (head in KEYED_FACTS and key and "." not in key):
        return (name,)
    known = ", ".join(sorted(PLAIN_FACTS | {f"{head}.…" for head in KEYED_FACTS}))
    raise RubricError(f"{name!r} is neither an act (see the list of 27) nor a fact ({known})")


@cache
def parse_condition(text: str) -> Condition:
    """Read a condition; raises :class:`RubricError` naming what is wrong in it."""
    try:
        node = _parsed(text)
    except SyntaxError as error:
        raise RubricError(f"cannot read the condition {text!r}: {error.msg}") from error
    atoms = {atom for name in _names(node) for atom in _atoms(name)}
    return Condition(text, tuple(sorted(atoms)))


class Level(Piece):
    """One line of a rubric: the level it gives, in words and as a condition."""

    level: int
    reads: Text
    when: Text

    @field_validator("when")
    @classmethod
    def _readable(cls, when: str) -> str:
        if when != OTHERWISE:
            parse_condition(when)
        return when


class Rubric(Piece):
    """Five lines, checked from the top: the first whose condition holds gives the level."""

    lines: tuple[Level, ...]

    @model_validator(mode="after")
    def _complete(self) -> "Rubric":
        levels = sorted(line.level for line in self.lines)
        if levels != list(range(LEVELS)):
            raise ValueError(f"a rubric has the levels 0, 1, 2, 3 and 4, each once; found {levels}")
        if [line.when == OTHERWISE for line in self.lines] != [False] * (LEVELS - 1) + [True]:
            raise ValueError(f"the last line of a rubric, and only that one, says when: {OTHERWISE}")
        names = len(set(self.merged.values()))
        if names > MOST_ATOMS:
            raise ValueError(f"a rubric rests on at most {MOST_ATOMS} different names; found {names}")
        return self

    @property
    def atoms(self) -> tuple[str, ...]:
        """Every act and fact that the rubric rests on, in alphabetical order."""
        return tuple(sorted({atom for condition in self.conditions for atom in condition.atoms}))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all lines but the last."""
        return tuple(parse_condition(line.when) for line in self.lines[:-1])

    def firing(self, true: Mapping[str, BoolArray], cases: int) -> IntArray:
        """Return, for each of several cases, the number of the line that fires (0 is the first)."""
        fired = np.full(cases, LEVELS - 1)
        for number in reversed(range(LEVELS - 1)):
            fired[self.conditions[number].holds(true)] = number
        return fired

    @property
    def merged(self) -> Mapping[str, str]:
        """Each atom's stand-in: harmful acts that no line names by itself stand together, so that cases stay few."""
        return _merge(tuple(line.when for line in self.lines[:-1]))

    def unreachable(self) -> list[int]:
        """Return the levels that no combination of acts and facts can give."""
        merged = self.merged
        names = sorted(set(merged.values()))
        cases = all_cases(len(names))
        columns = dict(zip(names, cases.T, strict=True))
        fired = self.firing({atom: columns[name] for atom, name in merged.items()}, len(cases))
        reached = {self.lines[number].level for number in set(fired.tolist())}
        return [level for level in range(LEVELS) if level not in reached]


def all_cases(names: int) -> BoolArray:
    """Return all combinations of true and false, shape (2 ** names, names)."""
    numbers = np.arange(2**names)[:, None]
    return np.asarray((numbers >> np.arange(names)) & 1 == 1, dtype=np.bool_)


class Moment(Piece):
    """An opportunity to show one quality, rated in five ordered levels."""

    key: Key
    quality: Key
    asks: Text
    ease: float = 0.0
    rubric: tuple[Level, ...]

    @field_validator("rubric")
    @classmethod
    def _five_lines(cls, rubric: tuple[Level, ...]) -> tuple[Level, ...]:
        return Rubric(lines=rubric).lines

    @property
    def scale(self) -> Rubric:
        """The moment's lines as a rubric."""
        return Rubric(lines=self.rubric)


@cache
def _merge(conditions: tuple[str, ...]) -> Mapping[str, str]:
    named = {name for text in conditions for name in _names(_parsed(text))}
    single = {atom for name in named if not name.endswith("harm") for atom in _atoms(name)}

    def stand_in(atom: str) -> str:
        scope, _, act = atom.rpartition(".")
        if act not in HARM or atom in single:
            return atom
        return f"{scope}.harm" if scope else "harm"

    atoms = sorted({atom for text in conditions for atom in parse_condition(text).atoms})
    return MappingProxyType({atom: stand_in(atom) for atom in atoms})
