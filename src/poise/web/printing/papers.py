"""What each document says on its first page: the candidate's report, the hirer's, and the interview guide."""

from dataclasses import replace
from datetime import UTC, datetime

from poise.hiring.interviewing import plain_reason
from poise.jobfit.interview import Guide
from poise.jobfit.letter import Letter
from poise.sitting.days import say_day
from poise.web.printing.press import print_sheet
from poise.web.report_layout import ReportLaid

OPENING = (
    "Thank you for the time and care that you put into this. On this page stands what was seen, in short. The pages"
    " after it show which of your own words each result rests on, and how sure it is."
)
CONTEST = (
    "write down the quality, the number of the reply, and what you meant, and send it to the person who invited you, or"
    " use “contest a reading” at your personal link. A person looks at it; the report is made anew, and both stand in"
    " it."
)
PROVISIONAL = (
    "All of it is provisional.",
    "The authors set the figures behind it. They have not yet been measured on real people.",
)
BEFORE = (
    ("You decide, with a reason.", "Nothing here is a decision. Talk with the candidate before you make one."),
    PROVISIONAL,
    ("Nobody knows yet how well it predicts success at work.", "No study compared it with how people later did."),
    ("Words, not ranks.", "There are no norms, so it does not say who is better."),
    (
        "A reading can be wrong.",
        "A program read the words. The candidate may contest it, and you owe an answer.",
    ),
)
HIRER_CONTEST = (
    "A program read the words of the candidate, and it can be wrong. Read the sentences that a result rests on before"
    " you use it. If the candidate says that a reading is wrong, look at the reply together and answer them yourself."
    " A level of yours can be put in the place of the reading, with your name and your reason. Then the report is made"
    " anew, and both stand in it."
)


def print_candidate(laid: ReportLaid, ground: str, told: Letter) -> bytes:
    """Return the candidate's own report as PDF; `ground` says what it was computed from."""
    one = len(laid.jobs) == 1
    return print_sheet(
        "candidate",
        {
            "title": "What was seen, and what it may mean for you",
            "over": "Your report",
            "facts": _facts(laid),
            "opening": (OPENING,),
            "question": f"{laid.jobs[0].view.name}: is it for you?" if one else "Which of these jobs is for you?",
            "contest": CONTEST,
            "contesting": told.contest,
            "work": told.work,
            "others": (*told.same, *told.interview) if told.interview else (),
            **_shared(laid, ground),
        },
        _moment(laid),
    )


def print_hirer(laid: ReportLaid, name: str, position: str, ground: str) -> bytes:
    """Return what was seen of a candidate for a position as PDF; `ground` says what it was computed from."""
    return print_sheet(
        "hirer",
        {
            "title": f"What was seen of {name}",
            "name": name,
            "position": position,
            "over": position,
            "facts": _facts(laid),
            "before": BEFORE if laid.report.provisional else tuple(one for one in BEFORE if one != PROVISIONAL),
            "open": tuple(dict.fromkeys(name for job in laid.jobs for name in job.still_open)),
            "contest": HIRER_CONTEST,
            **_shared(laid, ground),
        },
        _moment(laid),
    )


def print_guide(guide: Guide, name: str, position: str, finished: datetime) -> bytes:
    """Return the guide to an interview with its rating form as PDF; it tells nothing of what was seen."""
    core = sum(one.core for one in guide.questions)
    return print_sheet(
        "guide",
        {
            "title": f"Interview with {name}",
            "over": "Interview guide and rating form",
            "position": position,
            "facts": (
                ("Position", position),
                ("Questions", f"{core} asked of all candidates, {len(guide.questions) - core} of this one"),
            ),
            "about": guide.about,
            "questions": tuple(replace(one, why=plain_reason(one.why), given=()) for one in guide.questions),
        },
        finished,
    )


def _facts(laid: ReportLaid) -> tuple[tuple[str, str], ...]:
    finished = (("Finished on", say_day(laid.finished.isoformat())),) if laid.finished else ()
    return (
        *finished,
        ("Rests on", f"{laid.report.observations} things that were said or done"),
        ("Library", f"{laid.report.library_version}, {laid.report.library[:12]}"),
    )


def _shared(laid: ReportLaid, ground: str) -> dict[str, object]:
    settled = "" if laid.report.converged else " The calculation did not settle: take the bands as wider than drawn."
    return {
        "laid": {name: getattr(laid, name) for name in LAID} | {"hirer": laid.hirer},
        "claims": laid.report.claims,
        "provisional": laid.report.provisional,
        "made": f"{ground}{settled}",
    }


def _moment(laid: ReportLaid) -> datetime:
    """Return the moment that a report is of; an unfinished one is of when it began."""
    at = laid.finished or datetime.fromisoformat(laid.report.started_at)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


LAID = (
    "letter",
    "answer",
    "jobs",
    "able_unwilling",
    "qualities",
    "lacking",
    "strengths",
    "most_room",
    "practise_first",
    "practise_later",
    "conversations",
    "words_erased",
    "attention",
)
"""What the sheets show of a report that is laid out."""
