"""Calibrated items, and what a calibration found; to and from the form of parameters.json."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.parameters.calibratedblocks import BLOCKS, CalibratedBlock, CalibratedRater
from poise.measurement.tabular.tables import BadTableError, name_some

Model: TypeAlias = Literal["2pl", "graded", "gpcm"]
MODELS: Final[tuple[Model, ...]] = ("2pl", "graded", "gpcm")


@dataclass(frozen=True)
class CalibratedItem:
    """One item with its parameters in the logistic metric, and their standard errors.

    Parameters
    ----------
    key : str
    model : {"2pl", "graded", "gpcm"}
        Graded and 2pl: ``P(X >= k) = logistic(a . theta + d_k)``; gpcm: ``P(X = k)`` proportional to
        ``exp(k a . theta + d_k)``.
    loadings : tuple of (str, float)
        Dimension and slope.
    intercepts : tuple of float
        d_1 to d_{K-1}.
    loadings_se, intercepts_se : tuple of float
        Standard errors, nan where there are none.
    thresholds, thresholds_se : tuple of float
        For an item on one dimension: b_k with ``P(X >= k) = logistic(a (theta - b_k))``, for gpcm the points where
        categories k - 1 and k are equally likely. Else empty.
    values : tuple of int
        The value in the responses that each category stands for.
    covariance : tuple of tuple of float
        Of the errors of loadings, then intercepts; empty where it is not known.
    base_rates : tuple of float
        For an item that was read from texts: how often each category is read in all.
    """

    key: str
    model: Model
    loadings: tuple[tuple[str, float], ...]
    intercepts: tuple[float, ...]
    loadings_se: tuple[float, ...] = ()
    intercepts_se: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()
    thresholds_se: tuple[float, ...] = ()
    values: tuple[int, ...] = ()
    covariance: tuple[tuple[float, ...], ...] = ()
    base_rates: tuple[float, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the item as parameters.json has it."""
        names = [name for name, _ in self.loadings]
        se: dict[str, Any] = {
            "loadings": {
                name: plain(one) for name, one in zip(names, self.loadings_se or (None,) * len(names), strict=True)
            },
            "intercepts": [plain(one) for one in self.intercepts_se or (None,) * len(self.intercepts)],
        }
        made: dict[str, Any] = {
            "model": self.model,
            "loadings": dict(self.loadings),
            "intercepts": list(self.intercepts),
            "se": se,
            "values": list(self.values),
        }
        if len(names) == 1:
            made["discrimination"] = self.loadings[0][1]
            made["thresholds"] = [plain(one) for one in self.thresholds]
            se["discrimination"] = next(iter(se["loadings"].values()))
            se["thresholds"] = [plain(one) for one in self.thresholds_se or (None,) * len(self.intercepts)]
        if self.covariance and np.all(np.isfinite(self.covariance)):
            se["covariance"] = [list(row) for row in self.covariance]
        if self.base_rates:
            made["base_rates"] = list(self.base_rates)
        return made

    @classmethod
    def from_dict(cls, key: str, told: Mapping[str, Any]) -> "CalibratedItem":
        """Read an item of parameters.json.

        Raises
        ------
        ValueError
            Naming the item and the entry that is missing or wrong.
        """
        try:
            model = _read_model(key, told)
            intercepts = tuple(float(d) for d in told["intercepts"])
            return cls(
                key=key,
                model=model,
                loadings=tuple((str(name), float(a)) for name, a in told["loadings"].items()),
                intercepts=intercepts,
                values=tuple(int(v) for v in told.get("values", range(len(intercepts) + 1))),
                covariance=tuple(tuple(float(one) for one in row) for row in told.get("se", {}).get("covariance", ())),
                base_rates=tuple(float(one) for one in told.get("base_rates", ())),
            )
        except BadTableError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadTableError(
                [f"item {key!r}: expected model, loadings and intercepts; wrong or missing: {error}"]
            ) from error


def _read_model(key: str, told: Mapping[str, Any]) -> Model:
    if told["model"] not in MODELS:
        raise BadTableError([f"item {key!r}: the model is {told['model']!r}, expected one of {', '.join(MODELS)}"])
    return MODELS[MODELS.index(told["model"])]


UNTOLD: Final = 5.0
"""A standard error of a slope above this tells that the answers do not tell the slope."""


def list_untold(items: Sequence["CalibratedItem"]) -> list[str]:
    """Return a note on slopes that the answers do not tell, if there are any."""
    untold = [item.key for item in items if any(error > UNTOLD for error in item.loadings_se)]
    if not untold:
        return []
    told = f"items {name_some(untold)}: the standard error of a slope is above {UNTOLD:.0f}: the answers do not tell it"
    return [f"{told}; do not use these numbers: too few items, too few persons, or two dimensions that are one"]


