"""Scores of many persons in many dimensions by the same sites that calibrate the items."""

# ruff: noqa: N806 - K categories, Q nodes, D dimensions: mathematics keeps its letters

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from poise.measurement.many.epscores import fill_posteriors
from poise.measurement.many.epstep import Cases, Map, Sites, empty_sites, expect_all, prepare_cases
from poise.measurement.many.manyparameters import Curves, Layout, ManyParameters, draw_curves, lay_out
from poise.measurement.many.manystart import lay_grid
from poise.measurement.models import FloatArray
from poise.measurement.parameters.items import KnownParameters, Model
from poise.measurement.scores.scoringforms import PointScores
from poise.measurement.tabular.tables import ResponseTable

MOST_PASSES: Final = 60
AGREEMENT: Final = 5e-5
"""Largest change of a marginal in the last sweep, in its standard deviations; single precision reaches about 1e-5."""
CHUNK: Final = 8192


@dataclass(frozen=True, eq=False)
class ManyScores:
    """Posterior moments of P persons on D dimensions.

    Parameters
    ----------
    mean : array, shape (P, D)
    covariance : array, shape (P, D, D)
    converged : bool
        Whether the last sweep changed no marginal by more than `AGREEMENT`.
    persons : tuple of str, optional
    """

    mean: FloatArray
    covariance: FloatArray
    converged: bool
    persons: tuple[str, ...] | None = None

    @property
    def sd(self) -> FloatArray:
        """Posterior standard deviations, shape (P, D)."""
        sd: FloatArray = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return sd

    @property
    def points(self) -> PointScores:
        """The same as estimates with the covariance of their errors."""
        sure = np.full(len(self.mean), self.converged)
        return PointScores(self.mean, self.covariance, sure, self.persons)


def posteriors(curves: Curves, cases: Cases, sites: Sites) -> tuple[FloatArray, FloatArray]:
    """Return posterior means (P, D) and covariances (P, D, D) from finished sites."""
    D = len(curves.parameters.correlations)
    mean, covariance = np.empty((cases.size, D)), np.empty((cases.size, D, D))
    fill_posteriors(cases.group, curves.plan, sites.tau, sites.nu, mean, covariance)
    return mean, (covariance + np.swapaxes(covariance, 1, 2)) / 2.0


def settle_sites(
    curves: Curves, chunks: Sequence[Cases], passes: int = MOST_PASSES, run: Map = map
) -> tuple[list[Sites], bool]:
    """Sweep until no marginal changes by more than `AGREEMENT`."""
    sites: Sequence[Sites] = [empty_sites(cases, curves.layout) for cases in chunks]
    for _ in range(passes):
        expected, sites = expect_all(curves, chunks, sites, 1, run)
        if expected.distance < AGREEMENT:
            return list(sites), True
    return list(sites), False


def score_many(
    table: ResponseTable, parameters: ManyParameters, *, layout: Layout | None = None, run: Map = map
) -> ManyScores:
    """Score persons on all dimensions at once.

    Parameters
    ----------
    table : ResponseTable
        With the items of the parameters, in their order. Persons without responses get the prior of their group.
    parameters : ManyParameters
    layout : Layout, optional
        Of the parameters' pattern; found if not given.
    run : callable
        ``map`` or anything that behaves like it, over chunks of persons.

    Returns
    -------
    ManyScores

    Raises
    ------
    ValueError
        If the table and the parameters do not have the same items with the same numbers of categories.
    """
    _check_match(table, parameters)
    layout = layout or lay_out(parameters.pattern)
    curves = draw_curves(parameters, layout, lay_grid(parameters, layout))
    chunks = [prepare_cases(part, layout, curves.stride) for part in table.chunks(CHUNK)]
    sites, converged = settle_sites(curves, chunks, run=run)
    moments = [posteriors(curves, cases, own) for cases, own in zip(chunks, sites, strict=True)]
    return ManyScores(
        np.concatenate([mean for mean, _ in moments]),
        np.concatenate([covariance for _, covariance in moments]),
        converged,
        table.persons,
    )


def recall_parameters(known: KnownParameters) -> ManyParameters:
    """Return the parameters of a stored calibration in the form that `score_many` takes.

    Raises
    ------
    ValueError
        If graded and partial credit items are mixed.
    """
    models = {"graded" if item.model == "2pl" else item.model for item in known.items}
    if len(models) != 1:
        raise ValueError(f"items: got models {sorted(models)}, expected one model for all")
    place = {name: d for d, name in enumerate(known.dimensions)}
    slopes = np.zeros((len(known.items), len(place)))
    intercepts = np.full((len(known.items), max(len(item.intercepts) for item in known.items)), np.nan)
    pattern = np.zeros(slopes.shape, dtype=bool)
    for i, item in enumerate(known.items):
        for name, loading in item.loadings:
            slopes[i, place[name]], pattern[i, place[name]] = loading, True
        intercepts[i, : len(item.intercepts)] = item.intercepts
    categories = np.array([len(item.intercepts) + 1 for item in known.items], dtype=np.int64)
    model: Model = "gpcm" if models == {"gpcm"} else "graded"
    linked = known.correlations != 0.0
    return ManyParameters(
        model, slopes, pattern, intercepts, categories, known.correlations, known.means, linked, known.sds
    )


def _check_match(table: ResponseTable, parameters: ManyParameters) -> None:
    if len(table.items) != len(parameters.slopes):
        raise ValueError(
            f"table: got {len(table.items)} items, expected the {len(parameters.slopes)} of the parameters"
        )
    other = np.flatnonzero(np.asarray(table.categories) != parameters.categories)
    if len(other):
        i = int(other[0])
        raise ValueError(
            f"table: got {table.categories[i]} categories for item {table.items[i]!r}, expected "
            f"{parameters.categories[i]}: code the responses by the values of the calibration"
        )


def draw_plausible_values(scores: ManyScores, number: int, seed: int | np.random.Generator) -> FloatArray:
    """Draw values from each person's posterior, shape (number, P, D).

    Statistics of groups computed from each draw and then averaged are not shrunk, as those of posterior means are.

    Parameters
    ----------
    scores : ManyScores
    number : int
    seed : int or numpy.random.Generator
        With the same generator handed on, persons may come in chunks of any size.

    References
    ----------
    Mislevy, R. J. (1991). Randomization-based inference about latent variables from complex samples.
    """
    root = np.linalg.cholesky(scores.covariance)
    persons, D = scores.mean.shape
    standard = np.random.default_rng(seed).standard_normal((persons, number, D))
    drawn: FloatArray = scores.mean + np.einsum("pde,pne->npd", root, standard)
    return drawn
