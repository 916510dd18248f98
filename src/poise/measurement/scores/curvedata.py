"""What the pictures of a test show, as plain rows: curves, information, thresholds, people and expected scores."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final, TypeAlias

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm

from poise.measurement.many.gridjudge import category_logs
from poise.measurement.models import FloatArray, ranking_log_probability
from poise.measurement.parameters.calibratedblocks import CalibratedBlock
from poise.measurement.parameters.instrument import Instrument
from poise.measurement.parameters.items import CalibratedItem, find_thresholds
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

Row: TypeAlias = dict[str, str | float]
REACH: Final = 4.0
"""Curves are drawn at least so far to each side of zero."""
SPREAD: Final = 3.0
"""And so many standard deviations around the mean of every group."""
STEP: Final = 0.1
BINS: Final = 7
BIN: Final = 0.75
"""People whose proportions are set beside the curves are cut into so many bins, so wide in standard deviations."""
LEAST_PEOPLE: Final = 8.0
"""A proportion of fewer people is not shown."""
BAR: Final = 0.5
NORMAL_95: Final = 1.959964
SMALLEST: Final = 1e-12


def pick_questions(instrument: Instrument, keys: Sequence[str]) -> Instrument:
    """Return the instrument with these items and blocks only, in this order; a statement stands for its block.

    Raises
    ------
    BadTableError
        Naming every key that is not there.
    """
    items = {item.key: item for item in instrument.items}
    blocks = {block.key: block for block in instrument.blocks}
    home = {statement.key: block.key for block in instrument.blocks for statement in block.statements}
    keys = list(dict.fromkeys(home.get(key, key) for key in keys))
    if unknown := [key for key in keys if key not in items and key not in blocks]:
        told = name_some((*items, *blocks))
        raise BadTableError([f"items: {key!r} is not in the parameters, which have {told}" for key in unknown])
    return replace(
        instrument,
        items=tuple(items[key] for key in keys if key in items),
        blocks=tuple(blocks[key] for key in keys if key in blocks),
        desirable={},
    )


def main_dimension(item: CalibratedItem) -> str:
    """Return the dimension on which an item loads most."""
    return max(item.loadings, key=lambda one: abs(one[1]))[0]


def loaded_by(block: CalibratedBlock) -> tuple[str, ...]:
    """Return the dimensions that any statement of a block loads on, each once."""
    return tuple(dict.fromkeys(name for statement in block.statements for name, _ in statement.loadings))


def lay_axis(instrument: Instrument, dimension: str) -> FloatArray:
    """Return the points of a dimension at which curves are drawn, shape (Q,)."""
    d = instrument.population.dimensions.index(dimension)
    means, sds = instrument.population.means[:, d], instrument.population.sds[:, d]
    low = min(-REACH, float(np.floor(np.min(means - SPREAD * sds))))
    high = max(REACH, float(np.ceil(np.max(means + SPREAD * sds))))
    return np.linspace(low, high, round((high - low) / STEP) + 1)


def item_chances(item: CalibratedItem, dimension: str, theta: FloatArray) -> FloatArray:
    """Return category probabilities, shape (Q, K), as one dimension moves and all others stand at zero."""
    eta = dict(item.loadings).get(dimension, 0.0) * theta
    chances: FloatArray = np.exp(category_logs(item.model, eta, np.array(item.intercepts)))
    return chances


def trace_items(instrument: Instrument) -> list[Row]:
    """Return category curves: item, dimension (its main one), category, value, theta, probability."""
    rows: list[Row] = []
    for item in instrument.items:
        dimension = main_dimension(item)
        theta = lay_axis(instrument, dimension)
        for k, chances in enumerate(item_chances(item, dimension, theta).T):
            rows += _points(theta, _category(item, k), probability=chances)
    return rows


def trace_blocks(instrument: Instrument) -> list[Row]:
    """Return, for each block and each of its dimensions, the chance of every statement to be put first."""
    rows: list[Row] = []
    for block in instrument.blocks:
        for dimension in loaded_by(block):
            theta = lay_axis(instrument, dimension)
            utilities, _ = _utilities(block, dimension, theta)
            worth = np.exp(utilities - utilities.max(axis=1, keepdims=True))
            shares = worth / worth.sum(axis=1, keepdims=True)
            for statement, chances in zip(block.statements, shares.T, strict=True):
                told: Row = {"block": block.key, "dimension": dimension, "statement": statement.key}
                rows += _points(theta, told, probability=chances)
    return rows


def item_information(item: CalibratedItem, dimension: str, theta: FloatArray) -> FloatArray:
    """Return the expected information of an item about one dimension, shape (Q,), all others at zero.

    Notes
    -----
    ``a^2 sum_k P_k (d log P_k / d eta)^2``, where the derivative is ``1 - S_k - S_{k+1}`` with ``S_k = P(X >= k)``
    for graded items (Samejima, 1969), and ``k - E X`` for partial credit items (Muraki, 1993).
    """
    chances = item_chances(item, dimension, theta)
    if item.model == "gpcm":
        category = np.arange(chances.shape[1])
        slope = category - (chances @ category)[:, None]
    else:
        above = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1]
        slope = 1.0 - above - np.hstack([above[:, 1:], np.zeros((len(above), 1))])
    information: FloatArray = dict(item.loadings).get(dimension, 0.0) ** 2 * np.sum(chances * slope**2, axis=1)
    return information


def block_information(block: CalibratedBlock, dimension: str, theta: FloatArray) -> FloatArray:
    """Return the expected information of a block about one dimension, shape (Q,), all others at zero.

    Notes
    -----
    ``sum P'^2 / P`` over what can be observed: full orders, or which statement is most and which least.
    """
    utilities, slopes = _utilities(block, dimension, theta)
    orders = list(permutations(range(len(slopes))))
    chances = np.exp(ranking_log_probability(np.moveaxis(utilities[:, np.array(orders)], -1, 0)))
    rises = []
    for order in orders:
        ordered, own = utilities[:, order], slopes[list(order)]
        rise = np.zeros(len(theta))
        for j in range(len(order) - 1):
            worth = np.exp(ordered[:, j:] - ordered[:, j:].max(axis=1, keepdims=True))
            rise += own[j] - worth @ own[j:] / worth.sum(axis=1)
        rises.append(rise)
    seen = [o if block.task == "rank" else (o[0], o[-1]) for o in orders]
    same = np.array([[one == other for other in dict.fromkeys(seen)] for one in seen], dtype=np.float64)
    total: FloatArray = (chances * np.array(rises).T) @ same
    information: FloatArray = np.sum(total**2 / np.maximum(chances @ same, np.finfo(float).tiny), axis=1)
    return information


def trace_information(instrument: Instrument) -> list[Row]:
    """Return the information of every item and block about each dimension that it loads on.

    The rows hold: dimension, item (or block), theta, information.
    """
    rows: list[Row] = []
    for dimension in instrument.population.dimensions:
        theta = lay_axis(instrument, dimension)
        parts = {
            i.key: item_information(i, dimension, theta) for i in instrument.items if dimension in dict(i.loadings)
        }
        parts |= {b.key: block_information(b, dimension, theta) for b in instrument.blocks if dimension in loaded_by(b)}
        for key, information in parts.items():
            rows += _points(theta, {"dimension": dimension, "item": key}, information=information)
    return rows


def sum_information(rows: Sequence[Row]) -> list[Row]:
    """Return the information of the whole test and the standard error of measurement, 1 / sqrt(information).

    The rows hold: dimension, theta, information, error.
    """
    totals: dict[tuple[str | float, str | float], float] = {}
    for row in rows:
        at = row["dimension"], row["theta"]
        totals[at] = totals.get(at, 0.0) + float(row["information"])
    return [
        {"dimension": dimension, "theta": theta, "information": total, "error": float(total) ** -0.5}
        for (dimension, theta), total in totals.items()
        if total > 0.0
    ]


def place_thresholds(instrument: Instrument) -> list[Row]:
    """Return the thresholds of the items on their main dimension, with 95 % intervals where there are errors.

    The rows hold: dimension, item, step, threshold, and where known low and high. Graded: where category k or above
    becomes likelier than not; partial credit: where categories k - 1 and k are equally likely; all other dimensions
    at zero.
    """
    rows: list[Row] = []
    for item in instrument.items:
        dimension = main_dimension(item)
        slope = dict(item.loadings)[dimension]
        thresholds = find_thresholds(item.model, slope, np.array(item.intercepts))
        errors = item.thresholds_se or (np.nan,) * len(thresholds)
        for k, (threshold, error) in enumerate(zip(thresholds.tolist(), errors, strict=True), start=1):
            row: Row = {"dimension": dimension, "item": item.key, "step": k, "threshold": threshold}
            if np.isfinite(error):
                row |= {"low": threshold - NORMAL_95 * error, "high": threshold + NORMAL_95 * error}
            rows.append(row)
    return rows


def spread_people(instrument: Instrument, means: FloatArray | None = None, sds: FloatArray | None = None) -> list[Row]:
    """Return how people lie on each dimension: dimension, from, to, share.

    Parameters
    ----------
    instrument : Instrument
        Its population is shown if there are no scores, all groups alike.
    means, sds : array, shape (P, D), optional
        Posterior means and standard deviations; each person is spread as far as is uncertain where they stand.
    """
    rows: list[Row] = []
    population = instrument.population
    means = population.means if means is None else means
    sds = population.sds if sds is None else sds
    for d, dimension in enumerate(population.dimensions):
        axis = lay_axis(instrument, dimension)
        edges = np.linspace(axis[0], axis[-1], round((axis[-1] - axis[0]) / BAR) + 1)
        shares = _masses(means[:, d], sds[:, d], edges).mean(axis=0)
        rows += [
            {"dimension": dimension, "from": float(a), "to": float(b), "share": float(share)}
            for a, b, share in zip(edges[:-1], edges[1:], shares, strict=True)
        ]
    return rows


def trace_scores(instrument: Instrument) -> list[Row]:
    """Return the expected sum of categories over the items of each dimension, and its standard deviation.

    Items keyed against their dimension count backwards, as they do when a questionnaire is scored by hand. The rows
    hold: dimension, theta, score, low, high (score minus and plus its standard deviation), most.
    """
    rows: list[Row] = []
    for dimension in instrument.population.dimensions:
        own = [item for item in instrument.items if main_dimension(item) == dimension]
        if not own:
            continue
        theta = lay_axis(instrument, dimension)
        score, variance = np.zeros(len(theta)), np.zeros(len(theta))
        for item in own:
            chances = item_chances(item, dimension, theta)
            backwards = dict(item.loadings)[dimension] < 0
            category = np.arange(chances.shape[1])[:: -1 if backwards else 1]
            mean = chances @ category
            score += mean
            variance += chances @ category**2 - mean**2
        sd, most = np.sqrt(np.maximum(variance, 0.0)), float(sum(len(item.intercepts) for item in own))
        low, high = np.maximum(score - sd, 0.0), np.minimum(score + sd, most)
        rows += _points(theta, {"dimension": dimension, "most": most}, score=score, low=low, high=high)
    return rows


def count_proportions(instrument: Instrument, table: ResponseTable, means: FloatArray, sds: FloatArray) -> list[Row]:
    """Return how often people of about one level chose each category, with 95 % intervals by Wilson (1927).

    Parameters
    ----------
    instrument : Instrument
    table : ResponseTable
    means, sds : array, shape (P, D)
        Posterior means and standard deviations. People count for every bin as far as they may belong to it; so that
        where the model holds, proportions lie on the curves, which those by estimated levels do not.

    Returns
    -------
    list of dict
        item, dimension, category, value, theta (mean of the bin), proportion, low, high, number.
    """
    place = {name: i for i, name in enumerate(table.items)}
    owner = np.repeat(np.arange(table.size), table.answered)
    rows: list[Row] = []
    for item in instrument.items:
        own = table.item == place.get(item.key, -1)
        if not own.any():
            continue
        dimension = main_dimension(item)
        d = instrument.population.dimensions.index(dimension)
        mean, sd = means[owner[own], d], sds[owner[own], d]
        weights, centres = _share_bins(mean, sd)
        number = weights.sum(axis=0)
        for k in range(len(item.intercepts) + 1):
            proportion = (table.category[own] == k) @ weights / np.maximum(number, SMALLEST)
            low, high = _wilson(proportion, number)
            points = _points(centres, _category(item, k), proportion=proportion, low=low, high=high, number=number)
            rows += [one for one in points if float(one["number"]) >= LEAST_PEOPLE]
    return rows


def _points(theta: FloatArray, told: Row, **values: FloatArray) -> list[Row]:
    """Return a row for each point: what is told of all of them, theta, and the values there."""
    named = {"theta": np.round(theta, 9), **values}
    columns = [column.tolist() for column in named.values()]
    return [told | dict(zip(named, one, strict=True)) for one in zip(*columns, strict=True)]


def _category(item: CalibratedItem, k: int) -> Row:
    value = str(item.values[k]) if item.values else str(k)
    return {"item": item.key, "dimension": main_dimension(item), "category": k, "value": value}


def _utilities(block: CalibratedBlock, dimension: str, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the utilities of a block's statements, shape (Q, m), and their slopes, (m,)."""
    slopes = np.array([dict(one.loadings).get(dimension, 0.0) for one in block.statements])
    intercepts = np.array([one.intercept for one in block.statements])
    return np.outer(theta, slopes) + intercepts, slopes


