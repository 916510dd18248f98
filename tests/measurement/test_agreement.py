"""Agreement: figures worked out by hand, slow twins, and what must hold whatever is rated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from poise.measurement import (
    Resampling,
    agree_by_icc,
    agree_by_kappa,
    cross_tabulate,
    intraclass_correlations,
    weighted_kappa,
)

# Six things, four judges: the example of Shrout and Fleiss (1979).
JUDGED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
levels = st.integers(0, 4)
pairs = st.lists(st.tuples(levels, levels), min_size=10, max_size=40)


def naive_kappa(first: list[int], second: list[int]) -> float:
    """Disagreement as it is over disagreement of every rating with every other rater's rating."""
    seen = np.mean([(one - other) ** 2 for one, other in zip(first, second, strict=True)])
    chance = np.mean([(one - other) ** 2 for one in first for other in second])
    return float(1.0 - seen / chance)


def naive_icc(table: list[list[float]]) -> tuple[float, float]:
    n, k = len(table), len(table[0])
    grand = sum(map(sum, table)) / (n * k)
    rows = [sum(row) / k for row in table]
    columns = [sum(row[j] for row in table) / n for j in range(k)]
    bms = k * sum((one - grand) ** 2 for one in rows) / (n - 1)
    jms = n * sum((one - grand) ** 2 for one in columns) / (k - 1)
    rest = [(table[i][j] - rows[i] - columns[j] + grand) ** 2 for i in range(n) for j in range(k)]
    ems = sum(rest) / ((n - 1) * (k - 1))

    def over(below: float) -> float:
        return (bms - ems) / below if abs(below) > 1e-9 else np.nan

    return over(bms + (k - 1) * ems + k * (jms - ems) / n), over(bms + (jms - ems) / n)


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    # 10 things: seen 2 x 1 apart = 2 / 10; shares .5 .5 against .5 .3 .2: .5 x (.3 + .8) + .5 x (.5 + .2) = .9.
    first = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    second = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]
    assert float(weighted_kappa(cross_tabulate(first, second, 3))) == pytest.approx(1 - 0.2 / 0.9)


def test_the_published_example_of_intraclass_correlations() -> None:
    single, average = intraclass_correlations(JUDGED)
    assert (round(single, 2), round(average, 2)) == (0.29, 0.62)


@given(pairs)
def test_kappa_equals_its_slow_twin(rated: list[tuple[int, int]]) -> None:
    first, second = [one for one, _ in rated], [other for _, other in rated]
    found = float(weighted_kappa(cross_tabulate(first, second, 5)))
    if len({*first, *second}) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(naive_kappa(first, second))
        assert found <= 1.0


@given(npst.arrays(np.int64, st.tuples(st.integers(3, 12), st.integers(2, 4)), elements=levels), st.integers(-500, 500))
def test_intraclass_correlations_equal_their_slow_twin_wherever_the_scale_begins(table: np.ndarray, shift: int) -> None:
    single, average = intraclass_correlations(table + shift)
    if np.ptp(table) == 0:
        assert np.isnan(single)
        assert np.isnan(average)
        return
    if not np.isnan(single):
        assert single == pytest.approx(naive_icc(table.tolist())[0], abs=1e-6)
    if not np.isnan(average) and abs(average) < 100:
        assert average == pytest.approx(naive_icc(table.tolist())[1], abs=1e-6, rel=1e-4)


@given(pairs, st.integers(0, 2**32))
def test_who_is_first_and_in_which_order_things_come_changes_nothing(rated: list[tuple[int, int]], seed: int) -> None:
    shuffled = [rated[place] for place in np.random.default_rng(seed).permutation(len(rated))]
    tables = [
        cross_tabulate([one for one, _ in rated], [other for _, other in rated], 5),
        cross_tabulate([other for _, other in shuffled], [one for one, _ in shuffled], 5),
    ]
    one, other = (float(weighted_kappa(table)) for table in tables)
    assert one == pytest.approx(other, nan_ok=True)
    table = np.array(rated)
    assert intraclass_correlations(table)[0] == pytest.approx(
        intraclass_correlations(table[:, ::-1])[0], nan_ok=True, abs=1e-9
    )


@given(st.lists(levels, min_size=10, max_size=30).filter(lambda given: len(set(given)) > 1))
def test_perfect_agreement_is_one(rated: list[int]) -> None:
    clusters = np.arange(len(rated))
    found = agree_by_kappa(rated, rated, clusters, 5)
    assert found.value == pytest.approx(1.0)
    assert [found.low, found.high] == pytest.approx([1.0, 1.0])
    for one in agree_by_icc([[a, a, a] for a in rated], clusters):
        assert one.value == pytest.approx(1.0)
    certain = np.eye(5)[rated]
    assert agree_by_kappa(rated, certain, clusters, 5).value == pytest.approx(1.0)


