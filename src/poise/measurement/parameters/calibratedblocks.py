"""Calibrated blocks of statements and raters, to and from the form of parameters.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from poise.measurement.models import LARGEST_BLOCK, SMALLEST_BLOCK
from poise.measurement.observing import TASKS, Task
from poise.measurement.tabular.tables import BadTableError, name_some

BLOCKS: Final = "blocks"
"""The model of a statement of a block in parameters.json."""


@dataclass(frozen=True)
class CalibratedStatement:
    """A statement of a block; its utility is ``a . theta + c``.

    Parameters
    ----------
    key : str
    loadings : tuple of (str, float)
        Dimension and slope.
    intercept : float
        Intercepts of a block sum to zero.
    loadings_se : tuple of float
        Standard errors, nan where there are none.
    intercept_se : float
    """

    key: str
    loadings: tuple[tuple[str, float], ...]
    intercept: float
    loadings_se: tuple[float, ...] = ()
    intercept_se: float = float("nan")

    def as_dict(self, block: str) -> dict[str, Any]:
        """Return the statement of a block as parameters.json has it among the items."""
        errors = self.loadings_se or (None,) * len(self.loadings)
        names = [name for name, _ in self.loadings]
        return {
            "model": BLOCKS,
            "loadings": dict(self.loadings),
            "intercepts": [self.intercept],
            "se": {
                "loadings": {name: tell_error(one) for name, one in zip(names, errors, strict=True)},
                "intercepts": [tell_error(self.intercept_se)],
            },
            "block": block,
        }

    @classmethod
    def from_dict(cls, key: str, told: Mapping[str, Any]) -> "CalibratedStatement":
        """Read a statement of parameters.json.

        Raises
        ------
        BadTableError
            Naming the statement and the entry that is missing or wrong.
        """
        try:
            [intercept] = told["intercepts"]
            loadings = tuple((str(name), float(a)) for name, a in told["loadings"].items())
            return cls(key, loadings, float(intercept))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadTableError(
                [f"statement {key!r}: expected loadings and one intercept; wrong or missing: {error}"]
            ) from error


@dataclass(frozen=True)
class CalibratedBlock:
    """A block of statements that are ranked, or of which the most and the least fitting are named.

    Parameters
    ----------
    key : str
    statements : tuple of CalibratedStatement
    task : {"rank", "most_least"}
    """

    key: str
    statements: tuple[CalibratedStatement, ...]
    task: Task = "rank"

    @classmethod
    def from_dict(cls, key: str, told: Mapping[str, Any], items: Mapping[str, Any]) -> "CalibratedBlock":
        """Read a block of parameters.json; its statements stand among the `items`.

        Raises
        ------
        BadTableError
            Naming the block and what is missing or wrong.
        """
        names = told.get("statements")
        if not isinstance(names, list) or not SMALLEST_BLOCK <= len(names) <= LARGEST_BLOCK:
            raise BadTableError([f"block {key!r}: expected {SMALLEST_BLOCK} to {LARGEST_BLOCK} statements"])
        if told.get("task", TASKS[0]) not in TASKS:
            raise BadTableError([f"block {key!r}: the task is {told['task']!r}, expected one of {', '.join(TASKS)}"])
        if missing := [name for name in names if name not in items]:
            raise BadTableError([f"block {key!r}: {name_some(missing)} is not among the items"])
        return cls(
            key,
            tuple(CalibratedStatement.from_dict(name, items[name]) for name in names),
            told.get("task", TASKS[0]),
        )


@dataclass(frozen=True)
class CalibratedRater:
    """Somebody who rates: ``P(X >= k) = logistic(consistency (a . theta + d_k - severity))``."""

    key: str
    severity: float
    consistency: float
    severity_se: float = float("nan")
    consistency_se: float = float("nan")

    def as_dict(self) -> dict[str, Any]:
        """Return the rater as parameters.json has it."""
        return {
            "severity": self.severity,
            "consistency": self.consistency,
            "se": {"severity": tell_error(self.severity_se), "consistency": tell_error(self.consistency_se)},
        }

    @classmethod
    def from_dict(cls, key: str, told: Mapping[str, Any]) -> "CalibratedRater":
        """Read a rater of parameters.json.

        Raises
        ------
        BadTableError
            Naming the rater and what is missing or wrong.
        """
        try:
            return cls(key, float(told["severity"]), float(told["consistency"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BadTableError(
                [f"rater {key!r}: expected severity and consistency; wrong or missing: {error}"]
            ) from error


def tell_error(number: float | None) -> float | None:
    """Return a standard error for JSON: nan becomes nothing."""
    return float(number) if number is not None and isfinite(number) else None
