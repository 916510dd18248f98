"""Candidates of one position: chances that agree with each other, ties, and bands from the leader."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jobfit.conftest import Sat
from scipy.special import ndtr

from poise.content.library import Library
from poise.jobfit.comparing import Contender, chance_to_exceed, draw_surplus, may_place, place_in_bands

NORMAL = np.random.default_rng(1).standard_normal(2000)


def somebody(key: str, mean: float, sd: float = 1.0, *, enough: bool = True) -> Contender:
    return Contender(key, mean + sd * NORMAL, enough)


@pytest.mark.parametrize(("apart", "sd"), [(0.0, 1.0), (0.7, 1.0), (2.0, 0.5)])
def test_the_chance_is_that_of_two_independent_people(apart: float, sd: float) -> None:
    one, other = somebody("one", apart), somebody("other", 0.0, sd)
    expected = float(ndtr(apart / np.hypot(1.0, sd)))
    assert chance_to_exceed(one.surplus, other.surplus) == pytest.approx(expected, abs=0.02)


@settings(max_examples=40)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_laws_of_bands(means: list[float], chance: Random) -> None:
    people = [somebody(f"p{i}", mean) for i, mean in enumerate(means)]
    placed, shuffled = place_in_bands(people), list(people)
    chance.shuffle(shuffled)
    assert place_in_bands(shuffled).bands == placed.bands
    assert sorted(key for band in placed.bands for key in band) == sorted(one.key for one in people)
    for (one, other), value in placed.chances.items():
        assert value + placed.chances[other, one] == pytest.approx(1.0)
        assert placed.tied(one, other) == placed.tied(other, one)
    best = max(float(one.surplus.mean()) for one in people)
    leader = min(one.key for one in people if float(one.surplus.mean()) == best)
    tied = {one.key for one in people if one.key != leader and placed.tied(leader, one.key)}
    assert set(placed.bands[0]) == {leader} | tied


def test_bands_begin_anew_with_the_best_of_those_left() -> None:
    people = [somebody("ann", 5.0), somebody("ben", 4.5), somebody("cleo", 2.8), somebody("dan", 2.2)]
    assert place_in_bands(people).bands == (("ann", "ben"), ("cleo", "dan"))


def test_who_showed_too_little_is_not_placed() -> None:
    placed = place_in_bands([somebody("ann", 1.0), somebody("ben", 9.0, enough=False)])
    assert placed.bands == (("ann",),)
    assert placed.unplaced == ("ben",)


def test_a_key_stands_once() -> None:
    with pytest.raises(ValueError, match="each key once"):
        place_in_bands([somebody("ann", 1.0), somebody("ann", 2.0)])


def test_the_saint_comes_before_the_hothead(saint: Sat, hothead: Sat, library: Library) -> None:
    job = library.jobs[0]
    people = [Contender(key, draw_surplus(sat.state, library, job)) for key, sat in (("a", hothead), ("b", saint))]
    assert place_in_bands(people).chances["b", "a"] > 0.85
    assert np.array_equal(people[0].surplus, draw_surplus(hothead.state, library, job))


def test_while_provisional_only_an_owner_may_switch_bands_on(library: Library) -> None:
    job = library.jobs[0]
    assert not may_place(library, job, switched_on=False)
    assert may_place(library, job, switched_on=True)
    settled = library.model_copy(update={"provisional": False})
    assert not may_place(settled, job, switched_on=False)
    assert may_place(settled, job.model_copy(update={"provisional": False}), switched_on=False)
