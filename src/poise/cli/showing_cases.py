"""A customer laid out for reading: the case, the frontier of remedies, the timetable, and every rubric in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from poise.cli.showing_charts import RemedyPoint, draw_frontier
from poise.content.following import kinds_of
from poise.content.library import Library
from poise.content.rubric import Moment
from poise.content.scenario import Option, Probe, Remedy, Scenario
from poise.roleplay.remedies import distance, efficient, net_cost

STANDINGS = {"allowed": "allowed", "needs_approval": "needs approval", "forbidden": "forbidden"}
KINDS_OF_PROBES = {
    "opening": "the opening",
    "insult": "an insult",
    "forbidden_demand": "a demand that policy forbids",
    "tempting_lie": "a lie that would be easy",
    "colleague_at_fault": "a colleague is at fault",
    "bait": "a bait to quarrel",
    "repeat": "the same again",
    "illogical": "something that does not follow",
    "question": "a question",
    "two_messages": "two messages in a row",
    "closing": "the end",
}


@dataclass(frozen=True)
class RemedyLaid:
    """Something that can be offered, with its number in the picture."""

    number: int
    option: Option
    final_cost: str
    standing: str
    best: bool
    off: str
    why: str


@dataclass(frozen=True)
class MomentLaid:
    """A moment and its rubric, in the order in which the lines are tried."""

    moment: Moment
    quality: str
    ease: str


@dataclass(frozen=True)
class ProbeLaid:
    """A turn of the timetable."""

    number: int
    probe: Probe
    kind: str
    says: tuple[tuple[str, str], ...]
    moments: tuple[MomentLaid, ...]


@dataclass(frozen=True)
class CaseLaid:
    """A customer, complete."""

    case: Scenario
    job: str
    kinds: str
    temperament: tuple[tuple[str, str], ...]
    remedies: tuple[RemedyLaid, ...]
    frontier: str
    probes: tuple[ProbeLaid, ...]
    whole: tuple[MomentLaid, ...]
    carried: tuple[tuple[str, str, tuple[MomentLaid, ...]], ...]
    endings: tuple[tuple[str, tuple[str, ...]], ...]
    blueprints: str


def lay_case(case: Scenario, library: Library) -> CaseLaid:
    """Lay out one customer of a library."""
    names = {one.key: one.name for one in library.qualities}
    jobs = {one.key: one.name for one in library.jobs}
    temper = case.customer.temperament

    def moments(of: Sequence[Moment]) -> tuple[MomentLaid, ...]:
        return tuple(MomentLaid(one, names.get(one.quality, one.quality), f"{one.ease:+.1f}") for one in of)

    remedies = tuple(lay_remedies(case))
    places = {probe.key: f"in reply {number}" for number, probe in enumerate(case.probes, start=1)}
    return CaseLaid(
        case=case,
        job=jobs.get(case.job, case.job),
        kinds=", ".join(sorted(kinds_of(case))),
        temperament=tuple(
            (name, f"{getattr(temper, name)} of {1000 if name in {'anger', 'trust'} else 10}")
            for name in type(temper).model_fields
        ),
        remedies=remedies,
        frontier=_draw(case, remedies),
        probes=tuple(
            ProbeLaid(
                number=number,
                probe=probe,
                kind=KINDS_OF_PROBES[probe.kind],
                says=tuple(zip(probe.says, probe.then or ("",) * len(probe.says), strict=True)),
                moments=moments(probe.moments),
            )
            for number, probe in enumerate(case.probes, start=1)
        ),
        whole=moments(case.whole),
        carried=tuple(
            (one.after, places.get(one.probe, "over the whole conversation"), moments(one.moments))
            for one in case.carried
        ),
        endings=tuple((name, tuple(getattr(case.endings, name))) for name in type(case.endings).model_fields),
        blueprints=", ".join(one.title for one in library.blueprints if case.key in one.everyone),
    )


def lay_remedies(case: Scenario) -> Iterator[RemedyLaid]:
    """Lay out what can be offered; of many amounts the ends, the limits, and the ends of those on the frontier."""
    best = efficient(case)
    number = 0
    for remedy in case.remedies:
        shown = _telling(remedy, best)
        for option in shown:
            number += 1
            off = distance(case, option)
            yield RemedyLaid(
                number=number,
                option=option,
                final_cost=f"{net_cost(option, case.loss):.1f}",
                standing=STANDINGS[option.standing],
                best=option.what in best,
                off=f"{off:.1f}" if off else "0",
                why=remedy.why if option.what == shown[0].what else "",
            )


def _telling(remedy: Remedy, best: frozenset[str]) -> tuple[Option, ...]:
    options = remedy.options
    kept = {options[0].what, options[-1].what}
    for one, other in pairwise(options):
        if (one.standing, one.what in best) != (other.standing, other.what in best):
            kept |= {one.what, other.what}
    return tuple(option for option in options if option.what in kept)


def _draw(case: Scenario, remedies: Sequence[RemedyLaid]) -> str:
    points = [
        RemedyPoint(one.number, one.option.value, float(one.final_cost), one.option.standing, one.best)
        for one in remedies
    ]
    named = "; ".join(one.option.label for one in remedies if one.best)
    words = f"On the frontier, so that nothing permitted is worth more for less: {named or 'nothing'}."
    return draw_frontier(points, f"What can be offered to {case.customer.name}", words)
