"""Anderson mixing: exact on linear maps, indifferent to units, and never down in a climb."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.measurement.grid.anderson import climb
from poise.measurement.grid.mixing import Mixing

FloatArray = npt.NDArray[np.float64]


def contraction(rng: np.random.Generator, size: int) -> tuple[FloatArray, FloatArray]:
    """A linear map with eigenvalues from .1 to .9, turned at random."""
    turn, _ = np.linalg.qr(rng.normal(size=(size, size)))
    return turn @ np.diag(np.linspace(0.1, 0.9, size)) @ turn.T, rng.normal(size=size)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(0, 1000))
def test_a_linear_map_of_n_unknowns_is_solved_after_n_steps_more(size: int, seed: int) -> None:
    slope, level = contraction(np.random.default_rng(seed), size)
    fixed, mixing, point = np.linalg.solve(np.eye(size) - slope, level), Mixing(), np.zeros(size)
    away = np.max(np.abs(fixed))
    for _ in range(size + 1):
        point = mixing.propose(point, slope @ point + level)
    assert point == pytest.approx(fixed, abs=1e-3 * away + 1e-9)


def test_the_first_proposal_and_the_one_after_forgetting_are_the_image() -> None:
    mixing, mixed = Mixing(), []
    assert mixing.propose(np.zeros(2), np.array([1.0, 2.0])).tolist() == [1.0, 2.0]
    mixed.append(mixing.mixes)
    mixing.propose(np.ones(2), np.array([1.5, 2.2]))
    mixed.append(mixing.mixes)
    mixing.forget()
    assert mixing.propose(np.ones(2), np.array([3.0, 4.0])).tolist() == [3.0, 4.0]
    mixed.append(mixing.mixes)
    assert mixed == [False, True, False]


def test_units_do_not_matter_where_the_metric_has_them_too() -> None:
    slope, level = contraction(np.random.default_rng(1), 6)
    units = np.array([1.0, 10.0, 0.1, 3.0, 0.5, 100.0])
    plain, scaled = Mixing(), Mixing()
    point = np.zeros(6)
    for _ in range(4):
        image = slope @ point + level
        one = plain.propose(point, image)
        other = scaled.propose(point * units, image * units, units**-2.0)
        assert other / units == pytest.approx(one, rel=1e-6, abs=1e-9)
        point = one


@dataclass(frozen=True)
class Halfway:
    """A cycle that goes halfway to the top of ``-sum(x^4)`` in each unknown, at its own speed."""

    start: FloatArray

    @property
    def end(self) -> FloatArray:
        return np.asarray(self.start * np.array([0.5, 0.9, 0.99]), dtype=np.float64)

    @property
    def objective(self) -> float:
        return -float(np.sum(self.start**4))

    @property
    def gradient(self) -> FloatArray:
        return np.asarray(-4.0 * self.start**3)

    @property
    def metric(self) -> FloatArray:
        return np.ones(3)


def test_a_climb_never_ends_lower_and_is_quicker_than_plain_cycles() -> None:
    steps = list(islice(climb(Halfway, np.array([2.0, -3.0, 4.0]), is_proper=lambda x: bool(np.all(np.isfinite(x))),
                              slack=0.0), 40))  # fmt: skip
    objectives = [step.objective for step in steps]
    assert np.all(np.diff(objectives) >= 0.0)
    plain = np.array([2.0, -3.0, 4.0]) * np.array([0.5, 0.9, 0.99]) ** 40
    assert np.max(np.abs(steps[-1].end)) < 0.1 * np.max(np.abs(plain))
