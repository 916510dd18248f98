"""Made-up people and their answers, for tests of the instrument; all chance comes from the generator passed in."""

from collections.abc import Mapping

import numpy as np

from poise.measurement.models import BlockItem, GradedItem
from poise.measurement.scoring import Prior


def draw_person(prior: Prior, rng: np.random.Generator) -> dict[str, float]:
    """Draw one person from the prior.

    Parameters
    ----------
    prior : Prior
        Qualities and method effects.
    rng : numpy.random.Generator

    Returns
    -------
    dict of str to float
        A value for each latent of the prior.
    """
    standard = rng.standard_normal(len(prior.names))
    drawn = prior.mean + np.linalg.cholesky(prior.covariance) @ standard
    return dict(zip(prior.names, drawn.tolist(), strict=True))


def answer_graded(item: GradedItem, z: Mapping[str, float], rng: np.random.Generator) -> int:
    """Draw a person's category on a graded item.

    Parameters
    ----------
    item : GradedItem
    z : mapping of str to float
        The person; ValueError if a latent of the item is missing.
    rng : numpy.random.Generator

    Returns
    -------
    int
        0 to K-1.
    """
    above = item.probabilities(np.array(item.predictor(z)))[::-1].cumsum()[::-1][1:]
    return int(np.sum(rng.random() < above))


def answer_block(item: BlockItem, z: Mapping[str, float], rng: np.random.Generator) -> tuple[int, ...]:
    """Draw a person's order of a block.

    Parameters
    ----------
    item : BlockItem
    z : mapping of str to float
        The person; ValueError if a latent of the block is missing.
    rng : numpy.random.Generator

    Returns
    -------
    tuple of int
        Indices of the statements from most to least.

    Notes
    -----
    Utilities plus independent Gumbel noise, put in order, follow the Plackett-Luce model (Yellott, 1977).
    """
    noisy = item.utilities(z) + rng.gumbel(size=len(item.statements))
    return tuple(int(i) for i in np.argsort(-noisy))
