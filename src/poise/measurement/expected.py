"""The scale of a demand: how often a person at some level does at least this much on a published set of items."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from poise.measurement.models import FloatArray, GradedItem


def expected_share(items: Sequence[GradedItem], at_least: int, name: str, values: FloatArray) -> FloatArray:
    """Return the share of a reference set on which a person is expected to reach a category.

    Parameters
    ----------
    items : sequence of GradedItem
        The reference set; each loads on `name`.
    at_least : int
        The category to reach, 1 to K-1 of every item.
    name : str
        The quality.
    values : array, shape (...)
        Levels of the quality. All other latents stand at zero.

    Returns
    -------
    array, shape (...)
        The mean over the items of ``P(X >= at_least)``. Where an item loads negatively its categories are counted from
        the other end, ``P(X <= K - 1 - at_least)``, so that the share always rises with the quality.

    Raises
    ------
    ValueError
        If there are no items, an item does not load on the quality, or the category is not one of an item's.
    """
    if not items:
        raise ValueError("items: got none, expected at least one")
    levels = np.asarray(values, dtype=np.float64)
    total = np.zeros(levels.shape)
    for i, item in enumerate(items):
        slope = dict(item.loadings).get(name, 0.0)
        if slope == 0.0:
            raise ValueError(f"items[{i}]: got loadings {item.loadings}, expected one on {name!r} that is not zero")
        if at_least not in range(1, item.categories):
            raise ValueError(f"at_least: got {at_least}, expected 1 to {item.categories - 1} for items[{i}]")
        if slope > 0.0:
            total += expit(slope * levels + item.intercepts[at_least - 1])
        else:
            total += expit(-(slope * levels + item.intercepts[-at_least]))
    return total / len(items)
