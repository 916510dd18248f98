"""Prints whether scripted representatives come out in the order they should, and what moves a rating that should not.

`make order` writes it into docs/representatives.md. On one core it takes some minutes the first time; readings are
kept, so that it is quick when only rubrics, weights or policies changed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev, pvariance

import numpy as np
from readings import RememberingReader

from poise.content.act import ACTS
from poise.content.check import load_library
from poise.content.library import STARTER, Library
from poise.content.manner import Appraisal
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.measurement import Reading, score
from poise.roleplay.representatives import Representative, load_representatives, play, replay
from poise.roleplay.representatives import proof as p
from poise.roleplay.representatives.disturbing import DISTURBANCES, disturb
from poise.roleplay.representatives.playing import Act, script_of
from poise.sitting.evidence import moment_item, prior_of

WORDINGS = (0, 1, 2)
SEEDS = (0, 1, 2)
SHAKES, SHARE = 200, 0.30
HALF = 0.5
EVERY = 13
MOST_DISTURBED, MOST_RESEEDED = 300, 60
HEAD = Path(__file__).with_name("representatives_page.md")
Table = Iterator[str]


class Study:
    """Everybody serving everybody, played once."""

    def __init__(
        self, library: Library, everyone: Sequence[Representative], reader: RememberingReader, wordings: Sequence[int]
    ) -> None:
        self.library, self.everyone, self.reader = library, everyone, reader
        self.rates = p.Rates(reader.base_rates, library.beliefs)
        self.keys = [one.key for one in everyone]
        self.cases = library.scenarios
        self.served: list[p.Served] = []
        for one in everyone:
            self.served += [self.serve(one, case, wording) for case in self.cases for wording in wordings]
            reader.keep()
        self.unpleasable = [case.key for case in self.cases if not self._anybody_pleased(case)]

    def serve(self, one: Representative, case: Scenario, wording: int, seed: int | None = None) -> p.Served:
        """Let one representative serve one customer, who has the seed of the wording unless another is given."""
        library, seed = self.library, wording if seed is None else seed
        talk = play(one, case, self.reader, library.appraisal, library.voice, wording=wording, seed=seed)
        return p.serve(one.key, wording, talk, self.rates)

    def again(self, one: p.Served, script: Sequence[Act], seed: int) -> p.Served:
        """Say and do the same to a customer with another seed, or something else to the same customer."""
        library, case = self.library, one.conversation.scenario
        talk = replay(script, case, self.reader, library.appraisal, library.voice, seed)
        return p.serve(one.representative, one.wording, talk, self.rates)

    def of(self, representative: str, case: str | None = None) -> list[p.Served]:
        """Return the conversations of a representative, in one case or in all."""
        return [s for s in self.served if s.representative == representative and case in {None, s.scenario}]

    def mean(self, value: Callable[[p.Served], float], case: str | None = None) -> dict[str, float]:
        """Return the mean of a figure for each representative."""
        return {key: fmean(value(one) for one in self.of(key, case)) for key in self.keys}

    def qualities(self, key: str, *, levels: bool = False) -> dict[str, float]:
        """Return each quality's mean expected level (or likeliest level) over all moments of a representative."""
        ratings = [rating for one in self.of(key) for rating, _ in one.ratings]
        return p.mean_by_quality(ratings, (lambda one: float(one.line.level)) if levels else p.expected_level)

    def _anybody_pleased(self, case: Scenario) -> bool:
        return any(one.conversation.outcome == "pleased" for one in self.served if one.scenario == case.key)


def posteriors(study: Study, key: str) -> float:
    """Return the mean posterior of the twelve qualities, from everything that one representative did."""
    library = study.library
    answers = []
    for number, one in enumerate(study.of(key)):
        case = one.conversation.scenario
        for rating, _ in one.ratings:
            item = moment_item(case, rating.moment.quality, rating.moment.ease, library.beliefs)
            name = f"{number}/{rating.moment.key}"
            answers.append(Reading(name, item, rating.probabilities, rating.base_rates))
    found = score(prior_of(library, tuple(sorted(case.key for case in study.cases))), answers)
    return fmean(float(found.mean[found.position(quality)]) for quality in QUALITIES)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Lay out a table in Markdown."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join("---" if number == 0 else "--:" for number in range(len(heads))) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""


def tell_broken(values: Mapping[str, float], tie: float) -> str:
    """Say which pairs stand the wrong way round."""
    wrong = p.broken(values, tie)
    whole = len(p.pairs_in_order(list(values)))
    named = ", ".join(f"{worse} above {better}" for better, worse in wrong)
    return f"{whole - len(wrong)} of {whole} pairs" + (f"; {named}" if wrong else "")


