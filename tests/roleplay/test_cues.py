import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS, HARM
from poise.roleplay.understanding.caution import CEILINGS, DENIALS, HARM_CUES, RELIEFS, RELIEFS_OF_REPLY, hold_back
from poise.roleplay.understanding.cues import FEATURES, as_features, find_cues
from poise.roleplay.understanding.spelling import spell_plainly


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
        ("You are right, that note is not true.", "concedes", "contradicts_you"),
        ("Our letter is wrong.", "ours_is_false", "contradicts_you"),
        ("Our records are not wrong.", "actually", "ours_is_false"),
        ("What you say is not true.", "contradicts_you", "concedes"),
        ("I won't write that, because it isn't true.", "honest_no", "contradicts_you"),
        ("I won't say it again.", "negation", "honest_no"),
        ("That was Daniel, not me.", "not_me", "our_fault"),
        ("How should I know?", "retort", "shrug"),
        ("Whatever.", "shrug", "retort"),
        ("Whatever you decide is fine.", "you", "shrug"),
        ("You don't have to buy a new one.", "no_sale", "haste"),
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
    assert set(HARM_CUES) == HARM
    assert set(CEILINGS) | set(DENIALS) | set(RELIEFS) | set(RELIEFS_OF_REPLY) <= set(ACTS)
    needed = {cue for _, cues in CEILINGS.values() for cue in cues}
    needed |= {cue for _, denied, plain in DENIALS.values() for cue in (denied, plain)}
    needed |= {cue for cues in HARM_CUES.values() for cue in cues}
    needed |= {
        cue for table in (RELIEFS, RELIEFS_OF_REPLY) for _, *rows in table.values() for row in rows for cue in row
    }
    assert needed <= set(FEATURES)


def test_a_denied_remedy_is_held_back() -> None:
    assert hold_back("offer", 0.9, find_cues("We will not refund it.")) == pytest.approx(0.2)
    assert hold_back("offer", 0.9, find_cues("We will refund it.")) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("sentence", "believed"),
    [
        ("You are right, that note is not true.", False),
        ("I won't write that, because it isn't true.", False),
        ("Our letter is wrong.", False),
        ("You are right, but what you say now is not true.", True),
        ("You are wrong.", True),
    ],
)
def test_only_the_customer_can_be_argued_with(sentence: str, believed: bool) -> None:  # noqa: FBT001 - a table of cases
    assert (hold_back("argue", 0.9, find_cues(sentence)) > 0.5) == believed
