"""The rows behind the pictures: probabilities, information, thresholds and people are what the models say."""

from collections.abc import Iterator
from itertools import groupby, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.questionnaires import BLOCKS, RATED, STATEMENTS, tell_all
from scipy.stats import norm

from poise.measurement.models import FloatArray
from poise.measurement.parameters.calibratedblocks import CalibratedBlock
from poise.measurement.parameters.instrument import Instrument, read_instrument
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.people.simulees import simulate_responses
from poise.measurement.scores import curvedata
from poise.measurement.scores.gridscoring import score_table
from poise.measurement.tabular.tables import BadTableError

WIDTH = 1e-5


def everything(**more: Any) -> Instrument:
    return read_instrument(tell_all(**more))


def order_chances(block: CalibratedBlock, dimension: str, theta: float) -> dict[tuple[int, ...], float]:
    """Return the chance of every order, written out; the other dimensions stand at zero."""
    worth = [np.exp(dict(s.loadings).get(dimension, 0.0) * theta + s.intercept) for s in block.statements]
    return {
        order: float(np.prod([worth[i] / sum(worth[later] for later in order[j:]) for j, i in enumerate(order)]))
        for order in permutations(range(len(worth)))
    }


def seen_chances(block: CalibratedBlock, dimension: str, theta: float) -> FloatArray:
    """Return the chance of everything that can be observed of a block."""
    chances: dict[tuple[int, ...], float] = {}
    for order, chance in order_chances(block, dimension, theta).items():
        seen = order if block.task == "rank" else (order[0], order[-1])
        chances[seen] = chances.get(seen, 0.0) + chance
    return np.array(list(chances.values()))


def inform(below: FloatArray, at: FloatArray, above: FloatArray) -> float:
    """Return the information from chances a little below and above a point."""
    return float(np.sum(((above - below) / (2 * WIDTH)) ** 2 / at))


@pytest.mark.parametrize("key", RATED)
@settings(max_examples=15)
@given(theta=st.floats(-4, 4))
def test_item_information_is_the_squared_slope_of_the_curves(key: str, theta: float) -> None:
    item = {one.key: one for one in everything().items}[key]
    for dimension in dict(item.loadings):
        points = np.array([theta - WIDTH, theta, theta + WIDTH])
        chances = curvedata.item_chances(item, dimension, points)
        assert chances.sum(axis=1) == pytest.approx(1.0)
        found = curvedata.item_information(item, dimension, points)[1]
        assert found == pytest.approx(inform(*chances), rel=1e-4)
        assert found >= 0


@pytest.mark.parametrize("key", BLOCKS)
@settings(max_examples=15)
@given(theta=st.floats(-4, 4))
def test_block_information_is_the_squared_slope_of_what_can_be_seen(key: str, theta: float) -> None:
    block = {one.key: one for one in everything().blocks}[key]
    for dimension in ("calm", "warm"):
        chances = [seen_chances(block, dimension, theta + step) for step in (-WIDTH, 0.0, WIDTH)]
        found = curvedata.block_information(block, dimension, np.array([theta]))[0]
        assert found == pytest.approx(inform(*chances), rel=1e-4)


def test_the_chances_to_be_put_first_are_those_of_all_orders_that_begin_so() -> None:
    instrument = everything()
    rows = curvedata.trace_blocks(instrument)
    for block in instrument.blocks:
        for dimension in ("calm", "warm"):
            for theta in (-2.0, 0.0, 1.5):
                orders = order_chances(block, dimension, theta)
                for j, statement in enumerate(block.statements):
                    told = [
                        row["probability"]
                        for row in rows
                        if (row["statement"], row["dimension"], row["theta"]) == (statement.key, dimension, theta)
                    ]
                    assert told == [pytest.approx(sum(p for order, p in orders.items() if order[0] == j))]


def test_curves_add_up_to_one_and_carry_the_values_of_the_answers() -> None:
    rows = sorted(curvedata.trace_items(everything()), key=lambda row: (str(row["item"]), float(row["theta"])))
    for _, same in groupby(rows, key=lambda row: (row["item"], row["theta"])):
        assert sum(float(row["probability"]) for row in same) == pytest.approx(1.0)
    assert {row["value"] for row in rows if row["item"] == "g1"} == {"1", "2", "3", "5"}
    assert {row["dimension"] for row in rows if row["item"] == "c1"} == {"warm"}


