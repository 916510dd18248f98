"""Asking the people who invited one for something: in one's own words, at any time, without a reason."""

from poise.sitting import events as e
from poise.sitting.contesting import LONGEST_WORDS
from poise.sitting.decisions import InvalidAnswerError, Written
from poise.sitting.journal import Change, Decide
from poise.sitting.state import State

MOST_REQUESTS = 20


def ask_for_help(written: Written, at: str) -> Decide:
    """The person asks for something; the same words again change nothing.

    Raises
    ------
    InvalidAnswerError
        There are no words, or too many, or the person has asked twenty times already.
    """
    words = written.words.strip()
    if not words:
        raise InvalidAnswerError("Write what you need. A few words are enough, and you need not say why.")
    if len(words) > LONGEST_WORDS:
        raise InvalidAnswerError(
            f"Your words have {len(words):,} characters; the limit is {LONGEST_WORDS:,}. Please shorten them."
        )

    def ask(state: State) -> Change:
        texts = written.recall()
        if any(texts.get(one.text) == words for one in state.help_asked):
            return Change()
        if len(state.help_asked) >= MOST_REQUESTS:
            raise InvalidAnswerError(
                f"You have asked {MOST_REQUESTS} times here. Please write to the people who invited you."
            )
        return Change((e.HelpAsked(at=at, text=written.key),), {written.key: words})

    return ask
