from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.grid_judge import judge

from poise.measurement import (
    BlockItem,
    Graded,
    GradedItem,
    Posterior,
    Prior,
    Ranked,
    Reading,
    Response,
    Statement,
    answer_block,
    answer_graded,
    draw_person,
    score,
)

PI = (0.1, 0.2, 0.3, 0.3, 0.1)
CUTS = (2.0, 0.8, -0.5, -1.8)


def prior_of(*names: str, correlation: float = 0.5) -> Prior:
    size = len(names)
    return Prior(names, np.zeros(size), (1 - correlation) * np.eye(size) + correlation)


def graded(name: str, slope: float = 1.5, *, method: str = "") -> GradedItem:
    return GradedItem(((name, slope), (method, 1.0)) if method else ((name, slope),), CUTS)


def block(*loadings: tuple[str, float]) -> BlockItem:
    return BlockItem(tuple(Statement((pair,), 0.2 * i) for i, pair in enumerate(loadings)))


def assert_near(posterior: Posterior, prior: Prior, responses: list[Response], tolerance: float = 1e-3) -> None:
    exact = judge(prior, responses)
    assert posterior.converged
    assert posterior.mean == pytest.approx(exact.mean, abs=tolerance)
    assert np.sqrt(np.diag(posterior.covariance)) == pytest.approx(exact.sd, abs=tolerance)


# --- Against the dense grid ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", range(5))
@pytest.mark.parametrize("slope", [0.4, 1.5, -2.5, 5.0])
def test_one_graded_response_in_one_dimension_is_exact(category: int, slope: float) -> None:
    prior, responses = prior_of("a"), [Graded("q", graded("a", slope), category)]
    assert_near(score(prior, responses), prior, list(responses), 1e-4)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_pair_is_exact(order: tuple[int, ...]) -> None:
    prior, responses = prior_of("a", "b"), [Ranked("q", block(("a", 1.5), ("b", -2.0)), order)]
    assert_near(score(prior, responses), prior, list(responses), 1e-4)


def test_one_triplet_and_one_block_of_four_are_exact() -> None:
    prior = prior_of("a", "b", "c")
    triplet = Ranked("q", block(("a", 1.5), ("b", -2.0), ("c", 1.0)), (2, 1, 0))
    four = Ranked("q", block(("a", 1.5), ("b", -2.0), ("c", 1.0), ("a", -1.0)), (1, 3, 0, 2))
    assert_near(score(prior, [triplet]), prior, [triplet], 1e-4)
    assert_near(score(prior, [four]), prior, [four], 1e-4)


@pytest.mark.parametrize(
    "probabilities", [(1.0, 0.0, 0.0, 0.0, 0.0), (0.05, 0.1, 0.2, 0.4, 0.25), (0.4, 0.1, 0.0, 0.1, 0.4)]
)
def test_one_reading_is_exact_even_when_it_is_torn(probabilities: tuple[float, ...]) -> None:
    prior, responses = prior_of("a"), [Reading("m", graded("a", 2.0), probabilities, PI)]
    assert_near(score(prior, responses), prior, list(responses), 1e-4)


def graded_answers(rng: np.random.Generator, person: dict[str, float]) -> list[Response]:
    items = [graded(name, slope) for name in person for slope in (0.8, 1.4, 2.0)]
    return [Graded(f"g{i}", item, answer_graded(item, person, rng)) for i, item in enumerate(items)]


def ranked_answers(rng: np.random.Generator, person: dict[str, float]) -> list[Response]:
    names = list(person)
    blocks = [
        block(*((name, float(rng.choice([1.2, 1.6, -1.4]))) for name in rng.choice(names, size)))
        for size in (2, 2, 3, 3, 3, 4)
    ]
    return [Ranked(f"b{i}", b, answer_block(b, person, rng)) for i, b in enumerate(blocks)]


def read_answers(rng: np.random.Generator, person: dict[str, float]) -> list[Response]:
    items = [graded(name, slope) for name in person for slope in (1.0, 1.5, 2.0)]
    sure = [0.7 * np.eye(5)[answer_graded(i, person, rng)] + 0.3 * rng.dirichlet(np.ones(5)) for i in items]
    return [Reading(f"r{i}", item, tuple(p), PI) for i, (item, p) in enumerate(zip(items, sure, strict=True))]


