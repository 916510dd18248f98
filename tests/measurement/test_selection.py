from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given as given_data
from hypothesis import strategies as st
from measurement.mixed_bank import draw_bank

from poise.measurement import (
    BlockItem,
    Candidate,
    FloatArray,
    Graded,
    GradedItem,
    Posterior,
    Prior,
    Statement,
    choose,
    expected_gain,
    information,
    score,
)
from poise.measurement.adaptive.selection import Bank, Precision, Rules, Verdict, Verdicts, choose_from

NAMES = ("patience", "courtesy", "honesty")
START = Posterior(NAMES, np.zeros(3), 0.5 * np.eye(3) + 0.5)


def item(name: str = "patience", slope: float = 1.5, intercepts: tuple[float, ...] = (1.0, -1.0)) -> GradedItem:
    return GradedItem(((name, slope),), intercepts)


def block(*names: str, slope: float = 1.5) -> BlockItem:
    return BlockItem(tuple(Statement(((name, slope),), 0.3 * i) for i, name in enumerate(names)))


def candidate(key: str, name: str = "patience", *, seconds: float = 20.0, slope: float = 1.5) -> Candidate:
    return Candidate(key, item(name, slope), seconds, (name,))


def naive_graded_information(graded: GradedItem, eta: float) -> float:
    step = 1e-5
    chances = graded.probabilities(np.array([eta - step, eta, eta + step]))
    slope = (chances[2] - chances[0]) / (2 * step)
    return float(np.sum(slope**2 / chances[1]))


def naive_block_information(blocked: BlockItem, point: dict[str, float]) -> FloatArray:
    """Sum over all orders of chance times squared gradient, by finite differences in each utility."""
    u, step = blocked.utilities(point), 1e-5
    shifts = np.eye(len(u)) * step
    slope = np.array([(np.log(blocked.probabilities(u + s)) - np.log(blocked.probabilities(u - s))) for s in shifts])
    slope /= 2 * step
    result: FloatArray = (slope * blocked.probabilities(u)) @ slope.T
    return result


