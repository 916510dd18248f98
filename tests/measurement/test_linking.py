"""Linking: laws of the criteria, closed forms by hand, standard errors against replications, and what is refused."""

# ruff: noqa: N803, N806 - A and B of a linear change: mathematics keeps its letters
# ruff: noqa: FBT001 - hypothesis and pytest hand on what is yes or no by place

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.calibrations import make_calibration, make_items
from measurement.many_simulees import make_parameters, table_of

from poise.measurement.grid.calibration import Settings, begin, calibrate, climb_to_top, state_problem
from poise.measurement.grid.louis import number_places, observed_covariance
from poise.measurement.grid.packing import Packing
from poise.measurement.linking.linkfit import METHODS, Criterion, Method
from poise.measurement.linking.linking import Link, Scale, apply_link, fit_dimensions, link_calibrations
from poise.measurement.linking.linkitems import find_common
from poise.measurement.many.epem import calibrate_many
from poise.measurement.many.gridjudge import category_logs
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedStatement
from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters, Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents
from poise.measurement.tabular.tables import BadTableError

FloatArray = npt.NDArray[np.float64]
MODELS: tuple[Model, ...] = ("2pl", "graded", "gpcm")
seeds, methods = st.integers(0, 10_000), st.sampled_from(METHODS)
slopes, shifts = st.floats(0.4, 2.5), st.floats(-1.5, 1.5)


def draw(model: Model, seed: int, number: int = 8) -> Calibration:
    return make_calibration(make_items(np.random.default_rng(seed), number, 2 if model == "2pl" else 4, model))


def moved(calibration: Calibration, A: float, B: float) -> Calibration:
    return apply_link(calibration, Link((Scale("theta", A, B),), "by hand"))


def jolted(calibration: Calibration, seed: int, size: float = 0.1) -> Calibration:
    """The same items with other errors."""
    rng = np.random.default_rng(seed)
    items = [
        replace(
            item,
            loadings=(("theta", item.loadings[0][1] * float(np.exp(rng.normal(0.0, size)))),),
            intercepts=tuple(d + shift for d, shift in zip(item.intercepts, [rng.normal(0.0, size)] * 9, strict=False)),
        )
        for item in calibration.items
    ]
    return replace(calibration, items=tuple(items))


# --- Laws ---------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(MODELS), seeds, methods, slopes, shifts, st.booleans(), st.booleans())
def test_a_calibration_moved_by_hand_is_found_again(
    model: Model,
    seed: int,
    method: Method,
    A: float,
    B: float,
    symmetric: bool,
    robust: bool,
) -> None:
    new = draw(model, seed)
    old = moved(new, A, B)
    link = link_calibrations(old, new, Criterion(method, symmetric=symmetric, robust=robust))
    assert link.scales[0].slope == pytest.approx(A, abs=1e-6)
    assert link.scales[0].intercept == pytest.approx(B, abs=1e-6)


@settings(deadline=None, max_examples=12)
@given(st.sampled_from(MODELS), seeds, methods, slopes, shifts, st.booleans())
def test_the_way_there_and_back_is_the_identity(
    model: Model,
    seed: int,
    method: Method,
    A: float,
    B: float,
    robust: bool,
) -> None:
    new = draw(model, seed)
    old = jolted(moved(new, A, B), seed + 1)
    criterion = Criterion(method, robust=robust)
    there, back = link_calibrations(old, new, criterion), link_calibrations(new, old, criterion)
    if method == "mean-mean":
        # The mean of slopes and the mean of thresholds are compared on either scale alike.
        assert there.scales[0].slope * back.scales[0].slope == pytest.approx(1.0, abs=1e-9)
    assert back.scales[0].slope == pytest.approx(there.inverse.scales[0].slope, abs=2e-6 if not robust else 1e-3)
    assert back.scales[0].intercept == pytest.approx(
        there.inverse.scales[0].intercept, abs=2e-6 if not robust else 1e-3
    )


