"""Long files: read in chunks, kept on disk, and the same responses as read at once."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.few_answers import EXPECTED, LONG, WIDE, dense, write
from pyarrow import csv as arrow_csv
from pyarrow import feather, parquet

from poise.measurement.grid.calibration import calibrate
from poise.measurement.tabular.cells import find_cells
from poise.measurement.tabular.coding import code_responses
from poise.measurement.tabular.reading import open_source, read_responses
from poise.measurement.tabular.spooling import SpooledTables, spool_responses
from poise.measurement.tabular.tables import BadTableError

ANGER = Path(__file__).parents[2] / "examples" / "verbal_aggression.csv"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def sorted_rows(tables: SpooledTables) -> list[list[int]]:
    return sorted(line for table in tables for line in dense(table))


def test_a_spooled_file_is_the_same_table_in_chunks(tmp_path: Path, spool: Path) -> None:
    tables = spool_responses(write(tmp_path, WIDE), spool, group="site", rows=3)
    assert [table.size for table in tables] == [3, 1]
    assert [line for table in tables for line in dense(table)] == EXPECTED
    assert tables[1].groups == ("x", "y")
    assert tables[-1].values == ((1, 3), (0, 1), (2, 5))
    assert dense(tables.joined()) == EXPECTED
    assert [line for table in tables.picked(["c", "a"]) for line in dense(table)] == [[r[2], r[0]] for r in EXPECTED]
    with pytest.raises(BadTableError, match="item 'z'"):
        tables.picked(["z"])


def test_persons_of_a_spooled_long_file_may_be_scattered(tmp_path: Path, spool: Path) -> None:
    tables = spool_responses(write(tmp_path, LONG), spool, rows=2)
    assert len(tables) > 1
    assert sorted_rows(tables) == sorted(EXPECTED)
    assert sum(table.size for table in tables) == 4


@pytest.mark.parametrize("form", ["wide.csv", "long.csv", "wide.parquet", "long.parquet", "wide.feather"])
def test_every_form_is_calibrated_from_disk_as_from_memory(tmp_path: Path, spool: Path, form: str) -> None:
    raw = read_responses(ANGER, group="gender")
    person = np.repeat(np.arange(316), np.diff(raw.starts))
    order = np.random.default_rng(1).permutation(len(person))
    long = pa.table(
        {
            "gender": [raw.groups[code] for code in (raw.group if raw.group is not None else ())[person[order]]],
            "person": [f"p{one}" for one in person[order]],
            "item": [raw.items[one] for one in raw.item[order]],
            "response": raw.value[order],
        }
    )
    table = long if form.startswith("long") else arrow_csv.read_csv(ANGER)
    path = tmp_path / form
    if form.endswith("csv"):
        arrow_csv.write_csv(table, path)
    elif form.endswith("parquet"):
        parquet.write_table(table, path, row_group_size=1000)
    else:
        feather.write_feather(table, path)
    spooled = calibrate(spool_responses(path, spool, group="gender", rows=60))
    whole = calibrate(code_responses(raw))
    assert spooled.n == 316
    assert spooled.loglik == pytest.approx(whole.loglik, abs=1e-6)
    mean = dict(zip(whole.groups, whole.means[:, 0] - whole.means[0], strict=True))
    assert set(spooled.groups) == set(mean)
    for item in whole.items:
        other = next(one for one in spooled.items if one.key == item.key)
        assert other.loadings[0][1] == pytest.approx(item.loadings[0][1], abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_of_long_rows_changes_nothing(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    rows = [f"{p},i{i},{(p * i + i) % 3}" for p in range(7) for i in range(5) if (p + i) % 4]
    told = "person,item,response\n" + "\n".join(data.draw(st.permutations(rows))) + "\n"
    folder = tmp_path_factory.mktemp("order")
    (folder / "spool").mkdir()
    table = spool_responses(write(folder, told), folder / "spool", rows=data.draw(st.integers(1, 40))).joined()
    names = sorted(table.items)
    assert sorted(dense(table.picked(names))) == sorted(
        dense(code_responses(read_responses(write(folder, told))).picked(names))
    )


def test_what_is_wrong_is_named_as_if_read_at_once(tmp_path: Path, spool: Path) -> None:
    wide = write(tmp_path, WIDE.replace("dan", "ann"))
    with pytest.raises(BadTableError, match=r"column person, line 5: 'ann' stands in line 2 already"):
        spool_responses(wide, spool, group="site", rows=3)
    cases = {
        LONG + "eve,c,1\n": r"line 12: person eve answered item c already in line 7; keep one answer",
        LONG + "eve,a,-9\n": r"column response, line 12 \(item a\): got -9",
        LONG + "eve,,1\n": r"column item, line 12: is empty",
        LONG + "eve,d\n": r"line 12: 2 cells, expected 3 as in the header",
        "person,item,response\n": r"no rows below the header",
    }
    for text, told in cases.items():
        path = write(tmp_path, text)
        for read in (lambda: spool_responses(path, spool, rows=2), lambda: read_responses(path)):  # noqa: B023  run at once
            with pytest.raises(BadTableError, match=told):
                read()


def test_a_person_has_one_group_and_one_weight(tmp_path: Path, spool: Path) -> None:
    text = "person,item,response,site,w\n1,a,0,x,2\n2,a,1,y,1\n1,b,1,y,2\n2,b,0,y,3\n"
    path = write(tmp_path, text)
    for read in (read_responses, lambda p, **asked: spool_responses(p, spool, rows=1, **asked)):
        with pytest.raises(BadTableError) as caught:
            read(path, group="site", weight="w")
        assert "line 4: person 1 has another group than in line 2; a person has one" in str(caught.value)
        assert "line 5: person 2 has another weight than in line 3" in str(caught.value)


def test_a_full_disk_is_told_with_what_is_needed(tmp_path: Path, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", fill)
    for text in (WIDE, LONG):
        with pytest.raises(BadTableError, match=r"No space left on device\); up to 1 MB are needed; name a folder"):
            spool_responses(write(tmp_path, text), spool)


def test_columns_of_a_long_table_that_are_not_used_are_noted_unless_left_out(tmp_path: Path, spool: Path) -> None:
    path = write(tmp_path, "person,item,response,when\n1,a,0,9\n2,a,1,8\n3,b,1,7\n3,a,1,7\n1,b,0,7\n")
    assert "columns that are not used: when" in read_responses(path).notes
    assert read_responses(path, without=["when"]).notes == ()
    assert spool_responses(path, spool, without=["when"]).pattern.notes == ()
    with pytest.raises(BadTableError, match="column 'where': there is none"):
        read_responses(path, without=["where"])


def test_reading_tells_how_far_it_is(tmp_path: Path, spool: Path) -> None:
    told: list[int] = []
    spool_responses(write(tmp_path, LONG), spool, tell=told.append)
    assert told == [10]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = write(tmp_path, 'person,note,a\n"ann","two\nlines",1\n\nbob,,0\n,,\neve,"x",1\n')
    source = open_source(path)
    numbers = [number for batch in source.batches(2) for number in batch.numbers.tolist()]
    assert numbers == [2, 5, 7]
    assert find_cells(source, [7], [0], 2) == {7: ["eve"]}