def tell_order(study: Study) -> Table:
    """Tell rating, posterior and would-return of everybody, and whether the order holds."""
    yield "## The order"
    yield ""
    rating, back = study.mean(lambda one: one.rating), study.mean(lambda one: one.would_return)
    theta = {key: posteriors(study, key) for key in study.keys}
    heads = ["representative", "rating", "posterior", "would return"]
    heads += [f"{kind}, {case.key}" for case in study.cases for kind in ("rating", "return")]
    by_case = {
        case.key: (study.mean(lambda one: one.rating, case.key), study.mean(lambda one: one.would_return, case.key))
        for case in study.cases
    }
    rows = []
    for key in study.keys:
        cells = [cell for one, two in by_case.values() for cell in (f"{one[key]:.2f}", f"{two[key]:.0f}")]
        rows.append([key, f"{rating[key]:.2f}", f"{theta[key]:.2f}", f"{back[key]:.0f}", *cells])
    yield from table(heads, rows)
    rows = [["all cases", tell_broken(rating, p.TIE_OF_RATING), tell_broken(back, p.TIE_OF_RETURN)]]
    rows += [["posterior", tell_broken(theta, p.TIE_OF_RATING), ""]]
    for case, (one, two) in by_case.items():
        told = "nobody pleases this customer" if case in study.unpleasable else tell_broken(two, p.TIE_OF_RETURN)
        rows.append([case, tell_broken(one, p.TIE_OF_RATING), told])
    yield from table(["where", "order by rating", "order by would-return"], rows)


def tell_qualities(study: Study) -> Table:
    """Tell what each representative loses and keeps."""
    yield "## Lost and untouched"
    yield ""
    means = {key: study.qualities(key) for key in study.keys}
    levels = {key: study.qualities(key, levels=True) for key in study.keys}
    spread = {q: pstdev(one.by_quality[q] for one in study.served if q in one.by_quality) for q in means[study.keys[0]]}
    shown = [quality for quality in QUALITIES if quality in spread]
    yield "Expected level of each quality over all cases; the three lowest in bold."
    yield ""
    rows = []
    for key in study.keys:
        low = p.lowest(means[key])
        rows.append([key, *(f"**{means[key][q]:.2f}**" if q in low else f"{means[key][q]:.2f}" for q in shown)])
    rows.append(["spread", *(f"{spread[q]:.2f}" for q in shown)])
    yield from table(["", *shown], rows)
    yield "The level of the likeliest line of the rubric, 0 to 4."
    yield ""
    yield from table(["", *shown], [[key, *(f"{levels[key][q]:.1f}" for q in shown)] for key in study.keys])
    yard = means[p.YARDSTICK]
    rows = []
    for one in study.everyone:
        ordered = sorted(means[one.key], key=means[one.key].__getitem__)
        missed = [f"{q} (place {ordered.index(q) + 1})" for q in one.loses if q not in p.lowest(means[one.key])]
        hurt = [
            f"{q} ({(means[one.key][q] - yard[q]) / spread[q]:+.1f} spreads)"
            for q in one.keeps
            if means[one.key][q] < yard[q] - HALF * spread[q]
        ]
        lost, kept = len(one.loses) - len(missed), len(one.keeps) - len(hurt)
        told = [f"{lost} of {len(one.loses)}", ", ".join(missed), f"{kept} of {len(one.keeps)}", ", ".join(hurt)]
        rows.append([one.key, *told])
    yield from table(["representative", "lost as meant", "not among the lowest", "kept", "not kept"], rows)
    for key in ("saint", "decent_non_native"):
        under = [f"{q} {levels[key][q]:.1f}" for q in shown if levels[key][q] < 3.0]  # noqa: PLR2004
        yield f"- {key}: below 3 of 4: {', '.join(under) or 'nothing'}"
    terse = {q: levels[p.YARDSTICK][q] for q in ("courtesy", "goodwill")}
    yield f"- decent_terse: courtesy {terse['courtesy']:.1f}, goodwill {terse['goodwill']:.1f} (not below 2)"
    plain = {q: levels["mediocre"][q] for q in ("attentiveness", "flexibility")}
    told = f"attentiveness {plain['attentiveness']:.1f}, flexibility {plain['flexibility']:.1f}"
    yield f"- mediocre: {told} (around 1.5)"
    for key in p.GAMERS:
        gained = [q for q in shown if means[key][q] > yard[q]]
        above = [f"{one.scenario}/{one.wording}" for one in study.of(key) if one.rating >= _yard(study, one)]
        told = f"qualities above decent_terse: {', '.join(gained) or 'none'}"
        yield f"- {key}: {told}; conversations rated above it: {', '.join(above) or 'none'}"
    yield ""