@settings(deadline=None, max_examples=8)
@given(seeds, methods, st.booleans())
def test_the_order_of_items_does_not_matter(seed: int, method: Method, robust: bool) -> None:
    new = draw("graded", seed)
    old = jolted(moved(new, 1.3, -0.4), seed + 1)
    turned = replace(old, items=old.items[::-1])
    criterion = Criterion(method, robust=robust)
    one, other = link_calibrations(old, new, criterion).scales[0], link_calibrations(turned, new, criterion).scales[0]
    assert other.slope == pytest.approx(one.slope, abs=1e-7)
    assert other.intercept == pytest.approx(one.intercept, abs=1e-7)
    assert other.slope_se == pytest.approx(one.slope_se, rel=1e-4)
    assert dict(zip(other.items, other.weights, strict=True)) == pytest.approx(
        dict(zip(one.items, one.weights, strict=True)), abs=1e-5
    )


def chances(item: CalibratedItem, at: Mapping[str, float]) -> FloatArray:
    eta = np.array([sum(a * at[name] for name, a in item.loadings)])
    found: FloatArray = np.exp(category_logs(item.model, eta, np.array(item.intercepts)))[0]
    return found


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(MODELS), seeds, slopes, shifts, st.floats(-3, 3), st.floats(-3, 3))
def test_moved_items_have_the_same_curves(
    model: Model,
    seed: int,
    A: float,
    B: float,
    first: float,
    second: float,
) -> None:
    rng = np.random.default_rng(seed)
    items = [*make_items(rng, 2, 3, model, "calm"), *make_items(rng, 2, 3, model, "quick")]
    crossed = replace(items[0], key="both", loadings=(("calm", 1.1), ("quick", -0.6)), thresholds=(), covariance=())
    made = make_calibration([*items, crossed], ("calm", "quick"))
    link = Link((Scale("calm", A, B), Scale("quick", 1.0 / A, B / 2.0)), "by hand")
    after = apply_link(made, link)
    here = {"calm": first, "quick": second}
    there = {scale.dimension: scale.slope * here[scale.dimension] + scale.intercept for scale in link.scales}
    for one, other in zip(made.items, after.items, strict=True):
        assert chances(other, there) == pytest.approx(chances(one, here), abs=1e-9)
    assert after.means[0] == pytest.approx([B, B / 2.0])
    assert after.sds[0] == pytest.approx([A, 1.0 / A])
    again = apply_link(after, link.inverse)
    assert again.items[0].intercepts == pytest.approx(made.items[0].intercepts)
    assert np.array(again.items[0].covariance) == pytest.approx(np.array(made.items[0].covariance))


# --- By hand ------------------------------------------------------------------------------------------------------


def test_mean_sigma_and_mean_mean_are_the_textbook_formulas() -> None:
    # b old: -1, 0, 2.5 (mean .5, variance 13/6); b new: -1, 0, 1 (mean 0, variance 2/3): A^2 = 13/4, B = .5.
    # a old: 1, 1, 2 (mean 4/3); a new: 1.5, 2, 2.5 (mean 2): A = 1.5.
    def made(a: list[float], b: list[float]) -> Calibration:
        pairs = zip(a, b, strict=True)
        return make_calibration(
            [CalibratedItem(f"i{n}", "2pl", (("theta", s),), (-s * t,)) for n, (s, t) in enumerate(pairs)]
        )

    old, new = made([1.0, 1.0, 2.0], [-1.0, 0.0, 2.5]), made([1.5, 2.0, 2.5], [-1.0, 0.0, 1.0])
    sigma = link_calibrations(old, new, Criterion("mean-sigma")).scales[0]
    assert sigma.slope == pytest.approx(np.sqrt(13.0 / 4.0), abs=1e-12)
    assert sigma.intercept == pytest.approx(0.5, abs=1e-12)
    mean = link_calibrations(old, new, Criterion("mean-mean")).scales[0]
    assert mean.slope == pytest.approx(1.5, abs=1e-12)
    assert mean.intercept == pytest.approx(0.5, abs=1e-12)
    assert np.isnan(sigma.slope_se)


