"""What moves ratings and customers, and what must not: turned acts, shaken weights, other seeds, disturbed replies."""

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, pvariance

import numpy as np
from served import WORDINGS, Study, Table, table

from poise.content.act import ACTS
from poise.content.manner import Appraisal
from poise.roleplay.representatives import proof as p
from poise.roleplay.representatives.disturbing import DISTURBANCES, disturb
from poise.roleplay.representatives.playing import Act, script_of

SEEDS = (0, 1, 2)
SHAKES, SHARE = 200, 0.30
EVERY = 13
MOST_DISTURBED, MOST_RESEEDED = 300, 60
Step = tuple[str, int]
"""A quality, and by how many levels a moment of it changed."""


def tell_control(study: Study) -> Table:
    """Tell what happens to the order when one act means its opposite."""
    yield "## Control: one act means its opposite"
    yield ""
    yield "At least one act must break the order, or the order would rest on nothing. The table counts, for one"
    yield "wording, the pairs that stand the wrong way round when an act is read as its absence, and when its weight"
    yield "changes its sign."
    yield ""
    rows: list[list[object]] = []
    first = [one for one in study.served if one.wording == WORDINGS[0]]
    plain = {key: fmean(one.rating for one in first if one.representative == key) for key in study.keys}
    back = _returns(study, study.library.appraisal, first)
    rows.append(["none", len(p.broken(plain, p.TIE_OF_RATING)), len(p.broken(back, p.TIE_OF_RETURN))])
    for act in ACTS:
        rated = {
            key: fmean(_flipped_rating(study, one, act) for one in first if one.representative == key)
            for key in study.keys
        }
        turned = p.turn_weight(study.library.appraisal, act) if act in study.library.appraisal.acts else None
        wrong = "" if turned is None else len(p.broken(_returns(study, turned, first), p.TIE_OF_RETURN))
        rows.append([act, len(p.broken(rated, p.TIE_OF_RATING)), wrong])
    rows[1:] = sorted(rows[1:], key=lambda row: -int(str(row[1])))
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
    yield from table(
        ["change", "replies", "replies with another category", "moments up", "moments down", "most in"], rows
    )
    copies = [(one, number, one.conversation.turns[number - 2].words) for one, number in replies if number > 1]
    steps = [_difference(study, one, number, words) for one, number, words in copies]
    rows = [
        _tell_steps("the reply before, once more", steps, sum(any(number > 0 for _, number in one) for one in steps))
    ]
    yield from table(
        ["change", "replies", "replies that gained a category", "moments up", "moments down", "most in"], rows
    )


def _tell_steps(how: str, steps: Sequence[Sequence[Step]], replies: int) -> list[object]:
    every = [step for one in steps for step in one]
    share = f"{replies / max(len(steps), 1):.1%}"
    most = Counter(quality for quality, _ in every).most_common(3)
    up = sum(number > 0 for _, number in every)
    return [how, len(steps), share, up, len(every) - up, ", ".join(f"{quality} {times}" for quality, times in most)]


def _difference(study: Study, one: p.Served, number: int, words: str) -> list[Step]:
    """Return the steps by which categories change, of this reply's moments and the whole's, with other words in it."""
    script = list(script_of(one.conversation))
    script[number - 1] = Act(script[number - 1].desk, words)
    other = study.again(one, script, one.conversation.seed)
    old = {rating.moment.key: p.likeliest_level(rating) for rating, place in one.ratings if place in {0, number}}
    new = [rating for rating, _ in other.ratings if rating.moment.key in old]
    steps = [(rating.moment.quality, p.likeliest_level(rating) - old[rating.moment.key]) for rating in new]
    return [(quality, step) for quality, step in steps if step]


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
