"""From a quality back to what was seen: the answer, the sentence, the line of the rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from poise.content.act import ACTS
from poise.content.interview import InterviewQuestion
from poise.content.knowledge import KnowledgeForm
from poise.content.library import Library
from poise.content.rubric import OTHERWISE, is_act, parse_condition
from poise.content.scenario import Scenario
from poise.content.situation import Situation
from poise.content.statement import Block, Statement
from poise.jobfit.correcting import ERASED, ContestView, CorrectionView, view_contests, view_corrections
from poise.roleplay.rating import Rating
from poise.sitting.days import say_day
from poise.sitting.events import InterviewRated, ReplySent
from poise.sitting.evidence import Observation
from poise.sitting.state import State

AGREEMENT = ("not at all like me", "a little like me", "partly like me", "mostly like me", "exactly like me")
GOODNESS = ("very poor", "poor", "in between", "good", "very good")
SURE = 0.5
EffectWord = Literal["large", "noticeable", "small", "none"]
EFFECT_WORDS: tuple[tuple[float, EffectWord], ...] = ((0.15, "large"), (0.07, "noticeable"), (0.02, "small"))
"""From so many standard deviations among people on. Of a sitting's observations about one in ten has a large effect."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class Quote:
    """A person's own words, and the reply they stand in."""

    reply: int
    words: str


@dataclass(frozen=True)
class Effect:
    """How far one observation moves the mean of a quality, in standard deviations among people; and in a word."""

    moves: float
    word: EffectWord


@dataclass(frozen=True)
class Trace:
    """One observation in words: where it was, what was done, the line that applied, and what it added.

    `place` says where in words: the second conversation, the third reply. `notes` are those of an interviewer.
    """

    kind: str
    source: str
    where: str
    asks: str
    done: str
    reads: str
    level: int | None
    certainty: str
    quotes: tuple[Quote, ...] = ()
    desk: tuple[str, ...] = ()
    contested: tuple[ContestView, ...] = ()
    corrected: tuple[CorrectionView, ...] = ()
    place: str = ""
    notes: str = ""
    effect: Effect = field(default_factory=lambda: Effect(0.0, "none"))


def weigh_effect(one: Trace, moves: float) -> Trace:
    """Return a trace with how far the observation moves the mean of its quality."""
    size = abs(moves)
    word: EffectWord = next((word for least, word in EFFECT_WORDS if size >= least), "none")
    return replace(one, effect=Effect(round(moves, 2), word))


def trace(observation: Observation, quality: str, state: State, library: Library, texts: Mapping[str, str]) -> Trace:
    """Put one observation on a quality into words."""
    tracer = {
        "rated": _trace_rated,
        "block": _trace_block,
        "situation": _trace_reaction,
        "knowledge": _trace_question,
    }
    kind, _, rest = observation.source.partition("/")
    if observation.rated is not None:
        return _trace_answer(observation.source, observation.rated, library, texts)
    if kind == "moment":
        return _trace_moment(observation, state, library, texts)
    return tracer[kind](observation, quality, rest, state, library)


def _trace_rated(observation: Observation, _quality: str, key: str, state: State, library: Library) -> Trace:
    statement = library.find(Statement, key)
    return Trace(
        kind=observation.kind,
        source=observation.source,
        where="A sentence, rated",
        asks=statement.text,
        done=f"The answer: {AGREEMENT[state.ratings[key]]}.",
        reads="",
        level=None,
        certainty="a given answer",
    )


def _trace_block(observation: Observation, quality: str, key: str, state: State, library: Library) -> Trace:
    block = library.find(Block, key)
    statements = [library.find(Statement, one) for one in block.statements]
    number = next(i for i, one in enumerate(statements) if one.quality == quality)
    place = ("Chosen as most like me", "Left in the middle", "Chosen as least like me")[
        state.rankings[key].index(number)
    ]
    return Trace(
        kind=observation.kind,
        source=observation.source,
        where="One of three sentences, compared",
        asks=statements[number].text,
        done=f"{place}.",
        reads="",
        level=None,
        certainty="a given answer",
    )