@pytest.mark.parametrize("method", ["stocking-lord", "haebara"])
@pytest.mark.parametrize("symmetric", [True, False])
def test_no_link_near_the_found_one_is_better(method: Method, symmetric: bool) -> None:
    new = draw("graded", 3)
    old = jolted(moved(new, 1.4, 0.6), 4)
    nodes, weights = np.linspace(-3.0, 3.0, 25), np.exp(-0.5 * np.linspace(-3.0, 3.0, 25) ** 2)
    found = link_calibrations(old, new, Criterion(method, symmetric=symmetric, grid=(nodes, weights))).scales[0]

    def loss(A: float, B: float) -> float:
        total = 0.0
        sides = [(old, moved(new, A, B))] + ([(moved(old, 1 / A, -B / A), new)] if symmetric else [])
        for one, other in sides:
            for theta, weight in zip(nodes, weights / weights.sum(), strict=True):
                at = {"theta": float(theta)}
                gaps = [chances(i, at) - chances(j, at) for i, j in zip(one.items, other.items, strict=True)]
                scores = sum(float(gap @ np.arange(4)) for gap in gaps)
                total += weight * (scores**2 if method == "stocking-lord" else float(np.sum(np.square(gaps))))
        return total

    best = loss(found.slope, found.intercept)
    assert best > 1e-6
    for turn in np.linspace(0.0, 2.0 * np.pi, 9):
        assert loss(found.slope + 1e-3 * np.cos(turn), found.intercept + 1e-3 * np.sin(turn)) > best


def test_robust_weights_leave_out_items_that_changed() -> None:
    new = draw("2pl", 5, 12)
    old = moved(new, 1.2, 0.3)
    changed = [
        replace(item, intercepts=(item.intercepts[0] + 1.0,)) if i < 3 else item for i, item in enumerate(old.items)
    ]
    off = replace(old, items=tuple(changed))
    for method in METHODS:
        plainly = link_calibrations(off, new, Criterion(method)).scales[0]
        robustly = link_calibrations(off, new, Criterion(method, robust=True)).scales[0]
        assert abs(plainly.intercept - 0.3) > 0.05
        assert robustly.slope == pytest.approx(1.2, abs=1e-6)
        assert robustly.intercept == pytest.approx(0.3, abs=1e-6)
        assert robustly.weights[:3] == (0.0, 0.0, 0.0)


# --- Standard errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("model", MODELS)
def test_a_link_follows_its_items_as_its_derivatives_say(method: Method, model: Model) -> None:
    new = draw(model, 7, 5)
    old = jolted(moved(new, 1.2, 0.3), 8, 0.001)
    fitted = fit_dimensions(old, new, Criterion(method))["theta"]

    def nudged(calibration: Calibration, i: int, place: int, step: float) -> Calibration:
        items = list(calibration.items)
        values = np.array([items[i].loadings[0][1], *items[i].intercepts])
        values[place] += step
        items[i] = replace(items[i], loadings=(("theta", float(values[0])),), intercepts=tuple(values[1:].tolist()))
        return replace(calibration, items=tuple(items))

    for i, place in ((0, 0), (2, 1), (4, 1)):
        for which, by in enumerate((fitted.by_old, fitted.by_new)):
            ends = []
            for step in (1e-3, -1e-3):
                pair = [nudged(one, i, place, step) if k == which else one for k, one in enumerate((old, new))]
                scale = link_calibrations(pair[0], pair[1], Criterion(method)).scales[0]
                ends.append(np.array([np.log(scale.slope), scale.intercept]))
            assert by[:, i, place] == pytest.approx((ends[0] - ends[1]) / 2e-3, rel=0.02, abs=2e-3)


