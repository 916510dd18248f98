"""A simulee: a made-up person with known qualities who sits a whole blueprint through the same decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from poise.content.act import ACTS
from poise.content.knowledge import KnowledgeForm, KnowledgeQuestion
from poise.content.library import Library
from poise.content.rubric import Moment, Rubric, is_act
from poise.content.scenario import Remedy, Scenario
from poise.content.situation import Situation
from poise.content.statement import AttentionCheck, Block, Statement
from poise.measurement import GradedItem, answer_block, answer_graded, draw_person
from poise.measurement.people.styles import Style
from poise.roleplay.rating import DeskStep, Said, chance_of_act, facts_now, propagate
from poise.sitting import decisions as d
from poise.sitting.doubting import Doubt
from poise.sitting.evidence import (
    block_item,
    desk_of,
    moment_item,
    prior_of,
    question_item,
    rated_item,
    reaction_item,
    said_in,
)
from poise.sitting.habit import UNREAD, Habit
from poise.sitting.journal import Change, Decide, Journal, perform
from poise.sitting.phrases import PHRASES, QUESTION
from poise.sitting.queueing import case_for
from poise.sitting.state import Conversation, State, fold
from poise.sitting.steps import Step, blueprint_of, next_step, progress, question_pages, rated_pages

START = "2026-01-01T00:00:00+00:00"
HABIT = 0x57
"""Sets a simulee's habit apart from its other draws."""
PASSES = 2
WHOLE_WEIGHT = 0.5
CERTAIN = 500.0
"""A logit that leaves no doubt."""
DESK_OF_FACT = {
    "looked_up": "look_up",
    "read_policy": "read_policy",
    "offered": "offer",
    "promised": "promise",
    "found": "find",
}
SPOKEN = frozenset({"say", "find"})
PLAIN_DEEDS_OF_FACT = {"transferred": "transfer", "noted": "note", "waited": "wait"}


@dataclass(frozen=True)
class Simulee:
    """A made-up person: the true value of each quality and of each method effect, and their own chance.

    Who has no habit is honest and careful. With a doubt, the true parameters of questions are not those believed.
    """

    truth: Mapping[str, float]
    rng: np.random.Generator
    library: Library
    reader: d.ReadsText
    habit: Habit | None = None
    doubt: Doubt | None = None

    def true_item(self, name: str, item: GradedItem) -> GradedItem:
        """Return the item by which this person answers."""
        return item if self.doubt is None else self.doubt.graded(name, item)


class Deed(NamedTuple):
    """Something a simulee may do in a turn: say an act, ask for a hidden fact by its key, or use the desk."""

    do: str
    what: str


class Walked(NamedTuple):
    """A sitting that was walked to its end, and how often its rebuilt state was equal to the uninterrupted one."""

    state: State
    answers: int
    equal: int


def draw_simulee(
    library: Library,
    blueprint_customers: Sequence[str],
    reader: d.ReadsText,
    seed: int,
    style: Style | None = None,
    doubt: Doubt | None = None,
) -> Simulee:
    """Draw a person from what is believed of people in general; the same person whatever their style."""
    rng = np.random.default_rng(seed)
    truth = draw_person(prior_of(library, tuple(sorted(blueprint_customers))), rng)
    honest = style is None or style.kind == "honest"
    habit = None if style is None or honest else Habit(style, np.random.default_rng([seed, HABIT]))
    return Simulee(truth, rng, library, reader, habit, doubt)


def sit(journal: Journal, sitting: str, simulee: Simulee, blueprint: str, seed: int) -> Walked:
    """Walk the whole blueprint; before every answer the state is rebuilt from the rows and compared."""
    library = simulee.library
    opening = d.open_sitting(library, blueprint, seed, "simulation", START)
    journal.open(sitting, opening)
    live = fold(opening.events)
    answers = equal = 0
    while (step := next_step(live, library)).kind != "finished":
        for decide in _answers(simulee, live, step, lambda: journal.texts(sitting)):
            watched = _Watched(decide, live)
            perform(journal, sitting, watched)
            answers += 1
            equal += watched.equal
            live = fold(watched.change.events, live)
    return Walked(live, answers, equal)


class _Watched:
    """A decision that looks, when it is made on what the rows say, whether that is the uninterrupted state."""

    def __init__(self, decide: Decide, live: State) -> None:
        self._decide, self._live = decide, live
        self.equal = False

    def __call__(self, rebuilt: State) -> Change:
        self.equal = rebuilt == self._live
        self.change = self._decide(rebuilt)
        return self.change


