"""Who rates an interview: under a key that names nobody, and without having seen what others gave."""

from collections.abc import Iterable
from hashlib import sha256

from poise.jobfit.interview import GivenRating, GuideQuestion

DIGITS = 12


def rater_key(account: str) -> str:
    """Return the key under which an account rates; the same account always has the same."""
    return f"m-{sha256(account.encode()).hexdigest()[:DIGITS]}"


def own_rating(question: GuideQuestion, rater: str) -> GivenRating | None:
    """Return what a rater gave for an answer so far."""
    return next((one for one in question.given if one.rater == rater), None)


def shown_ratings(question: GuideQuestion, rater: str) -> tuple[GivenRating, ...]:
    """Return what others gave for an answer: nothing until this rater has rated it."""
    if own_rating(question, rater) is None:
        return ()
    return tuple(one for one in question.given if one.rater != rater)


def plain_reason(why: str) -> str:
    """Return why a question is asked without what was seen, so that nobody rates towards it."""
    return f"{why.partition(':')[0].rstrip('.')}."


def has_rated_all(questions: Iterable[GuideQuestion], rater: str) -> bool:
    """Say whether a rater has rated every answer."""
    return all(own_rating(question, rater) is not None for question in questions)
