"""Uncertain readings of simulees' answers, as by a reader of texts that is right so often."""

from dataclasses import dataclass

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.tabular.tables import BadTableError, ResponseTable


@dataclass(frozen=True, eq=False)
class Blurred:
    """Readings of R answers to I items.

    Parameters
    ----------
    chances : array, shape (R, K)
        The probability of each category given what was read, nan beyond an item's categories.
    base_rates : array, shape (I, K)
        How often each category comes, nan likewise.
    """

    chances: FloatArray
    base_rates: FloatArray


def blur_answers(table: ResponseTable, certainty: float, seed: int) -> Blurred:
    """Read every answer with a reader that is right with a given chance and else sees any other category.

    Parameters
    ----------
    table : ResponseTable
    certainty : float
        Above 0, below 1. At one over the number of categories a reading says nothing.
    seed : int

    Returns
    -------
    Blurred
        ``p_k`` is proportional to ``b_k P(read | k)`` with the base rates b of the answers; so readings mean what they
        say: of all that give a category the probability p, a share p are of that category.

    Raises
    ------
    BadTableError
        If the certainty is not between zero and one.
    """
    if not 0.0 < certainty < 1.0:
        raise BadTableError([f"certainty: got {certainty}, expected a number between 0 and 1"])
    rng = np.random.default_rng(seed)
    sizes = np.asarray(table.categories, dtype=np.int64)
    most = int(sizes.max(initial=2))
    counts = np.zeros((len(sizes), most))
    np.add.at(counts, (table.item, table.category), 1.0)
    inside = np.arange(most) < sizes[:, None]
    # Half an answer more for each category, so that none has a base rate of zero.
    base = np.where(inside, counts + 0.5, np.nan)
    base /= np.nansum(base, axis=1, keepdims=True)
    size = sizes[table.item]
    away = 1 + np.floor(rng.random(len(table.item)) * (size - 1)).astype(np.int64)
    wrong = rng.random(len(table.item)) >= certainty
    read = np.where(wrong, (table.category + away) % size, table.category)
    likelihood = np.where(np.arange(most) == read[:, None], certainty, ((1.0 - certainty) / (size - 1))[:, None])
    chances = base[table.item] * likelihood
    return Blurred(chances / np.nansum(chances, axis=1, keepdims=True), base)
