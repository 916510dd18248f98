"""Made-up conversations and a reader that hears what it is told to, for the tests of transcripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poise.content.act import ACTS, HEARD
from poise.roleplay.transcripts.reviewing import Reviewer, load_rubric, load_weights
from poise.roleplay.transcripts.transcript import Transcript

CASE: dict[str, Any] = {
    "title": "A lamp with the wrong shade",
    "facts": ["The shade was swapped in our warehouse on 3 May.", "The lamp cost 90 pounds."],
    "policy": ["A wrong part is replaced free of charge.", "Cash is never paid."],
    "remedies": [
        {"key": "courier", "text": "The right shade by courier", "value_to_customer": 80, "cost": 12, "allowed": True},
        {"key": "post", "text": "Send a shade by ordinary mail", "value_to_customer": 30, "cost": 9, "allowed": True},
        {"key": "cash", "text": "Pay out the price in cash", "value_to_customer": 90, "cost": 90, "allowed": False},
        {
            "key": "voucher",
            "text": "A voucher for fifty pounds",
            "value_to_customer": 60,
            "cost": 50,
            "allowed": "needs approval",
        },
    ],
    "hidden": ["It is a birthday present for Sunday."],
    "customer": "Ida, 50",
}


@dataclass(frozen=True)
class Told:
    """A reading that was written down before."""

    acts: tuple[tuple[str, float], ...]
    legible: bool
    sentences: tuple[tuple[int, int], ...]
    telling: tuple[tuple[str, int], ...] = ()


def read(text: str, topics: Sequence[str], customer: str) -> Told:
    """Read acts that stand in the text by their keys in square brackets, as in "Sure. [offer ask]"."""
    del topics, customer
    named = set(text[text.index("[") + 1 : text.index("]")].split()) if "[" in text else set()
    acts = tuple((act, 0.95 if act in named else 0.02) for act in ACTS)
    return Told(acts, "~" not in text, ((0, len(text)),), tuple((act, 0) for act in sorted(named)))


class Ears:
    """Hears the customer's acts the same way."""

    def listen(self, text: str) -> Mapping[str, float]:
        named = set(text[text.index("[") + 1 : text.index("]")].split()) if "[" in text else set()
        return {act: 0.95 if act in named else 0.02 for act in HEARD}


def transcript(*turns: tuple[str, Any], case: dict[str, Any] | None = None, desk: bool = True) -> Transcript:
    """Make a transcript of (customer's words, reply) pairs; a reply may be (words, desk actions)."""
    told: list[dict[str, Any]] = []
    for words, reply in turns:
        said, deeds = reply if isinstance(reply, tuple) else (reply, [])
        told += [{"who": "customer", "text": words}, {"who": "rep", "text": said}]
        if desk:
            told[-1]["desk"] = [dict(zip(("do", "what"), deed, strict=True)) for deed in deeds]
    return Transcript.model_validate({"id": "a", "case": CASE if case is None else case, "turns": told})


def reviewer() -> Reviewer:
    """Return a reviewer with the shipped kinds and weights and these ears."""
    return Reviewer(load_rubric(), load_weights(), read, Ears())


GOOD = (
    (
        "It is the wrong shade! [accusation]",
        ("Ours was wrong, sorry. What is it for? [own ask apologise]", [("look_up", "order")]),
    ),
    (
        "It is a birthday present for Sunday. [fact]",
        ("Then courier. [offer acknowledge commit]", [("read_policy", ""), ("offer", "courier")]),
    ),
    ("You idiots. I want cash. [insult demand]", "I cannot pay cash; the shade comes Saturday. [refuse explain offer]"),
    ("Fine. Thanks. [thanks]", "Ring me if anything is wrong. [close courtesy]"),
)
POOR = (
    ("It is the wrong shade! [accusation]", "You should have looked. [blame_customer argue]"),
    ("It is a birthday present for Sunday. [fact]", "So what? [dismiss insult]"),
    (
        "You idiots. I want cash. [insult demand]",
        ("Fine, have it in cash. [take_offence overpromise]", [("offer", "cash")]),
    ),
    ("Really? [question]", "Next, please. [hurry insult]"),
)
