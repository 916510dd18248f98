"""What is said of the lines that ask for one answer by name: how many were answered as asked, and nothing more."""

from dataclasses import dataclass
from typing import Literal

from poise.content.library import Library
from poise.content.statement import AttentionCheck
from poise.sitting.state import State

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WHO = {"self": "You", "hirer": "The candidate"}
NO_JUDGEMENT = {
    "self": (
        "This is no judgement of you and enters no score: such a line is easily missed. Nothing follows from it by"
        " itself. If it is looked at, a person looks at it."
    ),
    "hirer": (
        "This is no judgement of the candidate and enters no score: such a line is easily missed. Nothing follows from"
        " it by itself. A person looks at it, and asks the candidate before thinking anything of it."
    ),
}


@dataclass(frozen=True)
class AttentionView:
    """How many lines that ask for one answer by name were answered, and how many of them as asked."""

    answered: int
    as_asked: int


def view_attention(state: State, library: Library) -> AttentionView | None:
    """Return how these lines were answered; None where none was."""
    if not state.attention:
        return None
    as_asked = sum(library.find(AttentionCheck, key).answer == step for key, step in state.attention.items())
    return AttentionView(len(state.attention), as_asked)


def say_attention(view: AttentionView, reader: Literal["self", "hirer"]) -> tuple[str, str]:
    """Say how many of how many were answered as asked, and what does not follow from it."""
    lines = "one line" if view.answered == 1 else f"{_word(view.answered)} lines"
    asks = "asks" if view.answered == 1 else "ask"
    if view.answered == 1:
        count = "answered it as asked" if view.as_asked else "gave it another answer"
    else:
        part = "all" if view.as_asked == view.answered else f"{_word(view.as_asked)} of the"
        count = f"answered {part} {_word(view.answered)} as asked"
    told = f"Among the sentences to be rated stood {lines} that {asks} for one answer by name. {WHO[reader]} {count}."
    return told, NO_JUDGEMENT[reader]


def _word(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
