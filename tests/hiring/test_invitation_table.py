"""A table of people to invite is read whatever program wrote it, and all that is wrong in it is told at once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.invitation_table import read_table, write_table
from poise.hiring.inviting import ACCOMMODATIONS, Asked

PEOPLE = (Asked("Zoë Ådler", "zoe@example.org"), Asked("Bo Lindgren", "", ("large_text", "breaks")))
AS_TABLE = "Name{0}E-Mail{0}Accommodations\nZoë Ådler{0}zoe@example.org{0}\nBo Lindgren{0}{0}larger text + Breaks\n"


def is_address(words: str) -> bool:
    return words.count("@") == 1 and "." in words.partition("@")[2] and " " not in words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_however_a_spreadsheet_saves_it_the_same_people_are_read(encoding: str, separator: str, line_end: str) -> None:
    data = AS_TABLE.format(separator).replace("\n", line_end).encode(encoding)
    read = read_table(data, is_address)
    assert read.faults == ()
    assert read.people == PEOPLE


@pytest.mark.parametrize(
    "table",
    [
        "name,email\nAda Quill,ada@example.org",
        "EMAIL ADDRESS;Full name\nada@example.org;Ada Quill",
        "First name,Surname,Mail,Shoe size\nAda,Quill,ada@example.org,38",
        "Ada Quill,ada@example.org",
        'ada@example.org\t"Ada Quill"',
        '\n\nName;E-mail\n"Ada  Quill "; ada@example.org \n;\n',
    ],
)
def test_headings_go_by_many_names_and_may_be_left_out(table: str) -> None:
    read = read_table(table.encode(), is_address)
    assert (read.faults, read.people) == ((), (Asked("Ada Quill", "ada@example.org"),))


def test_all_that_is_wrong_is_told_at_once_with_its_row_and_column() -> None:
    table = (
        "name,email,accommodations\n"
        "Ada Quill,ada@example.org,\n"
        "Bo Lindgren,bo(at)example.org,loud music\n"
        ",nobody@example.org,\n"
        "Ada Again,ADA@example.org,\n"
        f"{'x' * 201},x@example.org,\n"
        "Cy Known,cy@example.org,\n"
        "Dot Fine,dot@example.org,breaks\n"
    )
    read = read_table(table.encode(), is_address, {"cy@example.org"})
    assert [(one.row, one.column) for one in read.faults] == [
        (3, "email"),
        (3, "accommodations"),
        (4, "name"),
        (5, "email"),
        (6, "name"),
        (7, "email"),
    ]
    assert "row 2" in read.faults[3].words
    assert [one.name for one in read.people] == ["Ada Quill", "Dot Fine"]
    assert read.rows_left_out == 5


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n;;\n", "empty"),
        (b"colour,size\nred,4", "no column for names"),
        (b"email\nada@example.org", "no column for names"),
        (b"name\n\x81\x8d\x8f", "which encoding"),
        (b"name\n" + b"Ada\n" * 10_001, "10,000 at once"),
        (b'name\n"' + b"x" * 140_000 + b'"', "not a table"),
    ],
)
def test_what_is_no_table_of_people_is_refused_in_words(data: bytes, says: str) -> None:
    read = read_table(data, is_address)
    assert read.people == ()
    assert says in " ".join(one.words for one in read.faults)


def test_ten_thousand_rows_take_seconds() -> None:
    table = "name,email\n" + "".join(f"Person {number},p{number}@example.org\n" for number in range(10_000))
    began = time.process_time()
    read = read_table(table.encode(), is_address)
    assert (len(read.people), read.faults) == (10_000, ())
    assert time.process_time() - began < 5


one_line = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Co", "Cf")), min_size=1, max_size=30
)
asked = st.builds(
    Asked,
    name=one_line,
    accommodations=st.sets(st.sampled_from(sorted(ACCOMMODATIONS))).map(
        lambda keys: tuple(key for key in ACCOMMODATIONS if key in keys)
    ),
)


@given(st.lists(asked, min_size=1, max_size=5))
def test_a_table_that_was_written_is_read_back_the_same(people: list[Asked]) -> None:
    assert read_table(write_table(people).encode(), is_address).people == tuple(people)


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    read = read_table(data, is_address)
    assert read.people or read.faults or read.rows == 0
