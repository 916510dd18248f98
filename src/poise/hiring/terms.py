"""What an organisation owes its candidates in days: answers, and the deletion of what is stored."""

from collections.abc import Callable
from dataclasses import dataclass

from poise.hiring.refusal import RefusedError

LONGEST_ANSWER = 90
LONGEST_KEEPING = 3650


@dataclass(frozen=True)
class Terms:
    """Days until an answer is owed, and until words and whole sittings are deleted; whom candidates may write to."""

    answer_days: int
    words_days: int
    sitting_days: int
    contact: str
    needs_second_factor: bool


def check_terms(terms: Terms, is_address: Callable[[str], bool]) -> Terms:
    """Return the terms; raises RefusedError with everything that is wrong, field by field."""
    days = {
        "answer_days": (terms.answer_days, LONGEST_ANSWER),
        "words_days": (terms.words_days, LONGEST_KEEPING),
        "sitting_days": (terms.sitting_days, LONGEST_KEEPING),
    }
    problems = {
        field: f"This is {given:,}. Give a number of days from 1 to {most:,}."
        for field, (given, most) in days.items()
        if not 1 <= given <= most
    }
    if not problems and terms.sitting_days < terms.words_days:
        problems["sitting_days"] = "A sitting cannot go before its words. Give as many days as for the words, or more."
    if terms.contact and not is_address(terms.contact):
        problems["contact"] = "This is not an e-mail address. Write it as name@example.org, or leave it empty."
    if problems:
        raise RefusedError(problems)
    return terms
