"""What a sitting has shown: every answer and every moment as an observation with its likelihood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from poise.content.check import correlation_matrix
from poise.content.knowledge import KnowledgeForm, KnowledgeQuestion
from poise.content.library import Library
from poise.content.quality import QUALITIES, Beliefs, KindOfEvidence, KindOfKnowledge
from poise.content.rubric import LEVELS, Moment
from poise.content.scenario import Scenario
from poise.content.situation import Reaction, Situation
from poise.content.statement import Block, Statement
from poise.measurement import (
    BlockItem,
    Graded,
    GradedItem,
    Posterior,
    Prior,
    Ranked,
    Reading,
    Response,
    right_or_wrong,
    score,
)
from poise.measurement import Statement as Utility
from poise.roleplay.conversation import moments_met, rate_replies
from poise.roleplay.rating import DeskStep, Rating, Said
from poise.sitting.events import InterviewRated, ReadingCorrected
from poise.sitting.interviewing import interview_effects, rated_answers
from poise.sitting.queueing import case_for
from poise.sitting.state import Conversation, State, name_moment

Kind = Literal["statements", "situations", "knowledge", "customers", "interview"]
KINDS: tuple[Kind, ...] = ("statements", "situations", "knowledge", "customers", "interview")
EASE_IN_BLOCKS = 0.5
"""How far the ease of a statement carries over when it is ranked among others that are about as attractive."""


@dataclass(frozen=True)
class Observation:
    """One thing that was seen, on which qualities, and how to follow it back."""

    kind: Kind
    qualities: tuple[str, ...]
    source: str
    response: Response
    rating: Rating | None = None
    reply: int = 0
    moment: Moment | None = None
    correction: ReadingCorrected | None = None
    rated: InterviewRated | None = None


def signed(pole: str) -> float:
    """Return 1 for the high pole and -1 for the low one."""
    return 1.0 if pole == "high" else -1.0


def steps_of(kind: KindOfEvidence, pole: str, ease: float) -> tuple[float, ...]:
    """Return the intercepts of five categories; for the low pole mirrored, as fewer agree with what speaks badly."""
    steps = kind.steps if pole == "high" else tuple(-step for step in reversed(kind.steps))
    return tuple(step + ease for step in steps)


def statement_loadings(statement: Statement, beliefs: Beliefs) -> tuple[tuple[str, float], ...]:
    """Return a statement's loadings: its quality, how one sees oneself in it, and the way one answers statements."""
    slope = signed(statement.pole) * beliefs.statements.discrimination
    return ((statement.quality, slope), (f"self-view:{statement.quality}", slope), ("statements", slope))


def rated_item(statement: Statement, beliefs: Beliefs) -> GradedItem:
    """Return the item of a singly rated statement."""
    steps = steps_of(beliefs.statements, statement.pole, statement.ease)
    return GradedItem(statement_loadings(statement, beliefs), steps)


def block_item(block: Block, library: Library) -> BlockItem:
    """Return the item of a block."""
    statements = [library.find(Statement, key) for key in block.statements]
    return BlockItem(
        tuple(Utility(statement_loadings(one, library.beliefs), EASE_IN_BLOCKS * one.ease) for one in statements)
    )


def reaction_item(reaction: Reaction, beliefs: Beliefs) -> GradedItem:
    """Return the item of one reaction to a situation."""
    slope = signed(reaction.pole) * beliefs.situations.discrimination
    steps = steps_of(beliefs.situations, reaction.pole, reaction.ease)
    return GradedItem(((reaction.quality, slope), ("situations", slope)), steps)


def question_item(question: KnowledgeQuestion, belief: KindOfKnowledge) -> GradedItem:
    """Return the item of one question on knowledge: not known (0), or known or found in the text (1)."""
    slope = belief.discrimination
    return GradedItem(((question.quality, slope), ("knowledge", slope)), (belief.step + question.ease,))


def guess_of(question: KnowledgeQuestion) -> float:
    """Return the chance that somebody who does not know the answer gives the right one."""
    return 1.0 / len(question.answers)


def moment_item(scenario: Scenario, quality: str, ease: float, beliefs: Beliefs) -> GradedItem:
    """Return the item of one moment: its quality, the reading of text, and this very conversation."""
    slope = beliefs.customers.discrimination
    loadings = ((quality, slope), ("reading", slope), (f"conversation:{scenario.key}", slope))
    return GradedItem(loadings, tuple(step + ease for step in beliefs.customers.steps))


def prior_of(library: Library, conversations: tuple[str, ...] = ()) -> Prior:
    """Return what is believed before anything is seen: twelve qualities, and the effect of each method."""
    beliefs = library.beliefs
    variances = {
        "statements": beliefs.statements.method_variance,
        "situations": beliefs.situations.method_variance,
        "reading": beliefs.customers.method_variance,
    }
    variances |= {f"self-view:{quality}": beliefs.self_view_variance for quality in QUALITIES}
    variances |= {f"conversation:{key}": beliefs.conversation_variance for key in conversations}
    variances |= {"knowledge": beliefs.knowledge.method_variance} if beliefs.knowledge else {}
    prior = Prior(QUALITIES, np.zeros(len(QUALITIES)), correlation_matrix(beliefs))
    return prior.extended(variances)


def prior_for(state: State, library: Library) -> Prior:
    """Return what is believed before a sitting: the qualities, and every method and conversation that it has."""
    return prior_of(library, tuple(sorted(state.conversations))).extended(interview_effects(state, library))


