"""Questions as a page lays them out: a sentence, the steps to choose from, and what was chosen so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from poise.sitting.decisions import InvalidAnswerError

LIKE_ME = ("not at all", "a little", "partly", "mostly", "exactly")
HOW_GOOD = ("very poor", "poor", "in between", "good", "very good")
HOW_WILLING = ("no", "rather not", "if needed", "yes", "gladly")
MOST, LEAST = "most", "least"
PREFIX = "answer_"
RANKED = 3


@dataclass(frozen=True)
class Choice:
    """One step to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One question with its steps; `missing` marks it where an answer was sent without it."""

    name: str
    text: str
    choices: tuple[Choice, ...]
    missing: bool = False
    hint: str = ""
    more: tuple[str, ...] = ()


def ask(
    key: str, text: str, labels: tuple[str, ...], given: QueryDict | None, hint: str = "", more: tuple[str, ...] = ()
) -> Asked:
    """Return a question on five steps, with what was chosen before."""
    name = PREFIX + key
    chosen = given.get(name, "") if given is not None else ""
    choices = tuple(Choice(str(value), label, chosen == str(value)) for value, label in enumerate(labels))
    missing = given is not None and not any(choice.chosen for choice in choices)
    return Asked(name, text, choices, missing, hint, more)


def read_categories(given: QueryDict) -> Mapping[str, int]:
    """Return the chosen steps by key; the decision says what is missing or strange among them."""
    return {name.removeprefix(PREFIX): _read_number(value) for name, value in given.items() if name.startswith(PREFIX)}


@dataclass(frozen=True)
class Card:
    """One sentence of a block, and whether it was chosen as most or least like the person."""

    number: int
    text: str
    is_most: bool
    is_least: bool


def lay_cards(texts: tuple[str, ...], given: QueryDict | None) -> tuple[Card, ...]:
    """Return the sentences of a block as cards."""
    most, least = (given.get(name, "") if given is not None else "" for name in (MOST, LEAST))
    return tuple(Card(number, text, most == str(number), least == str(number)) for number, text in enumerate(texts))


def read_order(given: QueryDict) -> tuple[int, ...]:
    """Return the sentences of a block from most to least like the person; raises InvalidAnswerError."""
    missing = [words for name, words in ((MOST, "most"), (LEAST, "least")) if not given.get(name)]
    if missing:
        raise InvalidAnswerError(f"Choose the sentence that is {' and the one that is '.join(missing)} like you.")
    most, least = _read_number(given[MOST]), _read_number(given[LEAST])
    if not {most, least} <= set(range(RANKED)):
        raise InvalidAnswerError("Choose among the three sentences of this page.")
    if most == least:
        raise InvalidAnswerError("The same sentence cannot be both most and least like you. Choose two different ones.")
    return (most, *(number for number in range(RANKED) if number not in (most, least)), least)


def _read_number(value: object) -> int:
    """Read a step; what is not one becomes a number that no question offers."""
    text = str(value)
    return int(text) if len(text) == 1 and text in "0123456789" else -1
