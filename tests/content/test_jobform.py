"""The form of a job analysis goes out empty and comes back filled in; what is wrong with it is said all at once."""

import csv
import io

import pytest
from content.filled_forms import JOB, fill_in, line_of
from hypothesis import given
from hypothesis import strategies as st

from poise.content.job import Job
from poise.content.jobform import Filled, read_forms, write_form
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.source import LibraryError


def read(library: Library, **texts: str) -> tuple[Filled, ...]:
    return read_forms({f"{name}.csv": text for name, text in texts.items()}, library, library.find(Job, JOB))


def complaints(library: Library, **texts: str) -> list[str]:
    with pytest.raises(LibraryError) as error:
        read(library, **texts)
    return [str(one) for one in error.value.complaints]


def test_a_form_asks_about_every_quality_and_condition_and_shows_moments_in_words(library: Library) -> None:
    rows = list(csv.DictReader(io.StringIO(write_form(library, library.find(Job, JOB)), newline="")))
    asked = [row["question"] for row in rows if row["question"]]
    assert len(set(asked)) == len(asked)
    for quality in QUALITIES:
        assert {f"{quality}.{name}" for name in ("how_many", "weight", "must_have", "example")} <= set(asked)
    for condition in library.conditions:
        [row] = [row for row in rows if row["question"] == f"{condition.key}.level"]
        assert all(words in row["what is asked"] for words in condition.levels)
    told = "\n".join(row["what is asked"] for row in rows)
    for quality_asked in library.analysis[0].qualities:
        assert all(moment.text in told and moment.well in told for moment in quality_asked.moments)
    assert {row["answer"] for row in rows} == {"", JOB, f"{library.key} {library.version}"}


def test_an_empty_form_is_refused_with_every_question_and_its_line(library: Library) -> None:
    form = write_form(library, library.find(Job, JOB))
    told = complaints(library, empty=form)
    assert len(told) == 2 + 3 * len(QUALITIES) + len(library.conditions)
    assert f"empty.csv:{line_of(form, 'person')}: person has no answer; expected a mark" in "\n".join(told)
    assert (
        f"empty.csv:{line_of(form, 'honesty.weight')}: honesty.weight has no answer; expected 1, 2, 3, 4 or 5" in told
    )


TENTHS = st.integers(0, 20).map(lambda number: number / 2)


@given(
    st.fixed_dictionaries({quality: st.tuples(TENTHS, st.integers(1, 5), st.booleans()) for quality in QUALITIES}),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_what_was_filled_in_is_read_back(
    library: Library,
    said: dict[str, tuple[float, int, bool]],
    delimiter: str,
    comma: bool,  # noqa: FBT001  drawn
) -> None:
    answers = {}
    for quality, (many, weight, must) in said.items():
        figure = f"{many:g}"
        answers[f"{quality}.how_many"] = figure.replace(".", ",") if comma else figure
        answers[f"{quality}.weight"] = str(weight)
        answers[f"{quality}.must_have"] = "Yes" if must else "NO"
    [filled] = read(library, one=fill_in(library, "A", answers, "Supervisor", delimiter))
    assert (filled.person, filled.role) == ("A", "supervisor")
    assert {key: (filled.how_many[key], filled.weight[key], filled.must_have[key]) for key in QUALITIES} == said


def test_only_the_columns_question_and_answer_are_needed_in_any_order(library: Library) -> None:
    rows = list(csv.DictReader(io.StringIO(fill_in(library, "A"), newline="")))
    text = "Answer,notes,QUESTION\n" + "".join(f"{row['answer']},,{row['question']}\n" for row in rows)
    assert read(library, one=text)[0].how_many == read(library, one=fill_in(library, "A"))[0].how_many


def test_words_come_back_on_one_line(library: Library) -> None:
    said = 'A man shouted,\nand then "thanked" me;\n£12.'
    [filled] = read(library, one=fill_in(library, "A", {"composure.example": said}))
    assert filled.words == {"composure.example": 'A man shouted, and then "thanked" me; £12.'}


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("patience.how_many", "11", "a number from 0 to 10; found '11'"),
        ("patience.how_many", "-1", "a number from 0 to 10; found '-1'"),
        ("patience.how_many", "nan", "a number from 0 to 10; found 'nan'"),
        ("patience.how_many", "most", "a number from 0 to 10; found 'most'"),
        ("patience.how_many", "6. May", "a number from 0 to 10; found '6. May'"),
        ("patience.weight", "0", "1, 2, 3, 4 or 5; found '0'"),
        ("patience.weight", "2.5", "1, 2, 3, 4 or 5; found '2.5'"),
        ("patience.must_have", "perhaps", "yes or no; found 'perhaps'"),
        ("abuse.level", "5", "0, 1, 2, 3 or 4; found '5'"),
        ("role", "friend", "incumbent or supervisor; found 'friend'"),
        ("person", "a" * 31, "a mark of at most 30 letters and digits"),
        ("job", "field_service", "complaints_desk, as the form was made; found 'field_service'"),
        ("week.best", "x" * 1501, "week.best has 1,501 characters; at most 1,500"),
        ("week.best", "a\x07b", "week.best holds a character that cannot be shown"),
    ],
)
def test_a_wrong_answer_is_named_with_its_line(library: Library, question: str, answer: str, expected: str) -> None:
    text = fill_in(library, "A", {question: answer})
    [told] = complaints(library, one=text)
    assert told.startswith(f"one.csv:{line_of(text, question)}: {question}")
    assert expected in told


def test_all_faults_of_all_files_are_said_at_once(library: Library) -> None:
    first = fill_in(library, "A", {"patience.weight": "9", "abuse.level": "many"})
    second = fill_in(library, "a") + "patience.weight,,,3\r\nkindness.weight,,,3\r\n,,,forgotten\r\n"
    third = "\r\n".join(line for line in fill_in(library, "C").splitlines() if not line.startswith("policy.weight"))
    end, first_line = len(fill_in(library, "a").splitlines()), line_of(second, "patience.weight")
    assert complaints(library, one=first, two=second, three=third) == [
        f"one.csv:{line_of(first, 'patience.weight')}: patience.weight: expected 1, 2, 3, 4 or 5; found '9'",
        f"one.csv:{line_of(first, 'abuse.level')}: abuse.level: expected 0, 1, 2, 3 or 4; found 'many'",
        "three.csv:1: the row of policy.weight is missing; take a new form, or put the row back",
        f"two.csv:{line_of(second, 'person')}: person 'a' stands in one.csv too; one file a person, one mark a file",
        f"two.csv:{end + 1}: patience.weight was answered in line {first_line} already; leave one of the two",
        f"two.csv:{end + 2}: 'kindness.weight' is no question of this form; leave the first column as it was",
        f"two.csv:{end + 3}: an answer, 'forgotten', in a row that asks nothing; move it to its question",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "\n", "person;role\n1;2\n", "just words", 'question,answer\n"never closed', "question,answer\nper\x00son,A\n"],
)
def test_what_is_no_form_is_refused_and_never_raises_anything_else(library: Library, text: str) -> None:
    assert all(told.startswith("one.csv:") for told in complaints(library, one=text))
