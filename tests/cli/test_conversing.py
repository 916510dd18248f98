"""Serving one customer in the terminal, replaying a script, and reading replies line by line."""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from poise.cli import conversing
from poise.cli.commands import app
from poise.cli.recounting import quote_line
from poise.cli.scripting import ScriptFile
from poise.cli.understanding import LONGEST_LINE, read_lines, run_understanding
from poise.content.act import ACTS
from poise.content.check import load_library
from poise.content.library import STARTER, Library
from poise.content.scenario import Remedy, Scenario
from poise.content.source import Complaint, LibraryError
from poise.roleplay.conversation import begin, rate, reply
from poise.roleplay.understanding import Reader, TextReading

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "lamp_script.yaml"
POISE = Path(sys.executable).with_name("poise")


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, reader: Reader, library: Library) -> None:
    monkeypatch.setattr(Reader, "load", lambda: reader)
    monkeypatch.setattr(
        conversing, "load_library", lambda folder: library if folder == STARTER else load_library(folder)
    )


def run(*words: str | Path, told: str | bytes = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], input=told)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def typed(*lines: str) -> str:
    return "\n".join(lines) + "\n"


# The script that is shipped as an example.


def test_the_example_is_replayed_to_the_same_bytes_with_a_record_a_reply() -> None:
    code, text, complaints = run("converse", "late_lamp", "--script", SCRIPT, "--json")
    assert (code, complaints) == (0, "")
    assert run("converse", "late_lamp", "--script", SCRIPT, "--json")[1] == text
    *turns, last = records(text)
    assert [turn["reply"] for turn in turns] == list(range(1, 8))
    assert {turn["kind"] for turn in turns} == {"turn"}
    assert (last["kind"], last["replies"], last["replies_due"], last["seed"]) == ("outcome", 7, 7, 7)
    assert last["outcome"] in {"pleased", "settled"}
    first = turns[0]
    assert first["desk"] == [{"do": "look_up", "what": "order"}, {"do": "look_up", "what": "notes"}]
    assert {"looked_up.order", "looked_up.notes", "now.looked_up.any", "found.saturday"} <= set(first["facts"])
    assert set(first["acts"]) == set(ACTS)
    assert first["acts"]["apologise"] > 0.5
    assert turns[1]["customer"] == first["says"]
    assert turns[3]["frontier"]["given"] == ["shade_and_delivery"]
    assert turns[3]["frontier"]["distance"] == 0
    assert turns[3]["state"]["anger"] < first["state"]["anger"]
    assert isinstance(last["needs_open"], list)


