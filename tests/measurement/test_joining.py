"""Two tables made one: what is counted stays, and one calibration of both finds both populations."""

from dataclasses import replace

import numpy as np
import pytest
from measurement.many_simulees import make_parameters

from poise.measurement.grid.calibration import Settings, calibrate
from poise.measurement.many.epem import Options, calibrate_many
from poise.measurement.people.manysimulation import draw_answers, draw_latents
from poise.measurement.tabular.coding import from_array
from poise.measurement.tabular.joining import join_tables
from poise.measurement.tabular.tables import BadTableError


def test_every_answer_stays_with_its_person_and_its_item() -> None:
    first = from_array([[0.0, 1.0, np.nan], [1.0, 0.0, 2.0], [0.0, 1.0, 1.0]], ["a", "b", "c"], persons=["p", "q", "r"])
    second = from_array([[2, 0, 1], [1, 1, 0]], ["c", "d", "a"], persons=["s", "t"], weight=[2.0, 1.0])
    second = replace(second, categories=np.array([3, 2, 2]), values=((0, 1, 2), (0, 1), (0, 1)),
                     category=np.array([2, 0, 1, 1, 1, 0], dtype=np.int16))  # fmt: skip
    first = replace(first, values=((0, 1), (0, 1), (0, 1, 2)), categories=np.array([2, 2, 3]),
                    category=np.array([0, 1, 1, 0, 2, 0, 1, 1], dtype=np.int16))  # fmt: skip
    joined = join_tables(first, second, ("spring", "autumn"))
    assert joined.items == ("a", "b", "c", "d")
    assert joined.categories.tolist() == [2, 2, 3, 2]
    assert joined.values == ((0, 1), (0, 1), (0, 1, 2), (0, 1))
    assert joined.persons == ("p", "q", "r", "s", "t")
    assert joined.groups == ("spring", "autumn")
    assert joined.group is not None
    assert joined.group.tolist() == [0, 0, 0, 1, 1]
    assert joined.weight is not None
    assert joined.weight.tolist() == [1.0, 1.0, 1.0, 2.0, 1.0]
    told = {
        (joined.persons[p], joined.items[joined.item[r]]): int(joined.category[r])
        for p in range(5)
        for r in range(joined.starts[p], joined.starts[p + 1])
    }
    assert told == {
        ("p", "a"): 0, ("p", "b"): 1, ("q", "a"): 1, ("q", "b"): 0, ("q", "c"): 2, ("r", "a"): 0, ("r", "b"): 1,
        ("r", "c"): 1, ("s", "c"): 2, ("s", "d"): 0, ("s", "a"): 1, ("t", "c"): 1, ("t", "d"): 1, ("t", "a"): 0,
    }  # fmt: skip


def test_groups_within_tables_keep_apart() -> None:
    first = from_array([[0, 1], [1, 0], [1, 1], [0, 0]], group=["x", "y", "x", "y"])
    joined = join_tables(first, from_array([[0, 1], [1, 0]]), ("old", "new"))
    assert joined.groups == ("old: x", "old: y", "new")
    assert joined.group is not None
    assert joined.group.tolist() == [0, 1, 0, 1, 2, 2]


def test_tables_that_do_not_fit_are_refused_with_all_that_is_wrong() -> None:
    first = from_array([[0, 1], [1, 0]], ["a", "b"], persons=["p", "q"])
    second = from_array([[0, 1], [1, 2]], ["a", "b"], persons=["q", "r"])
    with pytest.raises(BadTableError) as caught:
        join_tables(first, second)
    assert len(caught.value.complaints) == 2
    assert "item 'b': has the categories (0, 1) in the first table and (1, 2) in the second" in str(caught.value)
    assert "persons q: stand in both tables" in str(caught.value)
    with pytest.raises(BadTableError, match="no item is in both"):
        join_tables(first, from_array([[0, 1], [1, 0]], ["c", "d"]))


def test_one_calibration_of_both_tables_finds_both_populations() -> None:
    true, rng = make_parameters(1, 16, 3, np.random.default_rng(1)), np.random.default_rng(2)
    names = [f"i{n}" for n in range(16)]
    here = draw_answers(true, draw_latents(true, 2000, rng), rng)[:, :11]
    there = draw_answers(true, 0.6 + 0.7 * draw_latents(true, 2000, rng), rng)[:, 5:]
    joined = join_tables(from_array(here, names[:11]), from_array(there, names[5:]))
    found = calibrate(joined, settings=Settings(free_sds=True))
    assert found.means[1, 0] == pytest.approx(0.6, abs=4 * found.means_se[1, 0])
    assert found.sds_se is not None
    assert found.sds_se[0, 0] == 0.0
    assert abs(found.sds[1, 0] - 0.7) < 4 * found.sds_se[1, 0] < 0.2
    slopes = np.array([item.loadings[0][1] for item in found.items])
    errors = np.array([item.loadings_se[0] for item in found.items])
    assert np.max(np.abs(slopes - true.slopes[:, 0]) / errors) < 4.0


def test_the_same_in_two_dimensions() -> None:
    true, rng = make_parameters(2, 8, 3, np.random.default_rng(3)), np.random.default_rng(4)
    names = np.array([f"i{n}" for n in range(16)])
    mine, theirs = [*range(6), *range(8, 14)], [*range(2, 8), *range(10, 16)]
    here = draw_answers(true, draw_latents(true, 1500, rng), rng)[:, mine]
    there = draw_answers(true, [0.5, -0.5] + draw_latents(true, 1500, rng) * [0.7, 1.4], rng)[:, theirs]
    joined = join_tables(from_array(here, names[mine].tolist()), from_array(there, names[theirs].tolist()))
    pattern = {"one": [name for name in joined.items if int(name[1:]) < 8],
               "two": [name for name in joined.items if int(name[1:]) >= 8]}  # fmt: skip
    found = calibrate_many(joined, pattern, options=Options(free_sds=True))
    assert found.converged
    assert found.sds_se is not None
    assert np.all(np.abs(found.means[1] - [0.5, -0.5]) < 4 * found.means_se[1])
    assert np.all(np.abs(found.sds[1] - [0.7, 1.4]) < 4 * found.sds_se[1])