def _yard(study: Study, one: p.Served) -> float:
    same = [other for other in study.of(p.YARDSTICK, one.scenario) if other.wording == one.wording]
    return same[0].rating


def tell_control(study: Study) -> Table:
    """Tell what happens to the order when one act means its opposite."""
    yield "## Control: one act means its opposite"
    yield ""
    yield "At least one act must break the order, or the order would rest on nothing. The table counts, for one"
    yield "wording, the pairs that stand the wrong way round when an act is read as its absence, and when its weight"
    yield "changes its sign."
    yield ""
    rows = []
    first = [one for one in study.served if one.wording == WORDINGS[0]]
    for act in ACTS:
        rated = {
            key: fmean(_flipped_rating(study, one, act) for one in first if one.representative == key)
            for key in study.keys
        }
        turned = p.turn_weight(study.library.appraisal, act) if act in study.library.appraisal.acts else None
        back = "" if turned is None else len(p.broken(_returns(study, turned, first), p.TIE_OF_RETURN))
        rows.append([act, len(p.broken(rated, p.TIE_OF_RATING)), back])
    rows.sort(key=lambda row: -int(row[1]))
    yield from table(["act", "pairs broken by rating", "by would-return"], rows)


def _flipped_rating(study: Study, one: p.Served, act: str) -> float:
    return fmean(p.mean_by_quality(p.rate_opposite(one, act, study.rates), p.expected_level).values())


def _returns(study: Study, appraisal: Appraisal, served: Sequence[p.Served]) -> dict[str, float]:
    """Return everybody's mean would-return when the same replies meet customers moved by other weights."""
    found: dict[str, list[int]] = {}
    for one in served:
        if one.scenario not in study.unpleasable:
            back = p.feel_again(one.conversation, appraisal, study.library.voice)
            found.setdefault(one.representative, []).append(back)
    return {key: fmean(values) for key, values in found.items()}


def tell_shaken(study: Study) -> Table:
    """Tell whether the order by would-return survives other weights."""
    yield "## All weights shaken"
    yield ""
    rng = np.random.default_rng(4)
    counts: dict[tuple[str, str], int] = {}
    held = 0
    for number in range(SHAKES):
        shaken = p.shake(study.library.appraisal, rng, SHARE)
        served = [one for one in study.served if one.wording == WORDINGS[number % len(WORDINGS)]]
        wrong = p.broken(_returns(study, shaken, served), p.TIE_OF_RETURN)
        held += not wrong
        for pair in wrong:
            counts[pair] = counts.get(pair, 0) + 1
    yield f"Each weight was changed by up to {SHARE:.0%}; the order by would-return held in {held} of {SHAKES} times."
    yield ""
    if counts:
        rows = [[f"{worse} above {better}", times] for (better, worse), times in sorted(counts.items())]
        yield from table(["pair", "times"], rows)


