"""A settled verdict: what an answer is expected to do to its uncertainty, against sums over what may come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from poise.measurement import Posterior
from poise.measurement.adaptive.needs import Precision, Verdict, Verdicts

NAMES = ("patience", "courtesy")


@given(st.floats(-2.5, 2.5), st.floats(0.2, 2.0), st.floats(0.0, 0.99))
def test_the_worth_of_an_answer_is_the_expected_fall_of_the_verdicts_uncertainty(
    mean: float, sd: float, share: float
) -> None:
    verdicts = Verdicts((Verdict((("patience", 1.0),), 0.4, 2.0),))
    fall = share * sd**2
    found = verdicts.value(np.array([[fall]]), np.array([mean]), np.array([sd**2]))[0]
    # what will be believed: the mean moves by a normal step whose variance is the fall
    steps = np.linspace(-9, 9, 4001)
    weight = np.exp(-0.5 * steps**2)
    chance = ndtr((mean + np.sqrt(fall) * steps - 0.4) / np.sqrt(sd**2 - fall))
    later = float(weight @ (chance * (1 - chance)) / weight.sum())
    now = float(ndtr((mean - 0.4) / sd))
    assert found == pytest.approx(2.0 * (now * (1 - now) - later), abs=2e-6)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2))
def test_more_is_never_worth_less_and_nothing_is_worth_nothing(falls: list[float]) -> None:
    verdicts = Verdicts((Verdict((("patience", 1.0), ("courtesy", -0.5)), 0.4),))
    low, high = sorted(falls)
    worth = verdicts.value(np.array([[0.0], [low], [high]]), np.array([0.1]), np.array([1.0]))
    assert worth[0] == 0.0
    assert worth[1] <= worth[2] + 1e-12


def test_the_chance_of_a_verdict_is_that_of_the_sum() -> None:
    posterior = Posterior(NAMES, np.array([0.5, 1.0]), np.array([[0.5, 0.2], [0.2, 0.4]]))
    verdict = Verdict((("patience", 1.0), ("courtesy", 2.0)), 2.0)
    assert verdict.chance(posterior) == pytest.approx(float(ndtr(0.5 / np.sqrt(0.5 + 4 * 0.2 + 4 * 0.4))))


def test_wrong_needs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"weights: got less than zero for \['patience'\]"):
        Precision((("patience", -1.0),))
    with pytest.raises(ValueError, match="verdicts: got none"):
        Verdicts(())
    with pytest.raises(ValueError, match=r"bar, importance: got nan, 1.0"):
        Verdict((("patience", 1.0),), float("nan"))
    with pytest.raises(ValueError, match="got 'zest', expected one of"):
        Precision.of(["zest"]).sums(NAMES)
