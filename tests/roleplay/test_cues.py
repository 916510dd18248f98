import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS, HARM
from poise.roleplay.cues import (
    CEILINGS,
    DENIALS,
    FEATURES,
    HARM_CUES,
    as_features,
    find_cues,
    hold_back,
    spell_plainly,
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Well, I can't.", "i cannot"),
        ("so, um, YOU’RE right!", "you are right!"),
        ("i cannae see it", "i cannot see it"),
        ("thx, pls wait...", "thanks, please wait"),
        ("I won't <b>do</b> that", "i will not do that"),
        ("It's   on\tus", "it is on us"),
    ],
)
def test_spelling_is_made_plain(written: str, plain: str) -> None:
    assert spell_plainly(written) == plain


@pytest.mark.parametrize(
    ("sentence", "present", "absent"),
    [
        ("I can give you a refund.", "offer_verb", "offer_verb_denied"),
        ("I can't give you a refund.", "offer_verb_denied", "offer_verb"),
        ("I can't give you a refund, but I can replace it.", "offer_verb", "calm"),
        ("You didn't read the label.", "you_fault", "you_fault_denied"),
        ("I'm not saying it's your fault.", "you_fault_denied", "you_fault"),
        ("Please calm down.", "calm", "calm_denied"),
        ("I would never tell you to calm down.", "calm_denied", "calm"),
        ("As per our policy, no.", "policy", "time"),
        ("You will have it by six.", "time", "policy"),
        ("Within two days.", "time", "question_mark"),
        ("I am doing it right now.", "time", "offer_verb"),
        ("What is the order number?", "asks_openly", "rhetorical"),
        ("What do you expect me to do?", "rhetorical", "asks_openly"),
        ("I am not sorry.", "apology_denied", "apology"),
        ("Hurry up!", "haste", "apology"),
    ],
)
def test_cues_stand_or_fall_with_negation(sentence: str, present: str, absent: str) -> None:
    found = find_cues(sentence)
    assert present in found
    assert absent not in found


@given(st.text(max_size=300))
def test_any_text_gives_known_cues(text: str) -> None:
    found = find_cues(text)
    assert found <= set(FEATURES)
    assert as_features(found).sum() == len(found)


def test_features_follow_their_names() -> None:
    assert len(set(FEATURES)) == len(FEATURES)
    for column, name in enumerate(FEATURES):
        assert np.flatnonzero(as_features([name])).tolist() == [column]


@given(st.sampled_from(sorted(ACTS)), st.floats(0, 1, allow_nan=False), st.sets(st.sampled_from(FEATURES)))
def test_missing_or_denied_words_never_raise_an_act(act: str, probability: float, cues: set[str]) -> None:
    assert hold_back(act, probability, frozenset(cues)) <= probability


def test_tables_name_acts_and_cues_that_exist() -> None:
    assert set(HARM_CUES) <= HARM
    assert set(CEILINGS) | set(DENIALS) <= set(ACTS)
    needed = {cue for _, cues in CEILINGS.values() for cue in cues}
    needed |= {cue for _, denied, plain in DENIALS.values() for cue in (denied, plain)}
    needed |= {cue for cues in HARM_CUES.values() for cue in cues}
    assert needed <= set(FEATURES)


def test_a_denied_remedy_is_held_back() -> None:
    assert hold_back("offer", 0.9, find_cues("We will not refund it.")) == pytest.approx(0.2)
    assert hold_back("offer", 0.9, find_cues("We will refund it.")) == pytest.approx(0.9)
