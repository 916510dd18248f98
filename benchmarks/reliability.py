"""Prints how reliable conversations make a rating, by how many there are: made-up people with known qualities.

`make reliability` writes it into docs/reliability.md. Each made-up person has true qualities, a way of writing that is
the same in all their conversations (the effect of the method), and a good or bad day in each. Every moment's true level
is drawn from them, then a reading of it with the stored doubt, then everything is scored as in a sitting.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from poise.content.check import load_library
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.rubric import LEVELS, Moment
from poise.content.scenario import Scenario
from poise.measurement import Reading, answer_graded, draw_person, score
from poise.roleplay.rating import Said, rate_moment
from poise.roleplay.understanding import Reader
from poise.sitting.evidence import apart, moment_item, prior_of

FloatArray = NDArray[np.float64]
HEAD = Path(__file__).with_name("reliability_page.md")
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
USABLE = (0.5, 0.6, 0.7, 0.8)
DRAWS = 400
LOW, HIGH = 5, 95


class Seen(NamedTuple):
    """A moment as it can be read: what is believed of each level when it is read as each, (5, 5), and unseen, (5,)."""

    believed: FloatArray
    unseen: FloatArray

    def read(self, level: int, rng: np.random.Generator) -> FloatArray:
        """Return the chances of the levels after a reading of a moment whose true level is known."""
        as_read = np.clip(np.linalg.solve(self.believed.T, self.unseen), 1e-6, None)
        chances = self.believed[:, level] * as_read
        return np.asarray(self.believed[rng.choice(LEVELS, p=chances / chances.sum())])


def see(case: Scenario, moment: Moment, rates: Mapping[str, float], library: Library) -> Seen:
    """Return how a moment may be read, by the library's beliefs on reading."""
    blank = Said(dict(rates))
    rating = rate_moment(case, moment, [blank], [], rates, library.beliefs, whole=True)
    words = any(atom in rates for atom in (name.rpartition(".")[2] for name in moment.scale.atoms))
    even = np.full((LEVELS, LEVELS), 0.05 / LEVELS) + 0.95 * np.eye(LEVELS)
    return Seen(np.asarray(library.beliefs.reading_confusion) if words else even, np.asarray(rating.base_rates))


def other_like(case: Scenario, number: int) -> Scenario:
    """Return a customer who is not shipped, with the moments of one who is; the first are the shipped ones."""
    return case if number == 0 else case.model_copy(update={"key": f"{case.key}_{number}"})


class Study(NamedTuple):
    """True qualities, and by count of conversations the estimates and their spread, in all and by own moments."""

    true: FloatArray
    whole: Mapping[int, tuple[FloatArray, FloatArray]]
    own: Mapping[int, tuple[FloatArray, FloatArray]]


