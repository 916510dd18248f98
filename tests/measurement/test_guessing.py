"""A question that may be guessed: the three-parameter logistic model, written as a reading of whether it was known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from poise.measurement import Graded, GradedItem, Prior, Reading, right_or_wrong, score
from poise.measurement.sites import stack_sites

NAMES = ("policy",)
PRIOR = Prior(NAMES, np.zeros(1), np.eye(1))
slopes, intercepts = st.floats(0.2, 3.0), st.floats(-3.0, 3.0)


def question(slope: float = 1.2, intercept: float = 0.8) -> GradedItem:
    return GradedItem((("policy", slope),), (intercept,))


def log_likelihood(response: Graded | Reading, points: np.ndarray) -> np.ndarray:
    (sites,) = stack_sites(NAMES, [response])
    along = points * sites.directions[0, 0, 0]
    found: np.ndarray = sites.log_likelihood(along[None, None, :])[0]
    return found


@given(slope=slopes, intercept=intercepts, guess=st.floats(0.0, 0.9), right=st.booleans())
def test_the_likelihood_is_that_of_the_model_up_to_a_constant(
    *, slope: float, intercept: float, guess: float, right: bool
) -> None:
    points = np.linspace(-4.0, 4.0, 17)
    known = expit(slope * points + intercept)
    chance = guess + (1.0 - guess) * known if right else (1.0 - guess) * (1.0 - known)
    found = log_likelihood(right_or_wrong("q", question(slope, intercept), right=right, guess=guess), points)
    expected = np.log(chance)
    assert found - found[8] == pytest.approx(expected - expected[8], abs=1e-9)


def test_without_a_floor_it_is_a_graded_answer() -> None:
    sure = score(PRIOR, [right_or_wrong("q", question(), right=True, guess=0.0)])
    graded = score(PRIOR, [Graded("q", question(), 1)])
    assert sure.mean_of("policy") == pytest.approx(graded.mean_of("policy"), abs=1e-6)


@given(st.floats(0.0, 0.45), st.floats(0.05, 0.45))
def test_the_easier_to_guess_the_less_a_right_answer_says(guess: float, more: float) -> None:
    means = [
        score(PRIOR, [right_or_wrong("q", question(), right=True, guess=floor)]).mean_of("policy")
        for floor in (guess, guess + more)
    ]
    assert means[0] > means[1] > 0.0


def test_a_wrong_answer_says_the_same_whatever_the_floor() -> None:
    low, high = (right_or_wrong("q", question(), right=False, guess=guess) for guess in (0.2, 1 / 3))
    assert low == high == Graded("q", question(), 0)


@pytest.mark.parametrize("guess", [-0.1, 1.0, float("nan")])
def test_a_floor_that_is_none_is_refused(guess: float) -> None:
    with pytest.raises(ValueError, match="guess of 'q'"):
        right_or_wrong("q", question(), right=True, guess=guess)


def test_an_item_of_more_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="3 categories"):
        right_or_wrong("q", GradedItem((("policy", 1.0),), (1.0, 0.0)), right=True, guess=0.2)
