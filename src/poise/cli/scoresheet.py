"""What `poise score` writes of each person: estimates, intervals, plausible values, person fit."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from scipy.special import ndtri

from poise.measurement.joint.jointdata import JointTable
from poise.measurement.models import FloatArray, IntArray
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.personfit import PersonFit
from poise.measurement.scores.scoringforms import PointScores
from poise.measurement.tabular.tables import BadTableError, ResponseTable, name_some

Method: TypeAlias = Literal["eap", "map", "wle"]
FIT: Final = ("lz", "lz_star", "chance", "infit", "outfit", "answered")


@dataclass(frozen=True)
class Wanted:
    """What is to be written.

    Parameters
    ----------
    method : {"eap", "map", "wle"}
    interval : float, optional
        Share of an interval between zero and one.
    plausible : int
        Numbers of plausible values for each person and dimension.
    seed : int
    fit : bool
    """

    method: Method = "eap"
    interval: float | None = None
    plausible: int = 0
    seed: int = 1
    fit: bool = False

    def check(self) -> None:
        """Refuse a share of an interval that is none.

        Raises
        ------
        BadTableError
        """
        if self.interval is not None and not 0.0 < self.interval < 1.0:
            raise BadTableError([f"--interval: got {self.interval}, expected a share between 0 and 1, such as 0.9"])

    def name_columns(self, dimensions: tuple[str, ...]) -> list[str]:
        """Return the names of all columns but the first, which is `person`."""
        names = []
        for name in dimensions:
            names += [name, f"{name}_se"]
            if self.interval is not None:
                names += [f"{name}_low", f"{name}_high"]
            names += [f"{name}_pv{number + 1}" for number in range(self.plausible)]
        return [*names, *(f"fit_{name}" for name in FIT if self.fit)]


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the columns of one chunk of persons are made of.

    Parameters
    ----------
    points : PointScores
    bounds : tuple of two arrays, shape (P, D)
    values : array, shape (number, P, D)
        Plausible values.
    fit : PersonFit, optional
    """

    points: PointScores
    bounds: tuple[FloatArray, FloatArray]
    values: FloatArray
    fit: PersonFit | None = None

    def columns(self, wanted: Wanted) -> list[FloatArray]:
        """Return the columns in the order of their names."""
        made: list[FloatArray] = []
        for d in range(self.points.estimate.shape[1]):
            made += [self.points.estimate[:, d], self.points.sd[:, d]]
            if wanted.interval is not None:
                made += [bound[:, d] for bound in self.bounds]
            made += list(self.values[:, :, d])
        return [*made, *(getattr(self.fit, name) for name in FIT if self.fit is not None)]


@dataclass
class Tally:
    """Counts what is odd over all chunks of persons, to be told at the end."""

    wanted: Wanted
    silent: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, names: tuple[str, ...], answered: IntArray, drawn: Drawn) -> None:
        """Count one chunk."""
        mute = answered == 0
        self.silent += [name for name, own in zip(names, mute.tolist(), strict=True) if own]
        self.counts["open"] += int(np.sum(np.isnan(drawn.points.estimate).any(axis=1) & ~mute))
        self.counts["unsettled"] += int(np.sum(~drawn.points.converged))
        if drawn.fit is not None:
            self.counts["unfit"] += int(np.sum(np.isnan(drawn.fit.lz_star) & ~mute))

    @property
    def notes(self) -> list[str]:
        """What to tell."""
        given = "their cells are empty" if self.wanted.method == "wle" else "they get what is known of their group"
        told = {
            "open": "answered too little on a dimension: those cells are empty",
            "unsettled": "have estimates that did not settle; look at their answers",
            "unfit": "answered too little to say how well their answers fit",
        }
        notes = [f"{len(self.silent)} answered nothing that was calibrated ({name_some(self.silent)}): {given}"]
        counted = [f"{self.counts[key]} {words}" for key, words in told.items() if self.counts[key]]
        return [*(notes if self.silent else []), *counted]


def draw_sheet(table: ResponseTable, known: KnownParameters, wanted: Wanted, chance: np.random.Generator) -> Drawn:
    """Score one chunk of persons on items with categories.

    Parameters
    ----------
    table : ResponseTable
    known : KnownParameters
    wanted : Wanted
    chance : numpy.random.Generator
        Handed on from chunk to chunk, so that plausible values do not depend on how persons are cut into chunks.
    """
    table = place_groups(table, known)
    drawn = (_draw_one if len(known.dimensions) == 1 else _draw_many)(table, known, wanted, chance)
    if not wanted.fit:
        return drawn
    from poise.measurement.scores.personfit import assess_fit  # noqa: PLC0415  compiled code only where it is needed

    return replace(drawn, fit=assess_fit(table, known, drawn.points))


