"""Leaving one response out by its cavity, against scoring anew without it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.measurement import BlockItem, Graded, GradedItem, Prior, Ranked, Reading, Response, Statement, score
from poise.measurement.scores.cavities import leave_each_out

PRIOR = Prior(("a", "b", "effect"), np.zeros(3), np.array([[1.0, 0.4, 0.0], [0.4, 1.0, 0.0], [0.0, 0.0, 0.5]]))
STEPS = (2.0, 0.7, -0.6, -1.8)


def rated(key: str, latent: str, category: int, slope: float = 1.0) -> Graded:
    return Graded(key, GradedItem(((latent, slope), ("effect", slope)), STEPS), category)


def answers(categories: list[int]) -> list[Response]:
    own: list[Response] = [rated(f"g{i}", "ab"[i % 2], category) for i, category in enumerate(categories)]
    block = BlockItem(tuple(Statement(((name, 1.2),), 0.1) for name in ("a", "b", "effect")))
    item = GradedItem((("b", 1.0),), STEPS)
    return [*own, Ranked("block", block, (2, 0, 1)), Reading("read", item, (0.6, 0.2, 0.1, 0.05, 0.05), (0.2,) * 5)]


@settings(max_examples=20)
@given(st.lists(st.integers(0, 4), min_size=4, max_size=12))
def test_it_is_what_scoring_anew_says(categories: list[int]) -> None:
    responses = answers(categories)
    whole, moved = score(PRIOR, responses).mean, leave_each_out(PRIOR, responses)
    for i, one in enumerate(responses):
        without = score(PRIOR, [*responses[:i], *responses[i + 1 :]]).mean
        assert moved[one.key] == pytest.approx(whole - without, abs=0.03)


def test_a_single_response_moves_all_that_there_is_to_move() -> None:
    [one] = responses = [rated("one", "a", 4)]
    assert leave_each_out(PRIOR, responses)[one.key] == pytest.approx(score(PRIOR, responses).mean, abs=1e-9)


def test_better_answers_move_up_and_what_says_nothing_is_absent() -> None:
    even = Reading("even", GradedItem((("a", 1.0),), STEPS), (0.2,) * 5, (0.2,) * 5)
    moved = leave_each_out(PRIOR, [rated("low", "a", 0), rated("high", "b", 4), even])
    assert moved["low"][0] < 0 < moved["high"][1]
    assert "even" not in moved
