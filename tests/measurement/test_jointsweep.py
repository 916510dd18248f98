"""The compiled sites against the numpy sites of one person, and against sums over a dense grid."""

from dataclasses import replace

import numpy as np
import pytest
from measurement.naive_joint import exact_moments, integrate, lay_points

from poise.measurement import Graded, GradedItem, Posterior, Prior, Ranked, Reading, score
from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.joint.jointerrors import score_persons
from poise.measurement.joint.jointkinds import (
    GRADED,
    PARTIAL,
    answer_ends,
    answer_graded,
    answer_partial,
    answer_rank,
    raise_utilities,
    read_scale,
)
from poise.measurement.joint.jointparameters import JointParameters, list_orders
from poise.measurement.joint.jointsimulation import draw_joint_answers, draw_joint_latents, draw_joint_parameters
from poise.measurement.joint.jointstep import JointSites, prepare_persons, run_sweep
from poise.measurement.joint.jointsweep import JointTotals
from poise.measurement.models import BlockItem, FloatArray, Statement
from poise.measurement.observing import (
    ChoiceBlock,
    GradedScale,
    Observable,
    PartialCreditScale,
    RatedScale,
    list_answers,
    mix_gradient,
    mix_log,
)
from poise.measurement.responses import Response

DIMENSIONS = ("a", "b", "c")


def block(key: str, *loads: str, task: str = "rank") -> JointBlock:
    rows = tuple(JointStatement(f"{key}{j}", tuple(on)) for j, on in enumerate(loads))
    return JointBlock(key, rows, "rank" if task == "rank" else "most_least")


EVERYTHING: tuple[JointItem | JointBlock, ...] = (
    block("triplet", "a", "b", "c"),
    block("pair", "a", "c"),
    block("quad", "a", "b", "c", "b"),
    block("crossed", "ab", "bc", "c", "a"),
    block("one dimension", "b", "b", "b"),
    block("two dimensions", "a", "a", "b"),
    block("ends", "a", "b", "c", "a", task="most_least"),
    JointItem("graded", ("a",), 4),
    JointItem("right or wrong", ("b",), 2),
    JointItem("crossed item", ("b", "c"), 3),
    JointItem("partial", ("c",), 4, "gpcm"),
    JointItem("read", ("a",), 4),
)


def draw(persons: int = 12, seed: int = 1) -> tuple[JointParameters, JointTable]:
    rng = np.random.default_rng(seed)
    parameters = draw_joint_parameters(EVERYTHING, DIMENSIONS, rng, negative=0.3)
    table = draw_joint_answers(parameters, draw_joint_latents(parameters, np.zeros(persons, np.int64), rng), rng)
    read = table.item == len(EVERYTHING) - 1
    weights = rng.dirichlet(np.ones(4), persons) * 4.0
    return parameters, replace(
        table,
        answer=np.where(read, -1, table.answer),
        reading=np.where(read, np.cumsum(read) - 1, -1),
        weights=weights,
    )


def settle(parameters: JointParameters, table: JointTable) -> tuple[JointTotals, JointSites]:
    persons = prepare_persons(table)
    totals, sites, distance, skipped = run_sweep(
        parameters, table.weights, 40, persons, JointSites.empty(persons), counting=False
    )
    assert distance < 1e-9
    assert skipped == 0
    return totals, sites


def respond(parameters: JointParameters, table: JointTable, r: int) -> Response:
    layout, i = parameters.layout, int(table.item[r])
    one, c = layout.asked[i], parameters.intercepts(i).tolist()
    rows = parameters.loadings[layout.first_row[i] : layout.first_row[i + 1]]
    loads = [tuple((d, float(a)) for d, a in zip(DIMENSIONS, row, strict=True) if a) for row in rows]
    if isinstance(one, JointBlock):
        item = BlockItem(tuple(Statement(load, at) for load, at in zip(loads, c, strict=True)))
        return Ranked(one.key, item, list_answers(len(c), "rank")[table.answer[r]])
    if table.reading is not None and table.reading[r] >= 0:
        weights = table.weights[table.reading[r]]
        share, base = tuple((weights / weights.sum()).tolist()), (0.25,) * 4
        return Reading(one.key, GradedItem(loads[0], tuple(c)), share, base)
    return Graded(one.key, GradedItem(loads[0], tuple(c)), int(table.answer[r]))


