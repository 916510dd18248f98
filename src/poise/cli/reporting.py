"""`poise report`: the report of a stored sitting, recomputed."""

import json
import os

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poise.settings")
django.setup()

from django.template.loader import render_to_string  # noqa: E402  the settings come first

from poise.jobfit.letter import write_letter  # noqa: E402
from poise.jobfit.report import Report, report  # noqa: E402
from poise.sitting.journal import UnknownSittingError  # noqa: E402
from poise.sitting.state import State, fold  # noqa: E402
from poise.storage.doors import find_sitting_by_resume  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402
from poise.storage.records import library  # noqa: E402
from poise.web.printing.papers import print_candidate  # noqa: E402
from poise.web.report_ground import say_ground  # noqa: E402
from poise.web.report_layout import lay_report  # noqa: E402


def write_report(code: str, layout: str) -> bytes:
    """Return the report as JSON, as one page of HTML that needs nothing beside it, or as PDF."""
    state, made = make_report(code)
    if layout == "pdf":
        told = write_letter(made, library(made.library))
        return print_candidate(lay_report(made), say_ground(made, state.version), told)
    if layout == "json":
        text = json.dumps(made.as_dict(), ensure_ascii=False, indent=2)
    else:
        text = render_to_string("web/report/standalone.html", {"report": made})
    return f"{text}\n".encode()


def make_report(code: str) -> tuple[State, Report]:
    """Recompute the report of the sitting with this personal code or link, and return how the sitting stands too."""
    sitting = find_sitting_by_resume(code.rstrip("/").rpartition("/")[2])
    if sitting is None:
        raise typer.BadParameter(f"there is no sitting with the code {code!r}; it is the last part of a personal link")
    journal = DjangoJournal(sitting.organisation)
    try:
        state = fold(journal.read(sitting.key))
    except UnknownSittingError as error:
        raise typer.BadParameter(f"the sitting {code!r} has been deleted") from error
    return state, report(state, library(sitting.library), journal.texts(sitting.key))
