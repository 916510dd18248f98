"""Finished conversations rated blind into a table, and held against their review."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from poise.cli.commands import app
from poise.content.quality import QUALITIES
from poise.roleplay.understanding import Reader

LINES = [
    {
        "id": f"talk-{number}",
        "case": {
            "title": "The late parcel",
            "facts": ["It was sent on Monday."],
            "policy": ["Postage may be paid back."],
            "remedies": [{"key": "post", "text": "postage back", "value_to_customer": 20, "cost": 5, "allowed": True}],
            "hidden": [],
            "customer": "Cross, and right.",
        },
        "turns": [
            {"who": "customer", "text": "Where is my parcel? I have waited a week."},
            {
                "who": "rep",
                "text": f"I am sorry about the wait. Let me look it up, number {number}.",
                "desk": [{"do": "look_up", "what": "parcel"}, {"do": "offer", "what": "post"}],
            },
            {"who": "customer", "text": "Thank you."},
            {"who": "rep", "text": "It comes tomorrow before noon. Is there anything else?"},
        ],
        "outcome": "SECRETLY PLEASED",
        "ratings": {"patience": 4},
    }
    for number in range(2)
]


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    path = tmp_path / "talks.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return path


def run(*words: str | Path, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["rate", *map(str, words)], input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_conversations_are_rated_blind_stopped_and_gone_on_with(
    talks: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reader, "load", lambda: reader)
    table = talks.with_name("ratings.csv")
    code, told = run(talks, "--rater", "ann", "--table", table, typed="3\nn\ns\nc\n/stop\n")
    assert code == 0
    assert "[desk] offered postage back" in told
    assert "True is: It was sent on Monday." in told
    assert "SECRETLY" not in told
    assert "2 ratings are kept" in told
    rows = table.read_text().splitlines()
    assert len(rows) == 3
    assert rows[2].split(",")[-2] == "no opportunity"
    code, told = run(talks, "--rater", "ann", "--table", table, typed="2\n" * 22)
    assert "Nothing is left to rate. 22 ratings were kept just now." in told
    assert len(table.read_text().splitlines()) == 1 + 2 * len(QUALITIES)
    code, told = run(talks, "--rater", "ann", "--table", table, "--again", typed="4\n" * 24)
    assert "24 ratings were kept just now" in told
    data = json.loads(run(talks, "--agreement", "--json", "--table", table)[1])
    kinds = {one["kind"]: one["found"]["all"]["pairs"] for one in data["comparisons"]}
    assert kinds["rounds"] == 23
    assert 0 < kinds["reading"] <= 23


def test_a_table_that_was_edited_elsewhere_is_gone_on_with_or_refused(talks: Path) -> None:
    table = talks.with_name("ratings.csv")
    run(talks, "--rater", "ann", "--table", table, typed="3\n/stop\n")
    table.write_text("\ufeff" + table.read_text().rstrip())
    assert run(talks, "--rater", "ann", "--table", table, typed="4\n/stop\n")[0] == 0
    assert [row.split(",")[-2] for row in table.read_text().splitlines()] == ["rating", "3", "4"]
    rows = table.read_text().splitlines()
    table.write_text("\n".join([f"{rows[0]},remark", f"{rows[1]},good"]))
    code, said = run(talks, "--rater", "ann", "--table", table, typed="4\n")
    assert (code, "other columns" in said) == (2, True)


def test_what_cannot_be_is_named(talks: Path) -> None:
    table = talks.with_name("ratings.csv")
    twice = talks.with_name("twice.jsonl")
    twice.write_text(talks.read_text() * 2 + "{\n")
    foreign = talks.with_name("foreign.csv")
    foreign.write_text(
        "rater,sitting,scenario,moment,quality,reply,round,rating,at\n"
        "ann,talk-9,transcript,patience,patience,0,1,3,2026-11-22T09:00:00+00:00\n"
    )
    for words, told in (
        ((talks, "--rater", "ann"), "--table FILE.csv"),
        ((talks, "--rater", "Ann", "--table", table), "expected 1 to 40"),
        ((talks, "--rater", "ann", "--table", table, "--again"), "nothing yet"),
        ((talks, "--agreement", "--table", table), "no ratings yet"),
        ((talks, "--export", table), "lie in --table"),
        (("--table", table), "goes with transcripts"),
        ((talks.with_name("none.jsonl"), "--rater", "ann", "--table", table), "cannot be read"),
        ((twice, "--rater", "ann", "--table", table), "'talk-0' stands there twice"),
        ((twice, "--rater", "ann", "--table", table), ":5"),
        ((talks, "--rater", "ann", "--table", foreign), "line 2: there is no conversation 'talk-9'"),
        ((talks, "--rater", "ann", "--table", talks.parent), "cannot be read"),
    ):
        code, said = run(*words, typed="3\n")
        assert (code, told in said) == (2, True), said
    assert not table.exists()
