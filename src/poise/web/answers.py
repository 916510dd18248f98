"""What a page sends, read into a decision; the decision itself says what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from typing import cast

from django.http import QueryDict
from django.utils import timezone

from poise.sitting import decisions
from poise.sitting.decisions import InvalidAnswerError
from poise.sitting.journal import Decide
from poise.sitting.steps import Kind, Step
from poise.web.asking import read_categories, read_order
from poise.web.publishing import reader, voice
from poise.web.visit import Visit

ACCOMMODATIONS = ("large_text", "plain_background", "breaks", "human_alternative")
_KEY = r"(?P<what>[a-z][a-z0-9_]{0,59})"
_NUMBER = r"(?P<number>[1-9][0-9]{0,2})"
_STEPS = re.compile(
    r"(?P<plain>preview|consent|accommodations|practice|willingness|finished)"
    rf"|(?P<kind>block|situation|pause|meet)/{_KEY}"
    rf"|(?P<numbered>rated/page|(?:reply|knowledge)/{_KEY.replace('what', 'named')})/{_NUMBER}",
    re.ASCII,
)


def read_time() -> str:
    """Return now, as events write it."""
    return timezone.now().isoformat()


def parse_step(key: str) -> Step | None:
    """Return the step that an address names, or nothing where it cannot be one."""
    found = _STEPS.fullmatch(key)
    if found is None:
        return None
    if found["plain"]:
        return Step(cast("Kind", found["plain"]))
    if found["kind"]:
        return Step(cast("Kind", found["kind"]), found["what"])
    kind, _, what = found["numbered"].partition("/")
    return Step(cast("Kind", kind), what, int(found["number"]))


def _see_preview(visit: Visit, _step: Step, _given: QueryDict) -> Decide:
    return decisions.see_preview(visit.library, read_time())


def _give_consent(visit: Visit, _step: Step, given: QueryDict) -> Decide:
    if not given.get("agree"):
        raise InvalidAnswerError("Tick the box if you agree. If you do not, simply close this page: nothing is lost.")
    return decisions.give_consent(visit.library, given.get("version", ""), read_time())


def _choose_accommodations(visit: Visit, _step: Step, given: QueryDict) -> Decide:
    wishes = {wish: bool(given.get(wish)) for wish in ACCOMMODATIONS}
    return decisions.choose_accommodations(visit.library, wishes, read_time())


def _finish_practice(visit: Visit, _step: Step, given: QueryDict) -> Decide:
    read_order(given)  # tried in earnest, so that the form is known; the answer is not kept
    return decisions.finish_practice(visit.library, read_time())


def _rank_block(visit: Visit, step: Step, given: QueryDict) -> Decide:
    return decisions.rank_block(visit.library, step.what, read_order(given), read_time())


def _rate_statements(visit: Visit, step: Step, given: QueryDict) -> Decide:
    return decisions.rate_statements(visit.library, step.number, read_categories(given), read_time())


def _rate_situation(visit: Visit, step: Step, given: QueryDict) -> Decide:
    return decisions.rate_situation(visit.library, step.what, read_categories(given), read_time())


def _answer_questions(visit: Visit, step: Step, given: QueryDict) -> Decide:
    return decisions.answer_questions(visit.library, step.what, step.number, read_categories(given), read_time())


def _take_pause(visit: Visit, step: Step, _given: QueryDict) -> Decide:
    return decisions.take_pause(visit.library, step.what, read_time())


def _meet_customer(visit: Visit, step: Step, given: QueryDict) -> Decide:
    if given.get("person") == "yes":
        return decisions.leave_to_person(visit.library, step.what, read_time())
    return decisions.meet_customer(visit.library, step.what, reader(), read_time(), voice())


def _state_willingness(visit: Visit, _step: Step, given: QueryDict) -> Decide:
    return decisions.state_willingness(visit.library, read_categories(given), read_time())


READ: Mapping[Kind, Callable[[Visit, Step, QueryDict], Decide]] = {
    "preview": _see_preview,
    "consent": _give_consent,
    "accommodations": _choose_accommodations,
    "practice": _finish_practice,
    "block": _rank_block,
    "rated": _rate_statements,
    "situation": _rate_situation,
    "knowledge": _answer_questions,
    "pause": _take_pause,
    "meet": _meet_customer,
    "willingness": _state_willingness,
}
