"""Simulees with a habit: fakers rise where they may, careless people say nothing, the honest are left as they were."""

import numpy as np
import pytest
from sitting.plain_reader import PlainReader

from poise.content.check import load_library
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.measurement import BlockItem, GradedItem, Statement
from poise.measurement.people.styles import KINDS, Kind, Style
from poise.sitting.evidence import posterior_of
from poise.sitting.habit import Habit
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import Walked, draw_simulee, sit

TRUTH = {**dict.fromkeys(QUALITIES, 0.0), "statements": 0.0}
ITEMS = {
    f"i{i}": GradedItem(((quality, slope),), (2.0, 0.7, -0.7, -2.0))
    for i, (quality, slope) in enumerate((q, s) for q in QUALITIES for s in (1.2, -1.2))
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def habit_of(kind: Kind, part: float | None = None, strength: float | None = None) -> Habit:
    return Habit(Style(kind, 1.0, strength, part), np.random.default_rng(1))


def rate(habit: Habit, far: float = 0.0) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return answers of 60 people in the middle to statements of the high and the low pole, one after the other."""
    rng = np.random.default_rng(2)
    return np.array([list(habit.rate(ITEMS, TRUTH, rng, far).values()) for _ in range(60)])


def test_fakers_move_to_the_desirable_pole_and_partly_if_they_fake_partly() -> None:
    fakes, partly, honest = (rate(habit_of("faker", part)).mean(axis=0) for part in (1.0, 0.5, 0.0))
    assert fakes[::2].mean() > honest[::2].mean() + 0.6
    assert fakes[1::2].mean() < honest[1::2].mean() - 0.6
    assert honest[::2].mean() < partly[::2].mean() < fakes[::2].mean()


def test_the_other_styles_do_what_they_are_named_for() -> None:
    agrees = rate(habit_of("acquiescent")).mean(axis=0)
    assert agrees[::2].mean() == pytest.approx(agrees[1::2].mean(), abs=0.1)
    assert agrees.mean() > 2.5
    assert set(np.unique(rate(habit_of("extreme", strength=1.0)))) == {0, 4}
    assert set(np.unique(rate(habit_of("midpoint", strength=1.0)))) == {2}
    assert np.all(np.ptp(rate(habit_of("straight")), axis=1) == 0)
    careless = habit_of("careless", 0.5)
    assert np.array_equal(rate(careless, far=0.4), rate(habit_of("faker", 0.0), far=0.4))
    assert np.std(rate(careless, far=0.6)) == pytest.approx(np.sqrt(2.0), abs=0.06)


def test_fakers_rank_by_desirability_and_leave_equals_alone() -> None:
    block = BlockItem(tuple(Statement(((quality, 1.0),), 0.0) for quality in QUALITIES[:3]))

    def orders(habit: Habit, desirability: tuple[float, ...]) -> list[tuple[int, ...]]:
        rng = np.random.default_rng(3)
        return [habit.rank(block, desirability, TRUTH, rng, 0.9) for _ in range(200)]

    honest = orders(habit_of("faker", 0.0), (5.0, 5.0, 5.0))
    assert orders(habit_of("faker"), (5.0, 5.0, 5.0)) == honest
    liked = orders(habit_of("faker", strength=3.0), (4.0, 6.0, 4.0))
    assert np.mean([order[0] == 1 for order in liked]) > 0.85
    assert set(orders(habit_of("straight"), (1.0, 1.0, 1.0))) == {(0, 1, 2)}
    assert len(set(orders(habit_of("careless"), (1.0, 1.0, 1.0)))) == 6


def walk(library: Library, kind: Kind, seed: int) -> Walked:
    simulee = draw_simulee(library, ("late_lamp",), PlainReader(), seed, Style(kind, 1.0))
    return sit(MemoryJournal(), "one", simulee, "open_door", seed)


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_sit_the_whole_blueprint(kind: Kind, library: Library) -> None:
    walked = walk(library, kind, 5)
    assert walked.answers == walked.equal
    posterior = posterior_of(walked.state, library)
    assert np.all(np.isfinite(posterior.mean))
    ratings = set(walked.state.ratings.values())
    if kind == "midpoint":
        assert list(walked.state.ratings.values()).count(2) > len(walked.state.ratings) / 2
    if kind == "extreme":
        assert {0, 4} <= ratings
    if kind == "careless":
        said = [reply.acts for one in walked.state.conversations.values() for reply in one.replies]
        assert said
        assert all(max(dict(acts).values()) < 0.5 for acts in said)


def test_the_style_changes_neither_the_person_nor_the_honest(library: Library) -> None:
    plain = draw_simulee(library, ("late_lamp",), PlainReader(), 7)
    fakes = draw_simulee(library, ("late_lamp",), PlainReader(), 7, Style("faker", 0.5))
    honest = draw_simulee(library, ("late_lamp",), PlainReader(), 7, Style("honest", 0.5))
    assert plain.truth == fakes.truth == honest.truth
    assert plain.habit is honest.habit is None
    assert fakes.habit is not None