def test_persons_get_the_posterior_that_the_numpy_sites_give_them() -> None:
    parameters, table = draw()
    keep = np.isin(table.item, [i for i, one in enumerate(EVERYTHING) if one.key not in {"ends", "partial"}])
    kept = np.concatenate([[0], np.cumsum(keep)])[table.starts]
    assert table.reading is not None
    table = replace(table, starts=kept, item=table.item[keep], answer=table.answer[keep], reading=table.reading[keep])
    totals, _ = settle(parameters, table)
    prior = Prior(DIMENSIONS, np.zeros(3), parameters.correlations)
    for p in range(table.size):
        found: Posterior = score(
            prior, [respond(parameters, table, r) for r in range(table.starts[p], table.starts[p + 1])]
        )
        assert found.converged
        np.testing.assert_allclose(totals.mean[p], found.mean, atol=1e-4)
        np.testing.assert_allclose(totals.covariance[p], found.covariance, atol=1e-4)


@pytest.mark.parametrize("i", range(len(EVERYTHING)), ids=[one.key for one in EVERYTHING])
def test_one_observation_alone_is_exact(i: int) -> None:
    parameters, table = draw(persons=6)
    assert table.reading is not None
    own = table.item == i
    alone = replace(
        table, starts=np.arange(table.size + 1), item=table.item[own], answer=table.answer[own],
        reading=table.reading[own],
    )  # fmt: skip
    points = lay_points(3)
    loglik, weights = integrate(parameters, alone, points)
    mean, covariance = exact_moments(weights, points)
    totals, _ = settle(parameters, alone)
    np.testing.assert_allclose(totals.evidence, loglik, atol=1e-4)
    np.testing.assert_allclose(totals.mean, mean, atol=1e-4)
    np.testing.assert_allclose(totals.covariance, covariance, atol=3e-4)


def test_everything_together_is_near_the_exact_posterior() -> None:
    parameters, table = draw(persons=6)
    points = lay_points(3)
    loglik, weights = integrate(parameters, table, points)
    mean, covariance = exact_moments(weights, points)
    totals, _ = settle(parameters, table)
    assert np.max(np.abs(totals.evidence - loglik)) < 0.03
    assert np.max(np.abs(totals.mean - mean)) < 0.02
    assert np.max(np.abs(totals.covariance - covariance)) < 0.02


def test_the_score_of_a_person_is_the_derivative_of_the_evidence() -> None:
    parameters, table = draw(persons=3)
    rater = np.where(np.isin(table.item, [7, 9, 10]), 1, -1)
    layout = replace(parameters.layout, raters=("mild", "hard"))
    parameters = replace(
        parameters, layout=layout, severity=np.array([-0.4, 0.4]), log_consistency=np.array([-0.2, 0.2])
    )
    table = replace(table, rater=rater, raters=layout.raters)
    _, sites = settle(parameters, table)
    persons = prepare_persons(table)
    scores = score_persons(parameters, table.weights, persons, sites)
    point, step = parameters.packed, 1e-4
    for j in range(len(point)):
        ends = []
        for sign in (1.0, -1.0):
            moved = parameters.unpacked(point + sign * step * np.eye(len(point))[j])
            ends.append(run_sweep(moved, table.weights, 15, persons, sites, counting=False)[0].evidence)
        np.testing.assert_allclose(scores[:, j], (ends[0] - ends[1]) / (2 * step), atol=1e-4)


