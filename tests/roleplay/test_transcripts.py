import io
import json
from typing import Any

import pytest
from roleplay.made_up import CASE, GOOD, POOR, Ears, read, transcript

from poise.content.review import FACTS
from poise.content.source import Complaint
from poise.roleplay.transcripts.deskfacts import FactSheet, find_facts
from poise.roleplay.transcripts.loading import LONGEST_LINE, read_transcripts
from poise.roleplay.transcripts.reviewing import load_rubric
from poise.roleplay.transcripts.signs import find_signs
from poise.roleplay.transcripts.transcript import Transcript
from poise.roleplay.transcripts.turns import read_conversation

PLAIN = {"id": "a", "turns": [{"who": "customer", "text": "Hello"}, {"who": "rep", "text": "Hello"}]}


def load(*lines: object) -> list[Transcript | Complaint]:
    told = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines]
    return list(read_transcripts(io.BytesIO(b"\n".join(told)), "f.jsonl"))


def with_turns(*turns: tuple[str, str]) -> dict[str, Any]:
    return {"id": "a", "turns": [{"who": who, "text": text} for who, text in turns]}


def facts(one: Transcript) -> FactSheet:
    return find_facts(read_conversation(one, read, Ears()), load_rubric())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "is not JSON"),
        (b"[1]", "is not an object"),
        (b'{"id": "a", "turns": NaN}', "is not JSON"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b'{"a":' * 5000, "nested too deeply"),
        ({"id": "a"}, "turns: is missing"),
        ({"id": "a", "turns": []}, "turns: must not be empty"),
        (with_turns(("customer", "a"), ("agent", "b")), 'turn 2 who: the speaker must be "customer" or "rep"'),
        (with_turns(("rep", "a"), ("rep", "b"), ("rep", "c")), "turn 3: the third turn in a row"),
        (with_turns(("customer", "a")), "no turn by the rep"),
        (PLAIN | {"case": {"remedies": [{"key": "x"}]}}, "case remedies 1 text: is missing"),
        (PLAIN | {"case": CASE | {"remedies": CASE["remedies"] * 2}}, "each key stands once"),
        (PLAIN | {"case": {"remedies": [CASE["remedies"][0] | {"allowed": "maybe"}]}}, '"needs approval"'),
        ({"id": "a", "turns": [{"who": "rep", "text": "a", "desk": [{"do": "sell"}]}]}, "turn 1 desk 1 do: "),
    ],
)
def test_every_fault_of_a_line_is_named_with_its_number(line: object, told: str) -> None:
    found = load(PLAIN, line, PLAIN)
    assert isinstance(found[0], Transcript)
    assert isinstance(found[-1], Transcript)
    faults = [one for one in found if isinstance(one, Complaint)]
    assert {fault.line for fault in faults} == {2}
    assert any(told in fault.message for fault in faults)


def test_a_line_without_end_is_refused_unread_and_the_next_is_read() -> None:
    found = load(b'{"id": "' + b"x" * (10 * LONGEST_LINE), PLAIN)
    assert isinstance(found[0], Complaint)
    assert f"{LONGEST_LINE:,}" in found[0].message
    assert isinstance(found[1], Transcript)


def test_an_empty_file_is_a_fault_and_empty_lines_are_none() -> None:
    assert [str(one) for one in load(b"")] == ["f.jsonl:1: is empty; expected one conversation a line, as JSON"]
    assert len(load(b"", PLAIN, b"  ")) == 1


def test_two_turns_in_a_row_missing_case_numbers_as_ids_and_unknown_fields_are_allowed() -> None:
    told = with_turns(("customer", "a"), ("customer", "b"), ("rep", "c"), ("rep", "d"))
    found = load(told | {"id": 7, "case": None, "ratings": "anything", "outcome": {"x": [1]}})
    assert isinstance(found[0], Transcript)
    assert found[0].id == "7"
    assert not found[0].desk_known


def test_what_was_done_before_an_offer_and_what_it_is_worth_are_facts() -> None:
    end = facts(transcript(*GOOD)).at_end
    for fact in (
        "looked_up.first",
        "looked_up.before_offer",
        "read_policy.before_offer",
        "offered.allowed",
        "offered.good",
    ):
        assert end[fact] == 1.0, fact
    assert "offered.forbidden" not in end
    assert "withheld" not in end


def test_giving_the_shop_away_and_withholding_are_both_seen() -> None:
    given = facts(transcript(*POOR)).at_end
    assert given["offered.forbidden"] == 1.0
    assert given["withheld"] == 1.0  # what was given may not be given, and nothing else was
    poor = facts(transcript(("No!", ("A shade by mail. [offer]", [("offer", "shade by ordinary mail")])))).at_end
    assert poor["offered.allowed"] == poor["offered.poor"] == 1.0


def test_a_remedy_that_needs_approval_may_be_offered_when_that_is_said() -> None:
    silent = transcript(("No!", ("You get a voucher.", [("offer", "voucher")])))
    told = transcript(("No!", ("I ask the manager for a voucher.", [("offer", "voucher")])))
    assert facts(silent).at_end["offered.unapproved"] == 1.0
    assert "offered.unapproved" not in facts(told).at_end


def test_words_alone_hold_out_what_is_forbidden_unless_they_deny_it() -> None:
    held_out = transcript(("Money!", "Sure, we pay out the price in cash."))
    denied = transcript(("Money!", "I cannot pay out the price in cash."))
    assert facts(held_out).at_end["worded.forbidden"] == 1.0
    assert "worded.forbidden" not in facts(denied).at_end


def test_a_number_that_stands_nowhere_is_told_with_its_turn() -> None:
    sheet = facts(transcript(("It cost 90 pounds", "It cost 90 pounds."), ("And?", "You get 75 euro.")))
    assert [(turn, slot.value) for turn, slot in sheet.unsupported] == [(4, "75")]


def test_what_is_not_told_has_its_stored_chance() -> None:
    unknown = load_rubric().unknown
    sheet = facts(transcript(*GOOD, desk=False))
    for fact in ("looked_up", "offered.good"):
        assert (sheet.so_far[1][fact], sheet.now[1][fact], sheet.at_end[fact]) == unknown[fact]
    bare = facts(transcript(*GOOD, case={})).at_end
    assert bare["looked_up"] == 1.0
    assert bare["claimed.unsupported"] == unknown["claimed.unsupported"][2]
    needs = {need for need, _ in FACTS.values()}
    assert needs == {"desk", "remedies", "case", "words"}


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("It wasn't me who packed it.", "self_defence"),
        ("Take it or leave it.", "challenge"),
        ("As I already said, it is not difficult.", "schooling"),
        ("Next, please.", "pushing"),
        ("I trained half the desk.", "boasting"),
        ("Thank you for contacting us.", "canned"),
        ("No wonder you're cross.", "care"),
        ("You're right, that was our mistake.", "yielding"),
        ("When do you need it?", "open_question"),
    ],
)
def test_plain_words_show_a_sign(sentence: str, sign: str) -> None:
    assert find_signs(["Good morning.", sentence])[sign] == 1


@pytest.mark.parametrize("sentence", ["It comes at four o'clock.", "The shade is blue.", "I can see the order here."])
def test_neutral_words_show_none(sentence: str) -> None:
    assert not find_signs([sentence])