def _draw_one(table: ResponseTable, known: KnownParameters, wanted: Wanted, chance: np.random.Generator) -> Drawn:
    """Score on one dimension: intervals and plausible values are from the posterior itself, whatever its shape."""
    from poise.measurement.scores.gridscoring import draw_from_grid, find_quantiles, score_table  # noqa: PLC0415

    values = np.zeros((0, table.size))
    if wanted.plausible:
        values = draw_from_grid(table, known, wanted.plausible, chance)
    points = score_table(table, known).points if wanted.method == "eap" else _find_points(table, known, wanted.method)
    bounds = spread_around(points, wanted)
    if wanted.method == "eap" and wanted.interval is not None:
        tail = (1.0 - wanted.interval) / 2.0
        ends = find_quantiles(table, known, (tail, 1.0 - tail))
        bounds = ends[:, :1], ends[:, 1:]
    return Drawn(points, bounds, values[:, :, None])


def _draw_many(table: ResponseTable, known: KnownParameters, wanted: Wanted, chance: np.random.Generator) -> Drawn:
    """Score on many dimensions; posteriors are normal there."""
    from poise.measurement.scores.manyscoring import draw_plausible_values, recall_parameters, score_many  # noqa: PLC0415

    values = np.zeros((0, table.size, len(known.dimensions)))
    if wanted.method == "eap" or wanted.plausible:
        scores = score_many(table, recall_parameters(known))
        points, values = scores.points, draw_plausible_values(scores, wanted.plausible, chance)
    if wanted.method != "eap":
        points = _find_points(table, known, wanted.method)
    return Drawn(points, spread_around(points, wanted), values)


def _find_points(table: ResponseTable, known: KnownParameters, method: Method) -> PointScores:
    """Find modes or weighted likelihood estimates."""
    from poise.measurement.scores.likelihoodscoring import score_by_weighted_likelihood  # noqa: PLC0415
    from poise.measurement.scores.mapscoring import score_by_mode  # noqa: PLC0415

    return score_by_mode(table, known) if method == "map" else score_by_weighted_likelihood(table, known)


def draw_joint_sheet(table: JointTable, known: KnownParameters, wanted: Wanted, chance: np.random.Generator) -> Drawn:
    """Score persons on observations of every kind: items, blocks, ratings, readings.

    Raises
    ------
    BadTableError
        If readings are to be scored otherwise than by posterior means.
    """
    from poise.measurement.scores.jointscoring import score_joint  # noqa: PLC0415  compiled code only where it is needed
    from poise.measurement.scores.manyscoring import draw_plausible_values  # noqa: PLC0415
    from poise.measurement.scores.observedfit import assess_observed  # noqa: PLC0415
    from poise.measurement.scores.observedscoring import find_modes, find_weighted  # noqa: PLC0415
    from poise.measurement.scores.observedtables import expect_persons, observe_table  # noqa: PLC0415

    read = table.reading is not None and bool(np.any(table.reading >= 0))
    if read and (wanted.fit or wanted.method != "eap"):
        raise BadTableError(["readings are uncertain: they have scores by --method eap, and no --fit"])
    seen = observe_table(table, known) if wanted.fit or wanted.method != "eap" else []
    values = np.zeros((0, table.size, len(known.dimensions)))
    if wanted.method == "eap" or wanted.plausible:
        scores = score_joint(table, known)
        points = scores.points
        values = draw_plausible_values(scores, wanted.plausible, chance)
    if wanted.method == "map":
        points = find_modes(seen, *expect_persons(table, known))
    elif wanted.method == "wle":
        points = find_weighted(seen, table.size, len(known.dimensions))
    fit = assess_observed(seen, points) if wanted.fit else None
    return Drawn(points, spread_around(points, wanted), values, fit)


def spread_around(points: PointScores, wanted: Wanted) -> tuple[FloatArray, FloatArray]:
    """Return the ends of normal intervals around estimates, shape (P, D)."""
    reach = points.sd * float(ndtri(0.5 + (wanted.interval or 0.0) / 2.0))
    return points.estimate - reach, points.estimate + reach


def place_groups(table: ResponseTable, known: KnownParameters) -> ResponseTable:
    """Return the table with the groups of the calibration.

    Raises
    ------
    BadTableError
        If a group was not calibrated.
    """
    if unknown := [name for name in table.groups if name not in known.groups]:
        told = name_some(known.groups)
        raise BadTableError([f"group {name!r} was not calibrated: the groups are {told}" for name in unknown])
    if table.group is None:
        return table
    places = np.array([known.groups.index(name) for name in table.groups])
    return replace(table, group=places[table.group], groups=known.groups)