def test_chance_is_about_nothing() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 5, (2, 4000))
    clusters = np.repeat(np.arange(400), 10)
    found = agree_by_kappa(first, second, clusters, 5, Resampling(draws=200))
    assert found.value == pytest.approx(0.0, abs=0.05)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.0 < found.high
    single, _ = agree_by_icc(np.stack([first, second], axis=1), clusters, Resampling(draws=200))
    assert single.value == pytest.approx(0.0, abs=0.05)


def test_a_reader_that_only_knows_how_often_levels_come_agrees_by_chance() -> None:
    rated = [0, 1, 2, 3, 4] * 6
    told = np.tile([0.1, 0.2, 0.4, 0.2, 0.1], (30, 1))
    assert agree_by_kappa(rated, told, range(30), 5).value == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=20)
@given(st.lists(levels, min_size=12, max_size=12), st.integers(0, 1000))
def test_expected_kappa_is_that_of_levels_drawn_often(rated: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    told = rng.dirichlet(np.ones(5), 12)
    drawn = np.array([rng.choice(5, 4000, p=one) for one in told])
    many = cross_tabulate(np.repeat(rated, 4000), drawn.ravel(), 5)
    expected = cross_tabulate(rated, told, 5)
    assert float(weighted_kappa(many)) == pytest.approx(float(weighted_kappa(expected)), abs=0.05)


def test_ratings_of_one_conversation_are_drawn_together() -> None:
    """Ten copies of each rating, kept together, are worth no more than one of each."""
    rng = np.random.default_rng(8)
    first = rng.integers(0, 5, 40)
    second = np.clip(first + rng.integers(-1, 2, 40), 0, 4)
    alone = agree_by_kappa(first, second, range(40), 5)
    copied = agree_by_kappa(np.repeat(first, 10), np.repeat(second, 10), np.repeat(range(40), 10), 5)
    assert copied.value == pytest.approx(alone.value)
    assert copied.low == pytest.approx(alone.low)
    assert copied.high == pytest.approx(alone.high)
    assert (copied.pairs, copied.clusters) == (400, 40)


def test_intervals_hold_what_they_promise() -> None:
    """Of 200 samples of 40 sittings, about 95 % of the intervals hold the kappa of the population (.5)."""
    rng = np.random.default_rng(5)
    table = np.array([[0.375, 0.125], [0.125, 0.375]]).ravel()  # kappa 1 - .25 / .5
    held = 0
    for sample in range(200):
        cells = rng.choice(4, 80, p=table)
        found = agree_by_kappa(cells // 2, cells % 2, np.arange(80) // 2, 2, Resampling(draws=200, seed=sample))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.5 <= found.high
    assert 176 <= held <= 199


def test_the_same_seed_gives_the_same_interval() -> None:
    first, second = [0, 1, 2, 3, 4] * 4, [0, 2, 2, 3, 3] * 4
    one, same, other = (agree_by_kappa(first, second, range(20), 5, Resampling(seed=seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_what_says_too_little_gets_no_figure() -> None:
    few = agree_by_kappa([0, 1, 2], [0, 1, 2], [1, 1, 2], 5)
    assert (few.value, few.pairs, few.clusters) == (None, 3, 2)
    assert "fewer than 10" in few.why_not
    alike = agree_by_kappa([3] * 12, [3] * 12, range(12), 5)
    assert alike.value is None
    assert "alike" in alike.why_not
    for one in (*agree_by_icc([[1, 2]] * 3, [0, 1, 2]), agree_by_kappa([], [], [], 5)):
        assert one.value is None
    one_sitting = agree_by_kappa([0, 1] * 6, [0, 1] * 6, [7] * 12, 5)
    assert (one_sitting.value, one_sitting.low) == (1.0, None)


@pytest.mark.parametrize(
    ("first", "second", "match"),
    [
        ([0, 5], [0, 1], "first.*0 to 4"),
        ([0, 1], [0, -1], "second.*0 to 4"),
        ([0, 0.5], [0, 1], "first"),
        ([0, 1], [0], "second: got 1 ratings, expected 2"),
        ([0, 1], [[0.5, 0.5, 0, 0]] * 2, "probabilities of 5"),
        ([0, 1], [[0.5, 0.6, 0, 0, 0]] * 2, "sum to one"),
        ([0, 1], [[np.nan, 1, 0, 0, 0]] * 2, "zero or more"),
    ],
)
def test_ratings_that_are_none_are_named(first: list[float], second: list[float], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        cross_tabulate(first, second, 5)


def test_other_things_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="categories"):
        cross_tabulate([0], [0], 1)
    with pytest.raises(ValueError, match="clusters"):
        cross_tabulate([0, 1], [0, 1], 5, [0])
    with pytest.raises(ValueError, match="as many rows"):
        weighted_kappa([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="without gaps"):
        intraclass_correlations([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(ValueError, match="resampling"):
        Resampling(draws=0)
