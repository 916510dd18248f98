"""Frames of pandas, polars and pyarrow: the same responses, whatever types their columns have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from measurement.few_answers import EXPECTED, dense
from pyarrow import feather, parquet

from poise.measurement.tabular.coding import code_responses
from poise.measurement.tabular.framereading import read_frame
from poise.measurement.tabular.reading import read_responses
from poise.measurement.tabular.tables import BadTableError

Make = Callable[[dict[str, list[Any]]], Any]
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
WIDE: dict[str, list[Any]] = {
    "person": ["ann", "bob", "eve", "dan"],
    "site": ["x", "y", "x", "y"],
    "a": [1, 3, None, 1],
    "b": [0.0, None, 1.0, 1.0],
    "c": ["", "2", "2", "5"],
}
LONG: dict[str, list[Any]] = {
    "person": ["ann", "dan", "bob", "eve", "ann", "dan", "bob", "eve", "dan", "bob"],
    "item": ["a", "a", "a", "b", "b", "b", "c", "c", "c", "b"],
    "response": [1, 1, 3, 1, 0, 1, 2, 2, 5, None],
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_wide_and_long_frames_give_the_same_table(make: Make) -> None:
    wide = code_responses(read_frame(make(WIDE), group="site"))
    assert dense(wide) == EXPECTED
    assert (wide.items, wide.persons, wide.groups) == (("a", "b", "c"), ("ann", "bob", "eve", "dan"), ("x", "y"))
    assert wide.group is not None
    assert wide.group.tolist() == [0, 1, 0, 1]
    long = code_responses(read_frame(make(LONG)))
    assert long.persons == ("ann", "dan", "bob", "eve")
    assert dense(long) == [EXPECTED[place] for place in (0, 3, 1, 2)]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_frame_written_as_parquet_or_feather_is_read_back(make: Make, tmp_path: Path) -> None:
    for told in (WIDE, LONG):
        table = pa.table(make(told))
        parquet.write_table(table, tmp_path / "a.parquet")
        feather.write_feather(table, tmp_path / "a.feather")
        for name in ("a.parquet", "a.feather"):
            one, other = read_responses(tmp_path / name), read_frame(table)
            assert dense(code_responses(one)) == dense(code_responses(other))
            assert one.persons == other.persons


def test_categories_truth_values_and_whole_floats_are_answers() -> None:
    told = [
        pd.DataFrame({"person": [1, 2], "a": pd.Categorical([4, 2]), "b": [True, False], "c": [np.nan, 1.0]}),
        pl.DataFrame({"person": [1, 2], "a": pl.Series(["4", "2"], dtype=pl.Enum(["2", "4"])), "b": [True, False]}),
        pl.DataFrame({"person": [1.0, 2.0], "a": pl.Series(["4", "2"], dtype=pl.Categorical), "b": [1, 0]}),
        pd.DataFrame({"a": pd.array([4, 2], dtype="Int8"), "b": [1, 0]}, index=pd.Index(["1", "2"], name="person")),
    ]
    for frame in told:
        table = code_responses(read_frame(frame))
        assert table.persons == ("1", "2")
        assert dense(table.picked(["a", "b"])) == [[1, 1], [0, 0]]


def test_names_are_numbered_as_they_come_whatever_the_order_of_categories() -> None:
    sites = pl.Series(["z", "x", "z"], dtype=pl.Enum(["x", "y", "z"]))
    raw = read_frame(pl.DataFrame({"site": sites, "a": [0, 1, 0]}), group="site")
    assert raw.groups == ("z", "x")
    assert raw.group is not None
    assert raw.group.tolist() == [0, 1, 0]


def test_an_index_without_a_name_is_no_item() -> None:
    frame = pd.DataFrame({"a": [0, 1, 0], "b": [1, 0, 1]})
    kept = read_frame(frame[frame["a"] == frame["a"]].iloc[[2, 0, 1]])
    assert kept.items == ("a", "b")
    assert kept.persons == ("1", "2", "3")


BAD: list[tuple[dict[str, list[Any]], dict[str, str], str]] = [
    ({"person": ["x", "y"], "a": [0, -9]}, {}, r"responses, column a, row 2: got -9, .* has to be left empty"),
    ({"person": ["x", "y"], "a": [0.5, 1.0]}, {}, r"column a, row 1: got 0.5, expected a whole number"),
    ({"person": ["x", "y"], "a": [0, 123456]}, {}, r"column a, row 2: got 123456, .* if the column is no item"),
    ({"person": ["x", "x"], "a": [0, 1]}, {}, r"column person, row 2: 'x' stands in row 1 already"),
    ({"person": ["x", None], "a": [0, 1]}, {}, r"column person, row 2: the person has no name"),
    ({"person": ["x", "y"], "site": ["n", None], "a": [0, 1]}, {"group": "site"}, r"row 2: the person has no group"),
    ({"person": ["x", "y"], "w": [1.0, -1.0], "a": [0, 1]}, {"weight": "w"}, r"row 2: the weight is '-1', expected"),
    ({"person": ["x", "y"], "a": [0, 1]}, {"group": "site"}, r"column 'site': there is none"),
    ({"person": ["x", "y"], "a": [0, 1]}, {"rater": "a"}, r"wide table, which cannot tell raters apart"),
    ({"person": ["x"], "a": [[0, 1]]}, {}, r"column a: holds .*list.*; expected numbers or texts"),
    ({"person": ["x", "x"], "item": ["a", "a"], "response": [0, 1]}, {}, r"row 2: person x answered item a already"),
]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(("told", "asked", "expected"), BAD)
def test_what_is_wrong_in_a_frame_is_named(
    make: Make, told: dict[str, list[Any]], asked: dict[str, Any], expected: str
) -> None:
    with pytest.raises(BadTableError, match=expected):
        read_frame(make(told), **asked)


def test_a_damaged_arrow_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    feather.write_feather(pa.table(WIDE), path, compression="uncompressed")
    whole, refused = path.read_bytes(), 0
    for place in range(8, len(whole), 7):
        path.write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
        try:
            read_responses(path)
        except BadTableError:
            refused += 1
    assert refused > 20


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(BadTableError, match=r"got LazyFrame, expected a data frame .*; call its collect\(\) first"):
        read_frame(pl.LazyFrame(WIDE))
    with pytest.raises(BadTableError, match=r"got list, expected a data frame of pandas, polars or pyarrow"):
        read_frame([[0, 1], [1, 0]])