def _masses(mean: FloatArray, sd: FloatArray, edges: FloatArray) -> FloatArray:
    """Return how much of each normal distribution lies between neighbouring edges, shape (P, B)."""
    below: FloatArray = ndtr((edges - mean[:, None]) / np.maximum(sd, SMALLEST)[:, None])
    return np.diff(below, axis=1)


def _share_bins(mean: FloatArray, sd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how much each person belongs to each bin, (P, B), and the mean of the people in each bin, (B,).

    Bins are of one width, and narrow enough that curves bend little within them.
    """
    centre = float(np.mean(mean))
    spread = float(np.sqrt(np.var(mean) + np.mean(sd**2)))
    edges = centre + spread * BIN * np.linspace(-BINS / 2, BINS / 2, BINS + 1)
    weights = _masses(mean, sd, edges)
    heights = norm.pdf((edges - mean[:, None]) / np.maximum(sd, SMALLEST)[:, None])
    first_moments = mean[:, None] * weights - sd[:, None] * np.diff(heights, axis=1)
    return weights, first_moments.sum(axis=0) / np.maximum(weights.sum(axis=0), SMALLEST)


def _wilson(proportion: FloatArray, number: FloatArray) -> tuple[FloatArray, FloatArray]:
    z2 = NORMAL_95**2 / np.maximum(number, SMALLEST)
    centre = (proportion + z2 / 2.0) / (1.0 + z2)
    half = np.sqrt(z2 * proportion * (1.0 - proportion) + z2**2 / 4.0) / (1.0 + z2)
    return centre - half, centre + half