def test_the_score_is_that_of_the_gaussian_site() -> None:
    # By parts, E[g] of a tilted distribution is nu - tau E[u]: the sites alone tell the derivative of a predictor.
    parameters, table = draw(persons=8)
    item = next(i for i, one in enumerate(EVERYTHING) if one.key == "right or wrong")
    totals, sites = settle(parameters, table)
    scores = score_persons(parameters, table.weights, prepare_persons(table), sites)
    own = np.flatnonzero(table.item == item)
    slope = parameters.loadings[parameters.layout.first_row[item], 1]
    intercept = parameters.layout.start[item + 1] - 1
    told = sites.nu[own, 0] - sites.tau[own, 0, 0] * totals.mean[:, 1]
    np.testing.assert_allclose(scores[:, intercept] * slope, told, atol=1e-7)


def test_the_order_of_observations_does_not_matter() -> None:
    parameters, table = draw()
    assert table.reading is not None
    size = len(EVERYTHING)
    mixed = np.concatenate([p * size + np.random.default_rng(p).permutation(size) for p in range(table.size)])
    other = replace(table, item=table.item[mixed], answer=table.answer[mixed], reading=table.reading[mixed])
    one, two = settle(parameters, table)[0], settle(parameters, other)[0]
    np.testing.assert_allclose(one.mean, two.mean, atol=1e-8)
    np.testing.assert_allclose(one.evidence, two.evidence, atol=1e-8)


def test_a_reading_that_says_nothing_changes_nobody() -> None:
    parameters, table = draw()
    silent = settle(parameters, replace(table, weights=np.full_like(table.weights, 2.0)))[0]
    assert table.reading is not None
    keep = table.reading < 0
    without = replace(
        table, starts=np.concatenate([[0], np.cumsum(keep)])[table.starts], item=table.item[keep],
        answer=table.answer[keep], reading=None,
    )  # fmt: skip
    absent = settle(parameters, without)[0]
    np.testing.assert_allclose(silent.mean, absent.mean, atol=1e-6)
    np.testing.assert_allclose(silent.evidence, absent.evidence + np.log(2.0), atol=1e-6)


def test_torn_readings_and_extreme_answers_stay_proper() -> None:
    rng = np.random.default_rng(9)
    asked = tuple(JointItem(f"read {i}", ("a",), 5) for i in range(6))
    parameters = draw_joint_parameters(asked, ("a", "b"), rng)
    parameters = replace(parameters, values=np.where(parameters.layout.slope, 6.0, 5.0 * parameters.values))
    table = JointTable(
        asked, ("a", "b"), np.array([0, 6]), np.arange(6), np.full(6, -1), reading=np.zeros(6, np.int64),
        weights=np.array([[1.0, 0.0, 0.0, 0.0, 1.0]]),
    )  # fmt: skip
    persons = prepare_persons(table)
    totals, _, _, _ = run_sweep(parameters, table.weights, 30, persons, JointSites.empty(persons), counting=False)
    assert np.all(np.isfinite(totals.mean))
    assert np.all(np.linalg.eigvalsh(totals.covariance) > 0.0)


