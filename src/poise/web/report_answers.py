"""The answer of a report: what comes first, before anything that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from poise.jobfit.demand import Verdict, name_all
from poise.jobfit.report import JobView, Report
from poise.web.report_words import HIRER_HEADLINES, OWN_HEADLINES, Reader

Ending = Literal["some", "none", "too little"]
NO_JUDGEMENT = (
    "That is a useful thing to know. It is about one sitting and one kind of work, and says nothing about your worth."
    " Practice can change it"
)


@dataclass(frozen=True)
class Answer:
    """The answer in one line, and what it means."""

    title: str
    words: str


def ending_of(report: Report) -> Ending:
    """Say whether a job is left; where evidence is lacking for one, "none of these" would say too much."""
    if not report.none_of_these:
        return "some"
    settled = all(job.verdict != "not enough evidence" or job.fit == "unwilling" for job in report.jobs)
    return "none" if settled else "too little"


def answer_of(report: Report, jobs: Sequence[JobView], reader: Reader) -> Answer:
    """Return the answer to the question that the sitting began with; the jobs come with the most promising first."""
    if len(jobs) == 1:
        return _answer_for_one(jobs[0], ending_of(report), reader)
    if reader == "hirer":
        return Answer(f"{len(jobs)} jobs were looked at", "What was seen is held against each of them.")
    return _answer_for_many(jobs, ending_of(report))


def _answer_for_one(job: JobView, ending: Ending, reader: Reader) -> Answer:
    if reader == "hirer":
        title = HIRER_HEADLINES.get((job.verdict, job.fit), job.headline)
        return Answer(f"{job.name}: {title[0].lower()}{title[1:]}", "")
    if ending == "too little":
        return Answer("Too little was seen to give an answer", "This counts neither for you nor against you.")
    if ending == "none" and job.verdict != "likely meets":
        return Answer(*_tell_not_yet(job))
    title = OWN_HEADLINES.get((job.verdict, job.fit), job.headline)
    return Answer(title, "What you want counts as much as what you can do." if job.fit == "unwilling" else "")


def _tell_not_yet(job: JobView) -> tuple[str, str]:
    """Return the answer and its words where a job is not left: what falls short, what is not wanted, or both."""
    short = "What was seen likely falls short of what the job asks"
    if job.verdict != "likely not yet":
        rest = "the rest is open" if job.verdict == "open" else "too little was seen of the rest"
        wants = "What you want counts as much as what you can do. It is a useful thing to know, and no fault of yours."
        return f"You do not want some of its conditions; {rest}", wants
    more = ", and you do not want some of its conditions" if job.fit == "unwilling" else ""
    return "Likely not yet, as far as was seen today", f"{short}{more}. {NO_JUDGEMENT}."


def _answer_for_many(jobs: Sequence[JobView], ending: Ending) -> Answer:
    if ending == "too little":
        words = "The tasks did not show enough for most of these jobs. This counts neither for you nor against you."
        return Answer("Too little was seen to give an answer", words)
    if ending == "none":
        words = (
            "For each of these jobs, what was seen likely falls short of what the job asks, or you do not want its"
            f" conditions. {NO_JUDGEMENT}, and other work may suit you better."
        )
        return Answer("None of these, as far as was seen today", words)
    able, unsettled = _named(jobs, "likely meets"), _named(jobs, "open")
    if not able:
        return Answer(
            f"Open: {name_all(unsettled)}",
            "The evidence does not settle it yet. Practice, or a talk, may settle it.",
        )
    rest = f" Open, because the evidence does not settle it: {name_all(unsettled)}." if unsettled else ""
    return Answer(
        f"Worth a closer look: {name_all(able)}", f"What was seen likely meets what the work asks of you.{rest}"
    )


def _named(jobs: Sequence[JobView], verdict: Verdict) -> list[str]:
    return [job.name for job in jobs if job.verdict == verdict and job.fit != "unwilling"]
