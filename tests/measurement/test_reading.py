"""Responses from files: what is read, what is merged and reported, and what is refused with its place."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.few_answers import EXPECTED, LONG, WIDE, dense, write
from pyarrow import parquet

from poise.measurement.tabular.coding import Codebook, code_responses, dichotomise, from_array
from poise.measurement.tabular.framereading import read_frame
from poise.measurement.tabular.reading import read_responses
from poise.measurement.tabular.tables import BadTableError


def test_wide_long_parquet_and_arrays_give_the_same_table(tmp_path: Path) -> None:
    wide = code_responses(read_responses(write(tmp_path, WIDE), group="site"))
    assert dense(wide) == EXPECTED
    assert (wide.items, wide.persons, wide.groups) == (("a", "b", "c"), ("ann", "bob", "eve", "dan"), ("x", "y"))
    assert wide.values == ((1, 3), (0, 1), (2, 5))
    assert wide.group is not None
    assert wide.group.tolist() == [0, 1, 0, 1]
    assert dense(code_responses(read_responses(write(tmp_path, LONG, "long.csv")))) == EXPECTED
    frame = pa.table(
        {"person": ["ann", "bob", "eve", "dan"], "a": [1, 3, None, 1], "b": [0.0, None, 1, 1], "c": ["", "2", "2", "5"]}
    )
    parquet.write_table(frame, tmp_path / "answers.parquet")
    for raw in (read_frame(frame), read_responses(tmp_path / "answers.parquet")):
        assert dense(code_responses(raw)) == EXPECTED
    array: list[list[float]] = [[1, 0, np.nan], [3, np.nan, 2], [np.nan, 1, 2], [1, 1, 5]]
    assert dense(from_array(array, ["a", "b", "c"])) == EXPECTED
    lengthy = pa.table({"person": ["ann", "bob"], "item": ["a", "a"], "response": [1, 3]})
    assert dense(code_responses(read_frame(lengthy))) == [[0], [1]]


def test_unused_categories_and_empty_items_are_reported(tmp_path: Path) -> None:
    text = "person,a,b,c,d\n1,1,0,2,\n2,3,0,2,\n3,3,1,2,\n4,,,,\n"
    table = code_responses(read_responses(write(tmp_path, text)))
    assert table.items == ("a", "b")
    told = " ".join(table.notes)
    assert "item a: nobody chose 2: merged" in told
    assert "item c: every answer is 2" in told
    assert "nobody answered d" in told
    assert "1 answered nothing that counts (4)" in told


def test_a_column_of_words_is_left_out_and_said(tmp_path: Path) -> None:
    table = code_responses(read_responses(write(tmp_path, WIDE)))
    assert table.items == ("a", "b", "c")
    assert any("column site holds words" in note and "--group site" in note for note in table.notes)


def test_rows_without_persons_are_numbered_unless_the_first_column_is_their_name(tmp_path: Path) -> None:
    raw = read_responses(write(tmp_path, "a,b\n0,1\n1,0\n"))
    assert raw.persons == ("1", "2")
    rows = "".join(f"{n},{n % 2}\n" for n in range(20))
    with pytest.raises(BadTableError, match=r"column key: no value comes twice; .* call the column person"):
        read_responses(write(tmp_path, "key,b\n" + rows))


BAD = [
    ("person,a\n1,0\n2,-9\n", r"answers.csv, column a, line 3: got -9, .* has to be left empty"),
    ("person,a\n1,0\n2,1.5\n", r"column a, line 3: got 1.5, expected a whole number"),
    ("person,a\n1,0\n2,x\n", r"column a, line 3: got x, expected a whole number"),
    ("person,a\n1,0\n2,1234\n", r"column a, line 3: got 1234, .* if the column is no item"),
    ("person,a\n1,0\n1,1\n", r"column person, line 3: '1' stands in line 2 already"),
    ("person,a,a\n1,0,1\n", r"item 'a' stands there 2 times"),
    ("person,a,b\n1,0,1\n2,0\n", r"line 3: 2 cells, expected 3 as in the header"),
    ("person,a,\n1,0,1\n", r"column 3 has no name"),
    ("", r"is empty"),
    ("person,a\n", r"no rows below the header"),
    ("person,item,response\n1,a,0\n1,a,1\n", r"line 3: person 1 answered item a already"),
    ("person,item,response\n1,a,0.5\n", r"column response, line 2 \(item a\): got 0.5"),
]


@pytest.mark.parametrize(("text", "told"), BAD)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadTableError, match=told):
        read_responses(write(tmp_path, text))


def test_everything_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadTableError) as caught:
        read_responses(write(tmp_path, "person,a,b\n1,-1,0\n1,0.5,1\n3,0,1\n"))
    assert len(caught.value.complaints) == 3


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadTableError, match=r"nowhere.csv: cannot be read"):
        read_responses(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\x00\x01\x80")
    with pytest.raises(BadTableError, match=r"picture.csv: is not text; save the table as CSV in UTF-8"):
        read_responses(tmp_path / "picture.csv")
    with pytest.raises(BadTableError, match=r"broken.parquet: cannot be read"):
        read_responses(write(tmp_path, "not parquet", "broken.parquet"))
    with pytest.raises(BadTableError, match=r"column 'team': there is none; the columns are person, site"):
        read_responses(write(tmp_path, WIDE), group="team")
    with pytest.raises(BadTableError, match=r"line 3: the person has no group \(and 0 more\)"):
        read_responses(write(tmp_path, WIDE.replace("bob,y", "bob,")), group="site")
    with pytest.raises(BadTableError, match=r"column site, row 2: the person has no group"):
        read_frame(pa.table({"person": ["a", "b"], "site": ["x", None], "i": [0, 1]}), group="site")


def test_arrays_name_item_row_and_value() -> None:
    with pytest.raises(BadTableError, match=r"item item2, row 1: got -1.0"):
        from_array([[0, -1], [1, 2]])
    with pytest.raises(BadTableError, match=r"person 'x' stands in row 1 and again in row 2"):
        from_array([[0], [1]], persons=["x", "x"])
    with pytest.raises(BadTableError, match=r"weight, row 2: got -1.0"):
        from_array([[0], [1]], weight=[1.0, -1.0])
    with pytest.raises(BadTableError, match=r"got 3 dimensions"):
        from_array(np.zeros((2, 2, 2)))


def test_a_codebook_refuses_values_it_has_not_seen(tmp_path: Path) -> None:
    raw = read_responses(write(tmp_path, WIDE))
    book = Codebook({"a": (1, 3), "c": (2, 4)})
    with pytest.raises(BadTableError, match=r"person dan, item c: the value 5 was not seen .*\(seen: 2, 4\)"):
        book.encode(raw)
    assert dense(Codebook({"c": (2, 5), "z": (0, 1)}).encode(raw)) == [[-1, -1], [0, -1], [0, -1], [1, -1]]


def test_dichotomising_counts_from_a_value_on(tmp_path: Path) -> None:
    table = code_responses(dichotomise(read_responses(write(tmp_path, WIDE)), 3))
    assert dense(table) == [[0, -1], [1, 0], [-1, 0], [0, 1]]
    assert table.items == ("a", "c")


def test_picking_items_and_rows_keeps_what_was_answered(tmp_path: Path) -> None:
    table = code_responses(read_responses(write(tmp_path, WIDE)))
    assert dense(table.picked(["c", "a"])) == [[row[2], row[0]] for row in EXPECTED]
    assert dense(table.rows(1, 3)) == EXPECTED[1:3]
    assert [line for part in table.chunks(3) for line in dense(part)] == EXPECTED
    with pytest.raises(BadTableError, match="item 'q'"):
        table.picked(["q"])


def test_a_quoted_name_may_be_the_other_separator(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text('"person";","\n"a";"1"\n"b";"0"\n')
    assert read_responses(path).items == (",",)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    persons=st.lists(NAMES, min_size=2, max_size=6, unique=True),
    items=st.lists(
        NAMES.filter(lambda one: one.lower() not in {"person", "item"}), min_size=1, max_size=5, unique=True
    ),
    data=st.data(),
)
def test_whatever_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, persons: list[str], items: list[str], data: st.DataObject
) -> None:
    answer = st.one_of(st.none(), st.integers(0, 99))
    rows = [data.draw(st.lists(answer, min_size=len(items), max_size=len(items))) for _ in persons]
    folder = tmp_path_factory.mktemp("written")
    separator = data.draw(st.sampled_from(",;\t"))
    wide, long = folder / "wide.csv", folder / "long.csv"
    with wide.open("w", newline="", encoding=data.draw(st.sampled_from(["utf-8", "utf-8-sig"]))) as file:
        writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL)
        writer.writerow(["person", *items])
        writer.writerows([name, *row] for name, row in zip(persons, rows, strict=True))
    with long.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(["person", "item", "response"])
        told = [(p, i, r) for p, row in zip(persons, rows, strict=True) for i, r in zip(items, row, strict=True)]
        writer.writerows(data.draw(st.permutations(told)))
    expected = {(p, i): r for p, i, r in told if r is not None}
    columns = {"person": persons} | {i: [row[j] for row in rows] for j, i in enumerate(items)}
    for raw in (read_responses(wide), read_responses(long), read_frame(pa.table(columns))):
        owner = np.repeat(np.arange(len(persons)), np.diff(raw.starts))
        names = raw.persons or ()
        found = {(names[p], raw.items[i]): v for p, i, v in zip(owner, raw.item, raw.value.tolist(), strict=True)}
        assert found == expected