def test_the_information_of_the_test_is_the_sum_and_its_error_the_root() -> None:
    rows = curvedata.trace_information(everything())
    assert {row["item"] for row in rows if row["dimension"] == "calm"} == {"g1", "g2", "c1", "b1", "b2"}
    for row in curvedata.sum_information(rows):
        own = [one for one in rows if (one["dimension"], one["theta"]) == (row["dimension"], row["theta"])]
        assert row["information"] == pytest.approx(sum(float(one["information"]) for one in own))
        assert float(row["error"]) ** -2 == pytest.approx(row["information"])


def test_thresholds_are_where_the_curves_say() -> None:
    told = tell_all()
    told["items"]["g1"]["se"] = {"thresholds": [0.1, None, 0.2]}
    instrument = read_instrument(told)
    rows = curvedata.place_thresholds(instrument)
    for item in instrument.items:
        for row in (one for one in rows if one["item"] == item.key):
            k, at = int(row["step"]), np.array([float(row["threshold"])])
            chances = curvedata.item_chances(item, str(row["dimension"]), at)[0]
            if item.model == "gpcm":
                assert chances[k - 1] == pytest.approx(chances[k])
            else:
                assert chances[k:].sum() == pytest.approx(0.5)
    first, second, third = (row for row in rows if row["item"] == "g1")
    assert float(first["high"]) - float(first["low"]) == pytest.approx(0.392, abs=0.001)
    assert "low" not in second
    assert "low" in third


def test_people_without_scores_are_the_population() -> None:
    groups = {"a": {"means": {"calm": -1.0}}, "b": {"means": {"calm": 3.0}, "sds": {"calm": 1.5}}}
    rows = [row for row in curvedata.spread_people(everything(groups=groups)) if row["dimension"] == "calm"]
    assert (rows[0]["from"], rows[-1]["to"]) == (-4.0, 8.0)
    for row in rows:
        mass = [norm.cdf(row["to"], m, s) - norm.cdf(row["from"], m, s) for m, s in ((-1.0, 1.0), (3.0, 1.5))]
        assert row["share"] == pytest.approx(np.mean(mass))


def test_expected_scores_count_items_keyed_the_other_way_backwards() -> None:
    rows = [row for row in curvedata.trace_scores(everything()) if row["dimension"] == "calm"]
    scores = np.array([float(row["score"]) for row in rows])
    assert np.all(np.diff(scores) > 0)
    assert rows[0]["most"] == 7.0
    assert 0 < scores[0] < scores[-1] < 7
    assert all(0 <= float(row["low"]) < float(row["score"]) < float(row["high"]) <= 7 for row in rows)


def test_proportions_lie_on_the_curves_where_the_model_holds_and_not_where_it_fails() -> None:
    rng = np.random.default_rng(4)
    items = {f"i{i}": RATED["g1"] | {"loadings": {"calm": float(rng.uniform(0.8, 2))}} for i in range(10)}
    told = {"items": items, "dimensions": ["calm"], "correlations": [[1.0]]}
    instrument = read_instrument(told)
    table = simulate_responses(instrument, 3000, 5).table
    scores = score_table(table, KnownParameters.from_dict(told))
    rows = curvedata.count_proportions(instrument, table, scores.mean[:, None], scores.sd[:, None])
    assert len(rows) == 10 * 4 * curvedata.BINS
    assert np.mean(list(holds(rows, instrument))) > 0.93
    steeper = {key: one | {"loadings": {"calm": 2.5 * one["loadings"]["calm"]}} for key, one in items.items()}
    assert np.mean(list(holds(rows, read_instrument(told | {"items": steeper})))) < 0.6


def holds(rows: list[curvedata.Row], instrument: Instrument) -> Iterator[bool]:
    """Tell for each proportion whether its interval holds the curve."""
    items = {one.key: one for one in instrument.items}
    for row in rows:
        chances = curvedata.item_chances(items[str(row["item"])], "calm", np.array([float(row["theta"])]))[0]
        assert float(row["low"]) <= float(row["proportion"]) <= float(row["high"])
        yield float(row["low"]) <= chances[int(row["category"])] <= float(row["high"])


def test_items_are_picked_by_their_keys_and_blocks_by_those_of_their_statements() -> None:
    picked = curvedata.pick_questions(everything(), ["y1", "s2", "g1", "b1"])
    assert [one.key for one in picked.items] == ["y1", "g1"]
    assert [one.key for one in picked.blocks] == ["b1"]
    with pytest.raises(BadTableError, match=r"'x' is not in the parameters, which have g1, g2[\s\S]*'z' is not"):
        curvedata.pick_questions(everything(), ["x", "z"])


def test_every_statement_belongs_to_the_questionnaire_of_these_tests() -> None:
    assert {name for block in BLOCKS.values() for name in block["statements"]} == set(STATEMENTS)
