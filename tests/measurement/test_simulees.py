"""Simulees answer as the model says, each style does what it is named for, and changes nobody else."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.questionnaires import RATED, STATEMENTS, tell, tell_all, tell_fixed
from scipy.special import expit

from poise.measurement.models import FloatArray
from poise.measurement.parameters.instrument import read_instrument
from poise.measurement.people.simulees import NOT_GIVEN, Missing, Simulated, simulate_responses, tell_order
from poise.measurement.people.styles import KINDS, Kind, Style
from poise.measurement.tabular.tables import BadTableError

MANY = 20_000
POINT = {"calm": 0.7, "warm": -0.4}


def predict(item: dict[str, Any]) -> float:
    return float(sum(a * POINT[name] for name, a in item["loadings"].items()))


def chances_of(item: dict[str, Any], severity: float = 0.0, consistency: float = 1.0) -> FloatArray:
    """Return category probabilities, written out from the formulas of the models."""
    eta, d = predict(item) - severity, np.array(item["intercepts"])
    if item["model"] == "gpcm":
        raw = np.exp(consistency * (np.arange(len(d) + 1) * eta + np.concatenate([[0.0], d])))
        gpcm: FloatArray = raw / raw.sum()
        return gpcm
    above = np.concatenate([[1.0], expit(consistency * (eta + d)), [0.0]])
    graded: FloatArray = above[:-1] - above[1:]
    return graded


def order_chances(names: list[str]) -> dict[tuple[int, ...], float]:
    """Return Plackett-Luce probabilities of all orders, written out."""
    worth = np.exp([predict(STATEMENTS[name]) + STATEMENTS[name]["intercepts"][0] for name in names])
    chances = {}
    for order in permutations(range(len(names))):
        left = worth[list(order)]
        chances[order] = float(np.prod([left[j] / left[j:].sum() for j in range(len(left))]))
    return chances


def dense(simulated: Simulated) -> FloatArray:
    table = simulated.table
    matrix = np.full((table.size, len(table.items)), np.nan)
    matrix[np.repeat(np.arange(table.size), table.answered), table.item] = table.category
    return matrix


def check_shares(observed: FloatArray, chances: FloatArray, number: int) -> None:
    error = np.sqrt(chances * (1 - chances) / number)
    assert np.all(np.abs(observed - chances) < 4.5 * error + 1e-12), (observed, chances)


@pytest.mark.parametrize("key", RATED)
def test_people_at_one_point_choose_categories_as_often_as_the_model_says(key: str) -> None:
    simulated = simulate_responses(read_instrument(tell_fixed(**POINT)), MANY, 5)
    column = dense(simulated)[:, list(RATED).index(key)]
    chances = chances_of(RATED[key])
    check_shares(np.bincount(column.astype(int), minlength=len(chances)) / MANY, chances, MANY)


def test_people_at_one_point_order_blocks_as_often_as_the_model_says() -> None:
    told = simulate_responses(read_instrument(tell_fixed(**POINT)), MANY, 6).statements
    ranks, chances = told[:, :3], order_chances(["s1", "s2", "s3"])
    for order, chance in chances.items():
        same = np.all(np.argsort(ranks, axis=1) == order, axis=1).mean()
        check_shares(np.array([same]), np.array([chance]), MANY)
    named, chances = told[:, 3:], order_chances(["t1", "t2", "t3", "t4"])
    for most, least in permutations(range(4), 2):
        chance = sum(p for order, p in chances.items() if (order[0], order[-1]) == (most, least))
        seen = np.mean((named[:, most] == 1) & (named[:, least] == -1))
        check_shares(np.array([seen]), np.array([chance]), MANY)


def test_raters_judge_with_their_severity_and_consistency() -> None:
    raters = {"mild": {"severity": -0.8, "consistency": 1.5}, "hard": {"severity": 0.8, "consistency": 1 / 1.5}}
    simulated = simulate_responses(read_instrument(tell_fixed(**POINT, raters=raters)), MANY, 7)
    assert simulated.rater is not None
    for r, one in enumerate(raters.values()):
        for i, item in enumerate(RATED.values()):
            own = simulated.table.category[(simulated.rater == r) & (simulated.table.item == i)]
            assert 0.45 * MANY < len(own) < 0.55 * MANY
            chances = chances_of(item, **one)
            check_shares(np.bincount(own, minlength=len(chances)) / len(own), chances, len(own))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    kind=st.sampled_from(KINDS[1:]),
    share=st.floats(0.05, 1.0),
    part=st.floats(0.0, 1.0),
    missing=st.builds(
        Missing, at_random=st.floats(0, 0.9), not_reached=st.floats(0, 1), answered=st.none() | st.integers(1, 7)
    ),
)
def test_a_style_changes_nobody_else_and_every_answer_is_one_that_can_be_given(
    seed: int, kind: Kind, share: float, part: float, missing: Missing
) -> None:
    instrument = read_instrument(tell_all())
    plain = simulate_responses(instrument, 60, seed, missing=missing)
    bent = simulate_responses(instrument, 60, seed, styles=[Style(kind, share, part=part)], missing=missing)
    assert np.array_equal(plain.theta, bent.theta)
    assert np.array_equal(plain.table.starts, bent.table.starts)
    assert bent.kinds.count(kind) == pytest.approx(share * 60, abs=0.51)
    honest = np.array([one == "honest" for one in bent.kinds])
    assert np.array_equal(plain.statements[honest], bent.statements[honest])
    assert np.array_equal(dense(plain)[honest], dense(bent)[honest], equal_nan=True)
    assert np.all((bent.table.category >= 0) & (bent.table.category < bent.table.categories[bent.table.item]))
    for row in bent.statements:
        assert set(row[:3]) == {NOT_GIVEN} or sorted(row[:3]) == [1, 2, 3]
        assert set(row[3:]) == {NOT_GIVEN} or sorted(row[3:]) == [-1, 0, 0, 1]
    if missing.answered is not None:
        blocks = (bent.statements[:, [0, 3]] != NOT_GIVEN).sum(axis=1)
        assert np.all(bent.table.answered + blocks <= missing.answered)


def simulate_only(kind: Kind, **more: float) -> tuple[Simulated, Simulated]:
    """Return the same people honest, and with a style."""
    instrument = read_instrument(tell_all())
    styles = [Style(kind, 1.0, **more)]
    return simulate_responses(instrument, 4000, 8), simulate_responses(instrument, 4000, 8, styles=styles)


def test_the_careless_are_at_random_from_a_question_on() -> None:
    honest, careless = (dense(one) for one in simulate_only("careless", part=3 / 7))
    assert np.array_equal(honest[:, :4], careless[:, :4])
    _, wholly = simulate_only("careless", part=1.0)
    for i, item in enumerate(RATED.values()):
        size = len(item["intercepts"]) + 1
        check_shares(np.bincount(dense(wholly)[:, i].astype(int)) / 4000, np.full(size, 1 / size), 4000)
        assert abs(np.corrcoef(dense(wholly)[:, i], wholly.theta[:, 0])[0, 1]) < 0.06
    firsts = np.argmin(wholly.statements[:, :3], axis=1)
    check_shares(np.bincount(firsts) / 4000, np.full(3, 1 / 3), 4000)


def test_straight_lines_midpoints_and_ends_look_like_it() -> None:
    _, straight = simulate_only("straight")
    answers = dense(straight)
    last = straight.table.categories - 1
    assert np.array_equal(answers, np.round(answers[:, :1] / last[0] * last))
    _, middle = simulate_only("midpoint", strength=1.0)
    assert set(np.unique(dense(middle)[:, 1])) == {2}
    assert set(np.unique(dense(middle)[:, 0])) == {1, 2}
    honest, ends = (dense(one) for one in simulate_only("extreme", strength=1.0))
    assert np.all((ends == 0) | (ends == last))
    assert np.all(ends[honest > last / 2] > 0)
    half = np.mean(dense(simulate_only("extreme", strength=0.5)[1])[:, 1] != honest[:, 1])
    assert 0.1 < half < np.mean(ends[:, 1] != honest[:, 1])


def test_straight_liners_repeat_their_first_order() -> None:
    three = {name: dict(STATEMENTS[name]) for name in ("s1", "s2", "s3")} | {
        f"again-{name}": dict(STATEMENTS[name]) for name in ("s1", "s2", "s3")
    }
    blocks = {"b1": {"statements": list(three)[:3]}, "b2": {"statements": list(three)[3:]}}
    simulated = simulate_responses(read_instrument(tell(three, blocks=blocks)), 500, 1, styles=[Style("straight", 1.0)])
    assert np.array_equal(simulated.statements[:, :3], simulated.statements[:, 3:])


def test_agreement_goes_up_whatever_the_key_and_faking_towards_the_desirable_pole() -> None:
    honest, agrees = simulate_only("acquiescent")
    assert np.all(dense(agrees).mean(axis=0) > dense(honest).mean(axis=0) + 0.1)
    assert np.array_equal(agrees.statements, honest.statements)
    _, fakes = simulate_only("faker", strength=1.5)
    rise = dense(fakes).mean(axis=0) - dense(honest).mean(axis=0)
    assert np.all(np.sign(rise) == [1, -1, 1, 1, 1])
    _, partly = simulate_only("faker", strength=1.5, part=0.5)
    partial = dense(partly).mean(axis=0) - dense(honest).mean(axis=0)
    assert partial == pytest.approx(rise / 2, abs=0.08)


def test_fakers_put_desirable_statements_first_and_leave_alone_what_is_equally_desirable() -> None:
    equal = {f"e{d}": {"model": "blocks", "loadings": {d: 1.0}, "intercepts": [0.0]} for d in ("calm", "warm")}
    told = tell(equal, blocks={"b": {"statements": list(equal)}})
    honest = simulate_responses(read_instrument(told), 300, 3).statements
    fakes = simulate_responses(read_instrument(told), 300, 3, styles=[Style("faker", 1.0)]).statements
    assert np.array_equal(honest, fakes)
    unequal = read_instrument(told, desirable={"ecalm": 1.0, "calm": 0.0, "warm": 0.0})
    moved = simulate_responses(unequal, 300, 3, styles=[Style("faker", 1.0, strength=3.0)]).statements
    assert np.all(moved[:, 0] <= honest[:, 0])
    assert np.mean(moved[:, 0] == 1) > 0.95


def test_answers_are_missing_as_asked() -> None:
    instrument = read_instrument(tell(RATED))
    designed = simulate_responses(instrument, 5000, 2, missing=Missing(answered=2))
    assert set(designed.table.answered) == {2}
    check_shares(np.bincount(designed.table.item) / 5000, np.full(5, 0.4), 5000)
    lost = simulate_responses(instrument, 5000, 2, missing=Missing(at_random=0.3))
    check_shares(np.bincount(lost.table.item) / 5000, np.full(5, 0.7), 5000)
    stopped = np.isnan(dense(simulate_responses(instrument, 5000, 2, missing=Missing(not_reached=0.5))))
    assert np.all(np.diff(stopped.astype(int), axis=1) >= 0)
    check_shares(np.array([stopped[:, -1].mean()]), np.array([0.5]), 5000)


def test_orders_are_told_as_ranks_or_as_most_and_least() -> None:
    assert tell_order(np.array([2, 0, 1]), "rank").tolist() == [2, 3, 1]
    assert tell_order(np.array([2, 0, 3, 1]), "most_least").tolist() == [0, -1, 1, 0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"blocks": {"b1": {"statements": ["s1", "gone"]}}},
            "block 'b1': gone is not among the items",
        ),
        ({"blocks": {"b1": {"statements": ["s1", "s2"]}}}, "statements in no block: s3, t1"),
        ({"dimensions": ["calm"], "correlations": [[1.0]]}, "dimension"),
        ({"items": {}, "blocks": {}}, "no items and no blocks"),
        ({"items": 3}, "expected"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_instrument(tell_all() | change)


def test_what_cannot_be_simulated_is_refused() -> None:
    instrument = read_instrument(tell_all())
    with pytest.raises(BadTableError, match=r"number: got 0[\s\S]*answered: got 8, expected at most the 7"):
        simulate_responses(instrument, 0, 1, missing=Missing(answered=8))
    with pytest.raises(BadTableError, match=r"shares add up to 1\.2"):
        simulate_responses(instrument, 9, 1, styles=[Style("faker", 0.6), Style("extreme", 0.6)])
    with pytest.raises(BadTableError, match=r"share 2[\s\S]*strength 1.5, expected 0 to 1[\s\S]*part -1"):
        Style("careless", 2, 1.5, -1)
    with pytest.raises(BadTableError, match="'liar', expected one of honest"):
        Style("liar", 0.5)  # type: ignore[arg-type]
    with pytest.raises(BadTableError, match=r"at_random: got 2[\s\S]*answered: got 0"):
        Missing(at_random=2.0, answered=0)
    with pytest.raises(BadTableError, match="'nobody' is no dimension"):
        read_instrument(tell_all(), desirable={"nobody": 1.0})
