"""Blocks, ratings and readings from files: laid out for the joint engine, or refused with who and what."""

from pathlib import Path

import numpy as np
import pytest
from measurement.few_answers import write

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointTable
from poise.measurement.joint.jointlaying import lay_joint, match_joint
from poise.measurement.observing import list_answers
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
from poise.measurement.parameters.itemmap import ItemMap
from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.tabular.gathering import Gathered, read_observations
from poise.measurement.tabular.tables import BadTableError

MAP = ItemMap.from_dict(
    {
        "calm": ["s1", "t1", "q"],
        "warm": ["s2", "t2"],
        "open": ["s3", "t3"],
        "blocks": {
            "S": {"statements": ["s1", "s2", "s3"]},
            "T": {"statements": ["t1", "t2", "t3"], "task": "most_least"},
        },
        "effects": {"stated": ["q", "s1"]},
    },
    "map.yaml",
)
WIDE = "person,s1,s2,s3,t1,t2,t3,q\nann,1,2,3,1,0,-1,2\nbob,3,1,2,,,,4\neve,,,,-1,,1,\ndan,2,1,3,0,-1,1,3\n"


def make_statements(**dimensions: str) -> tuple[CalibratedStatement, ...]:
    return tuple(CalibratedStatement(key, ((name, 1.0),), 0.0) for key, name in dimensions.items())


KNOWN = KnownParameters(
    (
        CalibratedItem(
            "q", "graded", (("calm", 1.0), ("stated", 0.5)), (1.0, -1.0), values=(2, 3, 4), base_rates=(0.5, 0.3, 0.2)
        ),
    ),
    ("calm", "warm", "open", "stated"),
    np.eye(4),
    ("x", "y"),
    np.zeros((2, 4)),
    np.ones((2, 4)),
    (
        CalibratedBlock("S", make_statements(s1="calm", s2="warm", s3="open"), "rank"),
        CalibratedBlock("T", make_statements(t1="calm", t2="warm", t3="open"), "most_least"),
    ),
    (CalibratedRater("ria", 0.0, 1.0), CalibratedRater("rob", 0.0, 1.0)),
)


def told(table: JointTable) -> list[tuple[str, str, object]]:
    """Return person, thing and answer in words."""
    found: list[tuple[str, str, object]] = []
    owner = np.repeat(np.arange(table.size), table.answered)
    for person, item, answer in zip(owner, table.item, table.answer, strict=True):
        one = table.asked[item]
        meaning: object = int(answer)
        if isinstance(one, JointBlock):
            names = [row.key for row in one.statements]
            meaning = ">".join(names[place] for place in list_answers(len(names), one.task)[answer])
        elif answer >= 0:
            meaning = one.values[answer]
        found.append(((table.persons or ())[person], one.key, meaning))
    return found


EXPECTED = [
    ("ann", "q", 2),
    ("ann", "S", "s1>s2>s3"),
    ("ann", "T", "t1>t3"),
    ("bob", "q", 4),
    ("bob", "S", "s2>s3>s1"),
    ("eve", "T", "t3>t1"),
    ("dan", "q", 3),
    ("dan", "S", "s2>s1>s3"),
    ("dan", "T", "t3>t2"),
]


def gather_wide(tmp_path: Path, text: str = WIDE) -> Gathered:
    return read_observations(write(tmp_path, text), marked=MAP.statements)


def test_ranks_marks_and_items_beside_them_are_laid_out(tmp_path: Path) -> None:
    table = lay_joint(gather_wide(tmp_path), MAP, "graded", "answers.csv")
    assert told(table) == EXPECTED
    assert table.dimensions == ("calm", "warm", "open", "stated")
    assert table.independent == ("stated",)
    q, s, _ = table.asked
    assert isinstance(q, JointItem)
    assert (q.categories, q.values, q.dimensions) == (3, (2, 3, 4), ("calm", "stated"))
    assert isinstance(s, JointBlock)
    assert [row.dimensions for row in s.statements] == [("calm", "stated"), ("warm",), ("open",)]


def test_a_long_table_of_ranks_and_marks_is_the_same(tmp_path: Path) -> None:
    header, *rows = (line.split(",") for line in WIDE.split())
    lines = [f"{row[0]},{name},{cell}" for row in rows for name, cell in zip(header[1:], row[1:], strict=True) if cell]
    long = write(tmp_path, "person,item,response\n" + "\n".join(lines) + "\n")
    assert told(lay_joint(read_observations(long, marked=MAP.statements), MAP, "graded", "x")) == EXPECTED


def test_scores_find_the_same_answers_in_the_order_of_the_parameters(tmp_path: Path) -> None:
    table = match_joint(gather_wide(tmp_path), KNOWN)
    assert told(table) == EXPECTED
    assert [one.key for one in table.asked] == ["q", "S", "T"]


