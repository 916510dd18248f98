import json
from pathlib import Path

from typer.testing import CliRunner, Result

from poise.cli.commands import app

TURNS = [
    {"who": "customer", "text": "You sent me the wrong shade. I want my money back!"},
    {
        "who": "rep",
        "desk": [{"do": "look_up", "what": "order"}, {"do": "offer", "what": "new_shade"}],
        "text": "You are right, it was our mistake. I am sorry. I can send the right shade today. When do you need it?",
    },
]
CASE = {
    "facts": ["The shade was swapped in the warehouse."],
    "remedies": [
        {"key": "new_shade", "text": "The right shade today", "value_to_customer": 80, "cost": 12, "allowed": True}
    ],
}


def review(path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["review", str(path), *options])


def written(folder: Path, *lines: str) -> Path:
    path = folder / "k.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def line(**fields: object) -> str:
    return json.dumps({"id": "k-1", "turns": TURNS, "case": CASE} | fields)


def test_json_is_one_sorted_line_a_conversation_and_never_rests_on_outcome_or_ratings(tmp_path: Path) -> None:
    ratings = [{"rater": "x", "ratings": {"patience": 0}, "overall": 0}]
    told = review(written(tmp_path, line(), line(outcome={"resolved": False}, ratings=ratings)), "--json")
    assert told.exit_code == 0, told.output
    first, second = told.stdout.splitlines()
    assert first == second
    record = json.loads(first)
    assert list(record) == ["id", "overall", "ratings", "would_return"]
    assert list(record["ratings"]) == sorted(record["ratings"])
    assert set(record["ratings"]["patience"]) == {"expected", "probabilities", "turns"}
    assert record["ratings"]["patience"]["turns"] == [2]


def test_people_get_words_quotes_and_the_timeline(tmp_path: Path) -> None:
    told = review(written(tmp_path, line()))
    assert told.exit_code == 0
    assert "humility: " in told.stdout
    assert "turn 2: " in told.stdout
    assert "[look_up]" in told.stdout


def test_faults_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    told = review(written(tmp_path, line(), "{", line(turns=[{"who": "bot", "text": "x"}])), "--json")
    assert told.exit_code == 2
    assert len(told.stdout.splitlines()) == 1
    assert "k.jsonl:2: is not JSON" in told.stderr
    assert "k.jsonl:3: turn 1 who" in told.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = review(tmp_path / "none.jsonl")
    assert told.exit_code == 2
    assert "none.jsonl: cannot be read" in told.stderr


def test_emoji_and_another_language_are_no_evidence(tmp_path: Path) -> None:
    turns = [
        TURNS[0],
        {"who": "rep", "text": "😀😀"},
        TURNS[0],
        {"who": "rep", "text": "Das tut mir sehr leid, wir schicken es."},
    ]
    told = review(written(tmp_path, line(turns=turns, case=None)), "--json")
    assert json.loads(told.stdout) == {"id": "k-1", "ratings": {}}
