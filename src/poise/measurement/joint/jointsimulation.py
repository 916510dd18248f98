"""Made-up tests of items and blocks, and answers drawn from any joint parameters, with the generator passed in."""

# ruff: noqa: N806 - D dimensions, K categories: mathematics keeps its letters

from dataclasses import replace

import numpy as np

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointparameters import JointParameters, lay_out_joint
from poise.measurement.joint.jointstep import centre_blocks
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.observing import (
    ChoiceBlock,
    GradedScale,
    Observable,
    PartialCreditScale,
    RatedScale,
    Scale,
    Task,
)


def draw_blocks(number: int, size: int, dimensions: tuple[str, ...], task: Task = "rank") -> tuple[JointBlock, ...]:
    """Lay out blocks whose statements take the dimensions in turn, each block with different ones.

    The step from block to block changes, so that every dimension meets every other one.
    """
    D = len(dimensions)
    blocks = []
    for b in range(number):
        stride = 1 + (b // D) % max((D - 1) // max(size - 1, 1), 1)
        rows = tuple(JointStatement(f"b{b + 1}s{j + 1}", (dimensions[(b + j * stride) % D],)) for j in range(size))
        blocks.append(JointBlock(f"b{b + 1}", rows, task))
    return tuple(blocks)


def draw_joint_parameters(
    asked: tuple[JointItem | JointBlock, ...],
    dimensions: tuple[str, ...],
    rng: np.random.Generator,
    *,
    raters: int = 0,
    negative: float = 0.0,
    correlation: float = 0.3,
    independent: tuple[str, ...] = (),
) -> JointParameters:
    """Draw parameters of a made-up test.

    Parameters
    ----------
    asked, dimensions, independent
        As in `JointTable`.
    rng : numpy.random.Generator
    raters : int
        Severities are normal (sd .7), log consistencies normal (sd .25), both centred.
    negative : float
        Share of the statements of blocks whose loading is negative, spread over the test.
    correlation : float
        Between all dimensions that are not independent.

    Returns
    -------
    JointParameters
        Loadings lognormal(.3, .3) within .5 and 3, intercepts of statements normal (sd .7) and centred in their
        block, thresholds sorted standard normals, pushed .3 apart.
    """
    empty = JointTable(
        asked, dimensions, np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int16), independent=independent,
        raters=tuple(f"rater {r + 1}" for r in range(raters)),
    )  # fmt: skip
    layout = lay_out_joint(empty)
    slope, values = layout.slope, np.zeros(len(layout.row))
    values[slope] = np.clip(rng.lognormal(0.3, 0.3, int(slope.sum())), 0.5, 3.0)
    values[~slope] = rng.normal(0.0, 0.7, int((~slope).sum()))
    of_blocks = np.repeat([isinstance(one, JointBlock) for one in asked], np.diff(layout.start)) & slope
    places = np.flatnonzero(of_blocks)
    values[rng.choice(places, round(negative * len(places)), replace=False)] *= -1.0
    for i, one in enumerate(asked):
        if isinstance(one, JointItem):
            own = np.flatnonzero(~slope[layout.own(i)]) + layout.start[i]
            thresholds = np.sort(rng.standard_normal(len(own))) + 0.3 * np.arange(len(own))
            steps = -(thresholds - 0.15 * (len(own) - 1)) * values[layout.start[i]]
            values[own] = steps if one.model == "graded" else np.cumsum(steps)
    correlations = np.where(layout.linked, correlation, 0.0)
    np.fill_diagonal(correlations, 1.0)
    severity, consistency = rng.normal(0.0, 0.7, raters), rng.normal(0.0, 0.25, raters)
    return JointParameters(
        layout, centre_blocks(layout, values), severity - severity.mean() if raters else severity,
        consistency - consistency.mean() if raters else consistency, correlations, np.zeros((1, len(dimensions))),
    )  # fmt: skip


def find_observable(parameters: JointParameters, i: int, rater: int = -1) -> Observable:
    """Return the kind of observation that answers to one thing are, with its parameters."""
    one, intercepts = parameters.layout.asked[i], tuple(parameters.intercepts(i).tolist())
    if isinstance(one, JointBlock):
        return ChoiceBlock(intercepts, one.task)
    scale: Scale = GradedScale(intercepts) if one.model == "graded" else PartialCreditScale(intercepts)
    if rater < 0:
        return scale
    return RatedScale(scale, float(parameters.severity[rater]), float(np.exp(parameters.log_consistency[rater])))


def draw_joint_latents(parameters: JointParameters, group: IntArray, rng: np.random.Generator) -> FloatArray:
    """Draw one person for each entry of `group`, shape (P, D)."""
    root = np.linalg.cholesky(parameters.correlations)
    drawn: FloatArray = parameters.means[group] + rng.standard_normal((len(group), len(root))) @ root.T
    return drawn


def draw_joint_answers(
    parameters: JointParameters, latents: FloatArray, rng: np.random.Generator, template: JointTable | None = None
) -> JointTable:
    """Draw the answer of every person to everything asked, or to what a template says each was asked.

    Parameters
    ----------
    parameters : JointParameters
    latents : array, shape (P, D)
    rng : numpy.random.Generator
    template : JointTable, optional
        Who was asked what and rated by whom; its answers are replaced and its readings become plain answers.
    """
    layout, persons = parameters.layout, len(latents)
    if template is None:
        size = len(layout.asked)
        template = JointTable(
            layout.asked, layout.dimensions, np.arange(persons + 1) * size, np.tile(np.arange(size), persons),
            np.zeros(persons * size, np.int16), raters=layout.raters,
            independent=tuple(d for d, free in zip(layout.dimensions, layout.linked.sum(axis=0) > 1, strict=True)
                              if not free and len(layout.dimensions) > 1),
        )  # fmt: skip
    person = np.repeat(np.arange(persons), template.answered)
    rater = np.full(len(person), -1) if template.rater is None else template.rater
    answer, loadings = np.zeros(len(person), dtype=np.int16), parameters.loadings
    for i, r in np.unique(np.stack([template.item, rater], axis=1), axis=0):
        own = np.flatnonzero((template.item == i) & (rater == r))
        rows = loadings[layout.first_row[i] : layout.first_row[i + 1]]
        logs = find_observable(parameters, int(i), int(r)).log_likelihoods(latents[person[own]] @ rows.T)
        below = np.cumsum(np.exp(logs), axis=1)[:, :-1]
        answer[own] = np.sum(rng.random((len(own), 1)) > below, axis=1)
    return replace(template, answer=answer, reading=None, weights=np.zeros((0, 2)))
