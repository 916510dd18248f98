"""Hearing a reply in its case: what it is about, what it opens, and whether it says anything new."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from poise.content.scenario import HiddenFact, PlainAnswer, Scenario
from poise.roleplay.rating import DeskStep, Said
from poise.roleplay.remedies import find_option

COPIED_AT = 0.8
ASKED_AT = 0.35
LEAST_WORDS_TO_COPY = 4
STOCK_AT = 0.5
"""From this share of its words on, a reply is mostly stock phrases."""
REFUSED_AT = 0.6
OFFERED_AT = 0.35
FOREIGN_WORDS, FOREIGN_LETTERS = 3, 6
TELLING_LETTERS = 4
NAMED_WORDS = 2
"""So many of its longer words name an offer or a promise."""
SPELT_OUT = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "n't": " not",
    "'m": " am",
    "'re": " are",
    "'ve": " have",
    "'ll": " will",
    "it's": "it is",
    "that's": "that is",
}


class ReadsReplies(Protocol):
    """What the customer needs of a reading."""

    @property
    def acts(self) -> tuple[tuple[str, float], ...]:
        """The chance of each act."""

    @property
    def legible(self) -> bool:
        """Whether the reply could be read at all."""


def hear(
    scenario: Scenario,
    text: str,
    reading: ReadsReplies,
    before: Sequence[Said],
    texts: Sequence[str],
    *,
    stock: Iterable[str] = (),
    desk: Sequence[DeskStep] = (),
    claims: tuple[str, ...] = (),
) -> Said:
    """Set a reply in its case: whether it is about it, copies an earlier one, or opens what was hidden.

    `texts` are the earlier replies, `stock` the stock phrases, `desk` what was done so far, and `claims` what the reply
    says that stands nowhere in the case.
    """
    acts = dict(reading.acts)
    words = words_of(text)
    spoken = " ".join(words)
    asks = reading.legible and acts.get("ask", 0.0) >= ASKED_AT
    told = {key for one in before for key in one.told}
    hidden = [fact for fact in scenario.hidden if fact.key not in told]
    touched = len(_touched(spoken, scenario.topics))
    return Said(
        acts=acts,
        legible=reading.legible,
        on_topic=touched > 0,
        copied=any(_alike(words, words_of(earlier)) for earlier in texts),
        told=opened_by(spoken, hidden) if asks else (),
        answered=opened_by(spoken, scenario.answers) if asks else (),
        touched=touched,
        stock=is_mostly_stock(text, stock),
        claims=claims if reading.legible else (),
        takes_back=reading.legible and _takes_back(scenario, words, acts, desk, len(before) + 1),
        foreign=not reading.legible and is_foreign(text),
    )


def is_foreign(text: str) -> bool:
    """Say whether words that cannot be read look like those of another language, and not like keys that were hit."""
    words = re.findall(r"[^\W\d_]{2,}", text.casefold())
    spoken = [word for word in words if not word.isascii() or set(word) & set("aeiouy")]
    strange = sum(letter.isalpha() and not letter.isascii() for letter in text)
    return len(spoken) >= FOREIGN_WORDS or strange >= FOREIGN_LETTERS


def is_mostly_stock(text: str, stock: Iterable[str]) -> bool:
    """Say whether at least half of the words stand in phrases that fit every customer of every company."""
    words = _plain_words(text)
    phrases = _by_first_word(tuple(stock))
    covered = [False] * len(words)
    for start, word in enumerate(words):
        for wanted in phrases.get(word, ()):
            if tuple(words[start : start + len(wanted)]) == wanted:
                covered[start : start + len(wanted)] = [True] * len(wanted)
    return bool(words) and sum(covered) >= STOCK_AT * len(words)


@lru_cache(maxsize=8)
def _by_first_word(stock: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in stock:
        wanted = tuple(_plain_words(phrase))
        phrases.setdefault(wanted[0] if wanted else "", []).append(wanted)
    return phrases


def opened_by(spoken: str, entries: Iterable[HiddenFact | PlainAnswer]) -> tuple[str, ...]:
    """Return the key of the first entry whose phrases the question holds."""
    fitting = (one.key for one in entries if any(_mentions(spoken, phrase) for phrase in one.opened_by))
    return tuple(fitting)[:1]


def _touched(spoken: str, topics: Iterable[str]) -> set[str]:
    """Return the words of the case that are named, none inside another: `our note` holds `the note` no second time."""
    found = [(start, start + len(topic), topic) for topic in topics for start in _places(topic, spoken)]
    kept: set[str] = set()
    end = -1
    for start, stop, topic in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= end:
            kept.add(topic)
            end = stop
    return kept


def _takes_back(
    scenario: Scenario, words: Sequence[str], acts: dict[str, float], desk: Sequence[DeskStep], number: int
) -> bool:
    """Say whether a clear refusal, with no offer beside it, names what was offered or promised in an earlier reply."""
    if acts.get("refuse", 0.0) < REFUSED_AT or max(acts.get("offer", 0.0), acts.get("commit", 0.0)) >= OFFERED_AT:
        return False
    if any(step.reply == number and step.do in {"offer", "promise"} for step in desk):
        return False
    pledges = {pledge.key: pledge.label for pledge in scenario.pledges}
    labels = [find_option(scenario, step.what).label for step in desk if step.do == "offer" and step.reply < number]
    labels += [pledges[step.what] for step in desk if step.do == "promise" and step.reply < number]
    said = set(words)
    return any(
        len({word for word in words_of(label) if len(word) >= TELLING_LETTERS} & said) >= NAMED_WORDS
        for label in labels
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, with nothing between them."""
    return re.findall(r"[\w']+", text.casefold())


def _plain_words(text: str) -> list[str]:
    spelt = text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for short, long in SPELT_OUT.items():
        spelt = spelt.replace(short, long)
    return re.findall(r"\w+", spelt)


def _places(phrase: str, spoken: str) -> Iterator[int]:
    """Return where a phrase begins among the words, never within one."""
    phrase = phrase.casefold()
    start = spoken.find(phrase)
    while start >= 0:
        if start == 0 or spoken[start - 1] in " '":
            yield start
        start = spoken.find(phrase, start + 1)


def _mentions(spoken: str, phrase: str) -> bool:
    """Say whether a phrase stands in the words, also with an ending such as a plural's."""
    return any(True for _ in _places(phrase, spoken))


def _alike(words: list[str], others: list[str]) -> bool:
    """Say whether a reply is nearly the same as an earlier one, by the pairs of words they share."""
    if min(len(words), len(others)) < LEAST_WORDS_TO_COPY:
        return words == others and bool(words)
    pairs, other_pairs = set(pairwise(words)), set(pairwise(others))
    return len(pairs & other_pairs) >= COPIED_AT * len(pairs | other_pairs)