def compiled(
    kind: Observable, u: FloatArray, answer: int, weights: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Log-likelihoods (Q,) and derivatives by all effects (E, Q) from the compiled functions."""
    Q, scale = len(u), kind.scale if isinstance(kind, RatedScale) else kind  # noqa: N806 - points
    c, s = (kind.consistency, kind.severity) if isinstance(kind, RatedScale) else (1.0, 0.0)
    effects, like, extra = np.full((8, Q), np.nan), np.zeros(Q), np.zeros((4, Q))
    if isinstance(scale, ChoiceBlock):
        raised = np.zeros((4, Q))
        raised[: u.shape[1]] = (u + np.array(scale.intercepts)).T
        order = list_orders()[int(scale.task == "most_least"), u.shape[1], answer]
        raise_utilities(raised, u.shape[1], np.zeros(Q))
        if scale.task == "most_least" and u.shape[1] == 4:
            answer_ends(order, raised, like, effects)
        else:
            answer_rank(order, raised, u.shape[1], like, effects, extra)
    else:
        assert isinstance(scale, GradedScale | PartialCreditScale)
        d, K = np.array(scale.intercepts), scale.answers  # noqa: N806 - categories
        model = GRADED if isinstance(scale, GradedScale) else PARTIAL
        if weights is not None:
            read_scale(model, weights, u[:, 0], d, K, c, s, like, effects, extra, np.zeros(Q), np.zeros((8, Q)))
        elif model == GRADED:
            answer_graded(answer, u[:, 0], d, K, c, s, like, effects)
        else:
            answer_partial(answer, u[:, 0], d, K, c, s, like, effects, extra)
    return np.log(like), effects


KINDS: list[Observable] = [
    GradedScale((1.0, 0.2, -1.5)),
    GradedScale((0.3,)),
    PartialCreditScale((0.4, 0.1, -1.0)),
    RatedScale(GradedScale((1.0, 0.2, -1.5)), 0.4, 1.3),
    RatedScale(PartialCreditScale((0.4, 0.1, -1.0)), -0.3, 0.7),
    ChoiceBlock((0.2, -0.2)),
    ChoiceBlock((0.5, 0.0, -0.5)),
    ChoiceBlock((0.5, 0.0, -0.8, 0.3)),
    ChoiceBlock((0.5, 0.0, -0.5), "most_least"),
    ChoiceBlock((0.5, 0.0, -0.8, 0.3), "most_least"),
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_compiled_kinds_are_those_of_the_interface(kind: Observable) -> None:
    u = np.random.default_rng(6).normal(0.0, 2.0, (20, kind.predictors))
    for answer in range(kind.answers):
        logs, effects = compiled(kind, u, answer)
        np.testing.assert_allclose(logs, kind.log_likelihood(u, answer), atol=1e-9)
        np.testing.assert_allclose(effects[: kind.predictors].T, kind.gradient(u, answer), atol=1e-9)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not isinstance(kind, ChoiceBlock)], ids=str)
def test_compiled_derivatives_by_intercepts_and_consistency(kind: Observable) -> None:
    rated = kind if isinstance(kind, RatedScale) else RatedScale(kind)  # type: ignore[arg-type]
    scale, u, step = rated.scale, np.random.default_rng(7).normal(0.0, 2.0, (20, 1)), 1e-5
    for answer in range(kind.answers):
        _, effects = compiled(kind, u, answer)
        for k in range(kind.answers - 1):
            ends = [
                RatedScale(
                    type(scale)(tuple(d + sign * step * (j == k) for j, d in enumerate(scale.intercepts))),  # type: ignore[call-arg]
                    rated.severity, rated.consistency,
                ).log_likelihood(u, answer)
                for sign in (1.0, -1.0)
            ]  # fmt: skip
            np.testing.assert_allclose(effects[k + 1], (ends[0] - ends[1]) / (2 * step), atol=1e-8)
        ends = [
            RatedScale(scale, rated.severity, rated.consistency * np.exp(sign * step)).log_likelihood(u, answer)
            for sign in (1.0, -1.0)
        ]
        np.testing.assert_allclose(effects[kind.answers], (ends[0] - ends[1]) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("kind", [GradedScale((1.0, 0.2, -1.5)), PartialCreditScale((0.4, 0.1, -1.0))], ids=str)
def test_compiled_readings_are_those_of_the_interface(kind: Observable) -> None:
    u, weights = np.random.default_rng(8).normal(0.0, 2.0, (20, 1)), np.array([0.0, 2.0, 0.3, 1.0])
    logs, effects = compiled(kind, u, -1, weights)
    np.testing.assert_allclose(logs, mix_log(kind, u, weights), atol=1e-9)
    np.testing.assert_allclose(effects[:1].T, mix_gradient(kind, u, weights), atol=1e-9)
