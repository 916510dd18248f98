"""The table of candidates: how far each is, and which of them somebody wants to see in which order."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Stage = Literal["invited", "begun", "finished", "expired", "withdrawn"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Waits = Literal["answer", "person"]
Sort = Literal["name", "invited", "progress", "last", "bands"]
SORTS: tuple[Sort, ...] = get_args(Sort)
PAGE = 50


@dataclass(frozen=True)
class Line:
    """Somebody who was invited or has sat, as the table needs it: no answers, no figures and no words of theirs."""

    name: str
    position: str
    position_name: str
    invitation: int | None = None
    email: str = ""
    invited_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    sitting: str = ""
    purpose: str = ""
    started_at: datetime | None = None
    last_at: datetime | None = None
    finished_at: datetime | None = None
    percent: int = 0
    minutes_left: int = 0
    asks_for_person: bool = False
    contests: int = 0
    requests: int = 0


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of the table; empty words narrow nothing."""

    name: str = ""
    position: str = ""
    stage: str = ""
    waits: str = ""
    verdict: str = ""
    sort: Sort = "name"
    page: int = 1


def stage_of(line: Line, now: datetime) -> Stage:
    """Return how far somebody is; who has begun counts as that whatever became of the invitation."""
    if line.finished_at is not None:
        return "finished"
    if line.sitting:
        return "begun"
    if line.revoked_at is not None:
        return "withdrawn"
    return "expired" if line.expires_at is not None and now >= line.expires_at else "invited"


def say_stage(line: Line, now: datetime) -> str:
    """Say how far somebody is."""
    stage = stage_of(line, now)
    if stage == "begun":
        return f"Begun, about {line.minutes_left} minute{'' if line.minutes_left == 1 else 's'} left"
    return {
        "finished": "Finished",
        "withdrawn": "Invitation withdrawn",
        "expired": "Invitation expired, not begun",
        "invited": "Invited, not begun",
    }[stage]


def narrow(lines: Sequence[Line], wanted: Wanted, now: datetime) -> list[Line]:
    """Return the lines that are wanted, in the order that is wanted; those alike stand in alphabetical order."""
    words = fold_name(wanted.name)
    kept = [
        line
        for line in lines
        if (not words or words in fold_name(line.name) or words in line.email.casefold())
        and wanted.position in ("", line.position)
        and wanted.stage in ("", stage_of(line, now))
        and (wanted.waits != "answer" or line.contests or line.requests)
        and (wanted.waits != "person" or line.asks_for_person)
    ]
    kept.sort(key=lambda line: (fold_name(line.name), line.sitting, line.invitation or 0))
    if wanted.sort == "invited":
        kept.sort(key=lambda line: _reversed(line.invited_at or line.started_at))
    elif wanted.sort == "last":
        kept.sort(key=lambda line: _reversed(line.last_at or line.invited_at))
    elif wanted.sort == "progress":
        kept.sort(key=lambda line: (STAGES_BY_PROGRESS[stage_of(line, now)], -line.percent))
    return kept


STAGES_BY_PROGRESS: dict[Stage, int] = {"finished": 0, "begun": 1, "invited": 2, "expired": 3, "withdrawn": 4}


def pages_of(number: int) -> int:
    """Return how many pages so many lines take, at least one."""
    return max(1, -(-number // PAGE))


def cut_page(lines: Sequence[Line], page: int) -> list[Line]:
    """Return the lines of a page, from 1; a page that is not there is the nearest that is."""
    page = min(max(1, page), pages_of(len(lines)))
    return list(lines[(page - 1) * PAGE : page * PAGE])


def fold_name(name: str) -> str:
    """Return a name as it is sorted and searched: without capitals and accents."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(one for one in plain if not unicodedata.combining(one)).casefold().strip()


def _reversed(at: datetime | None) -> float:
    return -at.timestamp() if at is not None else 0.0
