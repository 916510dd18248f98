"""Rating, contesting and correcting at a terminal, with stored sittings of made-up people."""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.utils import timezone
from rich.console import Console
from sitting.walked import walk
from typer.testing import CliRunner

from poise.cli import correcting, rating
from poise.cli.commands import app
from poise.content.library import Library
from poise.jobfit.blinding import view_blind
from poise.jobfit.report import report
from poise.measurement import read_responses
from poise.sitting.contesting import list_moments
from poise.sitting.decisions import erase_texts
from poise.sitting.journal import Change, JournalUnavailableError
from poise.sitting.ratings import list_rateable
from poise.sitting.state import fold
from poise.storage import doors, records
from poise.storage.journal import DjangoJournal
from poise.storage.ratings import keep_ratings, list_ratings

AT = "2026-11-22T09:00:00+00:00"
pytestmark = pytest.mark.django_db(transaction=True)


class Stored:
    """Three finished sittings and one that is not, and somebody who types."""

    def __init__(self, library: Library) -> None:
        records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
        digest = records.publish_library("open_door", library, timezone.now())
        self.library, self.journal = library, DjangoJournal("open_door")
        self.codes: dict[str, str] = {}
        change = walk(library)
        for seed in range(3):
            opened = doors.start_open_sitting(digest, "open_door", timezone.now(), "terminal")
            keys = {key: f"{seed}-{key}" for key in change.texts}
            events = tuple(
                one.model_copy(update={"text": keys[one.text]}) if one.kind == "reply_sent" else one
                for one in change.events[1:]
            )
            self.journal.append(opened.sitting.key, 1, Change(events, {keys[k]: w for k, w in change.texts.items()}))
            self.codes[opened.sitting.key] = opened.resume_token
        self.unfinished = doors.start_open_sitting(digest, "open_door", timezone.now(), "terminal")

    @property
    def keys(self) -> list[str]:
        return sorted(self.codes)


@pytest.fixture
def stored(transactional_db: None, library: Library, monkeypatch: pytest.MonkeyPatch) -> Stored:  # noqa: ARG001
    monkeypatch.setattr(rating, "prepare", lambda: None)
    return Stored(library)


def run(*words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words), input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def rate_all(
    monkeypatch: pytest.MonkeyPatch, rater: str, *answers: str | Callable[[], str], again: bool = False
) -> str:
    out, typed = Console(file=StringIO(), soft_wrap=True), iter(answers)

    def read() -> str:
        try:
            answer = next(typed)
        except StopIteration:
            raise EOFError from None
        return answer if isinstance(answer, str) else answer()

    monkeypatch.setattr("builtins.input", read)
    rating.run_rating(out, rating.Order(rater, again, 1, (), ""))
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def count(stored: Stored) -> int:
    return sum(len(list_rateable(key, fold(stored.journal.read(key)), stored.library)) for key in stored.keys)