def _trace_reaction(observation: Observation, _quality: str, key: str, state: State, library: Library) -> Trace:
    situation_key, _, reaction_key = key.partition("/")
    situation = library.find(Situation, situation_key)
    reaction = next(one for one in situation.reactions if one.key == reaction_key)
    rated = GOODNESS[state.situations[situation_key][reaction_key]]
    return Trace(
        kind=observation.kind,
        source=observation.source,
        where=f"Situation: {situation.title}",
        asks=reaction.text,
        done=f"Rated as {rated}.",
        reads=reaction.why,
        level=None,
        certainty="a given answer",
    )


def _trace_question(observation: Observation, _quality: str, key: str, state: State, library: Library) -> Trace:
    form_key, _, question_key = key.partition("/")
    form = library.find(KnowledgeForm, form_key)
    question = form.question(question_key)
    answer, right = question.answers[state.knowledge[key]], question.answers[question.right]
    section = next(one for one in form.sections if one.key == question.section)
    judged = "That is right." if answer == right else f"The right one: {_quoted(right)}"
    return Trace(
        kind=observation.kind,
        source=observation.source,
        where=f"Question on a text: {form.title}, {section.title}",
        asks=question.asks,
        done=f"The answer: {_quoted(answer)} {judged}",
        reads=question.why,
        level=None,
        certainty="a given answer",
    )


def _trace_answer(source: str, rated: InterviewRated, library: Library, texts: Mapping[str, str]) -> Trace:
    question = library.find(InterviewQuestion, rated.question)
    return Trace(
        kind="interview",
        source=source,
        where=f"Interview, rated by a person on {say_day(rated.at)}",
        asks=question.asks,
        done=f"Rated at level {rated.level}.",
        reads=question.anchors[rated.level],
        level=rated.level,
        certainty="a person's rating",
        place="Interview",
        notes=texts.get(rated.notes, ERASED) if rated.notes else "",
    )


def _quoted(words: str) -> str:
    """Put words between quotation marks, with a full stop where they have none of their own."""
    return f"“{words}”" if words.endswith((".", "!", "?")) else f"“{words}”."


def _trace_moment(observation: Observation, state: State, library: Library, texts: Mapping[str, str]) -> Trace:
    rating, moment = observation.rating, observation.moment
    if moment is None:
        raise ValueError(f"{observation.source}: an observation of a conversation without a moment")
    scenario = library.find(Scenario, observation.source.split("/")[1])
    conversation = state.conversations[scenario.key]
    scope = conversation.replies if not observation.reply else conversation.replies[: observation.reply]
    when = f"reply {observation.reply}" if observation.reply else "the whole conversation"
    if moment not in scenario.moments:
        when += f", right after {library.find(Scenario, conversation.opened.after).customer.name}"
    seen = _atoms_seen(rating)
    level = rating.line.level if rating else None
    return Trace(
        kind=observation.kind,
        source=observation.source,
        where=f"{scenario.customer.name}, {when}",
        asks=moment.asks,
        done="",
        reads=rating.line.reads if rating else "",
        level=level,
        certainty=_certainty(max(rating.probabilities)) if rating else "could not be read",
        quotes=_quotes(seen, scope, observation.reply, texts),
        desk=_desk(seen, scenario),
        contested=view_contests(scenario.key, moment, state, texts),
        corrected=view_corrections(scenario.key, moment, level, state, texts),
        place=say_place(scenario.key, observation.reply, state),
    )


def say_place(scenario: str, reply: int, state: State) -> str:
    """Say in words where something was in a sitting: which conversation, in the order they were had, which reply."""
    number = list(state.conversations).index(scenario) + 1
    spoken = f"{ordinal(number)} conversation".capitalize()
    return f"{spoken}, {ordinal(reply)} reply" if reply else f"{spoken}, as a whole"


def ordinal(number: int) -> str:
    """Return a place in a row as a word, from 1; beyond the tenth, up to the twentieth, in figures."""
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"


