"""What changed from one library to another, piece by piece, and whether scores before and after compare.

Scores compare when the same answers would be asked for in the same words and would count the same. So what matters is
what somebody is asked in both libraries, how it is rated, what is believed, and what a demand means; what is told
afterwards does not. The rule stands in docs/authoring.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from poise.content.library import LISTS, SINGLES, Library

HEADER = "library"
IN_BLOCKS = "statements in blocks"
SHOWN = 48

NEVER = ("claims", "consent", "attention", "analysis")
"""Sections of which no score is made: what is told, and what a person alone reads."""
TOLD_ONLY: dict[str, tuple[str, ...]] = {
    HEADER: ("key", "title", "version", "comparable_with"),
    "qualities": ("*",),
    "beliefs": ("source", "*.source"),
    "conditions": ("name",),
    "statements": ("desirability", "desirability_passes", "rated"),
    "situations": ("reactions.*.why", "jobs", "tension"),
    "scenarios": (
        "title",
        "truth",
        "customer.about",
        "hidden.*.about",
        "answers.*.about",
        "remedies.*.why",
        "pledges.*.why",
        "adapted_from*",
    ),
    "jobs": (
        "name",
        "summary",
        "preview.*",
        "sources",
        "provisional",
        "conditions.*.figure",
        "conditions.*.source",
        "demands.*.because",
        "copied_from*",
    ),
    "blueprints": ("title", "practice.*", "seconds.*", "shift.title", "shift.about", "shift.seconds", "attention"),
    "knowledge": ("title", "questions.*.why"),
    "appraisal": ("source", "*.source"),
}
"""Fields of the other sections that no score rests on; `*` stands for anything."""
WHY: dict[str, str] = {
    HEADER: "everything is read in its light",
    "qualities": "scores are given on it",
    "beliefs": "every score is reckoned with them",
    "conditions": "people answer it in these words",
    "statements": "people answer it as it stands",
    "blocks": "which statements meet in a block, or which blocks are given, is not the same",
    "situations": "people rate it as it stands",
    "scenarios": "people serve this customer as the case stands, and are rated by it",
    "jobs": "what fits the job is judged by it",
    "blueprints": "people are asked other things",
    "knowledge": "people answer it as it stands",
    "interview": "people are asked it in these words, and their answers are rated by these anchors",
    "appraisal": "customers are moved by it",
    "voice": "customers answer in these words",
    "reference": "demands mean expected scores on this set",
}
ENEMIES = "enemies"
"""The field of a statement that settles which blocks may follow each other, and nothing else."""
SET_OF_SCALES = ("qualities", "conditions", "blocks")
"""Sections of which a piece more or less changes what is given to everybody."""


class Change(NamedTuple):
    """One difference; `why` says why scores do not compare, and is empty where it makes no difference to them."""

    section: str
    key: str
    how: str
    field: str = ""
    was: str = ""
    now: str = ""
    why: str = ""

    def __str__(self) -> str:
        """Return the change as one line."""
        place = self.section + (f"/{self.key}" if self.key else "") + (f" {self.field}" if self.field else "")
        values = f" ({self.was} -> {self.now})" if self.was or self.now else ""
        told = f"scores do not compare: {self.why}" if self.why else "no score rests on it"
        return f"{self.how} {place}{values}: {told}"


class Comparison(NamedTuple):
    """All differences between two libraries."""

    changes: tuple[Change, ...]

    @property
    def comparable(self) -> bool:
        """Whether scores before and after compare."""
        return not any(change.why for change in self.changes)

    @property
    def verdict(self) -> str:
        """Say in a sentence whether scores compare."""
        if not self.changes:
            return "Nothing differs."
        weighty = sum(bool(change.why) for change in self.changes)
        if not weighty:
            return f"{len(self.changes)} differences. Scores before and after compare."
        return f"{len(self.changes)} differences. Scores before and after do not compare: {weighty} of them matter."


def compare(old: Library, new: Library) -> Comparison:
    """Return what differs between two libraries, in the order of their sections."""
    was, now = old.model_dump(mode="json"), new.model_dump(mode="json")
    header = {name for name in {**was, **now} if name not in LISTS and name not in SINGLES}
    asked = asked_in(old) & asked_in(new)
    changes = list(_compare_fields(HEADER, "", _only(was, header), _only(now, header), matters=True))
    for section in SINGLES:
        changes += _compare_fields(section, "", was.get(section) or {}, now.get(section) or {}, matters=True)
    for section in LISTS:
        changes += _compare_lists(section, was.get(section) or (), now.get(section) or (), asked)
    return Comparison(tuple(changes))


def asked_in(library: Library) -> frozenset[tuple[str, str]]:
    """Return section and key of all that some blueprint asks, and of what the reference set is made of.

    Statements that are asked in blocks stand there a second time, by :data:`IN_BLOCKS`.
    """
    asked: set[tuple[str, str]] = set()
    for blueprint in library.blueprints:
        asked |= {("statements", key) for key in blueprint.rated}
        drawn = (one for one in library.statements if one.rated and one.quality in blueprint.anchored)
        asked |= {("statements", one.key) for one in drawn}
        asked |= {("situations", key) for key in blueprint.situations}
        asked |= {("scenarios", key) for key in blueprint.everyone}
        asked |= {("knowledge", key) for key in getattr(blueprint, "knowledge", ())}
        if blueprint.blocks:
            asked |= {("blocks", block.key) for block in library.blocks}
            in_blocks = {key for block in library.blocks for key in block.statements}
            asked |= {(kind, key) for kind in ("statements", IN_BLOCKS) for key in in_blocks}
    asked |= {("interview", one.key) for one in library.interview if library.beliefs.interview}
    asked |= {("scenarios", moment.partition("/")[0]) for moment in library.reference.moments}
    asked |= {("situations", reaction.partition("/")[0]) for reaction in library.reference.reactions}
    always = ("qualities", "conditions", "jobs", "blueprints")
    return frozenset(asked | {(section, piece.key) for section in always for piece in getattr(library, section)})


def _compare_lists(
    section: str,
    was: Sequence[Mapping[str, Any]],
    now: Sequence[Mapping[str, Any]],
    asked: frozenset[tuple[str, str]],
) -> Iterator[Change]:
    before, after = ({piece["key"]: piece for piece in pieces} for pieces in (was, now))
    blocks_given = any(known == "blocks" for known, _ in asked)
    for how, keys in (("added", after.keys() - before.keys()), ("removed", before.keys() - after.keys())):
        for key in sorted(keys):
            given = section in SET_OF_SCALES and (section != "blocks" or blocks_given)
            yield Change(section, key, how, why=WHY[section] if given else "")
    shared = [key for key in before if key in after]
    for key in shared:
        one, other = before[key], after[key]
        if section == "statements" and one.get(ENEMIES) != other.get(ENEMIES):
            why = WHY["blocks"] if (IN_BLOCKS, key) in asked else ""
            yield Change(section, key, "changed", ENEMIES, _show(one.get(ENEMIES)), _show(other.get(ENEMIES)), why)
            one = {**one, ENEMIES: other.get(ENEMIES)}
        matters = section not in NEVER and (section, key) in asked
        yield from _compare_fields(section, key, one, other, matters=matters)
    if shared != [key for key in after if key in before]:
        matters = section == "blocks" and blocks_given  # among blocks that tell as much, the first is given
        yield Change(section, "", "changed", "order", why=WHY[section] if matters else "")


def _compare_fields(
    section: str, key: str, was: Mapping[str, Any], now: Mapping[str, Any], *, matters: bool
) -> Iterator[Change]:
    harmless = ("*",) if section in NEVER or not matters else TOLD_ONLY.get(section, ())
    for field, before, after in _differences(was, now):
        told = any(fnmatchcase(field, pattern) for pattern in harmless)
        why = "" if told else WHY.get(section, WHY[HEADER])
        yield Change(section, key, "changed", field, _show(before), _show(after), why)


def _differences(was: Any, now: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401  any JSON
    """Give each place at which two values differ; parts of a list that have keys are held against each other by key."""
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys((*was, *now)):
            yield from _differences(was.get(name), now.get(name), f"{path}.{name}" if path else str(name))
        return
    before, after = _by_key(was), _by_key(now)
    if before is None or after is None or list(before) == list(after) == []:
        yield path, was, now
        return
    yield from _differences(before, after, path)
    if before.keys() == after.keys() and list(before) != list(after):
        yield f"{path}.order", ", ".join(before), ", ".join(after)


def _by_key(value: Any) -> dict[str, Any] | None:  # noqa: ANN401  as above
    """Return the parts of a list by their keys, or None where it is no list of such parts."""
    if not isinstance(value, list) or not all(isinstance(part, Mapping) and "key" in part for part in value):
        return None
    return {part["key"]: part for part in value}


def _only(value: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value[name] for name in sorted(names) if name in value}


def _show(value: Any) -> str:  # noqa: ANN401  as above
    if value is None:
        return "nothing"
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
