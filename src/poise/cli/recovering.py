"""How well made-up people are recovered, laid out as tables."""

from collections.abc import Sequence
from types import EllipsisType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.box import MARKDOWN
from rich.table import Table

from poise.content.quality import QUALITIES
from poise.measurement import Posterior
from poise.measurement.models import IntArray
from poise.measurement.people.styles import Style

FloatArray = NDArray[np.float64]
MASS = 0.8
ALIKE = 1e-9
FIGURES = ("r", "reliable", "by own", "error", "bias", "sd", "in 80 %")


class Recovery(NamedTuple):
    """True and estimated qualities of all simulees, shape (simulees, 12), with sd and 80 % interval hits.

    `own` are the estimates without what the correlations between qualities lend.
    """

    true: FloatArray
    estimated: FloatArray
    own: FloatArray
    spread: FloatArray
    covered: NDArray[np.bool_]

    @property
    def median_own(self) -> float:
        """The median over qualities of the reliability by own evidence."""
        columns = range(self.true.shape[1])
        return float(np.median([reliability(self.true[:, q], self.own[:, q]) for q in columns]))


def reliability(true: FloatArray, estimated: FloatArray) -> float:
    """Return the squared correlation of estimates with the truth; none where nothing was seen and all are alike."""
    return float(np.corrcoef(true, estimated)[0, 1] ** 2) if np.ptp(estimated) > ALIKE else 0.0


def measure(true: FloatArray, posteriors: Sequence[Posterior], own: Sequence[Posterior]) -> Recovery:
    """Set the true qualities beside what the posteriors say."""
    estimated, alone = (
        np.array([[one.mean_of(quality) for quality in QUALITIES] for one in some]) for some in (posteriors, own)
    )
    spread = np.array([[one.sd_of(quality) for quality in QUALITIES] for one in posteriors])
    bounds = np.array([[one.interval(quality, MASS) for quality in QUALITIES] for one in posteriors])
    covered = (bounds[..., 0] <= true) & (true <= bounds[..., 1])
    return Recovery(true, estimated, alone, spread, covered)


def tabulate(found: Recovery) -> Table:
    """Lay out the recovery of each quality, and of a person's level over all twelve."""
    table = Table("quality", *FIGURES, box=MARKDOWN)
    for column, quality in enumerate(QUALITIES):
        table.add_row(quality, *_figures(found, (slice(None), column)))
    table.add_row("all twelve", *_figures(found, ...))
    level = _errors(found.true.mean(axis=1), found.estimated.mean(axis=1))
    table.add_row("their mean", level[0], f"{float(level[0]) ** 2:.2f}", "", *level[1:], "", "")
    return table


def tabulate_styles(found: Recovery, styles: Sequence[Style], style: IntArray) -> Table:
    """Lay out how well people of each style are recovered, over all twelve qualities, and the level of each style."""
    table = Table("people", *FIGURES, box=MARKDOWN)
    for place, one in enumerate(styles):
        own = style == place
        if own.sum() > 1:
            part = Recovery(*(of_all[own] for of_all in found))
            table.add_row(f"{own.sum()} {one.kind}", *_figures(part, ...))
    return table


def _figures(found: Recovery, part: tuple[slice, int] | EllipsisType) -> list[str]:
    true, estimated = found.true[part].ravel(), found.estimated[part].ravel()
    correlation, *rest = _errors(true, estimated)
    return [
        correlation,
        f"{reliability(true, estimated):.2f}",
        f"{reliability(true, found.own[part].ravel()):.2f}",
        *rest,
        f"{np.mean(found.spread[part]):.2f}",
        f"{np.mean(found.covered[part]):.2f}",
    ]


def _errors(true: FloatArray, estimated: FloatArray) -> list[str]:
    error = estimated - true
    correlation = np.corrcoef(true, estimated)[0, 1]
    return [f"{correlation:.2f}", f"{np.sqrt(np.mean(error**2)):.2f}", f"{np.mean(error):+.2f}"]