def _answers(  # noqa: C901, PLR0911  one return for each kind of step
    simulee: Simulee, state: State, step: Step, recall: Callable[[], Mapping[str, str]]
) -> list[Decide]:
    library, at = simulee.library, START
    match step.kind:
        case "preview":
            return [d.see_preview(library, at)]
        case "consent":
            return [d.give_consent(library, library.consent.version, at)]
        case "accommodations":
            return [d.choose_accommodations(library, {}, at)]
        case "practice":
            return [d.finish_practice(library, at)]
        case "rated":
            return [d.rate_statements(library, step.number, _rate(simulee, state, step.number), at)]
        case "block":
            return [d.rank_block(library, step.what, _rank(simulee, state, step.what), at)]
        case "situation":
            return [d.rate_situation(library, step.what, _judge(simulee, state, step.what), at)]
        case "knowledge":
            return [d.answer_questions(library, step.what, step.number, _know(simulee, state, step), at)]
        case "pause":
            return [d.take_pause(library, step.what, at)]
        case "meet":
            return [d.meet_customer(library, step.what, simulee.reader, at)]
        case "reply":
            return _serve(simulee, state, step, recall)
        case _:
            willing = {one.key: int(simulee.rng.integers(0, 5)) for one in library.conditions}
            return [d.state_willingness(library, willing, at)]


def _rate(simulee: Simulee, state: State, page: int) -> dict[str, int]:
    library = simulee.library
    blueprint = blueprint_of(state, library)
    keys = rated_pages(blueprint)[page - 1]
    asked = {key: library.find(AttentionCheck, key).answer for key in keys if key in blueprint.attention}
    items = {
        key: _asked_item(asked[key])
        if key in asked
        else simulee.true_item(f"rated/{key}", rated_item(library.find(Statement, key), library.beliefs))
        for key in keys
    }
    answers = _answer_items(simulee, state, items)
    reads = simulee.habit is None or simulee.habit.style.kind not in UNREAD
    return answers | asked if reads else answers


def _asked_item(step: int) -> GradedItem:
    """Return the item of a line that asks for a step by name: whoever reads it chooses that step."""
    steps = [(CERTAIN if above <= step else -CERTAIN) - above for above in range(1, 5)]
    return GradedItem((("statements", 0.0),), tuple(steps))


def _know(simulee: Simulee, state: State, step: Step) -> dict[str, int]:
    """Answer what is known, and guess among the answers where it is not."""
    page = question_pages(simulee.library.find(KnowledgeForm, step.what))[step.number - 1]
    habit = simulee.habit
    unread = [False] * len(page) if habit is None else habit.leave_unread(len(page), _how_far(simulee, state))
    known = [not skipped and _knows(simulee, question) for question, skipped in zip(page, unread, strict=True)]
    return {
        question.key: question.right if knows else int(simulee.rng.integers(0, len(question.answers)))
        for question, knows in zip(page, known, strict=True)
    }


def _knows(simulee: Simulee, question: KnowledgeQuestion) -> bool:
    belief = simulee.library.beliefs.knowledge
    if belief is None:
        return False
    item = simulee.true_item(f"knowledge/{question.key}", question_item(question, belief))
    return answer_graded(item, simulee.truth, simulee.rng) == 1


def _rank(simulee: Simulee, state: State, block: str) -> tuple[int, ...]:
    library = simulee.library
    item = block_item(library.find(Block, block), library)
    if simulee.doubt is not None:
        item = simulee.doubt.block(f"block/{block}", item)
    if simulee.habit is None:
        return answer_block(item, simulee.truth, simulee.rng)
    statements = [library.find(Statement, key) for key in library.find(Block, block).statements]
    desirability = [one.desirability for one in statements]
    return simulee.habit.rank(item, desirability, simulee.truth, simulee.rng, _how_far(simulee, state))


def _judge(simulee: Simulee, state: State, situation: str) -> dict[str, int]:
    reactions = simulee.library.find(Situation, situation).reactions
    items = {
        one.key: simulee.true_item(f"situation/{one.key}", reaction_item(one, simulee.library.beliefs))
        for one in reactions
    }
    return _answer_items(simulee, state, items)


def _answer_items(simulee: Simulee, state: State, items: Mapping[str, GradedItem]) -> dict[str, int]:
    if simulee.habit is None:
        return {key: answer_graded(item, simulee.truth, simulee.rng) for key, item in items.items()}
    return simulee.habit.rate(items, simulee.truth, simulee.rng, _how_far(simulee, state))


def _how_far(simulee: Simulee, state: State) -> float:
    """Return how much of the sitting is done, 0 to 1."""
    made = progress(state, simulee.library)
    return made.done / made.total


def _serve(simulee: Simulee, state: State, step: Step, recall: Callable[[], Mapping[str, str]]) -> list[Decide]:
    """Draw how well each moment is met, do and say what comes nearest to it, and send."""
    library, case = simulee.library, case_for(state, simulee.library, step.what)
    conversation = state.conversations[case.key]
    silent = simulee.habit is not None and simulee.habit.is_silent(_how_far(simulee, state))
    deeds = () if silent else plan_turn(simulee, case, conversation)
    uses = [
        d.use_desk(library, case.key, step.number, deed.do, deed.what, START)  # type: ignore[arg-type]
        for deed in deeds
        if deed.do not in SPOKEN
    ]
    words = _word(simulee, case, [deed for deed in deeds if deed.do in SPOKEN])
    written = d.Written(words, simulee.rng.bytes(16).hex(), recall)
    return [*uses, d.send_reply(library, case.key, step.number, written, simulee.reader, START)]


