"""Prints what the believed slopes imply for figures that others have published: the check of the authors' priors.

Made-up people answer as the beliefs say, and the figures that studies report are computed from the answers: coefficient
alpha of a scale of statements and of a set of reactions, and how ratings agree over and within conversations.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from poise.content.check import load_library
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.rubric import Moment
from poise.content.scenario import Scenario
from poise.measurement import GradedItem, answer_graded, draw_person
from poise.sitting.evidence import moment_item, prior_of, rated_item, reaction_item
from poise.sitting.interviewing import answer_item

RATERS = ("ada", "ben")
INTERVIEWS = (
    (
        "raters",
        "two raters of one answer in an interview",
        "about .6 to .7 where questions and ratings are structured (Conway, Jako and Goodman 1995, 111 coefficients)",
    ),
    (
        "questions",
        "two answers on one quality, each by a rater of its own",
        ".45 is the square of the limit of .67 for highly structured interviews (Conway and others 1995)",
    ),
    ("qualities", "answers on two qualities, each by a rater of its own", ""),
    (
        "conversations",
        "two answers on a quality, and how one conversation showed it",
        "-.06 to .25 with questionnaires and superiors (Levine 2006); low too in Van Iddekinge and others 2004",
    ),
)
FloatArray = NDArray[np.float64]
SCALE = 9
REACTIONS = 30


def alpha(answers: FloatArray) -> float:
    """Return coefficient alpha of answers, (people, items)."""
    items = answers.shape[1]
    return float(items / (items - 1) * (1 - answers.var(axis=0, ddof=1).sum() / answers.sum(axis=1).var(ddof=1)))


def answer_all(items: Sequence[GradedItem], people: Sequence[dict[str, float]], seed: int) -> FloatArray:
    """Return the categories that people choose, (people, items)."""
    rng = np.random.default_rng(seed)
    return np.array([[answer_graded(item, one, rng) for item in items] for one in people], dtype=np.float64)


def keyed(answers: FloatArray, high: Sequence[bool]) -> FloatArray:
    """Turn answers to what speaks badly of a person around."""
    return np.where(np.asarray(high), answers, 4.0 - answers)


def of_statements(library: Library, people: Sequence[dict[str, float]]) -> float:
    """Return the mean alpha of nine statements of one quality, rated singly."""
    found = []
    for quality in QUALITIES:
        own = [one for one in library.statements if one.quality == quality][:SCALE]
        items = [rated_item(one, library.beliefs) for one in own]
        found.append(alpha(keyed(answer_all(items, people, 1), [one.pole == "high" for one in own])))
    return float(np.mean(found))


def of_reactions(library: Library, people: Sequence[dict[str, float]]) -> float:
    """Return alpha over thirty reactions of different qualities, as a situational judgement test is scored."""
    every = [reaction for situation in library.situations for reaction in situation.reactions][:REACTIONS]
    items = [reaction_item(one, library.beliefs) for one in every]
    return alpha(keyed(answer_all(items, people, 2), [one.pole == "high" for one in every]))


def of_conversations(library: Library, people: Sequence[dict[str, float]]) -> tuple[float, float]:
    """Return the mean correlations of the same quality over two conversations, and of different ones within one."""
    cases = [case for case in library.scenarios if case.purpose == "assessment" and len(case.probes) > 5][:6]  # noqa: PLR2004 - long ones
    scores = {case.key: _scores(case, library, people) for case in cases}
    same, within = [], []
    for place, one in enumerate(cases):
        for other in cases[place + 1 :]:
            both = set(scores[one.key]) & set(scores[other.key])
            same += [np.corrcoef(scores[one.key][q], scores[other.key][q])[0, 1] for q in both]
        own = list(scores[one.key].values())
        within += [np.corrcoef(own[i], own[j])[0, 1] for i in range(len(own)) for j in range(i)]
    return float(np.mean(same)), float(np.mean(within))


def _scores(case: Scenario, library: Library, people: Sequence[dict[str, float]]) -> dict[str, FloatArray]:
    """Return the mean level of each quality in one conversation, as a careful rater would give it."""
    moments: dict[str, list[Moment]] = {}
    for moment in case.moments:
        moments.setdefault(moment.quality, []).append(moment)
    return {
        quality: answer_all(
            [moment_item(case, quality, one.ease, library.beliefs) for one in own], people, len(case.key)
        ).mean(axis=1)
        for quality, own in moments.items()
    }


def of_interviews(library: Library, people: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return how ratings of interviews agree: over raters, questions and qualities, and with a conversation.

    One quality is asked about with two questions and another with one; two people rate all answers.
    """
    belief = library.beliefs.interview
    if belief is None:
        return {}
    rng = np.random.default_rng(6)
    asked = (("composure", "q1"), ("composure", "q2"), ("judgement", "q3"))
    effects = {"interview": belief.method_variance, **{f"answer:{q}": belief.answer_variance for _, q in asked}}
    effects |= {f"rater:{rater}": belief.severity_variance for rater in RATERS}
    # One rater sees many people: severity is drawn for each person, as if each had raters of their own.
    heard = [one | {name: rng.normal(0.0, variance**0.5) for name, variance in effects.items()} for one in people]
    levels = {
        rater: answer_all([answer_item(q, quality, rater, belief) for quality, q in asked], heard, place)
        for place, rater in enumerate(RATERS)
    }
    ada, ben = (levels[rater] for rater in RATERS)
    talk = _scores(library.find(Scenario, "late_lamp"), library, people)["composure"]
    return {
        "raters": float(np.corrcoef(ada[:, 0], ben[:, 0])[0, 1]),
        "questions": float(np.corrcoef(ada[:, 0], ben[:, 1])[0, 1]),
        "qualities": float(np.corrcoef(ada[:, 0], ben[:, 2])[0, 1]),
        "conversations": float(np.corrcoef(ada[:, :2].mean(axis=1), talk)[0, 1]),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000, help="so many made-up people")
    asked = parser.parse_args()
    library = load_library()
    rng = np.random.default_rng(5)
    prior = prior_of(library, tuple(sorted(case.key for case in library.scenarios)))
    people = [dict(draw_person(prior, rng)) for _ in range(asked.number)]
    same, within = of_conversations(library, people)
    print("| figure | implied by the beliefs | published |")
    print("|---|--:|---|")
    print(
        f"| alpha of {SCALE} statements on one quality, rated singly | {of_statements(library, people):.2f} |"
        " mostly .75 to .90 for scales of eight to ten items (John and Srivastava 1999) |"
    )
    print(
        f"| alpha of {REACTIONS} reactions to situations, all qualities | {of_reactions(library, people):.2f} |"
        " means of reviews: .46 (Catano and others 2012, 56 coefficients) to .68 |"
    )
    print(
        f"| the same quality in two conversations, rated without error | {same:.2f} |"
        " over exercises of assessment centres: .30 (Cahoon and others 2012), .34 (Woehr and Arthur 2003) |"
    )
    print(
        f"| different qualities within one conversation | {within:.2f} |"
        " within exercises: .39 (Cahoon and others 2012), .55 (Woehr and Arthur 2003) |"
    )
    found = of_interviews(library, people)
    for name, what, published in INTERVIEWS:
        print(f"| {what} | {found[name]:.2f} | {published} |")


if __name__ == "__main__":
    main()
