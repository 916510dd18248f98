"""Calibration in one dimension: recovery, invariance, groups, anchors, and answers that are hard to calibrate."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.grid_twins import draw_items, draw_table

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.grid.gridem import CoarseGridError
from poise.measurement.grid.priors import Priors
from poise.measurement.many.epem import Options, calibrate_many
from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters, Model, list_untold
from poise.measurement.scores.gridscoring import score_table
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.tables import BadTableError

FloatArray = npt.NDArray[np.float64]


def simulate(model: Model, persons: int = 2000, number: int = 12, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    categories = 2 if model == "2pl" else 4
    items = draw_items(number, categories, rng)
    return items, draw_table(model, items, [categories] * number, rng.standard_normal(persons), rng, share=0.9)


def numbers(found: Calibration) -> FloatArray:
    return np.array([[item.loadings[0][1], *item.intercepts] for item in found.items])


def errors(found: Calibration) -> FloatArray:
    return np.array([[item.loadings_se[0], *item.intercepts_se] for item in found.items])


@pytest.mark.parametrize("model", ["2pl", "graded", "gpcm"])
def test_what_was_simulated_is_recovered_within_its_standard_errors(model: Model) -> None:
    items, answers = simulate(model)
    found = calibrate(from_array(answers), model)
    away = (numbers(found) - items) / errors(found)
    assert found.converged
    assert 0.7 < np.sqrt(np.mean(away**2)) < 1.3
    assert np.mean(np.abs(away) < 1.96) > 0.85


def test_the_order_of_persons_and_items_does_not_matter() -> None:
    _, answers = simulate("graded", persons=900, number=8)
    rng = np.random.default_rng(9)
    rows, columns = rng.permutation(900), rng.permutation(8)
    names = np.array([f"i{n}" for n in range(8)])
    one = calibrate(from_array(answers, names.tolist()))
    other = calibrate(from_array(answers[rows][:, columns], names[columns].tolist()))
    assert [item.key for item in other.items] == names[columns].tolist()
    assert numbers(other) == pytest.approx(numbers(one)[columns], abs=2e-4)
    assert other.loglik == pytest.approx(one.loglik, abs=1e-5)


def test_chunks_give_what_the_whole_gives() -> None:
    _, answers = simulate("graded", persons=500, number=8)
    table = from_array(answers)
    whole, parts = calibrate(table), calibrate(list(table.chunks(64)))
    assert numbers(parts) == pytest.approx(numbers(whole), abs=1e-6)
    assert errors(parts) == pytest.approx(errors(whole), abs=1e-5)
    assert parts.loglik == pytest.approx(whole.loglik, abs=1e-7)
    assert parts.n == whole.n


def test_a_weight_of_two_is_the_same_person_twice() -> None:
    _, answers = simulate("2pl", persons=300, number=6)
    twice = calibrate(from_array(np.vstack([answers, answers[:100]])), "2pl")
    weighed = calibrate(from_array(answers, weight=[2.0] * 100 + [1.0] * 200), "2pl")
    assert numbers(weighed) == pytest.approx(numbers(twice), abs=1e-4)
    assert errors(weighed) == pytest.approx(errors(twice), rel=1e-3)
    assert weighed.n == twice.n == 400


def test_single_precision_ends_where_double_does(monkeypatch: pytest.MonkeyPatch) -> None:
    _, answers = simulate("graded", persons=1500)
    table = from_array(answers)
    double = calibrate(table)
    monkeypatch.setattr("poise.measurement.grid.calibration.FEW_RESPONSES", 0)
    single = calibrate(table)
    assert numbers(single) == pytest.approx(numbers(double), abs=3e-3)
    assert single.loglik == pytest.approx(double.loglik, abs=1e-3)


def test_the_objective_never_falls_on_the_way() -> None:
    _, answers = simulate("gpcm", persons=300)
    seen: list[float] = []
    calibrate(from_array(answers), "gpcm", settings=Settings(progress=lambda _n, value, _gain: seen.append(value)))
    assert len(seen) > 3
    assert np.all(np.diff(seen) >= -1e-6)


def test_means_of_groups_and_their_errors() -> None:
    rng = np.random.default_rng(4)
    items = draw_items(15, 4, rng)
    theta = np.concatenate([rng.standard_normal(1500), 0.5 + rng.standard_normal(1500)])
    answers = draw_table("graded", items, [4] * 15, theta, rng)
    found = calibrate(from_array(answers, group=["here"] * 1500 + ["there"] * 1500))
    assert found.groups == ("here", "there")
    assert found.means[0, 0] == 0.0
    assert found.means_se[0, 0] == 0.0
    assert abs(found.means[1, 0] - 0.5) < 3 * found.means_se[1, 0] < 0.2


def test_anchored_items_stay_and_the_latent_moves() -> None:
    rng = np.random.default_rng(6)
    items = draw_items(12, 3, rng)
    answers = draw_table("graded", items, [3] * 12, 0.8 + 1.3 * rng.standard_normal(3000), rng)
    anchors = {f"item{n + 1}": (items[n, 0], tuple(items[n, 1:])) for n in range(6)}
    found = calibrate(from_array(answers), settings=Settings(anchors=anchors))
    assert numbers(found)[:6] == pytest.approx(items[:6], abs=1e-12)
    assert np.all(np.isnan(errors(found)[:6]))
    assert found.means[0, 0] == pytest.approx(0.8, abs=0.1)
    assert found.sds[0, 0] == pytest.approx(1.3, abs=0.1)
    assert np.abs((numbers(found)[6:] - items[6:]) / errors(found)[6:]).max() < 4.0
    with pytest.raises(BadTableError, match=r"anchor 'item99': no such item"):
        calibrate(from_array(answers), settings=Settings(anchors={"item99": (1.0, (0.0, -1.0))}))
    wrong = {"item1": (1.0, (0.0,)), "item2": (1.0, (-1.0, 0.0)), "item3": (np.nan, (1.0, 0.0))}
    with pytest.raises(BadTableError) as caught:
        calibrate(from_array(answers), settings=Settings(anchors=wrong))
    assert len(caught.value.complaints) == 3
    assert "anchor 'item1': got 1 intercepts, expected 2" in str(caught.value)
    assert "anchor 'item2': got 1.0 and (-1.0, 0.0), expected intercepts that fall" in str(caught.value)


def test_priors_pull_and_weak_ones_do_not() -> None:
    _, answers = simulate("2pl", persons=300, number=6)
    table = from_array(answers)
    plain = numbers(calibrate(table, "2pl"))
    pulled = numbers(calibrate(table, "2pl", settings=Settings(priors=Priors(slope_mean=1.0, slope_sd=0.01))))
    assert pulled[:, 0] == pytest.approx(np.ones(6), abs=0.02)
    assert np.abs(plain[:, 0] - 1.0).max() > 0.2


def test_a_grid_that_is_too_coarse_is_refused() -> None:
    _, answers = simulate("graded", number=30, persons=300)
    with pytest.raises(CoarseGridError, match=r"nodes: got 15, which lie .* needs at least \d+ nodes"):
        calibrate(from_array(answers), settings=Settings(nodes=15))


def test_any_number_of_nodes_that_is_fine_enough_gives_the_same() -> None:
    _, answers = simulate("graded", number=8, persons=600)
    table = from_array(answers)
    free, asked = calibrate(table), calibrate(table, settings=Settings(nodes=77))
    assert asked.nodes == 77
    assert asked.loglik == pytest.approx(free.loglik, abs=1e-4)
    assert numbers(asked) == pytest.approx(numbers(free), abs=1e-3)


def test_an_item_that_separates_perfectly_stays_finite_and_is_named() -> None:
    _, answers = simulate("2pl", persons=500, number=8)
    answers[:, 1] = answers[:, 0]
    found = calibrate(from_array(answers), "2pl")
    assert np.all(np.isfinite(numbers(found)))
    assert any("item1: the slope is" in note and "say the same" in note for note in found.notes)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([np.nan, 0.0, 1.0, 2.0]), min_size=3, max_size=3), min_size=2, max_size=12),
    st.sampled_from(["graded", "gpcm"]),
)
def test_hardly_any_answers_give_finite_numbers_or_a_plain_refusal(rows: list[list[float]], model: Model) -> None:
    try:
        found = calibrate(from_array(rows), model, settings=Settings(most_cycles=200))
    except BadTableError as error:
        assert error.complaints  # noqa: PT017  either outcome is right, depending on the answers
        return
    told = [number for item in found.items for number in (item.loadings[0][1], *item.intercepts)]
    assert np.all(np.isfinite(told))
    assert np.isfinite(found.loglik)


def test_one_person_and_no_items_are_refused() -> None:
    with pytest.raises(BadTableError, match="nothing to calibrate"):
        calibrate(from_array([[1, 1], [1, 1]]))
    table = from_array([[0, 1], [1, 0]])
    alone = replace(table.rows(0, 1), categories=table.categories)
    with pytest.raises(BadTableError, match="at least two are needed"):
        calibrate(alone)
    with pytest.raises(BadTableError, match="2pl has two categories, but item1"):
        calibrate(from_array([[0, 1], [1, 0], [2, 1]]), "2pl")


def test_persons_who_answered_nothing_count_for_nothing_but_are_scored() -> None:
    _, answers = simulate("graded", persons=300, number=6)
    silent = np.vstack([np.full((5, 6), np.nan), answers])
    with_them, without = calibrate(from_array(silent)), calibrate(from_array(answers))
    assert with_them.n == without.n
    assert with_them.bic == pytest.approx(without.bic, abs=1e-6)
    assert any("answered nothing" in note for note in with_them.notes)
    scores = score_table(from_array(silent), KnownParameters.from_dict(with_them.as_dict()))
    assert scores.mean[:5] == pytest.approx(np.zeros(5), abs=1e-9)
    assert scores.sd[:5] == pytest.approx(np.ones(5), abs=1e-6)


def test_parameters_survive_their_file() -> None:
    _, answers = simulate("gpcm", persons=300, number=5)
    found = calibrate(from_array(answers), "gpcm", dimension="calm")
    known = KnownParameters.of(found)
    assert known.dimensions == ("calm",)
    assert [(i.key, i.model, i.loadings, i.intercepts, i.values) for i in known.items] == [
        (i.key, i.model, i.loadings, i.intercepts, i.values) for i in found.items
    ]
    with pytest.raises(ValueError, match="item 'x'"):
        KnownParameters.from_dict({"items": {"x": {}}, "dimensions": ["theta"], "correlations": [[1.0]]})


@pytest.mark.parametrize("model", ["graded", "gpcm"])
def test_a_category_that_nobody_chose_changes_nothing(model: Model) -> None:
    random = np.random.default_rng(3)
    answers = (random.standard_normal((300, 1)) + random.standard_normal((300, 4)) > [[0.0, 0.3, -0.3, 0.1]]) * 1.0
    whole = from_array(answers)
    stretched = np.where(whole.item == 1, 2 * whole.category, whole.category).astype(np.int16)
    table = replace(whole, categories=np.array([2, 3, 2, 2]), category=stretched, values=())
    expected, found = calibrate(whole, model), calibrate(table, model)
    assert numbers(found) == pytest.approx(numbers(expected), abs=1e-9)
    assert found.items[1].values == (0, 2)
    assert "item item2: nobody chose 1: merged with a category beside it" in found.notes
    pattern = {"first": table.items[:2], "second": table.items[2:]}
    assert calibrate_many(table, pattern, model).loglik == pytest.approx(calibrate_many(whole, pattern, model).loglik)


def test_chunks_with_a_category_that_nobody_chose_are_refused() -> None:
    table = from_array((np.random.default_rng(4).random((200, 3)) > 0.5) * 1.0)
    chunks = list(replace(table, categories=np.array([2, 2, 3])).chunks(100))
    with pytest.raises(BadTableError, match="'item3': nobody chose category 2 of 0 to 2: code the responses again"):
        calibrate(chunks)


def test_a_group_too_small_for_a_spread_of_its_own_is_refused() -> None:
    table = from_array((np.random.default_rng(5).random((200, 4)) > 0.5) * 1.0)
    table = replace(table, group=np.r_[np.zeros(199, dtype=np.int64), 1], groups=("many", "lone"))
    with pytest.raises(BadTableError, match=r"groups 'lone' \(1\): a standard deviation of their own takes 10 persons"):
        calibrate(table, settings=Settings(free_sds=True))
    pattern = {"first": table.items[:2], "second": table.items[2:]}
    with pytest.raises(BadTableError, match=r"groups 'lone' \(1\)"):
        calibrate_many(table, pattern, options=Options(free_sds=True))
    assert calibrate(table).groups == ("many", "lone")


def test_slopes_that_answers_do_not_tell_are_named() -> None:
    items = [
        CalibratedItem(key, "2pl", (("theta", 1.0),), (0.0,), loadings_se=(error,))
        for key, error in (("told", 0.2), ("untold", 56.0), ("unknown", np.nan))
    ]
    [note] = list_untold(items)
    assert note.startswith("items untold: the standard error of a slope is above 5")
    assert list_untold(items[:1]) == []