def test_moments_grow_turn_by_turn_with_their_chances_and_the_line_that_fired(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    *turns, last = records(run("converse", "late_lamp", "--script", SCRIPT, "--json")[1])
    for number, turn in enumerate(turns[:-1], start=1):
        due = [moment.key for probe in case.probes[:number] for moment in probe.moments]
        assert [moment["moment"] for moment in turn["moments"]] == due
    assert {moment["moment"] for moment in last["moments"]} == {moment.key for moment in case.moments}
    for moment in last["moments"]:
        assert sum(moment["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert moment["line"]["level"] in range(5)
        assert moment["line"]["when"]
        for quote in moment["quotes"]:
            assert quote["words"] in turns[quote["reply"] - 1]["said"]


def test_a_script_without_json_reads_as_a_conversation() -> None:
    code, text, _ = run("converse", "late_lamp", "--script", SCRIPT)
    assert code == 0
    plain = " ".join(text.split())
    assert "[at the desk] Looked up: Order and delivery" in plain
    assert "read as apologise" in plain
    assert "THE MOMENTS" in plain
    assert re.search(r"Would come back: \d+ %", plain)
    assert plain.index("REPLY 1") < plain.index("REPLY 7") < plain.index("THE END")


def test_a_script_may_stop_early_and_a_seed_given_goes_first(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text("seed: 3\nreplies:\n  - say: I am sorry about the lamp.\n")
    *_, last = records(run("converse", "late_lamp", "--script", file, "--json")[1])
    assert (last["outcome"], last["seed"], last["replies"]) == (None, 3, 1)
    assert records(run("converse", "late_lamp", "--script", file, "--json", "--seed", "0")[1])[-1]["seed"] == 0
    assert "still there" in run("converse", "late_lamp", "--script", file)[1]


def test_it_works_with_the_lightest_install_and_any_locale() -> None:
    blocked = "import sys; sys.modules['django'] = None; from poise.cli import main; main()"
    bare = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", blocked, "converse", "late_lamp", "--script", str(SCRIPT), "--json"],
        capture_output=True, check=False, env=bare, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.decode().splitlines()) == 8


# What is wrong with a script.


def test_every_fault_of_a_script_is_named_with_its_line_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        'seed: often\nreplies:\n  - desk:\n      - {do: note, what: 3}\n    say: Hi\n  - say: ""\nmore: 1\n'
    )
    code, text, complaints = run("converse", "late_lamp", "--script", file, "--json")
    assert (code, text) == (2, "")
    lines = [re.sub(r"^.*bad\.yaml:", "", line) for line in complaints.splitlines()]
    assert [line.split(":")[0] for line in lines] == ["1", "4", "6", "7"]
    assert "found 'often'" in lines[0]
    assert "replies.1.desk.1.what" in lines[1]


def test_what_cannot_be_done_with_this_customer_is_named_with_what_can(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    deeds = ["{do: give}", "{do: look_up, what: orderr}", "{do: transfer, what: x}", "{do: wait}", "{do: end}"]
    file.write_text(
        "replies:\n  - say: Hi\n    desk:\n" + "".join(f"      - {one}\n" for one in deeds) + "  - say: a\n"
    )
    code, _, complaints = run("converse", "late_lamp", "--script", file)
    assert code == 2
    assert [re.findall(r":(\d+): ", line)[0] for line in complaints.splitlines()] == ["4", "5", "6", "7", "8", "9"]
    for told in (
        "expected one of look_up",
        "there is: order, notes",
        "takes no",
        "nothing to wait",
        "gone after reply 1",
    ):
        assert told in complaints


def test_more_replies_than_the_customer_has_time_for_are_named(tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    file.write_text("replies:\n" + "  - say: I see.\n" * 9)
    complaints = run("converse", "late_lamp", "--script", file)[2].splitlines()
    assert [re.findall(r":(\d+): ", line)[0] for line in complaints] == ["9", "10"]


def test_ending_without_a_warning_is_found_while_replaying(tmp_path: Path, library: Library) -> None:
    case = next(one for one in library.scenarios if one.may_end_for_abuse)
    file = tmp_path / "rash.yaml"
    file.write_text("replies:\n  - say: Good morning.\n  - say: Goodbye.\n    desk: [{do: end}]\n")
    code, text, complaints = run("converse", case.key, "--script", file, "--json")
    assert (code, text) == (2, "")
    assert "rash.yaml:3: reply 2: Before you may end" in complaints


def test_a_conversation_that_is_ended_after_a_warning_has_no_last_words(tmp_path: Path, library: Library) -> None:
    case = next(one for one in library.scenarios if one.may_end_for_abuse)
    file = tmp_path / "firm.yaml"
    warning = "Please do not insult me. If you go on insulting me, I will end this conversation."
    file.write_text(f"replies:\n  - say: {warning}\n  - say: Goodbye.\n    desk: [{{do: end}}]\n")
    *_, last = records(run("converse", case.key, "--script", file, "--json")[1])
    assert (last["outcome"], last["replies"]) == ("ended", 2)
    text = run("converse", case.key, "--script", file)[1]
    assert f"{case.customer.name} was told that the conversation ends here" in " ".join(text.split())
    assert text.count(f"{case.customer.name}: ") == 2


@pytest.mark.parametrize(
    ("bytes_", "told"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "cannot be read"),
        (b"replies: [", "not valid YAML"),
        (b"replies: []", "expected at least one reply"),
        (b"- 1", "not a mapping"),
        (b"&x {replies: *x}", "holds itself"),
        (b"replies:\n- say: a\n  say: b", "not valid YAML"),
        (b'replies:\n- say: "\\ud800"', "half of a character"),
    ],
)
def test_a_file_that_is_no_script_is_refused_in_words(tmp_path: Path, bytes_: bytes, told: str) -> None:
    file = tmp_path / "none.yaml"
    file.write_bytes(bytes_)
    with pytest.raises(LibraryError, match=told) as caught:
        ScriptFile(file)
    assert re.match(rf"{re.escape(str(file))}:\d+: ", str(caught.value))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
THINGS = st.recursive(
    SCALARS,
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["seed", "replies", "desk", "say", "do", "what", "x"]), part, max_size=4)
    ),
    max_leaves=12,
)


@given(thing=THINGS)
def test_anything_at_all_is_read_or_refused_with_file_and_line(thing: object, library: Library) -> None:
    _read_or_refuse(json.dumps(thing).encode(), library)


@given(junk=st.binary(max_size=60) | st.text(alphabet="{}[]&*!|>:-? \n\t'\"ab", max_size=40).map(str.encode))
def test_junk_is_read_or_refused_with_file_and_line(junk: bytes, library: Library) -> None:
    _read_or_refuse(junk, library)


def _read_or_refuse(content: bytes, library: Library) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.yaml"
        file.write_bytes(content)
        for complaint in _complaints(file, library):
            assert complaint.file == str(file)
            assert complaint.line >= 1
            assert complaint.message


