"""What could not be read hides nothing that is wrong elsewhere, and brings no complaint that only follows from it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.check import cross_check, load_library
from poise.content.library import SINGLES, STARTER, read_in_part, read_library
from poise.content.source import LibraryError
from poise.content.unread import Unread, names_in
from poise.roleplay.check_library import NOT_COUNTED, find_all, find_errors


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(STARTER, tmp_path / "library")
    return tmp_path / "library"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1))


def wrong_in(copy: Path) -> list[str]:
    return [f"{one.file}: {one.message}" for one in find_errors(read_in_part(copy))]


def test_faults_of_every_kind_in_many_files_are_listed_in_one_run(copy: Path) -> None:
    replace(copy / "attention.yaml", "answer: ", "answer: 9")
    replace(copy / "statements" / "patience.yaml", "enemies: [", "enemies: [nobody_there, ")
    replace(copy / "statements" / "courtesy.yaml", "desirability_passes: [", "desirability_passes: [16, ")
    replace(copy / "scenarios" / "late_lamp.yaml", "loss: ", "loss: much ")
    replace(copy / "scenarios" / "old_flat.yaml", "looked_up.", "looked_up.nothing_")
    replace(copy / "blueprints" / "complaints_practice.yaml", "late_cloak", "late_clock")
    replace(copy / "interview" / "patience.yaml", "asks: >-\n    ", "asks: >-\n    Are you pregnant? ")
    replace(copy / "jobs" / "field_service.yaml", "passes: [", "passes: [11, ")
    replace(copy / "library.yaml", "provisional: true", "provisional: perhaps")
    (copy / "situations" / "bread_waiting.yaml").write_text("key: [unclosed\n")
    (copy / "voice.yaml").unlink()
    found = wrong_in(copy)
    for said in (
        "attention.yaml: answer: ",
        "statements/patience.yaml: patience_third: enemy 'nobody_there' is not known",
        "statements/courtesy.yaml: Statement: desirability is the mean of its passes",
        "scenarios/late_lamp.yaml: loss: ",
        "scenarios/old_flat.yaml: old_flat: ",
        "blueprints/complaints_practice.yaml: complaints_practice: customer 'late_clock' is not known",
        "interview/patience.yaml: ",
        "jobs/field_service.yaml: field_service: ",
        "library.yaml: provisional: ",
        "situations/bread_waiting.yaml: is not valid YAML",
        "voice.yaml: is missing",
    ):
        assert [line for line in found if line.startswith(said)], (said, found)
    assert len(found) == 11


@pytest.mark.parametrize(
    "slips",
    [
        [  # blocks, enemies and blueprints name them
            ("statements/patience.yaml", "pole: high", "pole: upper"),
            ("statements/honesty.yaml", "- key: ", "- kye: "),
            ("statements/goodwill.yaml", "- key: ", "- key: [ "),
            ("conditions.yaml", "asks: ", "ask: "),
            ("attention.yaml", "answer: ", "answer: 9"),
        ],
        [  # blueprints, the reference set and the job analysis name them
            ("scenarios/late_lamp.yaml", "loss: ", "loss: much "),
            ("scenarios/old_flat.yaml", "key: old_flat", "key: old_flat: yes"),
            ("situations/bread_waiting.yaml", "reactions:", "reaction:"),
            ("jobs/hotel_reception.yaml", "name: ", "nome: "),
            ("qualities.yaml", "means: ", "mean: "),
        ],
        [("reference.yaml", "moments:", "moment:"), ("blocks.yaml", "exposure: ", "exposure: 7")],
        [(f"{section}.yaml", "", "- ") for section in SINGLES if section != "reference"],
        [("library.yaml", "version: ", "versions: "), ("blueprints/open_door.yaml", "seconds:", "second:")],
    ],
)
def test_what_cannot_be_read_is_the_only_thing_complained_of(copy: Path, slips: list[tuple[str, str, str]]) -> None:
    for file, old, new in slips:
        replace(copy / file, old, new)
    assert {line.partition(":")[0] for line in wrong_in(copy)} == {file for file, _, _ in slips}


def test_a_library_that_could_be_read_only_in_part_is_for_no_other_use(copy: Path) -> None:
    replace(copy / "attention.yaml", "answer: ", "answer: 9")
    replace(copy / "blueprints" / "complaints_practice.yaml", "late_cloak", "late_clock")
    with pytest.raises(LibraryError, match=r"^attention.yaml:\d+: answer: [^\n]*$"):
        read_library(copy)
    with pytest.raises(LibraryError, match=r"answer: [^\n]*\n.*late_clock"):
        load_library(copy)


def test_a_folder_of_another_name_is_said_and_nothing_that_follows(copy: Path) -> None:
    (copy / "statements").rename(copy / "statement")
    found = wrong_in(copy)
    assert len(found) == len(list((copy / "statement").iterdir()))
    assert all("belongs to no known section" in line for line in found)


def test_what_belongs_elsewhere_or_stands_twice_is_all_named(copy: Path) -> None:
    replace(copy / "library.yaml", "key: ", "jobs: []\nbeliefs: {}\nkey: ")
    (copy / "consent").mkdir()
    shutil.copy(copy / "consent.yaml", copy / "consent" / "again.yaml")
    found = "\n".join(wrong_in(copy))
    for said in ("jobs has a file of its own", "beliefs has a file of its own", "consent is already at consent"):
        assert said in found


def test_nothing_is_counted_while_pieces_are_missing_and_that_is_said_once(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poise.roleplay.check_library.find_near_duplicates", lambda *_: [])
    replace(copy / "attention.yaml", "answer: ", "answer: 9")
    found = find_all(read_in_part(copy))
    assert found.not_looked_for == (f"{NOT_COUNTED}.",)
    assert not [one for one in found.remarks if one.file.startswith("attention")]
    assert len(found.errors) == 1


def test_a_whole_library_has_nothing_unread() -> None:
    assert read_in_part(STARTER) == read_library(STARTER)
    assert not cross_check(read_in_part(STARTER))


@given(st.from_regex(r"\A[a-z][a-z0-9_]{0,20}\Z"), st.text(max_size=20))
def test_a_piece_goes_by_its_key_and_without_one_by_any_of_its_words(key: str, other: str) -> None:
    assert names_in({"key": key, "text": other}) == {key}
    assert key in names_in({"kye": key, "text": other})
    assert key in names_in([{"text": other}, {"key": key}])
    assert key in names_in(f"- key: {key}\n  [")
    unread = Unread(names={"scenarios": names_in({"key": key})})
    assert unread.may_hold("scenarios", f"{key}/moment")
    assert not unread.may_hold("situations", key)
    assert unread.lacks("jobs", "scenarios")
    assert not unread.lacks("jobs")
