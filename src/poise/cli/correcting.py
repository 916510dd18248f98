"""`poise contest` and `poise correct`: a reading that the person does not agree with, and what a person finds."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import django
from rich.console import Console

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poise.settings")
django.setup()

from django.utils import timezone  # noqa: E402  the settings come first

from poise.content.library import Library  # noqa: E402
from poise.jobfit.correcting import ReadingView, view_readings  # noqa: E402
from poise.sitting.contesting import Verdict, contest_reading, correct_reading, find_moment  # noqa: E402
from poise.sitting.days import say_day  # noqa: E402
from poise.sitting.decisions import StaleStepError, Written  # noqa: E402
from poise.sitting.journal import Decide, UnknownSittingError, perform  # noqa: E402
from poise.sitting.state import State, fold  # noqa: E402
from poise.storage.doors import find_sitting_by_resume  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402
from poise.storage.ratings import find_sitting  # noqa: E402
from poise.storage.records import library as published  # noqa: E402
from poise.storage.views import SittingView  # noqa: E402

NOT_SCORED = "not-scored"
LEVELS = ("0", "1", "2", "3", "4", NOT_SCORED)


@dataclass(frozen=True)
class _Case:
    """A stored sitting, open for a look at its readings."""

    view: SittingView
    library: Library
    journal: DjangoJournal

    @property
    def state(self) -> State:
        """How the sitting stands."""
        try:
            return fold(self.journal.read(self.view.key))
        except UnknownSittingError as error:
            raise ValueError("this sitting was deleted a moment ago") from error

    def written(self, words: str) -> Written:
        """Return words under a new random key."""
        return Written(words, secrets.token_urlsafe(16), lambda: self.journal.texts(self.view.key))


def _open(view: SittingView | None, named: str) -> _Case:
    if view is None:
        raise ValueError(f"there is no sitting {named!r}")
    return _Case(view, published(view.library), DjangoJournal(view.organisation))


def _last_part(code: str) -> str:
    return code.rstrip("/").rpartition("/")[2]


def contest(out: Console, code: str, moment: str, words: str) -> None:
    """Keep that the person does not agree with a reading; without a moment, list what was read."""
    case = _open(find_sitting_by_resume(_last_part(code)), code)
    if not moment:
        _list_readings(out, case, "poise contest CODE MOMENT --words '...'")
        return
    try:
        _perform(case, lambda at: contest_reading(case.library, moment, case.written(words), at))
    except StaleStepError as error:
        raise ValueError(str(error)) from error
    out.print(
        "It is kept with the reading, and everybody who sees the report sees it. A person looks at it and answers."
        " Until then the figures stay as they are.",
        markup=False,
    )


def correct(out: Console, sitting: str, moment: str, verdict: tuple[str, str, str], *, replace: bool) -> None:
    """Put a level in the place of a reading, given as level, name and reason; without a moment, list what was read."""
    named = _last_part(sitting)
    case = _open(find_sitting(named) or find_sitting_by_resume(named), sitting)
    level, by, reason = verdict
    if not moment:
        _list_readings(out, case, "poise correct SITTING MOMENT LEVEL --by NAME --reason '...'")
        return
    if level not in LEVELS:
        raise ValueError(f"LEVEL is {level!r}, expected one of {', '.join(LEVELS)}")
    found = find_moment(case.state, case.library, moment)
    seen = len(found.corrected) if replace else 0
    given = Verdict(None if level == NOT_SCORED else int(level), by, seen)
    try:
        _perform(case, lambda at: correct_reading(case.library, found.name, given, case.written(reason), at))
    except StaleStepError as error:
        hint = " To put yours in its place, add --replace." if found.corrected and not replace else ""
        raise ValueError(f"{error}{hint}") from error
    for one in view_readings(case.state, case.library, case.journal.texts(case.view.key)):
        if one.name == found.name:
            _tell(out, one)
    out.print("The report is recomputed with it; the reading stays beside it.", markup=False)


def _perform(case: _Case, decide: Callable[[str], Decide]) -> None:
    perform(case.journal, case.view.key, decide(timezone.now().isoformat()))


def _list_readings(out: Console, case: _Case, how: str) -> None:
    for one in view_readings(case.state, case.library, case.journal.texts(case.view.key)):
        _tell(out, one)
    out.print(f"To go on: {how}", markup=False)


def _tell(out: Console, one: ReadingView) -> None:
    level = "could not be read" if one.level is None else f"level {one.level} of 4: {one.reads}"
    lines = [one.asks, *([f"The reply: {one.reply}"] if one.reply else []), f"By the reading, {level}"]
    lines += [f"Contested on {say_day(contested.at)}: {contested.words}" for contested in one.contested]
    lines += [corrected.words for corrected in one.corrected]
    out.print(f"{one.name} ({one.where}; {one.quality})", markup=False)
    for line in lines:
        out.print(f"  {line}", markup=False)
