"""Points of integration for sites on one to three projections, coarse and fine."""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from poise.measurement.models import FloatArray, IntArray
from poise.measurement.sites import lattice

SPACINGS: Final = (1.1, 0.95, 0.8, 0.65, 0.5, 0.36, 0.25, 0.16)
"""Distances of the points in standard deviations of the joint Gaussian, coarsest first."""
RADII: Final = {1: 6.5, 2: 5.6, 3: 5.3}
FINEST: Final = {1: 8, 2: 8, 3: 5}
"""How many of the spacings are laid out; in three dimensions the finest would be tens of thousands of points."""
MOST_RANK: Final = 3


class Lattices(NamedTuple):
    """All lattices end to end.

    Parameters
    ----------
    nodes : array, shape (3, Q)
        Coordinates; unused ones are zero.
    start : array of int, shape (3, levels + 1)
        The points of rank r and level k are ``start[r - 1, k]:start[r - 1, k + 1]``.
    levels : array of int, shape (3,)
    spacing : array, shape (levels,)
    """

    nodes: FloatArray
    start: IntArray
    levels: IntArray
    spacing: FloatArray


@lru_cache(maxsize=1)
def lay_lattices() -> Lattices:
    """Lay out all lattices, once."""
    parts, start = [], np.zeros((MOST_RANK, len(SPACINGS) + 1), dtype=np.int64)
    total = 0
    for rank in range(1, MOST_RANK + 1):
        start[rank - 1] = total
        for level in range(FINEST[rank]):
            nodes = lattice(rank, SPACINGS[level], RADII[rank])
            parts.append(np.vstack([nodes, np.zeros((MOST_RANK - rank, nodes.shape[1]))]))
            start[rank - 1, level] = total
            total += nodes.shape[1]
            start[rank - 1, level + 1 :] = total
    return Lattices(np.hstack(parts), start, np.array(list(FINEST.values())), np.array(SPACINGS))
