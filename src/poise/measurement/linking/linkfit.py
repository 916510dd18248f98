"""The linear change of one latent that brings two calibrations of the same items together: four ways to find it.

With ``theta_old = A theta_new + B`` an item of the new calibration has on the old scale the slope ``a / A`` and the
thresholds ``A b + B``. Mean-mean and mean-sigma compare means (and standard deviations) of slopes and thresholds;
Haebara compares the curves of all categories, Stocking-Lord the expected sum of scores.

References
----------
Marco, G. L. (1977). Item characteristic curve solutions to three intractable testing problems (mean-sigma).
Loyd, B. H., & Hoover, H. D. (1980). Vertical equating using the Rasch model (mean-mean).
Haebara, T. (1980). Equating logistic ability scales by a weighted least squares method.
Stocking, M. L., & Lord, F. M. (1983). Developing a common metric in item response theory.
Ogasawara, H. (2001). Standard errors of item response theory equating/linking by response function methods.
"""

# ruff: noqa: N803, N806 - A and B of a linear change, Q nodes: mathematics keeps its letters

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

import numpy as np
from scipy.optimize import least_squares

from poise.measurement.linking.linkitems import LinkItems
from poise.measurement.models import FloatArray
from poise.measurement.tabular.tables import BadTableError

Method: TypeAlias = Literal["stocking-lord", "haebara", "mean-sigma", "mean-mean"]
METHODS: Final[tuple[Method, ...]] = ("stocking-lord", "haebara", "mean-sigma", "mean-mean")
NODES: Final = 41
REACH: Final = 4.0
TOLERANCE: Final = 1e-15
NUDGE: Final = 1e-6
CUT: Final = 3.0
"""With robust weights, an item counts nothing from this many times the median distance of curves on."""
LEAST_DISTANCE: Final = 1e-6
ROUNDS: Final = 50
SETTLED: Final = 1e-8


@dataclass(frozen=True, eq=False)
class Criterion:
    """How a link is found.

    Parameters
    ----------
    method : {"stocking-lord", "haebara", "mean-sigma", "mean-mean"}
    symmetric : bool
        Whether curves are compared on both scales, so that the link back is the inverse; else on the old scale only.
    robust : bool
        Whether items whose curves lie far apart count less, or nothing (bisquare weights).
    grid : tuple of two arrays, shape (Q,), optional
        Nodes and weights, on either scale; else a normal grid over the first group of each calibration.
    """

    method: Method = "stocking-lord"
    symmetric: bool = True
    robust: bool = False
    grid: tuple[FloatArray, FloatArray] | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise BadTableError([f"method: got {self.method!r}, expected one of {', '.join(METHODS)}"])
        if self.grid is not None and (
            len(self.grid[0]) != len(self.grid[1]) or np.min(self.grid[1]) < 0.0 or not np.sum(self.grid[1]) > 0.0
        ):
            raise BadTableError(["grid: expected as many weights as nodes, none below zero and not all zero"])

    def lay(self, items: LinkItems) -> tuple[FloatArray, FloatArray]:
        """Return nodes and weights, shape (Q,), on the scale of some items; the weights sum to one."""
        if self.grid is None:
            z = np.linspace(-REACH, REACH, NODES)
            nodes, weights = items.mean + items.sd * z, np.exp(-0.5 * z**2)
        else:
            nodes, weights = self.grid
        return np.asarray(nodes, dtype=np.float64), np.asarray(weights, dtype=np.float64) / np.sum(weights)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A link of one dimension, and how it follows the errors of the items.

    Parameters
    ----------
    A, B : float
    weights : array, shape (I,)
        How much each item counts.
    old, new : LinkItems
    by_old, by_new : arrays, shape (2, I, Kmax)
        Derivatives of ``(log A, B)`` by slope and intercepts of each item.
    """

    A: float
    B: float
    weights: FloatArray
    old: LinkItems
    new: LinkItems
    by_old: FloatArray
    by_new: FloatArray

    @cached_property
    def own_covariance(self) -> FloatArray:
        """Covariance of ``(log A, B)`` from the items' own errors, shape (2, 2); nan where they are not known."""
        total = np.zeros((2, 2))
        for by, items in ((self.by_old, self.old), (self.by_new, self.new)):
            counted = np.any(by != 0.0, axis=(0, 2))
            total += np.einsum("xik,ikl,yil->xy", by[:, counted], items.own_covariance[counted], by[:, counted])
        return total

    @cached_property
    def covariance(self) -> FloatArray:
        """Covariance of ``(A, B)``, shape (2, 2), with what comes from the samples of persons."""
        total = self.own_covariance.copy()
        for by, items in ((self.by_old, self.old), (self.by_new, self.new)):
            shared = np.einsum("xik,iks->xs", by, items.by_scale)
            total += shared @ items.scale_covariance @ shared.T
        scale = np.array([self.A, 1.0])
        covariance: FloatArray = total * np.outer(scale, scale)
        return covariance


