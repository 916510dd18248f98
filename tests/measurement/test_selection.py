import numpy as np
import pytest
from hypothesis import given as given_data
from hypothesis import strategies as st

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
    with pytest.raises(ValueError, match="among, seed, number: got 0, 1, 0"):
        pick([candidate("a")], among=0)
    with pytest.raises(ValueError, match="'zest'"):
        pick([candidate("a", "zest")])
    with pytest.raises(ValueError, match="got 'zest', expected one of"):
        expected_gain(START, item(), ["zest"])
