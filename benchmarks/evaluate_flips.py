"""How often a change that changes nothing flips an act or a rating, on good replies of the project's own corpus."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from evaluate_figures import DECIDED, lay_table, reached, share_of, tell_share
from evaluate_setting import Setting

from poise.content.act import ACTS
from poise.content.scenario import Scenario
from poise.roleplay.conversation import Conversation, begin, rate_replies, reply
from poise.roleplay.rating import Said
from poise.roleplay.representatives import Representative, decide, load_representatives, see
from poise.roleplay.representatives.disturbing import DISTURBANCES, disturb
from poise.roleplay.representatives.proof import likeliest_level
from poise.roleplay.training.corpus import CorpusReply

REPLIES: Final = 180
GOAL: Final = 0.05
MOST_NAMED: Final = 3
SEED: Final = 11
CHANGES: Final = tuple(how for how in DISTURBANCES if how != "sentences in the opposite order")
"""Another order is tried by `make order`."""
AT_THE_DESK: Final = "saint"
"""Whose deeds stand beside the words, so that lines which need a deed are within reach."""
WITHOUT_GOAL: Final = ("“Hello.” in front", "everything twice")
"""Changes that the goal does not name."""
ADDED: Final = {"“Hello.” in front": "courtesy"}
"""What a change truly adds is held as it was: a greeting is a courtesy."""
Categories = dict[tuple[str, int], int]


@dataclass(frozen=True)
class Flip:
    """One reply with one change: which acts crossed .5, and whether a category of any moment changed."""

    how: str
    conversation: int
    acts: frozenset[str]
    category: bool


def tell_flips(setting: Setting) -> Iterator[str]:
    """Tell for each change the share of replies that it changes."""
    talks = serve_customers(setting)
    flips = [flip for number, talk in enumerate(talks) for flip in find_flips(talk, number, setting)]
    spoken = sum(len(talk.turns) for talk, _ in talks)
    cases = len({talk.scenario.key for talk, _ in talks})
    yield f"{spoken} replies, said to {len(talks)} customers in {cases} cases."
    yield ""
    rows = [_row_of(how, [flip for flip in flips if flip.how == how]) for how in CHANGES]
    heads = (
        "change",
        "replies changed by it",
        "an act crosses .5",
        "most often",
        "a rating's category changes",
        "goal",
    )
    named = [flip for flip in flips if flip.how not in WITHOUT_GOAL]
    yield from lay_table(heads, [*rows, _row_of("**the changes that the goal names**", named)])


def _row_of(how: str, flips: Sequence[Flip]) -> list[object]:
    clusters = [flip.conversation for flip in flips]
    acts = share_of([bool(flip.acts) for flip in flips], clusters)
    categories = share_of([flip.category for flip in flips], clusters)
    goal = reached(1.0 - categories.value, 1.0 - GOAL).partition(": ")[2]
    often = Counter(act for flip in flips for act in sorted(flip.acts)).most_common(MOST_NAMED)
    named = ", ".join(f"`{act}` {times}" for act, times in often)
    return [how, len(flips), tell_share(acts), named, tell_share(categories), f"{GOAL:.0%}: {goal}"]


def serve_customers(setting: Setting) -> list[tuple[Conversation, Sequence[CorpusReply]]]:
    """Let good replies be said to customers, one at each turn of the timetable, until all are said."""
    good = [one for one in setting.replies if one.conduct == "good"]
    order = np.random.default_rng(SEED).permutation(len(good))[: setting.at_most(REPLIES)]
    waiting = [good[place] for place in order]
    cases = [case for case in setting.library.scenarios if case.purpose == "assessment"]
    clerk = next(one for one in load_representatives() if one.key == AT_THE_DESK)
    served: list[tuple[Conversation, Sequence[CorpusReply]]] = []
    while waiting:
        case = cases[len(served) % len(cases)]
        said = waiting[: len(case.probes)]
        talk = serve_one(case, said, clerk, len(served), setting)
        served.append((talk, said[: len(talk.turns)]))
        waiting = waiting[len(talk.turns) :]
    return served


def serve_one(
    case: Scenario, said: Sequence[CorpusReply], clerk: Representative, seed: int, setting: Setting
) -> Conversation:
    """Say replies to a customer, one after the other, with the deeds of somebody who serves well."""
    talk = begin(case, seed)
    for one in said:
        if talk.outcome is None:
            talk = _say(talk, one.text, decide(clerk, see(talk)).desk, setting)
    return talk


def _say(talk: Conversation, words: str, desk: Sequence[tuple[str, str]], setting: Setting) -> Conversation:
    return reply(talk, words, desk, setting.reader, setting.library.appraisal, setting.library.voice)


def find_flips(talk: tuple[Conversation, Sequence[CorpusReply]], number: int, setting: Setting) -> Iterator[Flip]:
    """Change one reply at a time, in each way that changes its letters; everything else stays as it was."""
    conversation, replies = talk
    old = put_in_categories(conversation, conversation.said, setting)
    for place, one in enumerate(replies):
        acts = setting.read(one.text, one.customer).chances
        turn = conversation.turns[place]
        before = replace(conversation, turns=conversation.turns[:place])
        for how in CHANGES:
            words = disturb(one.text, how)
            if words == one.text:
                continue
            crossed = crossings(acts, setting.read(words, one.customer).chances) - {ADDED.get(how, "")}
            heard = _say(before, words, [(step.do, step.what) for step in turn.desk], setting).turns[-1].said
            if how in ADDED:
                heard = replace(heard, acts={**heard.acts, ADDED[how]: turn.said.acts[ADDED[how]]})
            said = (*conversation.said[:place], heard, *conversation.said[place + 1 :])
            changed = put_in_categories(conversation, said, setting) != old
            yield Flip(how, number, acts=crossed, category=changed)


def crossings(first: Sequence[float], second: Sequence[float]) -> frozenset[str]:
    """Return the acts that are decided as present in one reading and as absent in the other."""
    both = zip(ACTS, first, second, strict=True)
    return frozenset(act for act, one, other in both if (one >= DECIDED) != (other >= DECIDED))


def put_in_categories(conversation: Conversation, said: Sequence[Said], setting: Setting) -> Categories:
    """Return the likeliest level of every moment of a conversation, with the number of its reply."""
    rated = rate_replies(
        conversation.scenario,
        said,
        conversation.desk,
        setting.reader.base_rates,
        setting.library.beliefs,
        over=True,
    )
    return {(rating.moment.key, place): likeliest_level(rating) for rating, place in rated}
