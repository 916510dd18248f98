from collections import Counter

import numpy as np
import pytest

from poise.measurement import BlockItem, GradedItem, Prior, Statement, answer_block, answer_graded, draw_person

PERSON = {"a": 0.5, "b": -0.3, "c": 1.0}
DRAWS = 20_000


def test_people_are_drawn_from_the_prior() -> None:
    covariance = np.array([[1.0, 0.6], [0.6, 2.0]])
    prior, rng = Prior(("a", "b"), np.array([0.5, -1.0]), covariance), np.random.default_rng(1)
    people = np.array([list(draw_person(prior, rng).values()) for _ in range(DRAWS)])
    assert people.mean(axis=0) == pytest.approx([0.5, -1.0], abs=0.05)
    assert np.cov(people.T) == pytest.approx(covariance, abs=0.06)


def test_categories_come_as_often_as_the_model_says() -> None:
    item, rng = GradedItem((("a", 1.5), ("b", 1.0)), (1.0, 0.0, -2.0)), np.random.default_rng(2)
    counts = Counter(answer_graded(item, PERSON, rng) for _ in range(DRAWS))
    expected = item.probabilities(np.array(1.5 * 0.5 - 0.3))
    assert [counts[k] / DRAWS for k in range(4)] == pytest.approx(list(expected), abs=0.015)


def test_orders_come_as_often_as_the_model_says() -> None:
    block = BlockItem(tuple(Statement(((name, 1.2),), 0.2) for name in "abc"))
    rng = np.random.default_rng(3)
    counts = Counter(answer_block(block, PERSON, rng) for _ in range(DRAWS))
    expected = block.probabilities(block.utilities(PERSON))
    assert [counts[order] / DRAWS for order in block.orders] == pytest.approx(list(expected), abs=0.015)


def test_the_same_generator_gives_the_same_person_and_answers() -> None:
    prior = Prior(("a",), np.zeros(1), np.eye(1))
    one, other = (draw_person(prior, np.random.default_rng(9)) for _ in range(2))
    assert one == other


def test_a_person_without_a_latent_of_the_item_is_refused() -> None:
    with pytest.raises(ValueError, match="zest"):
        answer_graded(GradedItem((("zest", 1.0),), (0.0,)), PERSON, np.random.default_rng(1))
