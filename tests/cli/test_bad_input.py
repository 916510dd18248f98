"""Bad input at the command line: what is wrong is named with its place and what to do, and nothing is written."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from poise.cli.commands import app
from poise.measurement.tabular.reading import read_responses
from poise.measurement.tabular.tables import BadTableError

ANGER = Path(__file__).parents[2] / "examples" / "verbal_aggression.csv"
WIDE = "person,a,b,c\n" + "".join(f"{p},{p % 2},{p % 3},{(p + 1) % 2}\n" for p in range(12))


def poise(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refuse(tmp_path: Path, *words: str | Path) -> str:
    """Run `poise calibrate`, expect it to refuse plainly and to write nothing, and return what it said."""
    before = sorted(tmp_path.rglob("*"))
    done = poise("calibrate", *words, "--out", tmp_path / "p.json")
    told = " ".join(done.output.split())
    assert done.exit_code == 2, told
    assert "Traceback" not in told
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert sorted(tmp_path.rglob("*")) == before
    return told


LAST = "11,1,2,0\n"
FILES: dict[str, tuple[bytes, list[str]]] = {
    "negative": (WIDE.replace(LAST, "11,1,-9,0\n").encode(), ["column b, line 13: got -9", "has to be left empty"]),
    "fraction": (
        WIDE.replace(LAST, "11,1,1.5,0\n").encode(),
        ["column b, line 13: got 1.5", "expected a whole number"],
    ),
    "absurd": (
        WIDE.replace(LAST, "11,1,1e12,0\n").encode(),
        ["column b, line 13: got 1e12", "0 to 99", "leave it out"],
    ),
    "underscore": (WIDE.replace(LAST, "11,1,1_0,0\n").encode(), ["column b, line 13: got 1_0"]),
    "infinite": (WIDE.replace(LAST, "11,1,inf,0\n").encode(), ["column b, line 13: got inf"]),
    "words": (WIDE.replace(LAST, "11,1,often,0\n").encode(), ["column b, line 13: got often"]),
    "twice": (WIDE.replace(LAST, "10,1,2,0\n").encode(), ["line 13: '10' stands in line 12 already; keep one row"]),
    "nameless": (WIDE.replace(LAST, ",1,2,0\n").encode(), ["column person, line 13: the person has no name"]),
    "short": (WIDE.replace(LAST, "11,1,2\n").encode(), ["line 13: 3 cells, expected 4 as in the header"]),
    "lengthy": (WIDE.replace(LAST, "11,1,2,0,1\n").encode(), ["line 13: 5 cells, expected 4 as in the header"]),
    "open quote": (
        b'person,a\n"1,0\n2,1\n',
        ["line 2: 1 cells, expected 2 as in the header; check separators and quotes"],
    ),
    "repeated": (WIDE.replace("a,b,c", "a,b,b").encode(), ["item 'b' stands there 2 times: keep one"]),
    "headless": (
        WIDE.replace("person", "key").encode(),
        ["column key: no value comes twice", "call the column person"],
    ),
    "unnamed": (WIDE.replace("a,b,c", "a,,c").encode(), ["column 3 has no name: give it one"]),
    "constant": (b"person,a,b\n1,1,2\n2,1,2\n3,1,2\n", ["no item has two different answers: there is nothing"]),
    "lonely": (b"person,a,b\n1,1,0\n", ["no item has two different answers"]),
    "only header": (b"person,a,b\n", ["there are no rows below the header"]),
    "empty": (b"", ["is empty; expected a header and rows"]),
    "blank": (b" \n\n", ["is empty; expected a header and rows"]),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["is not text; save the table as CSV in UTF-8"]),
    "excel": (b"PK\x03\x04\x14\0\x06\0", ["is an Excel or zip file, not CSV; save the table as CSV"]),
    "zipped": (b"\x1f\x8b\x08\0\0", ["is compressed; unpack it first"]),
    "parquet": (b"PAR1\x15\x04", ["is Parquet; give its name the ending .parquet"]),
    "latin": (
        WIDE.replace(LAST, "zo\xeb,1,2,0\n").encode("latin-1"),
        ["line 13: the byte 0xeb is not UTF-8", "save it"],
    ),
    "utf-16": (WIDE.encode("utf-16"), ["is text in UTF-16, not UTF-8; save it as CSV in UTF-8"]),
    "one column": (b"person\n1\n2\n", ["the columns are person; expected one an item as well"]),
    "half long": (b"person,item,answer\n1,a,0\n", ["a long table has the columns person, item and response"]),
    "long twice": (
        b"person,item,response\n1,a,0\n2,a,1\n1,a,1\n",
        ["line 4: person 1 answered item a already in line 2"],
    ),
    "long fraction": (b"person,item,response\n1,a,0.5\n", ["column response, line 2 (item a): got 0.5"]),
    "long nameless": (b"person,item,response\n1,,1\n", ["column item, line 2: is empty; fill it in"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    content, expected = FILES[name]
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    told = refuse(tmp_path, path)
    for words in expected:
        assert words in told, told


@pytest.mark.parametrize("name", [name for name in FILES if name not in {"constant", "lonely"}])
def test_the_library_refuses_the_same_files(tmp_path: Path, name: str) -> None:
    content, expected = FILES[name]
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(BadTableError) as caught:
        read_responses(path)
    for words in expected:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + WIDE).encode(),
        WIDE.replace(",", ";").encode(),
        WIDE.replace(",", "\t").encode(),
        WIDE.replace("\n", "\r\n").encode(),
        WIDE.replace("\n", "\r").encode(),
        (WIDE + "\n,,,\n").encode(),
        WIDE.replace("person,a", '"Person" , a').encode(),
        WIDE.replace("11,1,2,0", ' 11 , "1",2.0, 0').encode(),
    ],
    ids=["bom", "semicolons", "tabs", "windows", "old mac", "empty rows", "header", "spaces"],
)
def test_harmless_differences_are_understood(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plain.csv").write_text(WIDE)
    (tmp_path / "other.csv").write_bytes(content)
    one, other = read_responses(tmp_path / "plain.csv"), read_responses(tmp_path / "other.csv")
    assert (one.items, one.persons) == (other.items, other.persons)
    assert one.value.tolist() == other.value.tolist()


MAPS: dict[str, tuple[bytes, list[str]]] = {
    "unknown": (
        b"calm: [S1WantCurse, S1WantCurs]\n",
        ["item 'S1WantCurs' is not among", "did you mean 'S1WantCurse'?"],
    ),
    "empty dimension": (b"calm: []\n", ["dimension calm: expected a list of item keys, at least one"]),
    "no items": (b"calm:\n", ["dimension calm: expected a list of item keys"]),
    "twice": (b"calm: [S1WantCurse, S1WantCurse]\n", ["dimension calm: S1WantCurse stands there twice; keep one"]),
    "no map": (b"- S1WantCurse\n- S2WantCurse\n", ["expected dimensions, each with a list of item keys"]),
    "word": (b"calm\n", ["expected dimensions"]),
    "nothing": (b"", ["expected dimensions"]),
    "broken": (b"calm: [S1WantCurse\n", ["is not YAML"]),
    "same key": (b"calm: [S1WantCurse]\ncalm: [S2WantCurse]\n", ["is not YAML", "calm"]),
    "binary": (b"\x89PNG\xff\0", ["is not text in UTF-8"]),
    "control": (b"calm: [\x01]\n", ["is not YAML"]),
    "stray effect": (
        b"calm: [S1WantCurse]\neffects: {m: [S2WantCurse]}\n",
        ["effect m: S2WantCurse is on no dimension"],
    ),
    "blocks": (
        b"calm: [S1WantCurse, S2WantCurse]\nblocks: {B: {statements: [S1WantCurse, S2WantCurse]}}\n",
        ["has blocks; say --model blocks, or take them out"],
    ),
    "words": (b"calm: [gender, S2WantCurse]\n", ["dimension calm: item 'gender' is not among the items"]),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_bad_map_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    content, expected = MAPS[name]
    (tmp_path / "map.yaml").write_bytes(content)
    told = refuse(tmp_path, ANGER, "--dimensions", tmp_path / "map.yaml")
    for words in expected:
        assert words in told, told


def test_options_that_cannot_be_met_are_refused(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("calm: [S1WantCurse, S2WantCurse]\n")
    cases: dict[tuple[str | Path, ...], str] = {
        (ANGER, "--group", "team"): "column 'team': there is none; the columns are person",
        (ANGER, "--weight", "gender"): "column gender, line 2: the weight is 'M', expected a number of zero or more",
        (ANGER, "--rater", "gender"): "is a wide table, which cannot tell raters apart",
        (ANGER, "--model", "2pl"): "the model 2pl has two categories",
        (ANGER, "--model", "2pl", "--dimensions", tmp_path / "map.yaml"): "dichotomise",
        (ANGER, "--model", "blocks"): "--model blocks: no --dimensions MAP.yaml was given",
        (ANGER, "--model", "blocks", "--dimensions", tmp_path / "map.yaml"): "map.yaml has none; name the statements",
        (ANGER, "--nodes", "9"): "nodes: got 9, which lie",
        (tmp_path,): "cannot be read (Is a directory)",
        (tmp_path / "nowhere.csv",): "nowhere.csv: cannot be read (No such file or directory)",
        (tmp_path / "nowhere.parquet",): "nowhere.parquet: cannot be read",
    }
    for words, expected in cases.items():
        assert expected in refuse(tmp_path, *words)


def test_where_nothing_can_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    for target, expected in (
        (tmp_path, "is a folder; name a file in it"),
        (tmp_path / "no" / "p.json", "is not there"),
    ):
        done = poise("calibrate", tmp_path / "nowhere.csv", "--out", target)
        assert done.exit_code == 2
        assert expected in " ".join(done.output.split())


def rewrite(path: Path, **change: list[str]) -> Path:
    """Write the shipped answers with columns added."""
    with ANGER.open() as file:
        rows = list(csv.reader(file))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*rows[0], *change])
        writer.writerows([*row, *cells] for row, *cells in zip(rows[1:], *change.values(), strict=True))
    return path


def test_a_constant_item_is_left_out_and_said(tmp_path: Path) -> None:
    path = rewrite(tmp_path / "a.csv", same=["1"] * 316, silent=[""] * 316)
    (tmp_path / "map.yaml").write_text("want: [S1WantCurse, S2WantCurse, same]\ndo: [S1DoCurse, S2DoCurse, silent]\n")
    done = poise("calibrate", path, "--dimensions", tmp_path / "map.yaml", "--out", tmp_path / "p.json")
    told = " ".join(done.output.split())
    assert done.exit_code == 0, told
    assert "item same: every answer is 1, which tells nothing about anybody: left out" in told
    assert "nobody answered silent: left out" in told
    assert "items on no dimension are left out: S1WantScold" in told
    (tmp_path / "p.json").unlink()
    (tmp_path / "map.yaml").write_text("want: [S1WantCurse, S2WantCurse]\ndo: [same, silent]\n")
    told = refuse(tmp_path, path, "--dimensions", tmp_path / "map.yaml")
    assert "do: none of its items can be used" in told
    assert "same: every answer is 1" in told


def test_one_person_is_too_few_in_one_dimension_and_in_many(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("person,a,b,c,d\n1,1,0,1,0\n2,,,,\n")
    (tmp_path / "map.yaml").write_text("x: [a, b]\ny: [c, d]\n")
    assert "no item has two different answers" in refuse(tmp_path, tmp_path / "a.csv")
    assert "none of its items can be used" in refuse(
        tmp_path, tmp_path / "a.csv", "--dimensions", tmp_path / "map.yaml"
    )


@pytest.mark.parametrize("dimensions", [1, 2])
def test_an_item_that_stands_there_twice_runs_away_and_is_named(tmp_path: Path, dimensions: int) -> None:
    with ANGER.open() as file:
        rows = list(csv.DictReader(file))
    path = rewrite(
        tmp_path / "a.csv", copy=[row["S1WantCurse"] for row in rows], again=[r["S1WantCurse"] for r in rows]
    )
    text = "want: [S1WantCurse, copy, again, S2WantCurse]\n" + (
        "do: [S1DoCurse, S2DoCurse]\n" if dimensions > 1 else ""
    )
    (tmp_path / "map.yaml").write_text(text)
    done = poise("calibrate", path, "--dimensions", tmp_path / "map.yaml", "--no-errors", "--out", tmp_path / "p.json")
    told = " ".join(done.output.split())
    assert done.exit_code in {0, 1}, told
    assert "Traceback" not in told
    assert "item S1WantCurse: the slope is" in told or "item 'S1WantCurse': its loading" in told
    assert "nan" not in (tmp_path / "p.json").read_text().lower()
