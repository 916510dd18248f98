"""Saying back and feeling with somebody use the words of a reproach; they are no reproach, and mockery stays one."""

import numpy as np
import pytest

from poise.roleplay.understanding import Reader
from poise.roleplay.understanding.caution import HOSTILE, KINDLY_MEANT, TELLING, UNCARRIED, hold_back
from poise.roleplay.understanding.cues import find_cues
from poise.roleplay.understanding.heads import ACTS
from poise.roleplay.understanding.kindness import KINDNESS
from poise.roleplay.understanding.reader import guard_reply


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("As I understand it, you sent the form back twice and heard nothing.", "said_back"),
        ("Have I got that right, it left here on Monday?", "said_back"),
        ("I can see why you are cross, you were told the opposite.", "feels_with"),
        ("Anyone would be tired of it after the third letter.", "feels_with"),
        ("No, the order was never here.", ""),
        ("You should have read the letter.", ""),
    ],
)
def test_kind_words_are_known_by_their_frame(text: str, cue: str) -> None:
    assert sorted(find_cues(text) & set(KINDNESS)) == ([cue] if cue else [])


@pytest.mark.parametrize("act", sorted(HOSTILE))
def test_kindness_takes_harm_back_only_without_a_but_and_without_a_cue_of_its_own(act: str) -> None:
    kind = frozenset({"feels_with"})
    assert hold_back(act, 0.4, kind) == KINDLY_MEANT
    assert hold_back(act, 0.05, kind) == 0.05
    assert hold_back(act, 0.4, kind | {"but"}) == 0.4
    assert hold_back(act, 0.4, kind | {"sweet_mockery"}) == 0.4


def test_harm_that_no_sentence_holds_is_shown_nowhere() -> None:
    column = ACTS.index("insult")
    sentences, reply = np.full((2, len(ACTS)), 0.01), np.full(len(ACTS), 0.01)
    reply[column] = 0.4
    nothing, decent, bad = [frozenset[str]()] * 2, np.array([0.9, 0.1]), np.array([0.1, 0.9])
    assert guard_reply(reply, sentences, decent, nothing)[column] == UNCARRIED < TELLING
    assert guard_reply(reply, sentences, bad, nothing)[column] == 0.4
    sentences[1, column] = TELLING
    assert guard_reply(reply, sentences, decent, nothing)[column] == 0.4


def test_a_customer_who_is_understood_is_not_blamed(reader: Reader) -> None:
    kind = dict(reader.read("I can see why you doubt us, you were told twice that it was your own mistake.").acts)
    cold = dict(reader.read("You should have read the letter, it is your own mistake.").acts)
    assert kind["blame_customer"] < TELLING < cold["blame_customer"]
