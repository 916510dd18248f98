from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.many_simulees import make_parameters, simulate_table, table_of
from measurement.naive_propagation import sweep_naively

from poise.measurement.many.epstep import Expected, empty_sites, expect, expect_all, prepare_cases
from poise.measurement.many.gridjudge import ProductGrid, count_on_grid
from poise.measurement.many.manyparameters import Curves, ManyParameters, draw_curves, lay_out
from poise.measurement.many.manystart import lay_grid
from poise.measurement.parameters.items import Model
from poise.measurement.scores.manyscoring import posteriors, score_many
from poise.measurement.tabular.tables import ResponseTable

KEPT = 0.6


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def curves_of(parameters: ManyParameters) -> Curves:
    layout = lay_out(parameters.pattern)
    return draw_curves(parameters, layout, lay_grid(parameters, layout))


def punch_holes(table: ResponseTable, seed: int) -> ResponseTable:
    kept = rng_of(seed).random(len(table.item)) < KEPT
    before = np.concatenate([[0], np.cumsum(kept)])
    return replace(table, starts=before[table.starts], item=table.item[kept], category=table.category[kept])


def settle(parameters: ManyParameters, table: ResponseTable, passes: int = 8) -> Expected:
    curves = curves_of(parameters)
    cases = prepare_cases(table, curves.layout, curves.stride)
    return expect(curves, passes, cases, empty_sites(cases, curves.layout))[0]


@pytest.mark.parametrize(("model", "crossed"), [("graded", 0), ("graded", 2), ("gpcm", 0), ("gpcm", 3)])
def test_the_compiled_sweep_does_what_its_slow_twin_does(model: Model, crossed: int) -> None:
    parameters = make_parameters(3, 4, 4, rng_of(1), crossed=crossed, model=model)
    table = punch_holes(simulate_table(parameters, 25, rng_of(2)), 3)
    table = replace(table, group=np.arange(25) % 2, groups=("a", "b"))
    parameters = replace(
        parameters, means=np.array([[0.0] * 3, [0.5, -0.5, 0.0]]), spread=np.array([[1.0] * 3, [1.4, 1.0, 0.6]])
    )
    curves = curves_of(parameters)
    cases = prepare_cases(table, curves.layout, curves.stride)
    expected, sites = expect(curves, 2, cases, empty_sites(cases, curves.layout))
    once = sweep_naively(curves, cases, *[np.zeros_like(sites.tau)] * 2)
    twice = sweep_naively(curves, cases, once.tau, once.nu)
    assert expected.counts == pytest.approx(twice.counts, abs=2e-4)
    assert sites.tau == pytest.approx(twice.tau, abs=2e-4)
    assert sites.nu == pytest.approx(twice.nu, abs=2e-4)
    assert expected.evidence == pytest.approx(twice.evidence, abs=1e-3)
    mean, covariance = posteriors(curves, cases, sites)
    assert mean == pytest.approx(twice.mean, abs=2e-5)
    assert covariance == pytest.approx(twice.covariance, abs=2e-5)
    for g in range(2):
        off = mean[g::2] - parameters.means[g]
        outer = np.sum(covariance[g::2] + off[:, :, None] * off[:, None, :], axis=0)
        assert expected.covariance[g] == pytest.approx(outer, abs=1e-6)
        assert expected.mean[g] == pytest.approx(mean[g::2].sum(axis=0), abs=1e-6)


def test_in_one_dimension_the_evidence_is_the_likelihood() -> None:
    parameters = make_parameters(1, 6, 4, rng_of(4))
    table = simulate_table(parameters, 300, rng_of(5))
    exact = count_on_grid(parameters, table, ProductGrid.spanning(1, 201, 7.0)).loglik
    assert settle(parameters, table, 1).evidence == pytest.approx(exact, abs=1e-3)


def test_moments_of_the_latents_given_an_item_agree_with_the_grid() -> None:
    parameters = make_parameters(2, 3, 4, rng_of(6), crossed=2)
    table = simulate_table(parameters, 200, rng_of(7))
    expected = settle(parameters, table)
    grid = ProductGrid.spanning(2, 81, 6.0)
    counts = count_on_grid(parameters, table, grid)
    for place, item in enumerate((0, 3)):
        for k in range(4):
            exact = counts.by_item[item, k] @ grid.points
            found = expected.first[place * 4 + k].sum(axis=1)
            assert found == pytest.approx(exact, abs=0.15)
        second = expected.second[place].sum(axis=2)
        exact_second = (counts.overall[:, None] * grid.points).T @ grid.points
        assert np.tril(second) == pytest.approx(np.tril(exact_second), rel=0.02, abs=0.5)