def _complaints(file: Path, library: Library) -> tuple[Complaint, ...]:
    try:
        ScriptFile(file).check_against(library.find(Scenario, "late_lamp"))
    except LibraryError as error:
        return error.complaints or (Complaint("", 0, "none told"),)
    return ()


# What is asked for.


def test_an_unknown_customer_lists_those_there_are(library: Library) -> None:
    code, _, complaints = run("converse", "nobody")
    assert code == 2
    assert all(case.key in complaints for case in library.scenarios)


def test_json_needs_a_script_and_a_library_must_hold_together(tmp_path: Path) -> None:
    assert "--script" in run("converse", "late_lamp", "--json")[2]
    (tmp_path / "library.yaml").write_text("key: mine\n")
    code, _, complaints = run("converse", "late_lamp", "--library", tmp_path)
    assert code == 2
    assert "voice.yaml:1: is missing" in complaints


# Live.


def test_a_live_conversation_from_the_scene_to_the_moments() -> None:
    told = typed(
        "/help", "/scene", "/look", "/look order", "/policy", "/policy times", "/offer", "/promise", "/foo",
        "/look nothing", "/offer shade_courier", "maybe", "n", "/offer shade_courier", "y", "/promise shade_friday",
        "y", "/end", "/wait", "/note", "", "I am sorry about the lamp. When do you need it?",
        *["I see. I will look that up for you."] * 6,
    )  # fmt: skip
    code, text, _ = run("converse", "late_lamp", "--show", "--seed", "2", told=told)
    assert code == 0
    plain = " ".join(text.split())
    for words in (
        "Fernbank Home",
        "order: Order and delivery",
        "paid by card nineteen days ago",
        "Courier orders placed before 15:00",
        "refund_keep",
        "There is no /foo",
        "'nothing' is not on this desk",
        "You are offering: A new shade in her size by courier, with her tomorrow by midday (you may). Send? y/n",
        "Please type y or n",
        "Not done.",
        "It goes with your next reply.",
        "does not let you end",
        "nothing to wait for",
        "Write your reply first",
        "read as apologise",
        "THE END",
        "best, offered",
    ):
        assert words in plain, words
    assert plain.count("Send? y/n") == 4


@pytest.mark.parametrize("told", ["", "I am sorry about the lamp.\n", "/offer shade_courier\n", "/stop\nmore\n"])
def test_leaving_is_polite_wherever_the_input_ends(told: str) -> None:
    code, text, complaints = run("converse", "late_lamp", told=told)
    assert (code, complaints) == (0, "")
    assert "You left the conversation with Rosa Lindqvist. Nothing of it is stored." in " ".join(text.split())