def fit_link(old: LinkItems, new: LinkItems, criterion: Criterion, weights: FloatArray | None = None) -> Fitted:
    """Find the link of two calibrations on one dimension.

    Parameters
    ----------
    old, new : LinkItems
        The same items in the same order.
    criterion : Criterion
    weights : array, shape (I,), optional
        How much each item counts; all alike if not given.

    Raises
    ------
    BadTableError
        If the slopes of most items have changed sign.
    """
    weights = np.ones(len(old.slopes)) if weights is None else weights
    if np.sum(weights * np.sign(old.slopes * new.slopes)) < 0.0:
        reversed_scale = (
            "most common items have slopes of opposite sign in the two calibrations: one of the scales is reversed;"
            " recode the responses of one of them"
        )
        raise BadTableError([reversed_scale])
    x = _begin(old, new, weights)
    if criterion.robust:
        x, weights = _settle_weights(old, new, criterion, x, weights)
    else:
        x = _solve(old, new, criterion, weights, x)
    by_old, by_new = _differentiate(old, new, criterion, weights, x)
    return Fitted(float(np.exp(x[0])), float(x[1]), weights, old, new, by_old, by_new)


def _begin(old: LinkItems, new: LinkItems, weights: FloatArray) -> FloatArray:
    """Return a first guess by medians."""
    counted = weights > 0.0
    log_A = float(np.median(np.log(np.abs(new.slopes / old.slopes))[counted]))
    off = (old.thresholds() - np.exp(log_A) * new.thresholds())[counted]
    return np.array([log_A, float(np.nanmedian(off))])


def _solve(old: LinkItems, new: LinkItems, criterion: Criterion, weights: FloatArray, x: FloatArray) -> FloatArray:
    if criterion.method in {"mean-sigma", "mean-mean"}:
        return _compare_means(old, new, criterion.method, weights)
    done = least_squares(
        lambda at: residuals(old, new, criterion, weights, at), x, jac="3-point",
        xtol=TOLERANCE, ftol=TOLERANCE, gtol=TOLERANCE,
    )  # fmt: skip
    found: FloatArray = np.asarray(done.x, dtype=np.float64)
    return found


def _compare_means(old: LinkItems, new: LinkItems, method: Method, weights: FloatArray) -> FloatArray:
    before, after = old.thresholds(), new.thresholds()
    share = np.where(np.isfinite(before), weights[:, None], 0.0)
    share = share / share.sum()
    before, after = np.where(share > 0.0, before, 0.0), np.where(share > 0.0, after, 0.0)
    level, other = float(np.sum(share * before)), float(np.sum(share * after))
    if method == "mean-mean":
        A = np.sum(weights * np.abs(new.slopes)) / np.sum(weights * np.abs(old.slopes))
    else:
        A = np.sqrt(np.sum(share * (before - level) ** 2) / np.sum(share * (after - other) ** 2))
    return np.array([np.log(A), level - A * other])


def residuals(old: LinkItems, new: LinkItems, criterion: Criterion, weights: FloatArray, x: FloatArray) -> FloatArray:
    """Return what the criterion squares and adds up, shape (n,), at ``x = (log A, B)``."""
    A, B = float(np.exp(x[0])), float(x[1])
    theta, share = criterion.lay(old)
    parts = [_differ(old, new.moved(A, B), theta, share, criterion.method, weights)]
    if criterion.symmetric:
        theta, share = criterion.lay(new)
        parts.append(_differ(old.moved(1.0 / A, -B / A), new, theta, share, criterion.method, weights))
    return np.concatenate(parts)


def _differ(
    one: LinkItems, other: LinkItems, theta: FloatArray, share: FloatArray, method: Method, weights: FloatArray
) -> FloatArray:
    whole = weights.sum()
    if method == "stocking-lord":
        # Items keyed the other way count as if recoded; else their curves would cancel those of the rest.
        gap = (weights * np.sign(one.slopes)) @ (one.scores(theta) - other.scores(theta)) / whole
        return np.asarray(gap * np.sqrt(share))
    gaps = one.chances(theta) - other.chances(theta)
    return np.asarray(gaps * np.sqrt(np.outer(weights / whole, share))[:, :, None]).ravel()