@given_data(st.floats(-6, 6), st.lists(st.floats(-4, 4), min_size=1, max_size=4, unique_by=lambda d: round(d, 1)))
def test_information_of_a_graded_item_is_that_of_its_curves(eta: float, intercepts: list[float]) -> None:
    graded = item(intercepts=tuple(sorted(intercepts, reverse=True)))
    found = information(graded, {"patience": eta / 1.5}, "patience")
    assert found >= 0
    assert found == pytest.approx(1.5**2 * naive_graded_information(graded, eta), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("names", [NAMES[:2], NAMES, (*NAMES, "patience")])
def test_information_of_a_block_is_that_of_all_its_orders(names: tuple[str, ...]) -> None:
    blocked, point = block(*names), {"patience": 0.4, "courtesy": -0.7, "honesty": 1.0}
    slopes = np.array([1.5 * (name == "patience") for name in names])
    expected = slopes @ naive_block_information(blocked, point) @ slopes
    assert information(blocked, point, "patience") == pytest.approx(expected, rel=1e-4)


def test_information_about_a_latent_that_the_item_does_not_load_on_is_zero() -> None:
    assert information(item(), {"patience": 0.0}, "honesty") == 0.0
    assert information(block("patience", "courtesy"), {}, "honesty") == pytest.approx(0.0, abs=1e-12)


def test_the_gain_of_a_graded_item_is_the_update_by_its_information() -> None:
    reach = START.covariance[:, 0] * 1.5
    fisher = naive_graded_information(item(), 0.0)
    drop = reach**2 * fisher / (1 + fisher * 1.5**2)
    assert expected_gain(START, item(), ["patience"]) == pytest.approx(drop[0], rel=1e-5)
    assert expected_gain(START, item(), NAMES) == pytest.approx(drop.sum(), rel=1e-5)


def test_the_gain_of_a_block_is_the_change_of_the_inverse_covariance() -> None:
    blocked = block(*NAMES)
    fisher = 1.5**2 * naive_block_information(blocked, dict.fromkeys(NAMES, 0.0))
    after = np.linalg.inv(np.linalg.inv(START.covariance) + fisher)
    assert expected_gain(START, blocked, NAMES) == pytest.approx(np.trace(START.covariance - after), rel=1e-5)


def test_the_expected_gain_is_near_the_gain_averaged_over_answers() -> None:
    prior = Prior(("a",), np.zeros(1), 0.25 * np.eye(1))
    graded = GradedItem((("a", 1.5),), (1.0, -1.0))
    draws = 0.5 * np.linspace(-4, 4, 401)
    weight = np.exp(-0.5 * np.linspace(-4, 4, 401) ** 2)
    chances = weight @ graded.probabilities(1.5 * draws) / weight.sum()
    after = [score(prior, [Graded("q", graded, k)]).sd_of("a") ** 2 for k in range(3)]
    expected = 0.25 - float(chances @ np.array(after))
    assert expected_gain(score(prior, []), graded, ["a"]) == pytest.approx(expected, rel=0.1)


@given_data(st.floats(0.1, 3), st.floats(0.1, 3), st.integers(0, 2))
def test_gain_is_never_negative_and_rises_with_the_slope(one: float, other: float, target: int) -> None:
    low, high = sorted((one, other))
    gains = [expected_gain(START, GradedItem((("patience", s),), (0.0,)), [NAMES[target]]) for s in (low, high)]
    assert 0 <= gains[0] <= gains[1] + 1e-12
    assert gains[1] < START.covariance[target, target]


def test_gain_falls_when_much_is_known_already() -> None:
    prior = Prior(NAMES, START.mean, START.covariance)
    known = score(prior, [Graded(f"q{i}", item(), 1) for i in range(20)])
    assert expected_gain(known, item(), NAMES) < 0.2 * expected_gain(START, item(), NAMES)


def pick(bank: list[Candidate], given: list[Candidate] | None = None, **changes: int) -> Candidate:
    settings = {"seed": 1, "number": 0, "among": 1, **changes}
    return choose(START, bank, given=given or [], minimum={}, targets=NAMES, **settings)


def test_the_best_gain_per_second_is_chosen() -> None:
    bank = [candidate("slow", seconds=60.0, slope=2.0), candidate("quick", seconds=10.0), candidate("weak", slope=0.3)]
    assert pick(bank).key == "quick"


def test_qualities_below_their_minimum_come_first() -> None:
    bank = [candidate(f"p{i}", slope=3.0) for i in range(5)]
    bank += [candidate(f"c{i}", "courtesy", slope=0.2) for i in range(3)] + [candidate("h", "honesty", slope=0.2)]
    given: list[Candidate] = []
    minimum = {"courtesy": 3, "honesty": 1, "patience": 1}
    for number in range(6):
        given.append(choose(START, bank, given=given, minimum=minimum, targets=NAMES, seed=5, number=number, among=2))
    assert [c.qualities[0] for c in given[:2]] == ["courtesy", "courtesy"]  # the largest shortfall, 3 and then 2
    assert sorted(c.qualities[0] for c in given[:5]) == ["courtesy"] * 3 + ["honesty", "patience"]
    assert given[5].qualities == ("patience",)


def test_a_minimum_that_nothing_serves_does_not_block_the_choice() -> None:
    chosen = choose(START, [candidate("p")], given=[], minimum={"honesty": 9}, targets=NAMES, seed=1, number=0, among=3)
    assert chosen.key == "p"


def test_the_draw_depends_on_seed_and_number_and_not_on_the_order_of_the_bank() -> None:
    bank = [candidate(f"p{i}", slope=1.0 + 0.01 * i) for i in range(8)]
    same = {pick(bank[i:] + bank[:i][::-1], seed=7, number=3, among=3).key for i in range(8)}
    assert len(same) == 1
    by_number = {pick(bank, number=n, among=3).key for n in range(40)}
    by_seed = {pick(bank, seed=s, among=3).key for s in range(40)}
    assert by_number == by_seed == {"p5", "p6", "p7"}


def test_equal_items_are_ordered_by_key_and_not_by_rounding() -> None:
    bank = [candidate(key) for key in "dbac"]
    assert pick(bank).key == "a"


def test_what_was_given_and_its_enemies_are_left_out() -> None:
    first = Candidate("a", item(), 20.0, ("patience",), enemies=("b",))
    bank = [first, candidate("b"), Candidate("c", item(), 20.0, ("patience",), enemies=("a",)), candidate("d")]
    assert pick(bank, [first]).key == "d"
    with pytest.raises(ValueError, match="candidates: got 3, all of them given already or enemies"):
        pick(bank[:3], [first])


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match=r"seconds of 'a': got 0.0"):
        candidate("a", seconds=0.0)
    with pytest.raises(ValueError, match=r"the keys \['a'\] more than once"):
        pick([candidate("a"), candidate("a")])
    with pytest.raises(ValueError, match="among: got 0, expected at least one"):
        pick([candidate("a")], among=0)
    with pytest.raises(ValueError, match="'zest'"):
        pick([candidate("a", "zest")])
    with pytest.raises(ValueError, match="got 'zest', expected one of"):
        expected_gain(START, item(), ["zest"])