def _atoms_seen(rating: Rating | None) -> Sequence[str]:
    """Return what made the line fire; nothing where the reply could not be read."""
    if rating is None:
        return ()
    atoms = parse_condition(rating.line.when).atoms if rating.line.when != OTHERWISE else rating.telling
    return [atom for atom in rating.telling if atom in atoms]


def _certainty(chance: float) -> str:
    """Say how sure the reading of words is; the figure itself is not calibrated and so is not shown."""
    return "read clearly" if chance >= 0.55 else "read with some doubt" if chance >= 0.4 else "hard to read"  # noqa: PLR2004


def _quotes(
    atoms: Sequence[str], replies: Sequence[ReplySent], rated: int, texts: Mapping[str, str]
) -> tuple[Quote, ...]:
    """Return the sentences that carried the acts which made the line fire."""
    found: dict[Quote, None] = {}
    for atom in atoms:
        if not is_act(atom):
            continue
        scope, _, act = atom.rpartition(".")
        among = replies if not rated else replies[:-1] if scope == "earlier" else replies[-1:]
        best = max(among, key=lambda reply: reply.acts.get(act, 0.0), default=None)
        if best is not None and best.acts.get(act, 0.0) >= SURE:
            found[Quote(best.reply, _sentence(best, act, texts))] = None
    if not found and rated and replies:
        last = replies[-1]
        found[Quote(last.reply, _shortened(texts.get(last.text, ERASED)))] = None
    return tuple(found)


def _sentence(reply: ReplySent, act: str, texts: Mapping[str, str]) -> str:
    words = texts.get(reply.text)
    if words is None:
        return ERASED
    number = reply.telling.get(act)
    if number is None or number >= len(reply.sentences):
        return _shortened(words)
    start, end = reply.sentences[number]
    return _shortened(words[start:end].strip())


def _shortened(words: str, most: int = 240) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _desk(atoms: Sequence[str], scenario: Scenario) -> tuple[str, ...]:
    """Return what was done at the desk, in words."""
    labels = {f"looked_up.{one.key}": f"Looked up: {one.label}" for one in scenario.records}
    labels |= {f"read_policy.{one.key}": f"Read the policy: {one.title}" for one in scenario.policy}
    labels |= {f"offered.{one.key}": f"Offered: {one.label} ({one.price})" for one in scenario.remedies}
    labels |= {f"promised.{one.key}": f"Promised: {one.label}" for one in scenario.pledges}
    labels |= {f"found.{one.key}": f"Found out: {one.about}" for one in scenario.hidden}
    labels |= {
        "looked_up.any": "Looked at a record",
        "read_policy.any": "Read the policy",
        "offered.any": "Made an offer",
        "offered.allowed": "Offered something the policy allows",
        "offered.forbidden": "Offered something the policy forbids",
        "offered.unapproved": "Offered something that needed approval",
        "offered.efficient": "Offered one of the best solutions for both sides",
        "offered.unchecked": "Made an offer before looking at any record",
        "promised.any": "Made a promise",
        "promised.keepable": "Made a promise that can be kept",
        "promised.unkeepable": "Made a promise that cannot be kept",
        "found.any": "Found out what the customer had not said",
        "transferred": "Passed the matter on",
        "noted": "Left a note for colleagues",
        "ended": "Ended the conversation",
        "warned": "Had told the customer where the limit is",
        "repeated": "Sent nearly the same words again",
        "transferred.needed": "Passed on what only others can settle",
        "transferred.needless": "Passed on what could have been settled here",
        "waited": "Let the customer finish",
        "specific": "Spoke of what this case is about",
        "stock": "Wrote mostly phrases that fit anybody",
        "claimed.unsupported": "Said something that stands nowhere in the case",
    }
    facts = (atom.removeprefix("now.") for atom in atoms if not is_act(atom))
    return tuple(dict.fromkeys(labels[fact] for fact in facts if fact in labels))


def name_acts(acts: Mapping[str, float], group: str) -> tuple[str, ...]:
    """Return in plain words the acts of one group that were clearly in a reply."""
    return tuple(act.meaning for act in ACTS.values() if act.group == group and acts.get(act.key, 0.0) >= 0.6)  # noqa: PLR2004