BAD = [
    (
        ("ann,1,2,3", "ann,1,1,3"),
        r"person ann, block S \(s1, s2, s3\): got 1, 1, 3; expected the ranks 1 to 3, each once",
    ),
    (("ann,1,2,3", "ann,1,2,"), r"person ann, block S .*: got 1, 2, nothing; expected the ranks 1 to 3"),
    (("ann,1,2,3", "ann,2,3,4"), r"person ann, block S .*: got 2, 3, 4"),
    (("1,0,-1,2", "1,1,-1,2"), r"person ann, block T .*: got 1, 1, -1; expected 1 for one statement \(most\), -1 for"),
    (("1,0,-1,2", "1,0,0,2"), r"person ann, block T .*: got 1, 0, 0"),
    (("1,0,-1,2", "1,2,3,2"), r"person ann, block T .*: got 1, 2, 3"),
    (("ann,1,2,3", "ann,1,2,7"), r"column s3, line 2: got 7, expected the statement's rank \(1 first\), or 1 most"),
    (("ann,1,2,3", "ann,1,2,-2"), r"column s3, line 2: got -2, expected the statement's rank"),
    (("ann,1,2,3", "ann,1,x,3"), r"column s2, line 2: got x, expected the statement's rank"),
    (
        ("person,s1", "person,s_1"),
        r"dimension calm: item 's1' is not among the items of answers.csv; did you mean 's_1'\?",
    ),
]


