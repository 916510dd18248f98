import numpy as np
import pytest

from poise.measurement import FloatArray, Graded, GradedItem, Posterior, Prior, score


def prior_of(*names: str) -> Prior:
    size = len(names)
    return Prior(names, np.zeros(size), 0.5 * np.eye(size) + 0.5)


def test_an_extended_prior_has_independent_method_effects() -> None:
    prior = prior_of("a", "b").extended({"reading": 0.25})
    assert prior.names == ("a", "b", "reading")
    assert prior.covariance[2] == pytest.approx([0, 0, 0.25])
    assert prior.mean[2] == 0.0
    with pytest.raises(ValueError, match="got 'a'"):
        prior.extended({"a": 1.0})
    with pytest.raises(ValueError, match=r"got 0.0 for 'x'"):
        prior.extended({"x": 0.0})


@pytest.mark.parametrize(
    ("mean", "covariance", "named"),
    [
        ([0.0], np.eye(2), "mean"),
        ([0.0, float("nan")], np.eye(2), "mean"),
        ([0.0, 0.0], np.eye(3), "covariance"),
        ([0.0, 0.0], np.array([[1.0, 0.2], [0.3, 1.0]]), "covariance"),
        ([0.0, 0.0], np.array([[1.0, 2.0], [2.0, 1.0]]), "covariance"),
    ],
)
def test_a_prior_that_is_no_gaussian_is_refused(mean: list[float], covariance: FloatArray, named: str) -> None:
    with pytest.raises(ValueError, match=rf"{named}: got .* expected"):
        Prior(("a", "b"), np.array(mean), covariance)


def test_moments_cannot_be_changed_afterwards() -> None:
    given_mean = np.zeros(1)
    prior = Prior(("a",), given_mean, np.eye(1))
    given_mean[0] = 9.0
    assert prior.mean[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        prior.mean[0] = 1.0


def test_an_unknown_latent_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'zest'.*expected one of"):
        score(prior_of("a"), [Graded("q7", GradedItem((("zest", 1.0),), (0.0,)), 0)])
    with pytest.raises(ValueError, match="'zest'"):
        score(prior_of("a"), []).mean_of("zest")


def test_intervals_marginals_and_draws_belong_to_the_posterior() -> None:
    covariance = np.array([[0.5, 0.2, 0.1], [0.2, 0.8, 0.0], [0.1, 0.0, 0.3]])
    found = Posterior(("a", "b", "c"), np.array([0.4, -1.0, 0.2]), covariance)
    low, high = found.interval("a", 0.8)
    assert (high - low) / 2 == pytest.approx(1.2815515655 * found.sd_of("a"))
    assert (high + low) / 2 == pytest.approx(found.mean_of("a"))
    part = found.marginal(("c", "a"))
    assert part.names == ("c", "a")
    assert part.sd_of("a") == found.sd_of("a")
    draws = found.draws(20_000, seed=3)
    assert draws.shape == (20_000, 3)
    assert draws.mean(axis=0) == pytest.approx(found.mean, abs=0.03)
    assert np.cov(draws.T) == pytest.approx(found.covariance, abs=0.03)
    assert np.array_equal(draws[:5], found.draws(20_000, seed=3)[:5])
    with pytest.raises(ValueError, match=r"mass: got 1.5"):
        found.interval("a", 1.5)