BANK = draw_bank(NAMES, 60)
NEED = Precision.of(NAMES)


def ask(bank: Bank, length: int, rules: Rules, seed: int = 1) -> list[Candidate]:
    """Give a whole test at the prior."""
    given: list[Candidate] = []
    for number in range(length):
        keys = [one.key for one in given]
        given.append(choose_from(bank, START, keys, need=NEED, rules=rules, seed=seed, number=number))
    return given


@given_data(st.integers(0, 2**31), st.integers(0, 40), st.randoms(use_true_random=False))
def test_a_choice_from_a_bank_does_not_depend_on_its_order(seed: int, number: int, shuffler: Random) -> None:
    exposed = [replace(one, exposure=0.3 + 0.01 * place) for place, one in enumerate(BANK.candidates)]
    shuffled = list(exposed)
    shuffler.shuffle(shuffled)
    rules, given = Rules(minimum={"honesty": 4}, length=30), ["i001", "i007"]
    chosen = [
        choose_from(Bank.of(order, NAMES), START, given, need=NEED, rules=rules, seed=seed, number=number).key
        for order in (exposed, shuffled)
    ]
    assert chosen[0] == chosen[1]


@given_data(st.integers(0, 4), st.integers(0, 4), st.integers(0, 5), st.integers(0, 99))
def test_every_test_holds_its_minimum_by_quality_and_by_kind(a: int, b: int, blocks: int, seed: int) -> None:
    minimum, by_kind = {"patience": a, "honesty": b}, {"blocks": blocks, "items": 2}
    length = a + b + blocks + 2 + seed % 3
    given = ask(BANK, length, Rules(minimum=minimum, minimum_by_kind=by_kind, length=length), seed)
    assert len({one.key for one in given}) == length
    counted = Counter(quality for one in given for quality in one.qualities)
    kinds = Counter(one.kind for one in given)
    assert all(counted[name] >= number for name, number in minimum.items())
    assert all(kinds[name] >= number for name, number in by_kind.items())


def test_content_is_left_to_the_gains_until_it_must_be_forced() -> None:
    bank = Bank.of([candidate(f"p{i}", slope=3.0) for i in range(6)] + [candidate("c", "courtesy", slope=0.2)], NAMES)
    given = ask(bank, 5, Rules(minimum={"courtesy": 1}, length=5, among=1))
    assert [one.qualities[0] for one in given] == ["patience"] * 4 + ["courtesy"]
    assert ask(bank, 1, Rules(minimum={"courtesy": 1}, among=1))[0].key == "c"


