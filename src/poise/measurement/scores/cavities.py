"""What each response adds: how far the posterior mean would move without it."""

from collections.abc import Mapping, Sequence

import numpy as np

from poise.measurement.models import FloatArray
from poise.measurement.propagation import propagate
from poise.measurement.responses import Response
from poise.measurement.scoring import Prior
from poise.measurement.sites import stack_sites


def leave_each_out(prior: Prior, responses: Sequence[Response]) -> Mapping[str, FloatArray]:
    """Return how far each response moves the posterior mean of all latents, by the key of the response.

    Parameters
    ----------
    prior : Prior
        As given to `score`.
    responses : sequence of Response
        Each with a key of its own.

    Returns
    -------
    mapping of str to array, shape (D,)
        The mean with all responses less the mean without this one. A response that cannot say anything moves nothing
        and is absent.

    Notes
    -----
    The cavity of expectation propagation: the response's Gaussian site is divided out of the joint Gaussian, the
    others stay as they are. With directions W, shape (r, D), the site's precision T and shift n, joint mean m and
    covariance S, the mean moves by ``S W' (1 - T W S W')^-1 (n - T W m)``. Scoring anew without the response lets the
    other sites change as well; over whole sittings both differ by .01 at most, where effects reach .25.

    References
    ----------
    Opper, M. and Winther, O. (2000). Gaussian processes for classification: mean-field algorithms. (Leave-one-out by
    the cavity.)
    """
    groups = stack_sites(prior.names, responses)
    joint = propagate(prior.mean, prior.covariance, groups)
    moved: dict[str, FloatArray] = {}
    for group, sites in zip(groups, joint.sites, strict=True):
        for key, rows, precision, shift in zip(group.keys, group.directions, sites.precision, sites.shift, strict=True):
            reach = joint.covariance @ rows.T
            rest = np.eye(len(precision)) - precision @ rows @ reach
            moved[key] = reach @ np.linalg.solve(rest, shift - precision @ rows @ joint.mean)
    return moved
