"""Weak priors that keep the parameters of items finite where the responses alone would not."""

from dataclasses import dataclass

import numpy as np

from poise.measurement.models import FloatArray


@dataclass(frozen=True)
class Priors:
    """Priors of slopes and intercepts.

    By default they are flat wherever a sensible item lies and fall off, like a normal distribution with standard
    deviation `limit_sd`, only beyond the limits. So they do not move an estimate within the limits at all, and an item
    whose slope would run to infinity stops a little beyond the limit.

    Parameters
    ----------
    slope_mean, slope_sd : float
        A normal prior of all slopes; an infinite sd means none.
    intercept_sd : float
        A normal prior of all intercepts about zero; infinite means none.
    slope_limit, intercept_limit : float
        Beyond these sizes the priors fall off.
    limit_sd : float
        How fast they fall off, in logits.
    """

    slope_mean: float = 0.0
    slope_sd: float = np.inf
    intercept_sd: float = np.inf
    slope_limit: float = 10.0
    intercept_limit: float = 30.0
    limit_sd: float = 1.0

    def __post_init__(self) -> None:
        for name in ("slope_sd", "intercept_sd", "slope_limit", "intercept_limit", "limit_sd"):
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"{name}: got {value}, expected a number above zero")

    def as_tuple(self) -> tuple[float, ...]:
        """Return the numbers as the compiled functions take them."""
        return (
            self.slope_mean,
            1.0 / self.slope_sd**2,
            self.slope_limit,
            1.0 / self.limit_sd**2,
            1.0 / self.intercept_sd**2,
            self.intercept_limit,
        )

    def log_density(self, items: FloatArray) -> float:
        """Return the log prior of items, shape (I, Kmax), slope first, padded with nan; up to a constant."""
        slopes, intercepts = items[:, 0], items[:, 1:]
        over_a = np.maximum(np.abs(slopes) - self.slope_limit, 0.0)
        over_d = np.maximum(np.abs(intercepts) - self.intercept_limit, 0.0)
        return float(
            -0.5
            * (
                np.nansum(((slopes - self.slope_mean) / self.slope_sd) ** 2)
                + np.nansum((intercepts / self.intercept_sd) ** 2)
                + np.nansum((over_a / self.limit_sd) ** 2)
                + np.nansum((over_d / self.limit_sd) ** 2)
            )
        )


FLAT = Priors(slope_limit=1e3, intercept_limit=1e3)
"""No prior at all, for comparison with plain maximum likelihood."""