def test_ctrl_c_leaves_as_politely(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    code, text, _ = run("converse", "late_lamp")
    assert code == 0
    assert "You left the conversation" in text


def test_what_an_earlier_reply_showed_is_quoted_from_it(library: Library, reader: Reader) -> None:
    talk = begin(library.find(Scenario, "late_lamp"), 1)
    for words in ("I am very sorry about your lamp.", "Good.", "Yes."):
        talk = reply(talk, words, (), reader, library.appraisal, library.voice)
    rated = rate(talk, reader.base_rates, library.beliefs)
    quotes = {quote for rating, number in rated for quote in quote_line(talk, rating, number)}
    assert (1, "I am very sorry about your lamp.") in quotes


AMOUNT = {"unit": "£{amount}", "least": 5, "most": 60, "step": 5, "allowed_up_to": 20, "approval_up_to": 40,
          "value": [8, 60], "cost": [5, 58]}  # fmt: skip


@pytest.fixture
def hasty(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The starter library where the lamp's customer begins with two messages and may get a credit of any amount."""
    case = library.find(Scenario, "late_lamp")
    seconds = tuple(f"And the box, number {number}." for number, _ in enumerate(case.probes[0].says))
    first = case.probes[0].model_copy(update={"kind": "two_messages", "then": seconds})
    credit = {"key": "credit", "label": "A credit", "price": "So much", "why": "A sign.", "amount": AMOUNT}
    changed = case.model_copy(
        update={
            "probes": (first, *case.probes[1:]),
            "remedies": (*(one for one in case.remedies if one.key != "credit"), Remedy.model_validate(credit)),
        }
    )
    changed_library = library.model_copy(update={"scenarios": (changed,)})
    monkeypatch.setattr(conversing, "load_library", lambda _folder: changed_library)
    return changed_library


@pytest.mark.usefixtures("hasty")
def test_a_customer_is_let_finish_and_offered_an_amount_at_the_desk() -> None:
    told = typed(
        "/wait", "/offer", "/offer credit", "/offer credit 7", "/offer credit £15", "y", "I see, the box and the lamp."
    )
    _, text, _ = run("converse", "late_lamp", "--show", told=told)
    plain = " ".join(text.split())
    assert plain.index("is still writing") < plain.index("And the box") < plain.index("credit AMOUNT")
    assert plain.count("And the box") == 1
    assert plain.count("from £5 to £60") == 2
    assert "You are offering: A credit: £15 (you may). Send? y/n" in plain


@pytest.mark.usefixtures("hasty")
def test_a_script_lets_the_customer_finish_and_offers_an_amount(tmp_path: Path) -> None:
    file = tmp_path / "credit.yaml"
    file.write_text('replies:\n- say: I see.\n  desk: [{do: wait}, {do: offer, what: "credit:15"}]\n')
    turn, _ = records(run("converse", "late_lamp", "--script", file, "--json")[1])
    assert "And the box" in turn["customer"]
    assert {"waited", "now.waited", "offered.credit", "offered.allowed"} <= set(turn["facts"])
    assert turn["frontier"]["given"] == ["credit:15"]
    assert "Let the customer finish" in run("converse", "late_lamp", "--script", file)[1]
    file.write_text('replies:\n- say: I see.\n  desk: [{do: offer, what: "credit:7"}]\n')
    assert "credit.yaml:3: reply 1: offer: " in run("converse", "late_lamp", "--script", file)[2]


# Reading replies line by line.


def test_each_line_gives_a_line_with_all_acts(reader: Reader) -> None:
    told = typed("I am sorry about that.", "", "Why is it late?\tCalm down, mate.", "Guten Tag, wo ist das?").encode()
    code, text, _ = run("understand", "--json", told=told)
    assert code == 0
    lines = records(text)
    assert [line["text"] for line in lines] == [
        "I am sorry about that.",
        "",
        "Calm down, mate.",
        "Guten Tag, wo ist das?",
    ]
    assert all(list(line) == ["text", "acts"] and set(line["acts"]) == set(ACTS) for line in lines)
    assert lines[0]["acts"]["apologise"] > 0.5 > lines[0]["acts"]["dismiss"]
    assert lines[2]["acts"]["dismiss"] > 0.5
    assert lines[1]["acts"] == dict(reader.base_rates)
    assert max(lines[3]["acts"].values()) < 0.5


def test_reasons_name_the_sentence_and_its_words() -> None:
    _, text, _ = run("understand", told="Good morning. I am sorry, that was our mistake.\n\n")
    assert "+ apologise" in text
    assert "“I am sorry, that was our mistake.”; cue words: sorry" in text
    assert "too little English" in text
    assert all(act in text for act in ACTS)


@pytest.mark.parametrize(
    ("told", "number"),
    [(b"ok\nb\xff\n", 2), (b"\xff", 1), (b"a\nb\n" + b"x" * (LONGEST_LINE + 1), 3)],
)
def test_lines_that_are_no_text_stop_with_their_number(told: bytes, number: int) -> None:
    code, text, complaints = run("understand", "--json", told=told)
    assert code == 2
    assert complaints.startswith(f"line {number}: ")
    assert len(text.splitlines()) == number - 1


@given(texts=st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=5))
def test_every_line_is_read_as_it_stands(texts: list[str]) -> None:
    read = list(read_lines(io.BytesIO("".join(f"{text}\n" for text in texts).encode())))
    assert [line.number for line in read] == list(range(1, len(texts) + 1))
    for line, text in zip(read, texts, strict=True):
        whole = f"{line.customer}\t{line.text}" if "\t" in text else line.text
        assert whole == text.removesuffix("\r").removeprefix("\ufeff" if line.number == 1 else "\0\0")


class Blank:
    """A reader that finds nothing, at once."""

    reading = TextReading("blank", tuple((act, 0.01) for act in ACTS), (), (), 0, legible=False)

    def read(self, text: str, topics: tuple[str, ...] = ()) -> TextReading:  # noqa: ARG002  as a reader's
        return self.reading


class Endless(io.RawIOBase):
    """So many lines, made one at a time, and what was read back after each."""

    def __init__(self, lines: int) -> None:
        self._lines: Iterator[bytes] = (b"a reply to somebody\n" for _ in range(lines))

    def readline(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002  as in the base
        return next(self._lines, b"")


class Flushed(io.RawIOBase):
    """Counts what is written and flushed, and keeps nothing."""

    def __init__(self) -> None:
        self.waiting = self.most_waiting = self.lines = 0

    def write(self, data: Any, /) -> int:
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        self.lines += 1
        return len(data)

    def flush(self) -> None:
        self.waiting = 0


def test_lines_are_answered_one_by_one_and_nothing_is_kept() -> None:
    out = Flushed()
    run_understanding(Endless(100), out, Blank(), as_json=True)  # type: ignore[arg-type]
    tracemalloc.start()
    run_understanding(Endless(2_000), out, Blank(), as_json=True)  # type: ignore[arg-type]
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (out.lines, out.most_waiting) == (2_100, 1)
    assert max(kept, most) < 100_000  # the lines alone hold a million
