"""What comes next for a person: computed from the state and the blueprint, so that a link resumes where it stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from poise.content.blueprint import Blueprint
from poise.content.knowledge import KnowledgeForm, KnowledgeQuestion
from poise.content.lasting import RATED_ON_A_PAGE, seconds_in_all
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.content.statement import AttentionCheck, Statement
from poise.sitting.drawing import draw_anchors
from poise.sitting.queueing import is_pause_due
from poise.sitting.state import State, name_question

QUESTIONS_ON_A_PAGE = 4
Kind = Literal[
    "preview",
    "consent",
    "accommodations",
    "practice",
    "block",
    "rated",
    "situation",
    "knowledge",
    "pause",
    "meet",
    "reply",
    "willingness",
    "finished",
]


@dataclass(frozen=True)
class Step:
    """One page of a sitting: what kind it is and which one; `key` names it in forms and addresses."""

    kind: Kind
    what: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """The step's name, the same at every visit."""
        parts = [self.kind, self.what, str(self.number) if self.number else ""]
        return "/".join(part for part in parts if part)


@dataclass(frozen=True)
class Progress:
    """How much of the sitting's time is behind, in the seconds that the blueprint estimates."""

    done: int
    total: int

    @property
    def minutes_left(self) -> int:
        """Whole minutes that are still needed, at least one until all is done."""
        left = max(0, self.total - self.done)
        return -(-left // 60)

    @property
    def percent(self) -> int:
        """The share of the time that is behind."""
        return 100 * self.done // self.total if self.total else 100


def blueprint_of(state: State, library: Library) -> Blueprint:
    """Return the blueprint that the sitting began with, with the statements that were drawn for it."""
    blueprint = library.find(Blueprint, state.begun.blueprint)
    return draw_anchors(blueprint, library, state.begun.seed) if blueprint.anchors else blueprint


def rated_pages(blueprint: Blueprint) -> tuple[tuple[str, ...], ...]:
    """Return the singly rated statements with the attention checks among them, a page at a time.

    The pages are cut into as many equal parts as there are checks. The nth check stands on the middle page of the nth
    part, and one line further down than the check before it, never in the first line. There is no chance in this:
    everybody meets the same line at the same place.
    """
    keys = blueprint.rated
    pages = [list(keys[start : start + RATED_ON_A_PAGE]) for start in range(0, len(keys), RATED_ON_A_PAGE)]
    parts = len(blueprint.attention)
    for number, check in enumerate(blueprint.attention if pages else ()):
        page = pages[(2 * number + 1) * len(pages) // (2 * parts)]
        page.insert(1 + number % len(page), check)
    return tuple(tuple(page) for page in pages)


def line_text(blueprint: Blueprint, library: Library, key: str) -> str:
    """Return the words of a line of these pages."""
    if key in blueprint.attention:
        return library.find(AttentionCheck, key).text
    return library.find(Statement, key).text


def find_rating(state: State, key: str) -> int | None:
    """Return the step that was chosen on a line of these pages, a statement or an attention check; None before."""
    return state.ratings.get(key, state.attention.get(key))


def question_pages(form: KnowledgeForm) -> tuple[tuple[KnowledgeQuestion, ...], ...]:
    """Return the questions of a form, a page at a time."""
    asked = form.questions
    return tuple(asked[start : start + QUESTIONS_ON_A_PAGE] for start in range(0, len(asked), QUESTIONS_ON_A_PAGE))


def next_step(state: State, library: Library) -> Step:
    """Return what the person does next."""
    beginning = (
        (state.preview_seen, Step("preview")),
        (bool(state.consent), Step("consent")),
        (state.accommodations is not None, Step("accommodations")),
        (state.practised, Step("practice")),
    )
    for done, first in beginning:
        if not done:
            return first
    blueprint = blueprint_of(state, library)
    step = _next_statements(state, blueprint) or _next_situation(state, blueprint)
    step = step or _next_questions(state, blueprint, library)
    step = step or _next_conversation(state, blueprint, library)
    if step:
        return step
    return Step("willingness") if state.willingness is None else Step("finished")


def _next_statements(state: State, blueprint: Blueprint) -> Step | None:
    """Alternate pages of singly rated statements with runs of blocks, so that neither grows tiring."""
    pages = rated_pages(blueprint)
    pages_done = sum(all(find_rating(state, key) is not None for key in page) for page in pages)
    blocks_done = len(state.rankings)
    due = blueprint.blocks if not pages else -(-blueprint.blocks * pages_done // len(pages))
    if blocks_done < due and not state.blocks_ended:
        given = state.given[blocks_done] if len(state.given) > blocks_done else ""
        return Step("block", given)
    if pages_done < len(pages):
        return Step("rated", "page", pages_done + 1)
    return None


def _next_situation(state: State, blueprint: Blueprint) -> Step | None:
    return next((Step("situation", key) for key in blueprint.situations if key not in state.situations), None)


def _next_questions(state: State, blueprint: Blueprint, library: Library) -> Step | None:
    for key in blueprint.knowledge:
        for number, page in enumerate(question_pages(library.find(KnowledgeForm, key)), start=1):
            if not _all_answered(state, key, page):
                return Step("knowledge", key, number)
    return None


def _all_answered(state: State, form: str, page: Sequence[KnowledgeQuestion]) -> bool:
    return all(name_question(form, question.key) in state.knowledge for question in page)


def _next_conversation(state: State, blueprint: Blueprint, library: Library) -> Step | None:
    for key in blueprint.everyone:
        if key in state.left_to_person:
            continue
        conversation = state.conversations.get(key)
        if conversation is None:
            return Step("pause" if is_pause_due(state, blueprint, key) else "meet", key)
        if conversation.ended is None:
            return Step("reply", library.find(Scenario, key).key, conversation.next_reply)
    return None


def is_done(state: State, library: Library, key: str) -> bool:
    """Say whether the step with this key was answered already."""
    kind, _, rest = key.partition("/")
    what, _, number = rest.rpartition("/") if kind in {"rated", "knowledge", "reply"} else (rest, "", "")
    conversation = state.conversations.get(what)
    done = {
        "preview": state.preview_seen,
        "consent": bool(state.consent),
        "accommodations": state.accommodations is not None,
        "practice": state.practised,
        "block": what in state.rankings,
        "rated": kind == "rated" and _page_done(state, library, number),
        "situation": what in state.situations,
        "knowledge": kind == "knowledge" and _questions_done(state, library, what, number),
        "pause": what in state.paused_before,
        "meet": conversation is not None or what in state.left_to_person,
        "reply": conversation is not None and number.isdigit() and 0 < int(number) < conversation.next_reply,
        "willingness": state.willingness is not None,
    }
    return done.get(kind, False)


def _page_done(state: State, library: Library, number: str) -> bool:
    pages = rated_pages(blueprint_of(state, library))
    if not number.isdigit() or not 0 < int(number) <= len(pages):
        return False
    return all(find_rating(state, key) is not None for key in pages[int(number) - 1])


def _questions_done(state: State, library: Library, form: str, number: str) -> bool:
    if form not in blueprint_of(state, library).knowledge:
        return False
    pages = question_pages(library.find(KnowledgeForm, form))
    return number.isdigit() and 0 < int(number) <= len(pages) and _all_answered(state, form, pages[int(number) - 1])


def progress(state: State, library: Library) -> Progress:
    """Return how far the person is, in the blueprint's own seconds."""
    blueprint = blueprint_of(state, library)
    each = blueprint.seconds
    done = each.preview * state.preview_seen + each.consent * bool(state.consent) + each.practice * state.practised
    done += each.block * len(state.rankings) + each.rated * (len(state.ratings) + len(state.attention))
    done += each.situation * len(state.situations) + each.knowledge * len(state.knowledge)
    for key, conversation in state.conversations.items():
        turns = len(library.find(Scenario, key).probes)
        share = len(conversation.replies) if conversation.ended is None else turns
        done += blueprint.seconds_for(key) * share // turns
    done += sum(blueprint.seconds_for(key) for key in state.left_to_person)
    willing = each.condition * len(library.conditions)
    done += willing * (state.willingness is not None)
    spared = each.block * (blueprint.blocks - len(state.rankings)) if state.blocks_ended else 0
    return Progress(done=done, total=seconds_in_all(blueprint, library) - spared)