@pytest.mark.parametrize(("change", "expected"), BAD)
def test_what_is_wrong_with_a_block_is_named(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    assert change[0] in WIDE
    with pytest.raises(BadTableError, match=expected):
        lay_joint(gather_wide(tmp_path, WIDE.replace(*change)), MAP, "graded", "answers.csv")


def test_blocks_that_tell_nothing_are_left_out_and_said(tmp_path: Path) -> None:
    text = "person,s1,s2,s3,t1,t2,t3,q\nann,1,2,3,1,0,-1,2\nbob,1,2,3,-1,1,0,4\n"
    table = lay_joint(gather_wide(tmp_path, text), MAP, "graded", "answers.csv")
    assert [one.key for one in table.asked] == ["q", "T"]
    assert any("block S: everybody gave the same answer" in note for note in table.notes)
    silent = "person,s1,s2,s3,t1,t2,t3,q\nann,1,2,,1,0,-1,2\nbob,2,1,,-1,1,0,4\n"
    table = lay_joint(gather_wide(tmp_path, silent), MAP, "graded", "answers.csv")
    assert any("block S: nobody ranked one of its statements" in note for note in table.notes)


RATED = "person,item,response,judge\nann,q,2,ria\nann,q,3,rob\nbob,q,4,ria\nbob,q,3,\neve,q,2,rob\n"
PLAIN = ItemMap.from_dict({"calm": ["q"]}, "map.yaml")


def test_an_answer_may_be_rated_by_several_and_by_nobody(tmp_path: Path) -> None:
    gathered = read_observations(write(tmp_path, RATED), rater="judge")
    table = lay_joint(gathered, PLAIN, "graded", "x")
    assert table.raters == ("ria", "rob")
    assert table.rater is not None
    assert sorted(zip(told(table), table.rater.tolist(), strict=True)) == sorted(
        [
            (("ann", "q", 2), 0),
            (("ann", "q", 3), 1),
            (("bob", "q", 4), 0),
            (("bob", "q", 3), -1),
            (("eve", "q", 2), 1),
        ]
    )
    with pytest.raises(BadTableError, match=r"rater 'zoe' was not calibrated \(known: ria, rob\)"):
        match_joint(read_observations(write(tmp_path, RATED.replace("rob", "zoe")), rater="judge"), KNOWN)
    with pytest.raises(BadTableError, match=r"line 7: person ann answered item q already in line 2"):
        read_observations(write(tmp_path, RATED + "ann,q,4,ria\n"), rater="judge")


def test_a_block_is_not_rated(tmp_path: Path) -> None:
    ranks = (("a", (1, 2, 3)), ("b", (2, 1, 3)))
    rows = [f"{p},s{j},{rank},ria\n" for p, own in ranks for j, rank in enumerate(own, start=1)]
    path = write(tmp_path, "person,item,response,judge\n" + "".join(rows))
    gathered = read_observations(path, rater="judge", marked=MAP.statements)
    with pytest.raises(BadTableError, match=r"block S: statement s1 is rated or read; only items can be"):
        match_joint(gathered, KNOWN)


READ = "person,item,p0,p1,p2,b0,b1,b2\nann,q,.2,.3,.5,.5,.3,.2\nbob,q,1,0,0,.5,.3,.2\nbob,r,.4,.6,,.5,.5,\n"


def test_readings_weigh_by_their_base_rates(tmp_path: Path) -> None:
    mapping = ItemMap.from_dict({"calm": ["q", "r"]}, "map.yaml")
    table = lay_joint(read_observations(write(tmp_path, READ)), mapping, "graded", "x")
    assert [one.answers for one in table.asked] == [3, 2]
    assert table.reading is not None
    assert table.answer.tolist() == [-1, -1, -1]
    assert table.weights[table.reading] == pytest.approx(np.array([[0.4, 1.0, 2.5], [2.0, 0, 0], [0.8, 1.2, 0]]))


def test_without_base_rates_the_mean_reading_stands_for_them(tmp_path: Path) -> None:
    text = "person,item,p0,p1\n" + "".join(f"{p},q,{c},{1 - c:.1f}\n" for p, c in enumerate((0.9, 0.5, 0.1, 0.5)))
    gathered = read_observations(write(tmp_path, text))
    table = lay_joint(gathered, PLAIN, "graded", "x")
    assert table.weights == pytest.approx(np.array([[1.8, 0.2], [1, 1], [0.2, 1.8], [1, 1]]))
    assert gathered.find_base_rates()["q"] == pytest.approx([0.5, 0.5])
    known = KnownParameters(
        (CalibratedItem("q", "graded", (("calm", 1.0),), (0.0,), values=(0, 1), base_rates=(0.8, 0.2)),),
        ("calm",), np.eye(1), (), np.zeros((1, 1)), np.ones((1, 1)),
    )  # fmt: skip
    assert match_joint(gathered, known).weights[:2] == pytest.approx(np.array([[1.125, 0.5], [0.625, 2.5]]))


def test_answers_and_readings_of_the_same_persons_come_together(tmp_path: Path) -> None:
    answers = write(tmp_path, "person,site,a\nann,x,1\nbob,y,0\neve,x,1\n")
    readings = write(tmp_path, "person,item,p0,p1\nbob,q,.2,.8\nann,q,.6,.4\n", "read.csv")
    gathered = read_observations(answers, readings, group="site")
    table = lay_joint(gathered, ItemMap.from_dict({"calm": ["a", "q"]}, "m"), "graded", "x")
    assert table.persons == ("ann", "bob", "eve")
    assert table.groups == ("x", "y")
    assert table.answered.tolist() == [2, 2, 1]
    assert table.reading is not None
    assert table.weights[table.reading[1]] == pytest.approx([0.6 / 0.4, 0.4 / 0.6])
    with pytest.raises(BadTableError, match="person zoe was read but has no group or weight"):
        read_observations(answers, write(tmp_path, "person,item,p0,p1\nzoe,q,.2,.8\n", "read.csv"), group="site")
    with pytest.raises(BadTableError, match="person ann, item a: there is an answer and a reading; keep one"):
        read_observations(answers, write(tmp_path, "person,item,p0,p1\nann,a,.2,.8\n", "read.csv"))


BAD_READINGS = [
    ("person,item,p0,p1\nann,q,.2,.9\n", r"line 2: p0, p1 and so on do not add up to 1 \(got 0.2, 0.9\)"),
    ("person,item,p0,p1\nann,q,1.2,-.2\n", r"column p0, line 2: got 1.2, expected a probability from 0 to 1"),
    ("person,item,p0,p1\nann,q,high,.2\n", r"column p0, line 2: got high, expected a probability"),
    (
        "person,item,p0,p1,p2\nann,q,.5,,.5\n",
        r"line 2: expected p0, p1 and so on, two or more, without gaps \(got 0.5, 0.5",
    ),
    ("person,item,p0,p1\nann,q,,\n", r"line 2: expected p0, p1 and so on, .* \(got none\)"),
    ("person,item,p0,p2\nann,q,.5,.5\n", r"there are p0, p2; expected p0, p1 and so on, each once"),
    ("person,item,p0\nann,q,1\n", r"there are p0; expected p0, p1 and so on"),
    ("person,item,p0,p1,b0,b1\nann,q,.5,.5,1,0\n", r"line 2: a base rate is below 1e-06"),
    (
        "person,item,p0,p1,p2\nann,q,.5,.5,\nbob,q,.5,.2,.3\n",
        r"line 2: item q has 2 probabilities here and 3 elsewhere",
    ),
    ("person,item,p0,p1,p2,b0,b1,b2\nann,q,.5,.5,,.1,.4,.5\n", r"line 2: there are 3 base rates for 2 probabilities"),
    ("person,item,p0,p1\nann,q,.5,.5\nann,q,.4,.6\n", r"line 3: person ann answered item q already in line 2"),
    ("person,item,p0,p1\n", r"no rows below the header"),
]


@pytest.mark.parametrize(("text", "expected"), BAD_READINGS)
def test_what_is_wrong_with_readings_is_named(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(BadTableError, match=expected):
        read_observations(write(tmp_path, text))
