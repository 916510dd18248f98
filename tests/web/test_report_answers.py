"""What comes first in a candidate's report on one job says which it was: ability, conditions, or both."""

from types import SimpleNamespace
from typing import cast

import pytest

from poise.jobfit.report import JobView, Report
from poise.web.report_answers import Answer, answer_of


def answer_to(verdict: str, fit: str) -> Answer:
    job = cast("JobView", SimpleNamespace(name="Complaints desk", verdict=verdict, fit=fit, headline=""))
    return answer_of(cast("Report", SimpleNamespace(none_of_these=True, jobs=[job])), [job], "self")


@pytest.mark.parametrize(
    ("verdict", "fit", "title", "says", "silent"),
    [
        ("likely not yet", "willing", "Likely not yet", "falls short", "conditions"),
        ("likely not yet", "unwilling", "Likely not yet", "and you do not want some of its conditions", " or "),
        ("open", "unwilling", "You do not want some of its conditions; the rest is open", "What you want", "Practice"),
        ("not enough evidence", "unwilling", "You do not want some of its conditions; too little", "want", "falls"),
    ],
)
def test_one_job_is_answered_without_an_or(verdict: str, fit: str, title: str, says: str, silent: str) -> None:
    answer = answer_to(verdict, fit)
    assert answer.title.startswith(title)
    assert says in answer.words
    assert silent not in answer.words
