"""The table of candidates as a page shows it: read from the address, narrowed, sorted and cut into pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from poise.hiring.candidates import (
    SORTS,
    STAGES,
    Line,
    Stage,
    Wanted,
    cut_page,
    narrow,
    pages_of,
    say_stage,
    stage_of,
)
from poise.hiring.roles import may
from poise.jobfit.outline import VERDICTS
from poise.storage.candidates import list_lines
from poise.storage.standing import catch_up
from poise.storage.views import MembershipView, PositionView, pseudonym_of
from poise.web.candidate_results import Results, Shown

LONGEST = 200
MOST_DIGITS = 6
FULL = 100
STAGE_WORDS: dict[Stage, str] = {
    "invited": "To begin",
    "begun": "Begun",
    "finished": "Finished",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
}
SORT_WORDS = {
    "name": "Name",
    "progress": "How far",
    "last": "Last seen",
    "invited": "Invited",
    "bands": "Bands from the leader",
}
WAITS_WORDS = {"answer": "For an answer", "person": "To talk with a person"}


@dataclass(frozen=True)
class Row:
    """A line of the table as it is shown; `shown` says what came of it, or why that is not shown."""

    line: Line
    name: str
    stage: Stage
    words: str
    percent: int | None
    shown: Shown


def lay_people(request: HttpRequest, member: MembershipView, position: PositionView | None = None) -> dict[str, Any]:
    """Return what the table of candidates shows: everybody of the organisation, or of one position.

    Who may not see candidates by name sees those who sat for a study, under pseudonyms.
    """
    now = timezone.now()
    catch_up(member.organisation.key)
    lines = _visible(list_lines(member.organisation.key, position.key if position else ""), member)
    wanted = read_wanted(request, position.key if position else "")
    results = Results(member, position, lines, of_all=bool(wanted.verdict or wanted.sort == "bands"))
    kept = [line for line in narrow(lines, wanted, now) if wanted.verdict in ("", results.verdict(line))]
    if wanted.sort == "bands":
        kept.sort(key=results.place)
    page = min(max(1, wanted.page), pages_of(len(kept)))
    on_page = cut_page(kept, page)
    results.look_up(on_page)
    sorts = {key: words for key, words in SORT_WORDS.items() if key != "bands" or results.may_rank}
    return {
        "rows": [_lay(line, results, now) for line in on_page],
        "wanted": wanted,
        "narrowed": len(kept) < len(lines) or wanted.sort != "name",
        "all": len(lines),
        "kept": len(kept),
        "pages": _lay_pages(wanted, page, pages_of(len(kept))),
        "stages": STAGE_WORDS.items(),
        "sorts": sorts.items(),
        "waits": WAITS_WORDS.items(),
        "verdicts": VERDICTS if results.may_show else (),
        "positions": sorted({(line.position, line.position_name) for line in lines if line.position}, key=_by_name),
        "one_position": position.key if position else "",
        "bands_told": results.why_no_bands if wanted.sort == "bands" else "",
    }


def read_wanted(request: HttpRequest, position: str = "") -> Wanted:
    """Read what is wanted from an address; what nobody offered is left out."""
    fields = ("name", "stage", "waits", "verdict", "sort", "page")
    given = {name: request.GET.get(name, "").strip()[:LONGEST] for name in fields}
    page = given["page"]
    return Wanted(
        name=given["name"],
        position=position or request.GET.get("position", "")[:LONGEST],
        stage=given["stage"] if given["stage"] in STAGES else "",
        waits=given["waits"] if given["waits"] in WAITS_WORDS else "",
        verdict=given["verdict"] if given["verdict"] in VERDICTS else "",
        sort=next((one for one in SORTS if one == given["sort"]), "name"),
        page=int(page) if page.isdecimal() and len(page) <= MOST_DIGITS else 1,
    )


def _visible(lines: Sequence[Line], member: MembershipView) -> list[Line]:
    if may(member.role, "see_candidates"):
        return list(lines)
    if not may(member.role, "see_study"):
        return []
    studied = [line for line in lines if line.sitting and line.purpose == "study"]
    return [
        replace(line, name=pseudonym_of(line.sitting), email="", invitation=None, invited_at=None) for line in studied
    ]


def _lay(line: Line, results: Results, now: datetime) -> Row:
    stage = stage_of(line, now)
    percent = {"begun": line.percent, "finished": FULL}.get(stage)
    return Row(line, line.name or "No name given", stage, say_stage(line, now), percent, results.show(line))


def _lay_pages(wanted: Wanted, page: int, of: int) -> dict[str, Any]:
    def address(number: int) -> str:
        fields = {"name": wanted.name, "stage": wanted.stage, "waits": wanted.waits, "position": wanted.position}
        fields |= {"verdict": wanted.verdict}
        kept = {key: value for key, value in fields.items() if value}
        if wanted.sort != "name":
            kept["sort"] = wanted.sort
        return "?" + urlencode({**kept, "page": number})

    return {
        "page": page,
        "of": of,
        "before": address(page - 1) if page > 1 else "",
        "after": address(page + 1) if page < of else "",
    }


def _by_name(one: tuple[str, str]) -> tuple[str, str]:
    return one[1].casefold(), one[0]