@pytest.mark.parametrize(("model", "categories", "persons"), [("2pl", 2, 500), ("graded", 4, 800), ("gpcm", 3, 800)])
def test_what_items_have_in_common_is_the_sample_of_persons(model: Model, categories: int, persons: int) -> None:
    true = make_parameters(1, 15, categories, np.random.default_rng(9), model=model)
    rng = np.random.default_rng(10)
    table = table_of(draw_answers(true, draw_latents(true, persons, rng), rng), true.categories)
    problem = state_problem([table], model, Settings())
    found = climb_to_top(problem, begin(problem, table, Settings()), Settings())
    packing = Packing(problem, found.parameters)
    expected = problem.expect(found.parameters, found.nodes, np.float64)
    whole = observed_covariance(problem, packing, found.parameters, found.nodes, expected)
    assert whole is not None
    own = calibrate(table, model)
    items, _ = find_common(own, own, "theta")
    place, _ = number_places(packing)
    by_scale, pieces = np.zeros((len(whole), 2)), np.zeros_like(whole)
    for i in range(15):
        where = place[i, :categories]
        by_scale[where], pieces[np.ix_(where, where)] = items.by_scale[i], items.own_covariance[i]
    put_together = pieces + by_scale @ items.scale_covariance @ by_scale.T
    # Whatever compares the items as a whole, as all links do.
    leaning = np.linalg.solve(by_scale.T @ by_scale, by_scale.T)
    exact, found_here = leaning @ whole @ leaning.T, leaning @ put_together @ leaning.T
    assert np.sqrt(np.diag(found_here)) == pytest.approx(np.sqrt(np.diag(exact)), rel=0.05)
    alone = np.einsum("xi,ij,xj->x", leaning, np.where(pieces != 0.0, whole, 0.0), leaning)
    assert np.all(np.sqrt(alone) < 0.85 * np.sqrt(np.diag(exact)))


def test_standard_errors_are_the_spread_of_links() -> None:
    true, rng, links = make_parameters(1, 12, 3, np.random.default_rng(11)), np.random.default_rng(12), []
    for _ in range(40):
        pair = [
            calibrate(table_of(draw_answers(true, B + A * draw_latents(true, 600, rng), rng), true.categories))
            for A, B in ((1.0, 0.0), (1.3, 0.4))
        ]
        links.append([link_calibrations(pair[0], pair[1], Criterion(method)).scales[0] for method in METHODS])
    for column in zip(*links, strict=True):
        A, B = np.array([one.slope for one in column]), np.array([one.intercept for one in column])
        assert abs(A.mean() - 1.3) < 3.5 * A.std() / np.sqrt(40)
        assert abs(B.mean() - 0.4) < 3.5 * B.std() / np.sqrt(40)
        assert np.mean([one.slope_se for one in column]) == pytest.approx(A.std(), rel=0.25)
        assert np.mean([one.intercept_se for one in column]) == pytest.approx(B.std(), rel=0.25)


# --- Many dimensions, blocks, files -------------------------------------------------------------------------------


def reversed_in(calibration: Calibration, keys: set[str]) -> Calibration:
    """The same right/wrong items with the answers of some turned round."""
    items = [
        replace(item, loadings=(("theta", -item.loadings[0][1]),), intercepts=tuple(-d for d in item.intercepts))
        if item.key in keys
        else item
        for item in calibration.items
    ]
    return replace(calibration, items=tuple(items))


@pytest.mark.parametrize("method", ["stocking-lord", "haebara"])
def test_items_keyed_the_other_way_count_as_if_recoded(method: Method) -> None:
    old = draw("2pl", 3, number=12)
    new = jolted(moved(old, 0.8, -0.4), 4)
    turned = {item.key for item in old.items[::2]}
    link = link_calibrations(old, new, Criterion(method)).scales[0]
    other = link_calibrations(reversed_in(old, turned), reversed_in(new, turned), Criterion(method)).scales[0]
    assert (other.slope, other.intercept) == pytest.approx((link.slope, link.intercept), abs=1e-6)