# One response is exact (above), so what is left with many is expectation propagation itself: it is largest where few
# sharp responses contradict each other and the posterior leans to one side or has two hills.
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(
    ("kind", "usual", "worst"),
    [("graded", 1e-3, 4e-3), ("ranked", 3e-3, 3e-2), ("read", 1e-2, 4e-2), ("mixed", 2e-3, 1e-2)],
)
def test_many_responses_agree_with_the_grid(kind: str, size: int, usual: float, worst: float) -> None:
    makers = {"graded": [graded_answers], "ranked": [ranked_answers], "read": [read_answers]}
    makers["mixed"] = [graded_answers, ranked_answers, read_answers]
    errors = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        prior = prior_of(*"abc"[:size])
        person = draw_person(prior, rng)
        responses = [r for make in makers[kind] for r in make(rng, person)]
        exact, found = judge(prior, responses, 61), score(prior, responses)
        assert found.converged
        errors.append((np.abs(found.mean - exact.mean), np.abs(np.sqrt(np.diag(found.covariance)) - exact.sd)))
    assert np.max(errors) < worst
    assert np.median([mean for mean, _ in errors]) < usual
    assert np.median([sd for _, sd in errors]) < 2 * usual


# --- Laws ---------------------------------------------------------------------------------------------------------


