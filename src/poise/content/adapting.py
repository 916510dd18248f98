"""Copies for a library of one's own: a job with its demands as priors, a case with one's own policy and remedies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from poise.content.job import CopiedFrom, Job
from poise.content.library import Library
from poise.content.piece import Piece
from poise.content.rubric import KEYED_FACTS, OTHERWISE, parse_condition
from poise.content.scenario import AdaptedFrom, PolicySection, Remedy, Scenario
from poise.content.source import Complaint, LibraryError, Source

REPLACED: Final[dict[str, tuple[str, type[Piece]]]] = {
    "offered": ("remedies", Remedy),
    "read_policy": ("policy", PolicySection),
}
"""By the head of a fact: the part of a case that gives it its keys, and what stands there."""
CALLED: Final = {"offered": "remedy", "read_policy": "section of the policy"}
COPIED_PRIORS: Final = (
    "Demands, conditions and preview are copied from {0} ({1} {2}). They are priors for that job, and nobody has looked"
    " yet whether they fit this one. A job analysis replaces them."
)
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Lost:
    """A condition that names a remedy or a section of the policy that the case does not have any more."""

    fact: str
    place: Place
    inside: str


def copy_job(library: Library, job: Job, key: str, name: str) -> Job:
    """Return a job under another key and name, whose demands are marked as copied priors."""
    priors = COPIED_PRIORS.format(job.name, library.key, library.version)
    return job.model_copy(
        update={
            "key": key,
            "name": name,
            "provisional": True,
            "copied_from": CopiedFrom(library=library.key, version=library.version, job=job.key),
            "sources": (priors, *job.sources),
        }
    )


def adapt_case(
    library: Library,
    original: Scenario,
    key: str,
    policy: Sequence[PolicySection] = (),
    remedies: Sequence[Remedy] = (),
    job: str = "",
) -> Scenario:
    """Return a case under another key with another policy or other remedies; raises ValueError where that cannot be."""
    data = original.model_dump(mode="json") | {"key": key, "job": job or original.job}
    data["adapted_from"] = AdaptedFrom(library=library.key, version=library.version, scenario=original.key).model_dump()
    if policy:
        data["policy"] = [one.model_dump(mode="json") for one in policy]
    if remedies:
        data["remedies"] = [one.model_dump(mode="json") for one in remedies]
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ValueError("\n".join(wrong)) from error


def read_parts(source: Source, head: str) -> tuple[Any, ...]:
    """Read one's own policy or remedies, by the head of their facts: a list, or a list under its name.

    Raises
    ------
    LibraryError
        With everything that is wrong, each with its line.
    """
    name, model = REPLACED[head]
    data, before = source.data, tuple[str | int, ...]()
    if isinstance(data, Mapping) and set(data) == {name}:
        data, before = data[name], (name,)
    if not isinstance(data, list) or not data:
        raise LibraryError([Complaint(source.file, 1, f"expected a list, written as {name} in a case")])
    complaints, parts = [], []
    keys: dict[str, int] = {}
    for number, entry in enumerate(data):
        line = source.line_of((*before, number))
        try:
            part = model.model_validate(entry)
        except ValidationError as error:
            for one in error.errors():
                where = ".".join(str(step) for step in one["loc"]) or model.__name__
                message = f"{where}: {one['msg'].removeprefix('Value error, ')}"
                complaints.append(Complaint(source.file, source.line_of((*before, number, *one["loc"])), message))
            continue
        own = str(getattr(part, "key", ""))
        if own in keys or own in KEYED_FACTS[head]:
            where = f"line {keys[own]}" if own in keys else "the language of rubrics"
            complaints.append(Complaint(source.file, line, f"key {own!r} is taken already, by {where}"))
        keys.setdefault(own, line)
        parts.append(part)
    if complaints:
        raise LibraryError(complaints)
    return tuple(parts)


def find_lost(scenario: Scenario) -> Iterator[Lost]:
    """Find every condition of a case that names a remedy or a section of the policy that is not there."""
    known = {
        head: KEYED_FACTS[head] | {part.key for part in getattr(scenario, name)} for head, (name, _) in REPLACED.items()
    }
    for place, inside, words in _conditions(scenario):
        for atom in parse_condition(words).atoms:
            fact = atom.removeprefix("now.")
            head, _, key = fact.partition(".")
            if head in known and key not in known[head]:
                yield Lost(fact, place, inside)


def find_other_standing(original: Scenario, adapted: Scenario) -> Iterator[str]:
    """Name remedies that kept their key but not who may give them: rubrics may mean something else by them."""
    before = {remedy.key: remedy for remedy in original.remedies}
    for remedy in adapted.remedies:
        old = before.get(remedy.key)
        if old and old.standing != remedy.standing:
            yield (
                f"remedy {remedy.key!r} was {_plain(old.standing)} and is {_plain(remedy.standing)} now; look whether"
                f" the conditions with offered.{remedy.key} still mean what they say"
            )


def advise(fact: str, scenario: Scenario) -> str:
    """Say what to do about a name that conditions use and the case does not have."""
    head, _, key = fact.partition(".")
    name, _ = REPLACED[head]
    keys = ", ".join(part.key for part in getattr(scenario, name))
    return (
        f"{fact} names no {CALLED[head]} of yours. Give the one that does the same the key {key}, or write another name"
        f" in these conditions; yours are {keys}"
    )


def _plain(standing: str) -> str:
    return {"allowed": "allowed", "needs_approval": "for the team leader to approve"}.get(standing, standing)


def _conditions(scenario: Scenario) -> Iterator[tuple[Place, str, str]]:
    """Give every condition of a case: its place in the file, where it stands in words, and itself."""
    groups: list[tuple[Place, Any]] = [
        (("probes", number, "moments"), probe.moments) for number, probe in enumerate(scenario.probes)
    ]
    groups.append((("whole",), scenario.whole))
    groups += [(("carried", number, "moments"), one.moments) for number, one in enumerate(scenario.carried)]
    for place, moments in groups:
        for at, moment in enumerate(moments):
            for step, line in enumerate(moment.rubric):
                if line.when != OTHERWISE:
                    inside = f"moment {moment.key}, level {line.level}"
                    yield (*place, at, "rubric", step, "when"), inside, line.when
    for number, need in enumerate(scenario.needs):
        yield ("needs", number, "met_by"), f"need {need.key}", need.met_by