def tell_wording(study: Study) -> Table:
    """Tell how much of the variance of ratings is the customer's wording, and the representative's own."""
    yield "## Another seed"
    yield ""
    yield "Goal: at most 2 % for the customer's wording."
    yield ""
    total = pvariance([one.rating for one in study.served])
    first = [one for one in study.served if one.wording == WORDINGS[0]]
    same, free = [], []
    known = {one.key: one for one in study.everyone}
    for one in first[:: max(1, len(first) // MOST_RESEEDED)]:
        script = script_of(one.conversation)
        same.append(pvariance([study.again(one, script, seed).rating for seed in SEEDS]))
        case = one.conversation.scenario
        free.append(pvariance([study.serve(known[one.representative], case, 0, seed).rating for seed in SEEDS]))
    own = [pvariance([o.rating for o in study.of(key, case.key)]) for key in study.keys for case in study.cases]
    rows = [
        ["the same replies to customers with other wording", f"{fmean(same) / total:.1%}"],
        ["the same representative, who answers what this customer says", f"{fmean(free) / total:.1%}"],
        ["the same representative with other wording of their own", f"{fmean(own) / total:.1%}"],
    ]
    yield from table(["what differs", "share of the variance of all ratings"], rows)


def tell_disturbed(study: Study) -> Table:
    """Tell how many replies change a rating's category by changes that change nothing."""
    yield "## Changes that should change nothing"
    yield ""
    yield "Goal: at most 5 % of replies. One reply at a time is changed; its moments and those of the whole count."
    yield ""
    replies = [(one, number) for one in study.served for number in range(1, len(one.conversation.turns) + 1)]
    replies = replies[:: max(1, len(replies) // MOST_DISTURBED)]
    rows = []
    for how in DISTURBANCES:
        steps = []
        for one, number in replies:
            words = one.conversation.turns[number - 1].words
            changed = disturb(words, how)
            if changed != words:
                steps.append(_difference(study, one, number, changed))
        rows.append(_tell_steps(how, steps, sum(bool(step) for step in steps)))
    yield from table(["change", "replies", "replies with another category", "moments up", "moments down"], rows)
    copies = [(one, number, one.conversation.turns[number - 2].words) for one, number in replies if number > 1]
    steps = [_difference(study, one, number, words) for one, number, words in copies]
    rows = [_tell_steps("the reply before, once more", steps, sum(any(up > 0 for up in step) for step in steps))]
    yield from table(["change", "replies", "replies that gained a category", "moments up", "moments down"], rows)


def _tell_steps(how: str, steps: Sequence[Sequence[int]], replies: int) -> list[object]:
    every = [step for one in steps for step in one]
    share = f"{replies / max(len(steps), 1):.1%}"
    return [how, len(steps), share, sum(step > 0 for step in every), sum(step < 0 for step in every)]


def _difference(study: Study, one: p.Served, number: int, words: str) -> list[int]:
    """Return the steps by which categories change, of this reply's moments and the whole's, with other words in it."""
    script = list(script_of(one.conversation))
    script[number - 1] = Act(script[number - 1].desk, words)
    other = study.again(one, script, one.conversation.seed)
    old = {(rating.moment.key, place): p.likeliest_level(rating) for rating, place in one.ratings}
    new = {(rating.moment.key, place): p.likeliest_level(rating) for rating, place in other.ratings}
    steps = [new[key] - old[key] for key in old if key[1] in {0, number} and key in new]
    return [step for step in steps if step]


def tell_keyed(study: Study) -> Table:
    """Tell whether an act that is flipped in one reply moves only the moments that rest on it."""
    yield "## One act flipped"
    yield ""
    tried = moved = strange = 0
    for one in study.served[::EVERY]:
        talk = one.conversation
        for number in range(1, len(talk.turns) + 1):
            for act in ACTS:
                said = list(talk.said)
                said[number - 1] = p.flip_act([said[number - 1]], act)[0]
                for (old, place), (new, _) in zip(one.ratings, p.rate_flipped(talk, said, study.rates), strict=True):
                    tried += 1
                    if old.probabilities != new.probabilities:
                        moved += 1
                        strange += not p.rests_on(old.moment, act, number, place)
    yield f"Of {tried:,} times that an act was flipped in a reply and a moment rated, {moved:,} ratings moved."
    yield f"Of those {strange} do not rest on that act in that reply."
    yield ""


PARTS: dict[str, Callable[[Study], Table]] = {
    "order": tell_order,
    "qualities": tell_qualities,
    "control": tell_control,
    "shaken": tell_shaken,
    "wording": tell_wording,
    "disturbed": tell_disturbed,
    "keyed": tell_keyed,
}


def main() -> None:
    """Print the parts that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of: {', '.join(PARTS)}; all if none are named")
    parser.add_argument("--library", type=Path, default=STARTER, help="another library than the one that is shipped")
    parser.add_argument("--only", default="", help="keys of a few representatives, with commas between")
    parser.add_argument("--wordings", type=int, default=len(WORDINGS), help="how many wordings of each")
    parser.add_argument("--forget", action="store_true", help="keep no readings between runs")
    asked = parser.parse_args()
    if strange := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(strange)}; there are {', '.join(PARTS)}")
    started = time.perf_counter()
    reader = RememberingReader(None) if asked.forget else RememberingReader()
    few = asked.only.split(",") if asked.only else []
    everyone = [one for one in load_representatives() if not few or one.key in few]
    study = Study(load_library(asked.library), everyone, reader, WORDINGS[: asked.wordings])
    print(HEAD.read_text(), end="")
    told = f"{len(study.keys)} representatives, {len(study.cases)} cases, {asked.wordings} wordings"
    print(f"\nReader {reader.version}; {len(study.served)} conversations: {told}.\n")
    for part in asked.parts or PARTS:
        print("\n".join(PARTS[part](study)), flush=True)
        print(f"{part}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        reader.keep()


if __name__ == "__main__":
    main()