def plain(number: float | None) -> float | None:
    """Return a number for JSON: nan and infinity become nothing."""
    return float(number) if number is not None and np.isfinite(number) else None


def find_thresholds(model: Model, slope: float, intercepts: FloatArray) -> FloatArray:
    """Return b_k from slope and intercepts; see `CalibratedItem`."""
    steps = np.diff(intercepts, prepend=0.0) if model == "gpcm" else intercepts
    with np.errstate(divide="ignore", invalid="ignore"):
        thresholds: FloatArray = -steps / slope
    return thresholds


def find_threshold_errors(model: Model, slope: float, intercepts: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return standard errors of the thresholds by the delta method; `covariance` is of (slope, d_1, ...)."""
    size = len(intercepts)
    by_step = np.eye(size) - np.eye(size, k=-1) if model == "gpcm" else np.eye(size)
    thresholds = find_thresholds(model, slope, intercepts)
    with np.errstate(divide="ignore", invalid="ignore"):
        jacobian = np.column_stack([-thresholds / slope, -by_step / slope])
        variance = np.einsum("ij,jk,ik->i", jacobian, covariance, jacobian)
        errors: FloatArray = np.sqrt(variance)
    return errors


@dataclass(frozen=True, eq=False)
class Calibration:
    """What a calibration found.

    Parameters
    ----------
    items : tuple of CalibratedItem
    dimensions : tuple of str
    correlations : array, shape (D, D)
        Of the latents within a group.
    groups : tuple of str
        Empty where there is one group.
    means, sds : array, shape (G, D)
        Of the latents by group; the reference group is first.
    means_se : array, shape (G, D)
        Standard errors of the means; zero where a mean is fixed.
    loglik, aic, bic : float
    n : int
        Persons who answered something.
    parameters : int
        How many parameters were estimated.
    converged : bool
    iterations : int
    nodes : int
        Of the grid, in each dimension.
    gain : float
        How much more the log-likelihood could be expected to rise.
    seconds : float
        Filled in by whoever has a clock.
    notes : tuple of str
        What is worth knowing, in plain words.
    blocks : tuple of CalibratedBlock
        Not among `items`; in parameters.json their statements are.
    raters : tuple of CalibratedRater
    sizes : tuple of float
        Persons who answered something, by group.
    sds_se : array, shape (G, D), optional
        Standard errors of the standard deviations; zero where one is fixed.
    """

    items: tuple[CalibratedItem, ...]
    dimensions: tuple[str, ...]
    correlations: FloatArray
    groups: tuple[str, ...]
    means: FloatArray
    sds: FloatArray
    means_se: FloatArray
    loglik: float
    aic: float
    bic: float
    n: int
    parameters: int
    converged: bool
    iterations: int
    nodes: int
    gain: float = 0.0
    seconds: float = float("nan")
    notes: tuple[str, ...] = ()
    blocks: tuple[CalibratedBlock, ...] = ()
    raters: tuple[CalibratedRater, ...] = ()
    sizes: tuple[float, ...] = ()
    sds_se: FloatArray | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the content of parameters.json."""
        groups = self.groups or ("all",)
        statements = {one.key: one.as_dict(block.key) for block in self.blocks for one in block.statements}
        told: dict[str, Any] = {
            "items": {item.key: item.as_dict() for item in self.items} | statements,
            "dimensions": list(self.dimensions),
            "correlations": self.correlations.tolist(),
            "groups": {
                name: {
                    "means": dict(zip(self.dimensions, mean.tolist(), strict=True)),
                    "sds": dict(zip(self.dimensions, sd.tolist(), strict=True)),
                    "se": {"means": {d: plain(one) for d, one in zip(self.dimensions, se, strict=True)}},
                }
                for name, mean, sd, se in zip(groups, self.means, self.sds, self.means_se, strict=True)
            },
            "loglik": self.loglik,
            "aic": self.aic,
            "bic": self.bic,
            "n": self.n,
            "parameters": self.parameters,
            "converged": self.converged,
            "iterations": self.iterations,
            "gain": plain(self.gain),
            "nodes": self.nodes,
            "seconds": plain(self.seconds),
            "notes": list(self.notes),
        }
        for group, size in zip(told["groups"].values(), self.sizes, strict=False):
            group["n"] = size
        for group, row in zip(told["groups"].values(), () if self.sds_se is None else self.sds_se, strict=False):
            group["se"]["sds"] = {name: plain(one) for name, one in zip(self.dimensions, row, strict=True)}
        if self.blocks:
            told["blocks"] = {
                block.key: {"statements": [one.key for one in block.statements], "task": block.task}
                for block in self.blocks
            }
        if self.raters:
            told["raters"] = {rater.key: rater.as_dict() for rater in self.raters}
        return told


@dataclass(frozen=True, eq=False)
class KnownParameters:
    """What scoring needs of a calibration.

    Parameters
    ----------
    items : tuple of CalibratedItem
        Those with categories; statements are in `blocks`.
    dimensions : tuple of str
    correlations : array, shape (D, D)
    groups : tuple of str
    means, sds : array, shape (G, D)
    blocks : tuple of CalibratedBlock
    raters : tuple of CalibratedRater
    means_se : array, shape (G, D), optional
        Zero where a mean was fixed.
    sizes : tuple of float
        Persons who answered something, by group; empty where it is not told.
    """

    items: tuple[CalibratedItem, ...]
    dimensions: tuple[str, ...]
    correlations: FloatArray
    groups: tuple[str, ...]
    means: FloatArray
    sds: FloatArray
    blocks: tuple[CalibratedBlock, ...] = ()
    raters: tuple[CalibratedRater, ...] = ()
    means_se: FloatArray | None = None
    sizes: tuple[float, ...] = ()

    @property
    def is_joint(self) -> bool:
        """Whether only the joint engine can score: there are blocks, raters, or graded beside partial credit items."""
        kinds = {"gpcm" if item.model == "gpcm" else "graded" for item in self.items}
        return bool(self.blocks or self.raters or len(kinds) > 1)

    @classmethod
    def of(cls, calibration: Calibration) -> "KnownParameters":
        """Return what scoring needs of a calibration that was just made."""
        return cls.from_dict(calibration.as_dict())

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "KnownParameters":
        """Read the content of parameters.json.

        Raises
        ------
        BadTableError
            Naming what is missing or wrong.
        """
        try:
            entries = dict(told["items"].items())
            statements = {
                key for key, one in entries.items() if isinstance(one, Mapping) and one.get("model") == BLOCKS
            }
            blocks = {
                key: CalibratedBlock.from_dict(key, one, entries) for key, one in (told.get("blocks") or {}).items()
            }
            raters = {key: CalibratedRater.from_dict(key, one) for key, one in (told.get("raters") or {}).items()}
            items = tuple(CalibratedItem.from_dict(key, one) for key, one in entries.items() if key not in statements)
            dimensions = tuple(str(name) for name in told["dimensions"])
            groups = told.get("groups") or {"all": {"means": {}, "sds": {}}}
            own = [[float(one.get("means", {}).get(d, 0.0)) for d in dimensions] for one in groups.values()]
            sds = [[float(one.get("sds", {}).get(d, 1.0)) for d in dimensions] for one in groups.values()]
            means_se = _errors_of_means(groups, dimensions)
            sizes = tuple(float(one["n"]) for one in groups.values() if one.get("n") is not None)
            correlations = np.array(told["correlations"], dtype=np.float64)
        except BadTableError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadTableError([f"expected items, dimensions and correlations; wrong or missing: {error}"]) from error
        known = cls(
            items, dimensions, correlations, tuple(groups), np.array(own), np.array(sds),
            tuple(blocks.values()), tuple(raters.values()), means_se, sizes,
        )  # fmt: skip
        if complaints := [*known._wrong(), *_stray(statements, known.blocks)]:
            raise BadTableError(complaints)
        return known

    def _wrong(self) -> Iterator[str]:
        size = len(self.dimensions)
        if self.correlations.shape != (size, size):
            yield f"correlations: got shape {self.correlations.shape}, expected ({size}, {size})"
        rows = [(item.key, item.loadings) for item in self.items]
        rows += [(one.key, one.loadings) for block in self.blocks for one in block.statements]
        if strange := [key for key, loadings in rows if not set(dict(loadings)) <= set(self.dimensions)]:
            yield f"items {name_some(strange)} load on a dimension that is not in the list of dimensions"


def _stray(statements: set[str], blocks: tuple[CalibratedBlock, ...]) -> Iterator[str]:
    """Tell statements that are in no block."""
    if stray := sorted(statements - {one.key for block in blocks for one in block.statements}):
        yield f"statements in no block: {name_some(stray)}"


def _errors_of_means(groups: Mapping[str, Any], dimensions: tuple[str, ...]) -> FloatArray:
    """Return standard errors of means, shape (G, D), nan where they are not told."""
    told = [(one.get("se") or {}).get("means") or {} for one in groups.values()]
    return np.array([[np.nan if one.get(d) is None else float(one[d]) for d in dimensions] for one in told])
