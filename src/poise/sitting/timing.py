"""How long a made-up person needs for a sitting: what they read and write, at paces that were measured elsewhere.

Reading in silence: 238 words a minute on average (Brysbaert 2019). Writing on a phone: 36 words a minute, standard
deviation 13 (Palin and others 2019). Words in a reply: 24 on average in the project's own corpus. How far people differ
in reading, and the seconds to make up one's mind, are the authors' estimates.
"""

from dataclasses import dataclass

import numpy as np

from poise.content.blueprint import Blueprint
from poise.content.job import Job
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.statement import Block, Statement
from poise.sitting.queueing import case_for
from poise.sitting.state import State
from poise.sitting.steps import blueprint_of
from poise.sitting.wording import lines_of

READS, READS_SD, READS_LEAST = 238.0, 50.0, 100.0
WRITES, WRITES_SD, WRITES_LEAST = 36.0, 13.0, 12.0
REPLY = 24
RANKS, RATES, REACTS, ANSWERS, WILLING = 9.0, 3.0, 4.0, 15.0, 4.0
"""Seconds to make up one's mind about a block, a statement, a reaction, a reply, and a condition."""


@dataclass(frozen=True)
class Pace:
    """How fast one person is: words a minute read and written, and how much longer than others they think."""

    reads: float
    writes: float
    thinks: float


def draw_pace(rng: np.random.Generator) -> Pace:
    """Draw how fast a person is."""
    return Pace(
        reads=max(READS_LEAST, float(rng.normal(READS, READS_SD))),
        writes=max(WRITES_LEAST, float(rng.normal(WRITES, WRITES_SD))),
        thinks=float(np.exp(rng.normal(0.0, 0.3))),
    )


def minutes_of(state: State, library: Library, pace: Pace) -> float:
    """Return the minutes that a person of this pace needs for what a finished sitting held."""
    blueprint = blueprint_of(state, library)
    read = _words_before(blueprint, library)
    read += sum(_count(library.find(Statement, key).text) for key in state.ratings)
    read += sum(
        _count(library.find(Statement, one).text)
        for key in state.rankings
        for one in library.find(Block, key).statements
    )
    situations = [library.find(Situation, key) for key in state.situations]
    read += sum(_count(one.text, *(reaction.text for reaction in one.reactions)) for one in situations)
    replies = 0
    for key, conversation in state.conversations.items():
        case = case_for(state, library, key)
        opened = {step.what for step in conversation.desk}
        read += _count(*_words_of_case(case, opened), *lines_of(conversation))
        replies += len(conversation.replies)
    thinks = RANKS * len(state.rankings) + RATES * len(state.ratings) + ANSWERS * replies
    thinks += REACTS * sum(len(one.reactions) for one in situations) + WILLING * len(state.willingness or ())
    return read / pace.reads + replies * REPLY / pace.writes + thinks * pace.thinks / 60.0


def _words_before(blueprint: Blueprint, library: Library) -> int:
    """Return how many words are read before the first question; of a preview one job's."""
    preview = library.find(Job, blueprint.job or blueprint.jobs[0]).preview
    told = (preview.opening, *preview.days, preview.best, preview.worst)
    asked = (one.asks for one in library.conditions)
    return _count(*told, *library.consent.sentences, *blueprint.practice.statements, *asked)


def _words_of_case(case: Scenario, opened: set[str]) -> list[str]:
    """Return what is read of a case: the scene, what can be chosen, and the records and rules that were opened."""
    chosen = [case.scene, *(one.label for one in case.records), *(one.title for one in case.policy)]
    chosen += [*(one.label for one in case.remedies), *(one.label for one in case.pledges)]
    chosen += [one.text for one in case.records if one.key in opened]
    return [*chosen, *(one.text for one in case.policy if one.key in opened)]


def _count(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
