"""Up to four candidates of one position side by side: each demand with its spread, ties as ties, and no total."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from poise.content.job import Job
from poise.hiring.deciding import OUTCOMES
from poise.jobfit.comparing import Bands, Contender, draw_surplus, may_place, place_in_bands
from poise.storage.deciding import list_decisions
from poise.storage.positions import find_position
from poise.storage.records import library
from poise.storage.reports import Made, make_report
from poise.storage.seeing import comparable_sittings
from poise.storage.views import MembershipView, PositionView, SittingView
from poise.web.candidacy import NO_NAME
from poise.web.position_pages import for_position
from poise.web.report_layout import ConditionLaid, DemandLaid, JobLaid, lay_report

MOST = 4
LISTED = 200
TOO_FEW = "Choose at least two candidates."
TOO_MANY = "Choose at most four candidates: with more, nobody reads what lies between them."


@dataclass(frozen=True)
class Column:
    """A candidate of a comparison: how they stand to the job, and what was decided of them."""

    key: str
    name: str
    job: JobLaid
    library: str
    decision: str


@dataclass(frozen=True)
class Line:
    """One demand across all candidates, in the order of their columns."""

    name: str
    must_have: bool
    asked: str
    cells: tuple[tuple[Column, DemandLaid | None], ...]


@dataclass(frozen=True)
class Concern:
    """One condition across all candidates; only those of which somebody wants less."""

    name: str
    cells: tuple[tuple[Column, ConditionLaid | None], ...]


@require_safe
@for_position("decide")
def compare(request: HttpRequest, member: MembershipView, key: str) -> HttpResponse:
    """Show who can be compared, and those who are chosen side by side."""
    position = find_position(member.organisation.key, key).view
    offered = comparable_sittings(member, key)
    wanted = list(dict.fromkeys(request.GET.getlist("with")))
    chosen = [sitting for sitting in offered if sitting.key in wanted]
    wrong = ("" if len(chosen) > 1 else TOO_FEW) if len(chosen) <= MOST else TOO_MANY
    context = {
        "member": member,
        "position": position,
        "offered": offered[:LISTED],
        "chosen": {one.key for one in chosen},
    }
    context |= {"more": max(0, len(offered) - LISTED), "wrong": wrong if wanted else "", "most": MOST}
    if wanted and not wrong:
        context |= _lay(position, chosen)
    return render(request, "web/desk/compare.html", context)


def _lay(position: PositionView, chosen: Sequence[SittingView]) -> dict[str, object]:
    made = [make_report(sitting.organisation, sitting.key, timezone.now()) for sitting in chosen]
    columns = tuple(_lay_column(one, position.job) for one in made)
    return {
        "columns": columns,
        "lines": _lay_lines(columns),
        "concerns": _lay_concerns(columns),
        "same_library": len({column.library for column in columns}) == 1,
        **_lay_ranks(position, made, columns),
    }


def _lay_column(made: Made, job: str) -> Column:
    laid = next(one for one in lay_report(made.report, "hirer").jobs if one.view.key == job)
    decided = list_decisions(made.sitting.organisation, made.sitting.key)
    decision = f"{OUTCOMES[decided[0].outcome]} ({decided[0].by})" if decided else "nothing yet"
    return Column(made.sitting.key, made.sitting.candidate_name or NO_NAME, laid, made.sitting.library, decision)


def _lay_lines(columns: Sequence[Column]) -> list[Line]:
    by_column = [{one.view.quality: one for one in column.job.demands} for column in columns]
    order = dict.fromkeys(quality for demands in by_column for quality in demands)
    lines = []
    for quality in order:
        cells = tuple((column, demands.get(quality)) for column, demands in zip(columns, by_column, strict=True))
        first = next(demand for _, demand in cells if demand)
        lines.append(Line(first.view.name, first.view.must_have, f"{first.asked} of ten ({first.passes})", cells))
    return lines


def _lay_concerns(columns: Sequence[Column]) -> list[Concern]:
    by_column = [{one.view.key: one for one in column.job.conditions} for column in columns]
    order = dict.fromkeys(key for given in by_column for key in given)
    concerns = []
    for key in order:
        cells = tuple((column, given.get(key)) for column, given in zip(columns, by_column, strict=True))
        told = [one for _, one in cells if one]
        if any(one.view.fit != "willing" for one in told):
            concerns.append(Concern(told[0].view.name, cells))
    return concerns


def _lay_ranks(position: PositionView, made: Sequence[Made], columns: Sequence[Column]) -> dict[str, object]:
    """Say who can be told from whom, only where candidates may be placed at all and sat with the same library."""
    held = library(columns[0].library)
    job = held.find(Job, position.job)
    placed = may_place(held, job, switched_on=position.ranked_at is not None)
    if not placed or len({column.library for column in columns}) > 1:
        return {"placed": False}
    bands = place_in_bands(
        [
            Contender(one.sitting.key, draw_surplus(one.state, held, job), _enough(column))
            for one, column in zip(made, columns, strict=True)
        ]
    )
    return {"placed": True, "pairs": [_say_pair(one, other, bands) for one, other in combinations(columns, 2)]}


def _enough(column: Column) -> bool:
    return column.job.view.verdict != "not enough evidence"


def _say_pair(one: Column, other: Column, bands: Bands) -> str:
    if {one.key, other.key} & set(bands.unplaced):
        return f"{one.name} and {other.name}: not enough was seen to compare them."
    chance = bands.chances[one.key, other.key]
    if bands.tied(one.key, other.key):
        return f"{one.name} and {other.name} are tied: what was seen does not tell one from the other."
    ahead, behind = (one, other) if chance > bands.chances[other.key, one.key] else (other, one)
    hundred = round(100 * bands.chances[ahead.key, behind.key])
    return (
        f"{ahead.name} has more to spare on what the job asks than {behind.name}; the chance of that is about"
        f" {min(hundred, 99)} in 100."
    )