def apart(prior: Prior) -> Prior:
    """Return a prior without its correlations: what each quality's own evidence says, with nothing lent by others."""
    return Prior(prior.names, prior.mean, np.diag(np.diag(np.asarray(prior.covariance))))


def observe(state: State, library: Library) -> tuple[Observation, ...]:
    """Return everything that the sitting has shown so far, in a fixed order."""
    talk = (one for one in _conversations(state, library) if not is_set_aside(one))
    asked = (*_statements(state, library), *_situations(state, library), *_questions(state, library))
    return (*asked, *talk, *_interview(state, library))


def observe_set_aside(state: State, library: Library) -> tuple[Observation, ...]:
    """Return the moments that a person took out of the score: they are shown, and say nothing."""
    return tuple(one for one in _conversations(state, library) if is_set_aside(one))


def is_set_aside(observation: Observation) -> bool:
    """Say whether a person found that a moment is not to be scored."""
    return observation.correction is not None and observation.correction.level is None


def posterior_of(state: State, library: Library, observations: tuple[Observation, ...] | None = None) -> Posterior:
    """Return the one posterior over the twelve qualities and the methods."""
    observations = observe(state, library) if observations is None else observations
    return score(prior_for(state, library), [one.response for one in observations])


def _statements(state: State, library: Library) -> Iterator[Observation]:
    for key, category in state.ratings.items():
        statement = library.find(Statement, key)
        response = Graded(f"rated/{key}", rated_item(statement, library.beliefs), category)
        yield Observation("statements", (statement.quality,), f"rated/{key}", response)
    for key, order in state.rankings.items():
        block = library.find(Block, key)
        qualities = tuple(library.find(Statement, one).quality for one in block.statements)
        ranked = Ranked(f"block/{key}", block_item(block, library), order)
        yield Observation("statements", qualities, f"block/{key}", ranked)


def _situations(state: State, library: Library) -> Iterator[Observation]:
    for key, categories in state.situations.items():
        for reaction in library.find(Situation, key).reactions:
            if reaction.key in categories:
                source = f"situation/{key}/{reaction.key}"
                response = Graded(source, reaction_item(reaction, library.beliefs), categories[reaction.key])
                yield Observation("situations", (reaction.quality,), source, response)


def _questions(state: State, library: Library) -> Iterator[Observation]:
    belief = library.beliefs.knowledge
    if belief is None:
        return
    for name, answer in state.knowledge.items():
        form, _, key = name.partition("/")
        question = library.find(KnowledgeForm, form).question(key)
        item = question_item(question, belief)
        source, right = f"knowledge/{name}", answer == question.right
        response = right_or_wrong(source, item, right=right, guess=guess_of(question))
        yield Observation("knowledge", (question.quality,), source, response)


def _conversations(state: State, library: Library) -> Iterator[Observation]:
    for key, conversation in sorted(state.conversations.items()):
        scenario = case_for(state, library, key)
        read = {rating.moment.key: rating for rating, _ in rate_conversation(conversation, scenario, library.beliefs)}
        for moment, reply in moments_met(scenario, len(conversation.replies), over=conversation.ended is not None):
            corrections = state.corrected.get(name_moment(key, moment.key))
            correction, rating = corrections[-1] if corrections else None, read.get(moment.key)
            item = moment_item(scenario, moment.quality, moment.ease, library.beliefs)
            source = f"moment/{key}/{moment.key}"
            if correction is not None:
                response = corrected_reading(source, item, correction)
            elif rating is not None:
                response = Reading(source, item, rating.probabilities, rating.base_rates)
            else:
                continue
            yield Observation("customers", (moment.quality,), source, response, rating, reply, moment, correction)


def _interview(state: State, library: Library) -> Iterator[Observation]:
    for event, response in rated_answers(state, library):
        yield Observation("interview", (event.quality,), response.key, response, rated=event)


def corrected_reading(source: str, item: GradedItem, correction: ReadingCorrected) -> Reading:
    """Return what a person's level says in place of the reading: this level, but for a slip; or nothing."""
    even = 1.0 / LEVELS
    slip = 1.0 if correction.level is None else correction.slip
    chances = [slip * even + (1.0 - slip) * (level == correction.level) for level in range(LEVELS)]
    return Reading(source, item, tuple(chances), (even,) * LEVELS)


def said_in(conversation: Conversation) -> tuple[Said, ...]:
    """Return the replies of a conversation as they were read."""
    told = {answer.reply: answer.told for answer in conversation.answers}
    answered = {answer.reply: answer.answered for answer in conversation.answers}
    return tuple(
        Said(
            acts=reply.acts,
            legible=reply.legible,
            on_topic=reply.on_topic,
            copied=reply.copied,
            told=told.get(reply.reply, ()),
            answered=answered.get(reply.reply, ()),
            touched=reply.touched,
            stock=reply.stock,
            claims=reply.claims,
        )
        for reply in conversation.replies
    )


def desk_of(conversation: Conversation) -> tuple[DeskStep, ...]:
    """Return what was done at the desk, in order."""
    return tuple(DeskStep(step.reply, step.do, step.what) for step in conversation.desk)


def rate_conversation(conversation: Conversation, scenario: Scenario, beliefs: Beliefs) -> Iterator[tuple[Rating, int]]:
    """Rate every moment that came up, with the number of the reply that answers it (0: the whole conversation).

    A moment whose reply could not be read is not scored: it is absent.
    """
    said, desk, rates = said_in(conversation), desk_of(conversation), conversation.opened.base_rates
    return rate_replies(scenario, said, desk, rates, beliefs, over=conversation.ended is not None)