def mixed_sitting(seed: int, count: int = 40) -> tuple[Prior, list[Response]]:
    rng = np.random.default_rng(seed)
    prior = prior_of(*"abcd").extended({"statements": 0.3, "reading": 0.3})
    person = draw_person(prior, rng)
    responses: list[Response] = []
    for i in range(count):
        name = "abcd"[i % 4]
        match i % 3:
            case 0:
                item = graded(name, method="statements")
                responses.append(Graded(f"g{i}", item, answer_graded(item, person, rng)))
            case 1:
                b = block(*((n, float(rng.choice([1.0, 1.5, -1.2]))) for n in rng.permutation(list("abcd"))[:3]))
                responses.append(Ranked(f"b{i}", b, answer_block(b, person, rng)))
            case _:
                responses.append(Reading(f"r{i}", graded(name, method="reading"), tuple(rng.dirichlet(np.ones(5))), PI))
    return prior, responses


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_responses_does_not_matter(seed: int) -> None:
    prior, responses = mixed_sitting(seed)
    shuffled = [responses[i] for i in np.random.default_rng(seed).permutation(len(responses))]
    one, other = score(prior, responses), score(prior, shuffled)
    assert one.converged
    assert one.mean == pytest.approx(other.mean, abs=1e-9)
    assert one.covariance == pytest.approx(other.covariance, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_reading_equal_to_its_base_rates_changes_nothing(seed: int) -> None:
    prior, responses = mixed_sitting(seed)
    silent: list[Response] = [Reading(f"s{i}", graded("a", 3.0), PI, PI) for i in range(10)]
    without, with_silent = score(prior, responses), score(prior, [*responses, *silent])
    assert with_silent.mean == pytest.approx(without.mean, abs=1e-9)
    assert with_silent.covariance == pytest.approx(without.covariance, abs=1e-9)


def test_a_reading_close_to_its_base_rates_says_next_to_nothing() -> None:
    prior = prior_of("a")
    faint = tuple(float(p) for p in np.array(PI) * (1 + 1e-7 * np.array([-1, 0, 0, 0, 1])))
    found = score(prior, [Reading("m", graded("a", 3.0), faint, PI)])
    assert abs(found.mean_of("a")) < 1e-6
    assert found.sd_of("a") == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("category", range(5))
@pytest.mark.parametrize("base_rates", [PI, (0.2, 0.2, 0.2, 0.2, 0.2)])
def test_a_certain_reading_is_a_graded_response(category: int, base_rates: tuple[float, ...]) -> None:
    prior = prior_of("a", "b")
    certain = tuple(float(k == category) for k in range(5))
    shared = Graded("g", graded("b"), 1)
    read = score(prior, [shared, Reading("m", graded("a"), certain, base_rates)])
    seen = score(prior, [shared, Graded("m", graded("a"), category)])
    assert read.mean == pytest.approx(seen.mean, abs=1e-9)
    assert read.covariance == pytest.approx(seen.covariance, abs=1e-9)


def test_no_responses_leave_the_prior() -> None:
    prior = prior_of("a", "b")
    found = score(prior, [])
    assert found.converged
    assert found.mean == pytest.approx(prior.mean)
    assert found.covariance == pytest.approx(prior.covariance)


def test_a_block_whose_statements_say_the_same_leaves_the_prior() -> None:
    prior = prior_of("a", "b")
    found = score(prior, [Ranked("b", block(("a", 1.0), ("a", 1.0), ("a", 1.0)), (2, 0, 1))])
    assert found.covariance == pytest.approx(prior.covariance, abs=1e-12)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_hostile_answers_never_break_the_posterior(data: st.DataObject) -> None:
    names = ("a", "b", "c")
    prior = prior_of(*names, correlation=data.draw(st.sampled_from([-0.4, 0.0, 0.99])))
    slopes = st.sampled_from([0.0, 0.1, 1.5, -4.0, 12.0])
    cuts = st.lists(st.floats(-40, 40), min_size=1, max_size=4, unique=True)
    pairs = st.tuples(st.sampled_from(names), slopes)
    items = st.builds(lambda pair, d: GradedItem((pair,), tuple(sorted(d, reverse=True))), pairs, cuts)
    responses: list[Response] = []
    for i in range(data.draw(st.integers(0, 12))):
        match data.draw(st.sampled_from(["graded", "ranked", "read"])):
            case "graded":
                item = data.draw(items)
                responses.append(Graded(f"{i}", item, data.draw(st.integers(0, item.categories - 1))))
            case "ranked":
                b = block(*data.draw(st.lists(pairs, min_size=2, max_size=4)))
                responses.append(Ranked(f"{i}", b, data.draw(st.sampled_from(b.orders))))
            case _:
                item = data.draw(items)
                k = item.categories
                hot = data.draw(st.sampled_from([0, k - 1]))
                p = tuple(0.5 * (j == 0) + 0.5 * (j == hot) for j in range(k))
                responses.append(Reading(f"{i}", item, p if sum(p) == 1.0 else (1.0,) + (0.0,) * (k - 1), (1 / k,) * k))
    copies = data.draw(st.sampled_from([1, 8]))
    found = score(prior, responses * copies)
    assert np.all(np.isfinite(found.mean))
    assert np.min(np.linalg.eigvalsh(found.covariance)) > 0


@pytest.mark.parametrize("pattern", ["all lowest", "all highest", "contradictory", "all middle"])
def test_extreme_people_get_a_converged_posterior(pattern: str) -> None:
    prior = prior_of(*[f"q{i}" for i in range(12)]).extended({"statements": 0.3, "reading": 0.3})
    chosen = {"all lowest": (0, 0), "all highest": (4, 4), "contradictory": (0, 4), "all middle": (2, 2)}[pattern]
    responses: list[Response] = []
    for i in range(96):
        category, name = chosen[i // 12 % 2], f"q{i % 12}"
        if i < 48:
            responses.append(Graded(f"g{i}", graded(name, 2.0, method="statements"), category))
        else:
            p = tuple(0.96 if k == category else 0.01 for k in range(5))
            responses.append(Reading(f"r{i}", graded(name, 2.0, method="reading"), p, PI))
    found = score(prior, responses)
    assert found.converged
    assert np.all(np.abs(found.mean) < 5)
    level = found.mean[:12].mean()
    assert {"all lowest": level < -1.5, "all highest": level > 1.5}.get(pattern, abs(level) < 0.5)


@pytest.mark.parametrize(("slope", "intercept"), [(6.0, -40.0), (12.0, -100.0), (30.0, -300.0)])
def test_an_answer_far_outside_the_prior_is_followed(slope: float, intercept: float) -> None:
    prior = prior_of("a")
    response = Graded("q", GradedItem((("a", slope),), (intercept,)), 1)
    exact, found = judge(prior, [response], 8001, 16.0), score(prior, [response])
    assert found.converged
    assert found.mean == pytest.approx(exact.mean, abs=1e-3)
    assert found.sd_of("a") == pytest.approx(exact.sd[0], abs=1e-3)
    crowd = [response] * 30
    assert score(prior, crowd).mean == pytest.approx(judge(prior, crowd, 8001, 16.0).mean, abs=3e-2)


@pytest.mark.parametrize("slope", [100.0, 1000.0])
def test_an_absurd_answer_keeps_the_posterior_proper(slope: float) -> None:
    """All the likelihood is then at one edge of what is integrated at first."""
    prior = Prior(("a",), np.array([-30.0]), np.eye(1))
    found = score(prior, [Graded("q", GradedItem((("a", slope),), (0.0,)), 1)])
    assert -30.0 < found.mean_of("a") < 10.0
    assert 0.0 < found.sd_of("a") < 1.5


@pytest.mark.parametrize("seed", range(4))
def test_readings_that_are_all_torn_leave_a_proper_posterior(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prior = prior_of("a", "b", "c").extended({"reading": 0.3})
    torn = (0.5, 0.0, 0.0, 0.0, 0.5)
    responses = [
        Reading(f"m{i}", graded("abc"[i % 3], float(rng.lognormal(0.4, 0.3)), method="reading"), torn, PI)
        for i in range(45)
    ]
    found = score(prior, responses)
    assert np.all(np.abs(found.mean) < 5)
    assert np.all(np.sqrt(np.diag(found.covariance)) < 4)


@pytest.mark.parametrize(("low", "high"), list(pairwise(range(5))))
def test_a_higher_category_gives_a_higher_posterior(low: int, high: int) -> None:
    prior = prior_of("a", "b")
    means = [score(prior, [Graded("g", graded("a"), k), Graded("h", graded("b"), 2)]).mean_of("a") for k in (low, high)]
    assert means[0] < means[1]


# --- Method effects and level -------------------------------------------------------------------------------------


def test_many_answers_by_one_method_keep_the_doubt_about_the_method() -> None:
    rng = np.random.default_rng(4)
    variance = 0.3
    bare = prior_of("patience")
    prior = bare.extended({"statements": variance})
    person = draw_person(prior, rng)
    item, plain = graded("patience", 1.0, method="statements"), graded("patience", 1.0)
    categories = [answer_graded(item, person, rng) for _ in range(60)]
    doubtful = score(prior, [Graded(f"s{i}", item, k) for i, k in enumerate(categories)])
    trusting = score(bare, [Graded(f"s{i}", plain, k) for i, k in enumerate(categories)])
    floor = np.sqrt(variance / (1 + variance))  # sd of a quality whose sum with the method effect is known exactly
    assert doubtful.sd_of("patience") > floor
    assert doubtful.sd_of("patience") < 1.2 * floor
    assert trusting.sd_of("patience") < 0.5 * floor


def test_a_second_method_lowers_the_doubt_that_more_of_the_first_cannot() -> None:
    prior = prior_of("patience").extended({"statements": 0.3, "reading": 0.3})
    first = [Graded(f"s{i}", graded("patience", 1.0, method="statements"), 2) for i in range(60)]
    second = [Graded(f"r{i}", graded("patience", 1.0, method="reading"), 2) for i in range(20)]
    more = [Graded(f"t{i}", graded("patience", 1.0, method="statements"), 2) for i in range(20)]
    assert score(prior, [*first, *second]).sd_of("patience") < 0.9 * score(prior, [*first, *more]).sd_of("patience")


def recovered_level(*, mixed: bool, people: int = 60) -> float:
    """Correlate true and estimated overall level over simulated people."""
    rng = np.random.default_rng(11)
    names = [f"q{i}" for i in range(6)]
    prior = prior_of(*names)
    blocks = []
    for i in range(16):
        slopes = rng.lognormal(0.3, 0.3, 3) * ((1, 1, -1) if mixed and i % 3 == 0 else (1, 1, 1))
        blocks.append(block(*zip(rng.choice(names, 3, replace=False).tolist(), slopes.tolist(), strict=True)))
    anchors = [graded(name) for name in names for _ in range(2)] if mixed else []
    true, found = [], []
    for _ in range(people):
        person = draw_person(prior, rng)
        responses: list[Response] = [Ranked(f"b{i}", b, answer_block(b, person, rng)) for i, b in enumerate(blocks)]
        responses += [Graded(f"a{i}", a, answer_graded(a, person, rng)) for i, a in enumerate(anchors)]
        true.append(np.mean(list(person.values())))
        found.append(np.mean(score(prior, responses).mean))
    return float(np.corrcoef(true, found)[0, 1])


def test_mixed_poles_and_anchors_recover_the_level_that_equal_poles_do_not() -> None:
    equal, mixed = recovered_level(mixed=False), recovered_level(mixed=True)
    assert equal < 0.7
    assert mixed > 0.85