def plan_turn(simulee: Simulee, case: Scenario, conversation: Conversation) -> tuple[Deed, ...]:
    """Return the deeds that come nearest to the levels drawn for the moments of this turn.

    One deed after the other is added or dropped while that brings the moments nearer to what was drawn.
    """
    number = conversation.next_reply
    last = number == len(case.probes)
    wanted = [(moment, _draw_level(simulee, case, moment), 1.0) for moment in case.probes[number - 1].moments]
    wanted += [(moment, _draw_level(simulee, case, moment), WHOLE_WEIGHT) for moment in case.whole if last]
    options = _options(case, [moment for moment, _, _ in wanted], number)
    simulee.rng.shuffle(options)
    chosen: set[Deed] = set()
    best = _miss(chosen, wanted, case, conversation)
    for _ in range(PASSES):
        for deed in options:
            trial = chosen ^ {Deed(*deed)}
            miss = _miss(trial, wanted, case, conversation)
            if miss < best:
                chosen, best = trial, miss
    return tuple(sorted(chosen))


def _draw_level(simulee: Simulee, case: Scenario, moment: Moment) -> int:
    item = moment_item(case, moment.quality, moment.ease, simulee.library.beliefs)
    item = simulee.true_item(f"moment/{case.key}/{moment.key}", item)
    return answer_graded(item, simulee.truth, simulee.rng)


def _options(case: Scenario, moments: Sequence[Moment], number: int) -> list[tuple[str, str]]:
    """Return every deed that a condition of these moments speaks of."""
    keys = {
        "offered": {remedy.key: _amounts(remedy) for remedy in case.remedies},
        "promised": {pledge.key: [pledge.key] for pledge in case.pledges},
        "looked_up": {record.key: [record.key] for record in case.records},
        "read_policy": {section.key: [section.key] for section in case.policy},
        "found": {fact.key: [fact.key] for fact in case.hidden},
    }
    options: set[tuple[str, str]] = set()
    for atom in {atom for moment in moments for atom in moment.scale.atoms}:
        head, _, key = atom.removeprefix("now.").partition(".")
        if is_act(atom):
            options.add(("say", atom.rpartition(".")[2]))
        elif head in DESK_OF_FACT:
            named = [key] if key in keys[head] else list(keys[head])
            options |= {(DESK_OF_FACT[head], what) for one in named for what in keys[head][one]}
        elif head in PLAIN_DEEDS_OF_FACT and (head != "waited" or case.probes[number - 1].then):
            options.add((PLAIN_DEEDS_OF_FACT[head], ""))
    return sorted(options)


def _amounts(remedy: Remedy) -> list[str]:
    """Return what may be offered of a remedy: of amounts the least, the usual and the most."""
    if remedy.amount is None:
        return [remedy.key]
    return [f"{remedy.key}:{much}" for much in sorted({remedy.amount.least, remedy.amount.usual, remedy.amount.most})]


def _miss(
    deeds: set[Deed],
    wanted: Sequence[tuple[Moment, int, float]],
    case: Scenario,
    conversation: Conversation,
) -> float:
    """Return how far the levels would be from what was drawn, and a little for every deed."""
    number = conversation.next_reply
    found = tuple(sorted(one.what for one in deeds if one.do == "find"))[:1]
    acts = {act: float(Deed("say", act) in deeds) for act in ACTS} | ({"ask": 1.0} if found else {})
    said = (*said_in(conversation), Said(acts, told=found))
    used = (DeskStep(number, one.do, one.what) for one in sorted(deeds) if one.do not in SPOKEN)
    desk = (*desk_of(conversation), *used)
    miss = 0.01 * len(deeds)
    for moment, level, weight in wanted:
        whole = weight != 1.0
        facts = facts_now(case, said, desk, whole=whole)
        rubric = moment.scale
        true = tuple(
            round(chance_of_act(atom, said, whole=whole)) == 1 if is_act(atom) else facts.get(atom, False)
            for atom in rubric.atoms
        )
        miss += weight * abs(_level_reached(rubric, true) - level)
    return miss


@lru_cache(maxsize=1 << 16)
def _level_reached(rubric: Rubric, true: tuple[bool, ...]) -> int:
    """Return the level where it is certain which atoms of a rubric are true."""
    chances = dict(zip(rubric.atoms, map(float, true), strict=True))
    return rubric.lines[int(np.argmax(propagate(rubric, chances)))].level


def _word(simulee: Simulee, case: Scenario, spoken: Sequence[Deed]) -> str:
    """Put acts and questions into words, and name the matter: all that somebody says who means to do nothing."""
    sentences = [_sentence(simulee, case, deed) for deed in spoken]
    topic = case.topics[int(simulee.rng.integers(0, len(case.topics)))]
    return " ".join([*sentences, f"About the {topic}."])


def _sentence(simulee: Simulee, case: Scenario, deed: Deed) -> str:
    if deed.do == "say":
        return PHRASES[deed.what][int(simulee.rng.integers(0, 3))]
    fact = next(one for one in case.hidden if one.key == deed.what)
    return QUESTION.format(asked=fact.opened_by[int(simulee.rng.integers(0, len(fact.opened_by)))])
