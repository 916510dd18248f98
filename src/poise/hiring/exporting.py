"""Tables of candidates as rows, for files that leave Poise: every figure with its uncertainty, no order but the name's.

A row is a mapping of plain values. Nothing of what a person wrote is in them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

Table = Literal["candidates", "qualities", "demands"]
TABLES: tuple[Table, ...] = get_args(Table)
Cell = str | int | float | bool | datetime | None
Row = Mapping[str, Cell]
TOLD: Mapping[Table, str] = {
    "candidates": "who was asked, how far they are, and what a person decided",
    "qualities": "what was seen of each quality, with its band",
    "demands": "what was seen against each demand of the position’s job, with its band",
}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Exported:
    """A candidate as far as the one who exports may see: without figures where the result is hidden from them."""

    name: str
    sitting: str
    position: str
    job: str
    state: str
    invited_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    report: int | None = None
    printed: str = ""


def lay_rows(table: Table, candidates: Iterable[Exported]) -> list[Row]:
    """Return the rows of a table, candidates in alphabetical order."""
    lay = {"candidates": _candidate_rows, "qualities": _quality_rows, "demands": _demand_rows}[table]
    ordered = sorted(candidates, key=lambda one: (one.name.casefold(), one.sitting))
    return [row for one in ordered for row in lay(one)]


def columns(table: Table) -> tuple[str, ...]:
    """Return the names of a table's columns, in order."""
    return COLUMNS[table]


def defuse(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: such words get an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell


WHO = ("name", "sitting", "position")
COLUMNS: Mapping[Table, tuple[str, ...]] = {
    "candidates": (
        *WHO,
        "job",
        "state",
        "invited_at",
        "started_at",
        "finished_at",
        "decision",
        "decided_by",
        "decided_at",
        "report",
    ),
    "qualities": (
        *WHO,
        "quality",
        "enough",
        "mean",
        "low_end",
        "high_end",
        "leaning",
        "kinds_disagree",
        "observations",
        "provisional",
        "library",
        "report",
    ),
    "demands": (
        *WHO,
        "job",
        "quality",
        "asked",
        "asked_low",
        "asked_high",
        "seen",
        "seen_low",
        "seen_high",
        "verdict",
        "must_have",
        "weight",
        "provisional",
        "library",
        "report",
    ),
}


def _candidate_rows(one: Exported) -> list[Row]:
    return [{name: getattr(one, name) for name in COLUMNS["candidates"]}]


def _quality_rows(one: Exported) -> list[Row]:
    if not one.printed:
        return []
    figures = json.loads(one.printed)
    told = ("enough", "mean", "low_end", "high_end", "leaning", "kinds_disagree")
    return [
        {
            **_begin(one, figures),
            "quality": quality["key"],
            **{name: quality[name] for name in told},
            "observations": sum(kind["observations"] for kind in quality["kinds"]),
        }
        for quality in figures["qualities"]
    ]


def _demand_rows(one: Exported) -> list[Row]:
    if not one.printed:
        return []
    figures = json.loads(one.printed)
    told = ("asked", "asked_low", "asked_high", "seen", "seen_low", "seen_high", "verdict", "must_have", "weight")
    return [
        {
            **_begin(one, figures),
            "job": job["key"],
            "quality": demand["quality"],
            **{name: demand[name] for name in told},
        }
        for job in figures["jobs"]
        if job["key"] == one.job
        for demand in job["demands"]
    ]


def _begin(one: Exported, figures: Mapping[str, Any]) -> dict[str, Cell]:
    return {
        "name": one.name,
        "sitting": one.sitting,
        "position": one.position,
        "provisional": figures["provisional"],
        "library": figures["library"],
        "report": one.report,
    }
