"""A report in one line, as a table of thousands can hold it: the verdict on the job, and what it leaves open."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from poise.content.job import Job
from poise.content.library import Library
from poise.jobfit.comparing import Contender, draw_surplus
from poise.jobfit.demand import Verdict
from poise.jobfit.report import Report
from poise.sitting.state import State

POINTS = 101
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Outline:
    """The verdict on one job, how many demands have which verdict, and what there is to spare as even quantiles.

    The quantiles stand for the draws: a chance between two people differs from that of all draws by a hundredth at
    most.
    """

    verdict: Verdict
    demands: dict[Verdict, int] = field(default_factory=dict)
    surplus: tuple[float, ...] = ()

    def say_demands(self) -> str:
        """Say how many demands stand how: ``4 likely met, 2 open, 1 likely not yet met``."""
        words = {
            "likely meets": "likely met",
            "open": "open",
            "likely not yet": "likely not yet met",
            "not enough evidence": "with too little evidence",
        }
        return ", ".join(f"{self.demands[one]} {words[one]}" for one in VERDICTS if self.demands.get(one))

    def as_contender(self, key: str) -> Contender:
        """Return the candidate as one who is compared with others."""
        return Contender(key, np.array(self.surplus), self.verdict != "not enough evidence")


def outline(report: Report, state: State, library: Library, job: str) -> Outline | None:
    """Return a report on one job in a line; None where it says nothing of that job."""
    view = next((one for one in report.jobs if one.key == job), None)
    if view is None:
        return None
    counted = Counter(one.verdict for one in view.demands)
    draws = draw_surplus(state, library, library.find(Job, job))
    places = (np.arange(POINTS) + 0.5) / POINTS
    return Outline(view.verdict, dict(counted), tuple(round(float(one), 4) for one in np.quantile(draws, places)))


def write_outline(one: Outline) -> str:
    """Write an outline as JSON."""
    return json.dumps({"verdict": one.verdict, "demands": one.demands, "surplus": one.surplus}, separators=(",", ":"))


def read_outline(words: str) -> Outline | None:
    """Read an outline; None where there is none."""
    if not words:
        return None
    held = json.loads(words)
    return Outline(held["verdict"], held["demands"], tuple(held["surplus"]))