def test_chunks_add_whatever_map_runs_them() -> None:
    parameters = make_parameters(3, 3, 3, rng_of(8), crossed=1)
    table = simulate_table(parameters, 101, rng_of(9))
    curves = curves_of(parameters)

    def count(persons: int, *, backwards: bool = False) -> Expected:
        chunks = [prepare_cases(part, curves.layout, curves.stride) for part in table.chunks(persons)]
        sites = [empty_sites(cases, curves.layout) for cases in chunks]
        run = map if not backwards else lambda f, *rows: [f(*row) for row in reversed(list(zip(*rows, strict=True)))]
        return expect_all(curves, chunks, sites, 3, run)[0]

    whole, parts, reverse = count(1000), count(10), count(10, backwards=True)
    for other in (parts, reverse):
        assert other.counts == pytest.approx(whole.counts, abs=1e-4)
        assert other.first == pytest.approx(whole.first, abs=1e-9)
        assert other.covariance == pytest.approx(whole.covariance, abs=1e-9)
        assert other.evidence == pytest.approx(whole.evidence, abs=1e-8)


def test_the_order_of_persons_items_and_responses_does_not_matter() -> None:
    parameters = make_parameters(3, 3, 3, rng_of(10), crossed=2)
    table = simulate_table(parameters, 40, rng_of(11))
    base = score_many(table, parameters)
    wide = table.category.reshape(40, 9)
    persons, items = rng_of(12).permutation(40), rng_of(13).permutation(9)
    turned = ManyParameters(
        parameters.model, parameters.slopes[items], parameters.pattern[items], parameters.intercepts[items],
        parameters.categories[items], parameters.correlations, parameters.means, parameters.linked,
    )  # fmt: skip
    other = score_many(table_of(wide[persons][:, items], turned.categories), turned)
    assert base.converged
    assert other.converged
    assert other.mean == pytest.approx(base.mean[persons], abs=1e-4)
    assert other.covariance == pytest.approx(base.covariance[persons], abs=1e-4)


def test_a_weight_is_that_many_persons() -> None:
    parameters = make_parameters(2, 3, 3, rng_of(14))
    wide = simulate_table(parameters, 30, rng_of(15)).category.reshape(30, 6)
    weighted = settle(parameters, replace(table_of(wide, parameters.categories), weight=np.full(30, 3.0)))
    repeated = settle(parameters, table_of(np.repeat(wide, 3, axis=0), parameters.categories))
    assert weighted.counts == pytest.approx(repeated.counts, abs=1e-3)
    assert weighted.evidence == pytest.approx(repeated.evidence, rel=1e-7)
    assert weighted.covariance == pytest.approx(repeated.covariance, rel=1e-5)


def sparse_table(rows: list[list[int | None]], categories: int) -> ResponseTable:
    given = [(p, i, c) for p, row in enumerate(rows) for i, c in enumerate(row) if c is not None]
    person, item, category = (np.array(column, dtype=np.int64) for column in zip(*given, strict=True)) if given else (
        np.zeros(0, dtype=np.int64),
    ) * 3  # fmt: skip
    starts = np.concatenate([[0], np.cumsum(np.bincount(person, minlength=len(rows)))])
    names = tuple(f"item{i}" for i in range(len(rows[0])))
    return ResponseTable(
        names, np.full(len(names), categories), starts, item.astype(np.int32), category.astype(np.int16)
    )


answers = st.lists(
    st.lists(st.none() | st.integers(0, 2), min_size=9, max_size=9)
    | st.sampled_from([[0] * 9, [2] * 9, [0, 2] * 4 + [0], [None] * 9]),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(answers, st.floats(0.3, 9.0), st.floats(-0.4, 0.95))
def test_no_answers_make_it_fail(rows: list[list[int | None]], steep: float, correlation: float) -> None:
    parameters = make_parameters(3, 3, 3, rng_of(16), crossed=2, correlation=correlation)
    slopes = np.where(parameters.pattern, np.where(parameters.slopes > 1.0, steep, parameters.slopes), 0.0)
    strained = ManyParameters(
        "graded", slopes, parameters.pattern, parameters.intercepts, parameters.categories, parameters.correlations,
        parameters.means, parameters.linked,
    )  # fmt: skip
    table = sparse_table(rows, 3)
    scores = score_many(table, strained)
    assert np.all(np.isfinite(scores.mean))
    for covariance in scores.covariance:
        assert np.linalg.eigvalsh(covariance)[0] > 0.0
    assert np.all(scores.sd <= 1.0 + 1e-6)
    assert np.isfinite(settle(strained, table).evidence)


def test_persons_without_answers_stay_at_the_prior() -> None:
    parameters = make_parameters(2, 3, 3, rng_of(17))
    table = sparse_table([[None] * 6, [1] * 6], 3)
    scores = score_many(table, parameters)
    assert scores.mean[0] == pytest.approx([0.0, 0.0])
    assert scores.covariance[0] == pytest.approx(parameters.correlations)
    assert settle(parameters, sparse_table([[None] * 6], 3)).evidence == 0.0
