"""A library is read whole: all that is wrong is said at once, each with file and line; what is right is one value."""

import shutil
from pathlib import Path

import pytest

from poise.content.check import cross_check, load_library
from poise.content.job import Job
from poise.content.library import STARTER, Library, parse_library, read_library
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.content.source import LibraryError
from poise.roleplay.check import check_customers


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(STARTER, tmp_path / "library")
    return tmp_path / "library"


def complaints(directory: Path) -> list[str]:
    try:
        loaded = read_library(directory)
    except LibraryError as error:
        return [str(one) for one in error.complaints]
    return [str(one) for one in (*cross_check(loaded), *check_customers(loaded))]


def replace(path: Path, old: str, new: str) -> int:
    """Replace the first place where `old` stands and return its line."""
    text = path.read_text()
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_the_starter_library_has_what_it_promises(library: Library) -> None:
    assert complaints(STARTER) == []
    assert [quality.key for quality in library.qualities] == list(QUALITIES)
    assert len(library.statements) >= 72
    assert len(library.situations) >= 10
    assert len(library.jobs) == 6
    assert sum(scenario.job == "complaints_desk" for scenario in library.scenarios) >= 2
    assert library.provisional


def test_each_assessed_customer_rates_every_quality_or_those_of_a_shift_or_a_practice_do_together(
    library: Library,
) -> None:
    queues = [blueprint.shift.customers for blueprint in library.blueprints if blueprint.shift]
    practised = [
        blueprint.customers
        for blueprint in library.blueprints
        if any(library.find(Scenario, key).purpose == "practice" for key in blueprint.customers)
    ]
    queued = {key for queue in (*queues, *practised) for key in queue}
    assert {one.key for one in library.scenarios if one.purpose == "practice"} <= queued
    alone = ((scenario.key,) for scenario in library.scenarios if scenario.key not in queued)
    for keys in (*queues, *practised, *alone):
        moments = [moment for key in keys for moment in library.find(Scenario, key).moments]
        assert {moment.quality for moment in moments} == set(QUALITIES), keys


def test_each_tension_stands_in_three_situations(library: Library) -> None:
    for pair in ({"policy", "flexibility"}, {"goodwill", "judgement"}, {"humility", "honesty"}):
        assert sum(set(situation.tension) == pair for situation in library.situations) >= 3, pair


def test_blocks_mix_poles_and_match_in_desirability(library: Library) -> None:
    statements = {statement.key: statement for statement in library.statements}
    mixed = [block for block in library.blocks if len({statements[key].pole for key in block.statements}) == 2]
    assert 0.2 <= len(mixed) / len(library.blocks) <= 0.5


def test_canonical_json_comes_back_equal_and_keeps_its_hash(library: Library) -> None:
    again = parse_library(library.canonical)
    assert again == library
    assert again.hash == library.hash


def test_the_hash_moves_with_any_word(copy: Path, library: Library) -> None:
    replace(copy / "claims.yaml", "Nobody", "No one")
    assert load_library(copy).hash != library.hash


def test_everything_wrong_is_said_at_once_with_file_and_line(copy: Path) -> None:
    pole = replace(copy / "statements" / "patience.yaml", "pole: high", "pole: upper")
    weight = replace(copy / "jobs" / "field_service.yaml", "weight: ", "weight: 9")
    (copy / "voice.yaml").unlink()
    (copy / "notes.yaml").write_text("- a stray file\n")
    (copy / "situations" / "broken.yaml").write_text("key: [unclosed\n")
    found = complaints(copy)
    assert any(line.startswith(f"statements/patience.yaml:{pole}: pole:") for line in found)
    assert any(line.startswith(f"jobs/field_service.yaml:{weight}: demands.") for line in found)
    assert "voice.yaml:1: is missing" in found
    assert any(line.startswith("notes.yaml:1: belongs to no known section") for line in found)
    assert any(line.startswith("situations/broken.yaml:") and "not valid YAML" in line for line in found)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("statements/patience.yaml", "quality: patience", "quality: patienze", "quality 'patienze' is not known"),
        ("blueprints/open_door.yaml", "late_lamp", "late_lamb", "customer 'late_lamb' is not known"),
        ("scenarios/late_lamp.yaml", "looked_up.", "looked_up.nothing_", "names no looked up"),
        ("jobs/complaints_desk.yaml", "passes: [", "passes: [11, ", "moments of ten"),
        ("reference.yaml", "late_lamp/", "late_lamp/no_", "moment 'late_lamp/no_"),
        ("statements/patience.yaml", "desirability: ", "desirability: 99", "less than or equal to 7"),
        ("qualities.yaml", "key: patience", "key: endurance", "expected the twelve qualities"),
        ("statements/honesty.yaml", "- key: ", "- kye: ", "kye"),
    ],
)
def test_a_slip_is_named(copy: Path, file: str, old: str, new: str, said: str) -> None:
    replace(copy / file, old, new)
    found = [line for line in complaints(copy) if said in line]
    assert found, complaints(copy)[:5]
    assert all(line.split(":")[0].endswith(".yaml") and line.split(":")[1].isdigit() for line in found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("statements/patience.yaml", "enemies: [", "enemies: [patience_no, "),
        ("blueprints/complaints_practice.yaml", "late_cloak", "late_clock"),
        ("reference.yaml", "late_lamp/lamp_fit", "late_lamp/lamp_no"),
        ("blocks.yaml", "humility_otherway", "humility_noway"),
        ("situations/bread_waiting.yaml", "jobs: [", "jobs: [pilot, "),
        ("knowledge", "quality: policy", "quality: polity"),
    ],
)
def test_a_name_that_is_not_known_is_told_with_its_own_line(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / file if file.endswith(".yaml") else min((copy / file).glob("*.yaml"))
    line = replace(path, old, new)
    place = f"{path.relative_to(copy)}:{line}: "
    assert [one for one in complaints(copy) if one.startswith(place) and "is not known" in one], complaints(copy)


def test_a_key_that_stands_twice_names_both_places(copy: Path) -> None:
    twin = copy / "situations" / "twin.yaml"
    first = min((copy / "situations").glob("*.yaml"))
    shutil.copy(first, twin)
    assert any("is already at situations/" in line for line in complaints(copy))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- " * 10, b"key: &a [*a]\n", b"\t\n- x"])
def test_hostile_files_are_complaints_and_never_crashes(copy: Path, content: bytes) -> None:
    (copy / "situations" / "hostile.yaml").write_bytes(content)
    assert any("situations/hostile.yaml" in line for line in complaints(copy))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "is not a directory" in complaints(tmp_path / "nowhere")[0]


def test_an_unknown_piece_is_named_with_what_there_is(library: Library) -> None:
    with pytest.raises(KeyError, match=r"no job 'pilot'.*complaints_desk"):
        library.find(Job, "pilot")