def run(library: Library, number: int, seed: int) -> Study:
    """Let made-up people hold conversations in an order of their own, and score the first of them, then more."""
    rates = Reader.load().base_rates
    shipped = [case for case in library.scenarios if case.purpose == "assessment"]
    cases = [other_like(case, number) for number in range(-(-COUNTS[-1] // len(shipped))) for case in shipped]
    seen = {(case.key, one.key): see(case, one, rates, library) for case in cases for one in case.moments}
    starts = range(0, len(cases), len(shipped))
    true: list[list[float]] = []
    found: dict[tuple[int, bool], list[tuple[list[float], list[float]]]] = {}
    for person in range(number):
        rng = np.random.default_rng([seed, person])
        order = [cases[start + place] for start in starts for place in rng.permutation(len(shipped))]
        truth = draw_person(prior_of(library, tuple(case.key for case in order)), rng)
        true.append([truth[quality] for quality in QUALITIES])
        answers = [list(_answer(case, truth, seen, library, rng)) for case in order]
        for count in COUNTS:
            prior = prior_of(library, tuple(sorted(case.key for case in order[:count])))
            given = [one for answer in answers[:count] for one in answer]
            for alone in (False, True):
                posterior = score(apart(prior) if alone else prior, given)
                mean = [posterior.mean_of(quality) for quality in QUALITIES]
                spread = [posterior.sd_of(quality) for quality in QUALITIES]
                found.setdefault((count, alone), []).append((mean, spread))
    laid = {
        key: (np.array([one[0] for one in rows]), np.array([one[1] for one in rows])) for key, rows in found.items()
    }
    return Study(
        np.array(true), {count: laid[count, False] for count in COUNTS}, {count: laid[count, True] for count in COUNTS}
    )


def _answer(
    case: Scenario,
    truth: Mapping[str, float],
    seen: Mapping[tuple[str, str], Seen],
    library: Library,
    rng: np.random.Generator,
) -> Iterator[Reading]:
    for moment in case.moments:
        item = moment_item(case, moment.quality, moment.ease, library.beliefs)
        level = answer_graded(item, truth, rng)
        how = seen[case.key, moment.key]
        yield Reading(f"{case.key}/{moment.key}", item, tuple(how.read(level, rng)), tuple(how.unseen))


def reliability(true: FloatArray, estimated: FloatArray) -> FloatArray:
    """Return the squared correlation of estimates with the truth for each quality, (12,)."""
    return np.array([np.corrcoef(true[:, q], estimated[:, q])[0, 1] ** 2 for q in range(len(QUALITIES))])


def tell(study: Study, number: int) -> Iterator[str]:
    """Tell reliability by count of conversations, and how many a usable score needs."""
    rng = np.random.default_rng(1)
    yield "## By number of conversations"
    yield ""
    yield (
        "| conversations | reliability, median quality | 90 % interval | lowest | highest "
        "| by own moments only, median | posterior sd, median | in 80 % |"
    )
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    curves: dict[str, list[float]] = {"median": []}
    for count, (mean, spread) in study.whole.items():
        each = reliability(study.true, mean)
        drawn = [
            np.median(reliability(study.true[rows], mean[rows]))
            for rows in (rng.integers(0, number, number) for _ in range(DRAWS))
        ]
        low, high = np.percentile(drawn, [LOW, HIGH])
        own = np.median(reliability(study.true, study.own[count][0]))
        inside = np.mean(np.abs(study.true - mean) <= 1.2816 * spread)
        curves["median"].append(float(np.median(each)))
        for place, quality in enumerate(QUALITIES):
            curves.setdefault(quality, []).append(float(each[place]))
        yield (
            f"| {count} | {np.median(each):.2f} | {low:.2f}–{high:.2f} | {each.min():.2f} | {each.max():.2f} "
            f"| {own:.2f} | {np.median(spread):.2f} | {inside:.2f} |"
        )
    yield ""
    yield "## How many conversations a score needs"
    yield ""
    yield "| quality | " + " | ".join(f"for {goal}" for goal in USABLE) + f" | with {list(study.whole)[-1]} |"
    yield "|---|" + "--:|" * (len(USABLE) + 1)
    for name, curve in curves.items():
        needed = [tell_needed(list(study.whole), curve, goal) for goal in USABLE]
        yield f"| {name} | " + " | ".join(needed) + f" | {curve[-1]:.2f} |"


def tell_needed(counts: Sequence[int], curve: Sequence[float], goal: float) -> str:
    """Return the number of conversations at which a curve reaches a goal, between two counts by a straight line."""
    for place, reached in enumerate(curve):
        if reached >= goal:
            if place == 0:
                return f"{counts[0]}"
            share = (goal - curve[place - 1]) / (reached - curve[place - 1])
            return f"{int(np.ceil(counts[place - 1] + share * (counts[place] - counts[place - 1])))}"
    return f"over {counts[-1]}"


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="so many made-up people")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    library = load_library()
    cases = [case for case in library.scenarios if case.purpose == "assessment"]
    moments = sum(len(case.moments) for case in cases)
    beliefs = library.beliefs
    told = {"method": beliefs.customers.method_variance, "slope": beliefs.customers.discrimination}
    print(HEAD.read_text(encoding="utf-8").format(**told, conversation=beliefs.conversation_variance))
    print(
        f"{asked.number} made-up people, {len(cases)} customers with {moments} moments,"
        f" library {library.version}, seed {asked.seed}.\n"
    )
    for line in tell(run(library, asked.number, asked.seed), asked.number):
        print(line)


if __name__ == "__main__":
    main()