def measure_distances(old: LinkItems, new: LinkItems, criterion: Criterion, A: float, B: float) -> FloatArray:
    """Return how far apart the curves of each item are after the link, shape (I,).

    The root of the weighted mean squared difference of expected scores, in shares of the highest score.
    """
    sides = [(old, new.moved(A, B), criterion.lay(old))]
    if criterion.symmetric:
        sides.append((old.moved(1.0 / A, -B / A), new, criterion.lay(new)))
    squares = [(one.scores(theta) - other.scores(theta)) ** 2 @ share for one, other, (theta, share) in sides]
    distances: FloatArray = np.sqrt(np.mean(squares, axis=0)) / old.highest
    return distances


def _settle_weights(
    old: LinkItems, new: LinkItems, criterion: Criterion, x: FloatArray, given: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Alternate between links and bisquare weights from the distances that they leave."""
    weights = given
    for _ in range(ROUNDS):
        distances = measure_distances(old, new, criterion, float(np.exp(x[0])), float(x[1]))
        middle = max(float(np.median(distances[given > 0.0])), LEAST_DISTANCE)
        before, weights = weights, given * np.maximum(1.0 - (distances / (CUT * middle)) ** 2, 0.0) ** 2
        x = _solve(old, new, criterion, weights, x)
        if np.max(np.abs(weights - before)) < SETTLED:
            break
    return x, weights


def _differentiate(
    old: LinkItems, new: LinkItems, criterion: Criterion, weights: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return derivatives of the link by the items' parameters, two of shape (2, I, Kmax), with weights held.

    The link solves ``J' r = 0``; what the curvature of r adds is left out, as r is small where the items fit.
    """
    if criterion.method in {"mean-sigma", "mean-mean"}:
        return _differentiate_means(old, new, criterion.method, weights)
    steps = np.eye(2) * NUDGE
    J = np.array(
        [
            residuals(old, new, criterion, weights, x + step) - residuals(old, new, criterion, weights, x - step)
            for step in steps
        ]
    ) / (2.0 * NUDGE)
    A, B = float(np.exp(x[0])), float(x[1])
    theta, share = criterion.lay(old)
    size = J.shape[1] // (2 if criterion.symmetric else 1)
    by_old = _pull(J[:, :size], old.derivatives(theta), share, criterion.method, weights)
    by_new = -_pull(J[:, :size], new.derivatives(theta, A, B), share, criterion.method, weights)
    if criterion.symmetric:
        theta, share = criterion.lay(new)
        by_old += _pull(J[:, size:], old.derivatives(theta, 1.0 / A, -B / A), share, criterion.method, weights)
        by_new -= _pull(J[:, size:], new.derivatives(theta), share, criterion.method, weights)
    square = J @ J.T
    turned = [np.einsum("xy,yik->xik", np.linalg.inv(square), by) for by in (by_old, by_new)]
    return -turned[0], -turned[1]


def _pull(J: FloatArray, curves: FloatArray, share: FloatArray, method: Method, weights: FloatArray) -> FloatArray:
    """Return ``J' dr/dp``, shape (2, I, Kmax), from derivatives of chances (Kmax, I, Q, Kmax)."""
    whole = weights.sum()
    if method == "stocking-lord":
        scores = curves @ np.arange(curves.shape[3], dtype=np.float64)
        return np.asarray(np.einsum("xq,q,i,kiq->xik", J, np.sqrt(share), weights / whole, scores))
    J = J.reshape(2, *curves.shape[1:])
    return np.asarray(np.einsum("xiqc,iq,kiqc->xik", J, np.sqrt(np.outer(weights / whole, share)), curves))


def _differentiate_means(
    old: LinkItems, new: LinkItems, method: Method, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    places = old.intercepts.shape[1] + 1
    found = [np.zeros((2, len(old.slopes), places)), np.zeros((2, len(old.slopes), places))]
    for i in np.flatnonzero(weights > 0.0):
        only = np.zeros(len(weights), dtype=bool)
        only[i] = True
        for place in range(1 + int(old.given[i].sum())):
            for by, which in zip(found, (0, 1), strict=True):
                ends = []
                for sign in (1.0, -1.0):
                    pair = [old, new]
                    pair[which] = _replace_item(pair[which], only, place, sign * NUDGE)
                    ends.append(_compare_means(pair[0], pair[1], method, weights))
                by[:, i, place] = (ends[0] - ends[1]) / (2.0 * NUDGE)
    return found[0], found[1]


def _replace_item(items: LinkItems, only: FloatArray, place: int, step: float) -> LinkItems:
    nudged = items.nudged(place, step)
    return LinkItems(
        items.keys, items.partial, np.where(only, nudged.slopes, items.slopes),
        np.where(only[:, None], nudged.intercepts, items.intercepts), items.covariance,
    )  # fmt: skip