def test_a_rater_stops_goes_on_and_is_never_shown_a_reading(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rate_all(monkeypatch, "ann", "3", "9", "n", "s", "c", "4", "/stop")
    assert [one.rating for one in list_ratings("open_door")] == [3, None, 4]
    assert "Type one of 0, 1" in first
    assert "Policy, " in first, "the case can be looked at"
    assert "3 ratings are kept" in first
    rest = count(stored) - 3
    second = rate_all(monkeypatch, "ann", *["2"] * rest)
    assert f"{rest} ratings were kept just now" in second
    assert "Nothing is left" in rate_all(monkeypatch, "ann")
    told = first + second
    assert not re.search(r"anger|trust|would return|read clearly|by the reading|probab", told, re.IGNORECASE)
    for key in stored.keys:
        state = fold(stored.journal.read(key))
        for conversation in state.conversations.values():
            for reply in conversation.replies:
                assert stored.journal.texts(key)[reply.text] in told


def test_a_moment_is_shown_without_the_answer_to_it(stored: Stored) -> None:
    [key, *_] = stored.keys
    state, texts = fold(stored.journal.read(key)), stored.journal.texts(key)
    for one in list_rateable(key, state, stored.library):
        view = view_blind(one, state, texts)
        conversation = state.conversations[one.case.key]
        assert len(view.levels) == 5
        if one.reply:
            assert (view.lines[-1].who, view.lines[-1].reply) == ("candidate", one.reply)
            assert view.lines[-1].words == texts[conversation.replies[one.reply - 1].text]
            says = conversation.answers[one.reply - 1].says
            assert not any(line.words == says for line in view.lines if line.reply == one.reply + 1)
        else:
            assert sum(line.who == "candidate" for line in view.lines) == len(conversation.replies)


def test_a_second_round_is_kept_apart(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    with pytest.raises(ValueError, match="nothing yet"):
        rate_all(monkeypatch, "ann", again=True)
    rate_all(monkeypatch, "ann", *["1"] * 12, "/stop")
    assert "12 ratings were kept" in rate_all(monkeypatch, "ann", *["3"] * 12, again=True)
    ratings = list_ratings("open_door")
    assert len(ratings) == 24
    assert {one.place for one in ratings if one.round == 1} == {one.place for one in ratings if one.round == 2}


def test_of_two_windows_the_first_rating_counts(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    def meanwhile() -> str:
        [one] = list_ratings("open_door")
        sat = rating.Store("open_door").load(one.sitting)
        assert isinstance(sat, rating.Sat)
        keep_ratings("open_door", [sat.moments[1].rated("ann", 1, 0, AT)])
        return "4"

    told = rate_all(monkeypatch, "ann", "3", meanwhile, "/stop")
    assert "as 0 and not 4; the first rating stays" in told
    assert [one.rating for one in list_ratings("open_door")] == [3, 0]


def test_a_rating_is_kept_until_the_store_can_be_used(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    failures = iter([True, False])

    def fail_once(*given: object) -> int:
        if next(failures):
            raise JournalUnavailableError("the database is locked")
        return keep_ratings(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(rating, "keep_ratings", fail_once)
    assert "not lost" in rate_all(monkeypatch, "ann", "3", "", "/stop")
    assert len(list_ratings("open_door")) == 1


def test_erased_words_are_left_out_and_that_is_said(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    [key, *_] = stored.keys
    state = fold(stored.journal.read(key))
    stored.journal.erase_texts(key, state.version, erase_texts(AT)(state))
    told = rate_all(monkeypatch, "ann", *["2"] * count(stored))
    assert f"Left out of sitting {key}" in told
    assert key not in {one.sitting for one in list_ratings("open_door")}


def test_ratings_go_out_and_come_in_again_whole_or_not_at_all(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rate_all(monkeypatch, "ann", "3", "n", "0", "/stop")
    table, other = tmp_path / "ratings.csv", tmp_path / "other.csv"
    assert run("rate", "--export", str(table)) == (0, f"3 ratings written to {table}\n")
    assert run("rate", "--import", str(table)) == (0, f"0 ratings taken in from {table}, 3 were there already\n")
    other.write_text(table.read_text().replace("ann,", "ben,"))
    code, told = run("rate", "--import", str(other))
    assert (code, told) == (0, f"3 ratings taken in from {other}\n")
    rows = table.read_text().splitlines()
    unfinished = rows[1].replace(rows[1].split(",")[1], stored.unfinished.sitting.key)
    start, _, at = rows[3].rsplit(",", 2)
    broken = f"{start},8,{at}"
    table.write_text("\n".join([rows[0], rows[2].replace("ann", "cleo"), unfinished, broken]))
    code, told = run("rate", "--import", str(table))
    assert code == 2
    assert "nothing was taken in" in told
    assert f"line 3: there is no finished sitting '{stored.unfinished.sitting.key}'" in told
    assert "line 4: rating is '8'" in told
    start, was, at = rows[1].rsplit(",", 2)
    changed = [rows[0], rows[1].replace("ann", "cleo"), f"{start},1,{at}"]
    table.write_text("\n".join(changed))
    code, told = run("rate", "--import", str(table))
    assert code == 2
    assert f"as {was} and not 1" in told
    assert len(list_ratings("open_door")) == 6, "cleo's good row was not taken in either"


@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe\x00", "line 1: is not UTF-8"), (b"rater\n", "the column sitting is missing")]
)
def test_files_that_are_no_tables_are_named(stored: Stored, tmp_path: Path, content: bytes, told: str) -> None:  # noqa: ARG001
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    code, said = run("rate", "--import", str(path))
    assert code == 2
    assert told in said
    assert run("rate", "--import", str(tmp_path))[0] == 2
    assert "cannot be read" in run("rate", "--import", str(tmp_path / "none.csv"))[1]


def fill(stored: Stored) -> None:
    """Let three raters rate everything: ann at random, ben as ann, cleo the first four."""
    moments = [one for key in stored.keys for one in list_rateable(key, fold(stored.journal.read(key)), stored.library)]
    for place, one in enumerate(moments):
        level = (place * 7 + place // 5) % 5
        keep_ratings("open_door", [one.rated("ann", 1, level, AT), one.rated("ben", 1, level, AT)])
    for one in moments[:4]:
        keep_ratings("open_door", [one.rated("cleo", 1, 2, AT)])


def test_agreement_is_told_with_intervals_and_without_figures_for_few(stored: Stored) -> None:
    fill(stored)
    code, told = run("rate", "--agreement")
    assert code == 0
    assert "ann and ben: weighted kappa" in told
    assert re.search(r"all +\d+ in 3 sittings +1\.00 +\[1\.00, 1\.00\]", told)
    assert "fewer than 10" in told
    assert "and the reading, its expected level rounded" in told
    data = json.loads(run("rate", "--agreement", "--json")[1])
    assert (data["sittings"], data["raters"]) == (3, ["ann", "ben", "cleo"])
    pair = next(one for one in data["comparisons"] if one["between"] == ["ann", "ben"])
    assert pair["found"]["all"]["value"] == 1.0
    few = next(one for one in data["comparisons"] if one["between"] == ["ann", "cleo"])
    assert "value" not in few["found"]["all"]
    read = next(one for one in data["comparisons"] if (one["kind"], one["between"]) == ("reading", ["ann"]))
    assert -1 <= read["found"]["all"]["low"] <= read["found"]["all"]["value"] <= read["found"]["all"]["high"] <= 1


def test_facets_can_be_calibrated(stored: Stored, tmp_path: Path) -> None:
    fill(stored)
    table = tmp_path / "facets.csv"
    code, told = run("rate", "--export-facets", str(table))
    assert code == 0
    assert "poise calibrate" in told
    rows = list(csv.DictReader(StringIO(table.read_text())))
    assert set(rows[0]) == {"person", "item", "response", "rater"}
    assert {row["person"] for row in rows} == set(stored.keys)
    mapped = {
        quality: json.loads(items)
        for quality, items in (line.split(": ", 1) for line in (tmp_path / "facets_map.yaml").read_text().splitlines())
    }
    assert all(len(items) > 1 for items in mapped.values())
    assert {item for items in mapped.values() for item in items} <= {row["item"] for row in rows}
    assert "Left out of the map, as only one moment of each was rated: composure" in told
    raw = read_responses(table, rater="rater")
    assert set(raw.raters) == {"ann", "ben", "cleo"}


def test_options_that_do_not_go_together_are_refused(stored: Stored, tmp_path: Path) -> None:  # noqa: ARG001
    for words, told in (
        (("--agreement", "--export", str(tmp_path / "a")), "at a time"),
        (("--json",), "goes with --agreement"),
        (("--agreement", "--rater", "ann"), "leave them out"),
        (("--rater", "Ann Okafor"), "expected 1 to 40 small letters"),
        ((), "--rater is ''"),
        (("--rater", "ann", "--sitting", "x"), "no finished sitting at open_door called x"),
        (("--rater", "ann", "--organisation", "hill"), "'hill' has no finished sitting"),
        (("--agreement",), "Nobody has rated"),
        (("--export", str(tmp_path / "no" / "a.csv")), "is not there"),
    ):
        code, said = run("rate", *words)
        assert (code, told in said) == (2, True), said


def test_an_empty_store_says_so(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr(rating, "prepare", lambda: None)
    code, said = run("rate", "--agreement")
    assert code == 2
    assert "no finished sitting in this store" in said


def test_a_reading_is_contested_corrected_and_the_report_shows_both(stored: Stored) -> None:
    [key, *_] = stored.keys
    code = stored.codes[key]
    listed = run("contest", f"http://127.0.0.1:8000/s/{code}/")[1]
    state = fold(stored.journal.read(key))
    low = next(one for one in list_moments(state, stored.library) if one.rating and one.rating.line.level <= 1)
    assert low.name in listed
    assert low.rating is not None
    was = low.rating.line.level
    assert run("contest", code, low.name, "--words", "I meant it kindly.")[0] == 0
    status, told = run("correct", key, low.name, "3", "--by", "Ann Okafor", "--reason", "It was kind.")
    assert status == 0
    assert "Contested on" in told
    sentence = f"Was level {was} by the reading, corrected to level 3 by Ann Okafor on "
    assert sentence in told
    made = report(fold(stored.journal.read(key)), stored.library, stored.journal.texts(key))
    [trace] = [one for view in made.qualities for one in view.traces if one.source == f"moment/{low.name}"]
    assert (trace.level, [one.level for one in trace.corrected]) == (was, [3])
    assert trace.corrected[0].words.startswith(sentence)
    assert trace.corrected[0].words.endswith("because: It was kind.")
    assert [one.words for one in trace.contested] == ["I meant it kindly."]
    before = report(state, stored.library, stored.journal.texts(key))
    quality = low.moment.quality
    means = [next(one.mean for one in each.qualities if one.key == quality) for each in (before, made)]
    assert means[1] > means[0]


def test_a_second_corrector_is_told_and_may_replace(stored: Stored) -> None:
    [key, *_] = stored.keys
    name = list_moments(fold(stored.journal.read(key)), stored.library)[0].name
    told = ("--by", "Ann", "--reason", "Kind.")
    assert run("correct", key, name, "3", *told)[0] == 0
    assert run("correct", key, name, "3", *told)[0] == 0, "the same again"
    status, said = run("correct", key, name, "not-scored", "--by", "Ben", "--reason", "Cut off.")
    assert status == 2
    assert "Ann corrected this reading" in said
    assert "--replace" in said
    status, said = run("correct", key, name, "not-scored", "--by", "Ben", "--reason", "Cut off.", "--replace")
    assert status == 0
    assert "Was level 3 then, corrected to not scored by Ben" in said
    made = report(fold(stored.journal.read(key)), stored.library, stored.journal.texts(key))
    [trace] = [one for view in made.qualities for one in view.traces if one.source == f"moment/{name}"]
    assert [one.level for one in trace.corrected] == [3, None], "it is shown, though it is not scored"


def test_contests_and_corrections_that_cannot_be_are_named(stored: Stored) -> None:
    [key, *_] = stored.keys
    name = list_moments(fold(stored.journal.read(key)), stored.library)[0].name
    good = ("--by", "Ann", "--reason", "x")
    for words, told in (
        (("contest", "nonsense"), "no sitting 'nonsense'"),
        (("contest", stored.codes[key], name), "Write why"),
        (("contest", stored.codes[key], "no_such", "--words", "x"), "'no_such' is no moment"),
        (("contest", stored.unfinished.resume_token, name, "--words", "x"), "not finished"),
        (("correct", "nonsense", name, "3", *good), "no sitting 'nonsense'"),
        (("correct", key, name, "9", *good), "LEVEL is '9'"),
        (("correct", key, name, "3", "--reason", "x"), "who corrects"),
        (("correct", key, name, "3", "--by", "Ann"), "Write the reason"),
        (("correct", key, "no_such", "3", *good), "'no_such' is no moment"),
    ):
        status, said = run(*words)
        assert (status, told in said) == (2, True), said
    assert correcting.LEVELS[-1] == "not-scored"
