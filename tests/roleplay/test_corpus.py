"""The corpus of labelled replies: what it promises to hold, and what a bad file is told."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from poise.content.act import ACTS, HARM
from poise.roleplay.training.corpus import CorpusError, CorpusReply, load_corpus

CORPUS = Path(__file__).parents[2] / "corpus"
GOOD = """voice: plain
about: "somebody at a counter"
replies:
  - setting: bakery
    customer: "The bread is stale."
    heard: [fact]
    conduct: good
    kind: plain
    say:
      - ["I'm sorry, that should not happen.", [apologise]]
      - ["Take a fresh one.", [offer]]
"""


@cache
def replies() -> tuple[CorpusReply, ...]:
    return load_corpus(CORPUS)


def test_there_are_enough_replies_in_enough_voices() -> None:
    voices = Counter(one.voice for one in replies())
    assert len(voices) >= 10
    assert len(replies()) >= 4000
    assert min(voices.values()) >= 250


def test_every_act_stands_in_every_voice_beside_good_and_bad_conduct() -> None:
    for voice in {one.voice for one in replies()}:
        own = [one for one in replies() if one.voice == voice]
        counts = Counter(act for one in own for act in one.acts)
        assert min(counts[act] for act in ACTS) >= 8, voice
        conduct = Counter(one.conduct for one in own)
        assert min(conduct.values()) >= 0.1 * len(own), voice


def test_harm_stands_beside_good_acts_and_some_replies_hold_none() -> None:
    mixed = [one for one in replies() if one.acts & HARM and one.acts - HARM]
    assert len(mixed) >= 400
    assert sum(not one.acts for one in replies()) >= 100


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[offer]", "[offers]", r"plain.yaml, reply 1: .*'offers'"),
        ("[fact]", "[facts]", "plain.yaml, reply 1: "),
        ("conduct: good", "conduct: fine", "plain.yaml, reply 1: "),
        ("    kind: plain\n", "", "plain.yaml, reply 1: "),
        ("voice: plain", "voice: other", "plain.yaml: expected `voice: plain`"),
        ("replies:", "replies: [", "plain.yaml: not YAML"),
        ("setting: bakery", "setting: ''", "plain.yaml, reply 1: "),
    ],
)
def test_what_is_wrong_is_told_with_file_and_reply(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    (tmp_path / "plain.yaml").write_text(GOOD.replace(old, new))
    with pytest.raises(CorpusError, match=f"(?s){told}"):
        load_corpus(tmp_path)


def test_a_reply_said_twice_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no replies in"):
        load_corpus(tmp_path)
    (tmp_path / "plain.yaml").write_text(GOOD)
    assert load_corpus(tmp_path)[0].acts == {"apologise", "offer"}
    (tmp_path / "other.yaml").write_text(GOOD.replace("voice: plain", "voice: other"))
    with pytest.raises(CorpusError, match="is said already in other"):
        load_corpus(tmp_path)
