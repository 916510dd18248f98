"""Forms of a job analysis as people send them back."""

import csv
import io
from collections.abc import Mapping

from poise.content.job import Job
from poise.content.jobform import write_form
from poise.content.library import Library

JOB = "complaints_desk"
USUAL = {"how_many": "6", "weight": "3", "must_have": "no", "level": "2"}


def fill_in(
    library: Library,
    person: str,
    answers: Mapping[str, str] | None = None,
    role: str = "incumbent",
    delimiter: str = ",",
) -> str:
    """Return the form as one person filled it in: a plain answer to everything, but for the answers that are given."""
    given = {"person": person, "role": role, **(answers or {})}
    written = io.StringIO()
    rows = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    for question, asks, how, answer in csv.reader(io.StringIO(write_form(library, library.find(Job, JOB)), newline="")):
        usual = answer or USUAL.get(question.rpartition(".")[2], "")
        rows.writerow([question, asks, how, given.get(question, usual) if question else answer])
    return written.getvalue()


def fill_in_all(library: Library, people: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """Return one file a person, by its name, from role and answers by person."""
    return {f"{name}.csv": fill_in(library, name, answers, role) for name, (role, answers) in people.items()}


def line_of(text: str, question: str) -> int:
    """Return the line on which the row of a question begins, counted as an editor does."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"{question},"))