def test_where_places_are_short_one_item_serves_several_minimums() -> None:
    blocks = [Candidate(f"b{i}", block(*NAMES, slope=0.1), 60.0, NAMES, kind="blocks") for i in range(4)]
    bank = Bank.of([*blocks, *(candidate(f"i{i}", NAMES[i % 3], slope=3.0) for i in range(9))], NAMES)
    for seed in range(10):
        given = ask(bank, 3, Rules(minimum=dict.fromkeys(NAMES, 2), minimum_by_kind={"": 1}, length=3), seed)
        counted = Counter(quality for one in given for quality in one.qualities)
        assert min(counted[name] for name in NAMES) >= 2
        assert sum(one.kind == "" for one in given) == 1


def test_the_exposure_filter_lets_an_item_through_as_often_as_its_parameter_says() -> None:
    bank = Bank.of(
        [replace(candidate("best", slope=3.0), exposure=0.3), candidate("second"), candidate("third")], NAMES
    )
    rules = Rules(among=1)
    first = [ask(bank, 1, rules, seed)[0].key for seed in range(600)]
    assert first.count("best") / 600 == pytest.approx(0.3, abs=0.06)
    # one coin for a person and an item: who was refused at first is refused later too, unless nothing else is left
    for seed in range(40):
        given = [one.key for one in ask(bank, 3, rules, seed)]
        assert given.index("best") in {0, 2}
    unfiltered = Rules(among=1, filtered=False)
    assert {ask(bank, 1, unfiltered, seed)[0].key for seed in range(20)} == {"best"}


def test_pilots_come_at_their_places_and_count_for_nothing() -> None:
    pilots = [replace(candidate(f"new{i}", "courtesy", slope=9.0), pilot=True) for i in range(3)]
    bank = Bank.of([*BANK.candidates, *pilots], NAMES)
    rules = Rules(minimum={"courtesy": 2}, length=8, pilots=(2, 5))
    for seed in range(20):
        given = ask(bank, 10, rules, seed)
        assert [number for number, one in enumerate(given) if one.pilot] == [2, 5]
        assert sum("courtesy" in one.qualities for one in given if not one.pilot) >= 2
    assert {ask(bank, 3, rules, seed)[2].key for seed in range(60)} == {"new0", "new1", "new2"}


def test_a_verdict_asks_about_what_it_rests_on() -> None:
    bank = Bank.of([candidate("p", "patience"), candidate("h", "honesty", slope=1.4)], NAMES)
    apart = Posterior(NAMES, np.zeros(3), np.eye(3))
    verdict = Verdicts((Verdict((("honesty", 1.0),), 0.2),))
    rules = Rules(among=1)
    assert choose_from(bank, apart, [], need=verdict, rules=rules, seed=1, number=0).key == "h"
    assert choose_from(bank, apart, [], need=NEED, rules=rules, seed=1, number=0).key == "p"


def test_a_bank_takes_its_latents_out_of_a_larger_posterior() -> None:
    wider = Posterior(("mood", *NAMES), np.zeros(4), np.eye(4) + 0.1)
    narrow = wider.marginal(NAMES)
    chosen = [choose_from(BANK, one, [], need=NEED, rules=Rules(), seed=3, number=0) for one in (wider, narrow)]
    assert chosen[0] == chosen[1]
    with pytest.raises(ValueError, match="got 'honesty', expected one of"):
        choose_from(BANK, wider.marginal(NAMES[:2]), [], need=NEED, rules=Rules(), seed=3, number=0)


def test_bad_banks_and_rules_are_refused() -> None:
    with pytest.raises(ValueError, match=r"exposure of 'a': got 1.5"):
        replace(candidate("a"), exposure=1.5)
    with pytest.raises(ValueError, match=r"parameters: got \['zz'\], which are not in the bank of 60"):
        BANK.with_exposure({"zz": 0.5})
    with pytest.raises(ValueError, match=r"given: got \['zz'\]"):
        choose_from(BANK, START, ["zz"], need=NEED, rules=Rules(), seed=1, number=0)
    with pytest.raises(ValueError, match="length: got 0"):
        Rules(length=0)
    with pytest.raises(ValueError, match="seed, number: got -1, 0"):
        choose_from(BANK, START, [], need=NEED, rules=Rules(), seed=-1, number=0)