def test_each_dimension_has_its_own_link() -> None:
    true = make_parameters(2, 8, 4, np.random.default_rng(13), crossed=1)
    rng = np.random.default_rng(14)
    names = {"calm": [f"item{i}" for i in range(1, 9)], "quick": ["item1", *(f"item{i}" for i in range(9, 17))]}
    old = calibrate_many(table_of(draw_answers(true, draw_latents(true, 2000, rng), rng), true.categories), names)
    latents = np.array([0.5, -0.8]) + draw_latents(true, 2000, rng) * [1.4, 0.8]
    new = calibrate_many(table_of(draw_answers(true, latents, rng), true.categories), names)
    link = link_calibrations(KnownParameters.of(old), KnownParameters.of(new))
    assert link == link_calibrations(old, new)
    for scale, (A, B) in zip(link.scales, ((1.4, 0.5), (0.8, -0.8)), strict=True):
        assert abs(scale.slope - A) < 3.5 * scale.slope_se < 0.2
        assert abs(scale.intercept - B) < 3.5 * scale.intercept_se < 0.3
    assert "item1" not in link.scales[0].items
    after = apply_link(new, link)
    crossed = np.array([a for _, a in after.items[0].loadings])
    assert crossed == pytest.approx([a for _, a in old.items[0].loadings], abs=0.4)
    assert after.sds[0] == pytest.approx([scale.slope for scale in link.scales])
    assert after.items[3].loadings_se[0] == pytest.approx(new.items[3].loadings_se[0] / link.scales[0].slope)


def test_statements_of_a_block_move_and_keep_their_preferences() -> None:
    statements = (
        CalibratedStatement("s1", (("theta", 1.2),), 0.5),
        CalibratedStatement("s2", (("theta", -0.7),), -0.1),
        CalibratedStatement("s3", (("theta", 0.4),), -0.4),
    )
    made = replace(draw("2pl", 15), blocks=(CalibratedBlock("block", statements),))
    after = moved(made, 1.5, 0.7)
    for here in (-1.0, 0.3, 2.0):
        before = np.array([one.intercept + one.loadings[0][1] * here for one in statements])
        now = np.array([one.intercept + one.loadings[0][1] * (1.5 * here + 0.7) for one in after.blocks[0].statements])
        assert np.diff(now) == pytest.approx(np.diff(before))
    assert sum(one.intercept for one in after.blocks[0].statements) == pytest.approx(0.0, abs=1e-12)


# --- What is refused ----------------------------------------------------------------------------------------------


def test_calibrations_that_do_not_match_are_refused_with_all_that_is_wrong() -> None:
    old, new = draw("graded", 16), draw("graded", 17)
    items = list(new.items)
    items[0] = replace(items[0], model="gpcm")
    items[1] = replace(items[1], values=(1, 2, 3, 4))
    with pytest.raises(BadTableError) as caught:
        link_calibrations(old, replace(new, items=tuple(items)))
    assert len(caught.value.complaints) == 2
    assert "item 'theta1': is graded in one calibration and gpcm in the other" in str(caught.value)
    assert "item 'theta2': has the values (0, 1, 2, 3)" in str(caught.value)
    flat = replace(new.items[2], loadings=(("theta", 0.0),))
    with pytest.raises(BadTableError, match="item 'theta3': has a slope that is zero"):
        link_calibrations(old, replace(new, items=(*new.items[:2], flat, *new.items[3:])))
    with pytest.raises(BadTableError, match="dimension theta: 1 common items"):
        link_calibrations(old, replace(new, items=new.items[:1]))
    with pytest.raises(BadTableError, match="dimensions: got theta and calm, expected the same"):
        link_calibrations(old, replace(new, dimensions=("calm",)))
    with pytest.raises(BadTableError, match="items nobody: not in both"):
        link_calibrations(old, new, items=["nobody", "theta1", "theta2"])
    with pytest.raises(BadTableError, match="method: got 'guess'"):
        Criterion("guess")  # type: ignore[arg-type]
    with pytest.raises(BadTableError, match="as many weights as nodes"):
        Criterion(grid=(np.zeros(3), np.ones(2)))
    with pytest.raises(BadTableError, match="dimension 'theta' has none"):
        apply_link(new, Link((), "by hand"))
    turned = [replace(item, loadings=(("theta", -item.loadings[0][1]),)) for item in old.items]
    with pytest.raises(BadTableError, match="one of the scales is reversed"):
        link_calibrations(old, replace(old, items=tuple(turned)))
