"""Answers in an interview as people rated them: what each rating says, and of whom.

Many facets lie in one rating: the quality, how this person does in interviews, this very answer, and how mild the
rater is. Two who rate one answer share the answer, so the second tells less than the first.
"""

from collections.abc import Iterator

from poise.content.library import Library
from poise.content.quality import KindOfInterview
from poise.measurement import Graded, GradedItem
from poise.sitting import events as e
from poise.sitting.state import State

METHOD = "interview"


def answer_item(question: str, quality: str, rater: str, belief: KindOfInterview) -> GradedItem:
    """Return the item of one rating: the quality, interviews as such, this answer, and the rater's mildness."""
    slope = belief.discrimination
    latents = (quality, METHOD, _name_answer(question), _name_rater(rater))
    return GradedItem(tuple((latent, slope) for latent in latents), belief.steps)


def standing_ratings(state: State) -> tuple[e.InterviewRated, ...]:
    """Return the rating that stands of each question by each rater: the last one; in the order of their names."""
    return tuple(given[-1] for _, given in sorted(state.interview.items()))


def interview_effects(state: State, library: Library) -> dict[str, float]:
    """Return the latents that the ratings of an interview bring with them, with their variances; none without ratings.

    Where the library does not say how interviews count, they say nothing.
    """
    belief, ratings = library.beliefs.interview, standing_ratings(state)
    if belief is None or not ratings:
        return {}
    answers = {_name_answer(one.question): belief.answer_variance for one in ratings}
    raters = {_name_rater(one.rater): belief.severity_variance for one in ratings}
    return {METHOD: belief.method_variance, **answers, **raters}


def rated_answers(state: State, library: Library) -> Iterator[tuple[e.InterviewRated, Graded]]:
    """Return what each rating that stands says."""
    belief = library.beliefs.interview
    if belief is None:
        return
    for one in standing_ratings(state):
        item = answer_item(one.question, one.quality, one.rater, belief)
        yield one, Graded(f"interview/{one.question}/{one.rater}", item, one.level)


def _name_answer(question: str) -> str:
    return f"answer:{question}"


def _name_rater(rater: str) -> str:
    return f"rater:{rater}"
