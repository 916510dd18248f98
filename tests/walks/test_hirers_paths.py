"""A hirer's paths in a browser: from a finished candidate to a decision, through a talk, and to a contested reading."""

import re

import pytest
from playwright.sync_api import Browser
from walks.clerk import CONTESTING, SIZES, VIEWED, Clerk, at_work
from walks.conftest import LiveServer

REASON = "Stayed friendly with the second customer, and asked before offering."
CONTEST = "I wanted to be quick for her, not to hurry her."
ANSWER = "I read it again with a colleague. You did ask what she needed."
REPORT_IS_WIDE = "document.querySelector('.report-body').offsetWidth > document.querySelector('main').offsetWidth / 2"
NOTES = "Told of a parcel that came late, and of ringing the customer twice."


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("own_pages")
def test_from_a_finished_candidate_to_a_decision(browser: Browser, server: LiveServer, size: str) -> None:
    with at_work(browser, server, size, "hirer", by_keyboard=size == "wide") as hirer:
        hirer.sign_in("hirer")
        hirer.look("candidates")
        for name in VIEWED:
            give_view(hirer, name)
        read_report(hirer)
        decide(hirer)
        compute_anew(hirer)
        compare(hirer)


def give_view(hirer: Clerk, name: str) -> None:
    """Say what one thinks, before anything of the result is shown."""
    hirer.go("/desk/")
    hirer.follow(name)
    hirer.look("hidden")
    assert not hirer.says("Composure")
    hirer.follow("Say what you think, then see the result")
    hirer.look("view")
    if name == VIEWED[0]:
        hirer.go_wrong("Keep my view and show the result", "view-wrong")
    hirer.choose("choice", 0)
    hirer.fill("What makes you think so?", "Kind on the phone.")
    hirer.push("Keep my view and show the result")
    assert hirer.says("thought: rather yes.")


def read_report(hirer: Clerk) -> None:
    """Read the report with its folds closed and open, and take it along on paper."""
    hirer.look("report")
    hirer.open_folds()
    hirer.look("report-open")
    assert hirer.says("Good morning, Ms Lindqvist.")
    assert hirer.download("Report as PDF").startswith(b"%PDF")


def decide(hirer: Clerk) -> None:
    hirer.follow("Decide, with your reason")
    hirer.look("decide")
    hirer.fill("Your reason", REASON)
    hirer.go_wrong("Keep this decision", "decide-wrong")
    assert hirer.page.locator("#words").input_value() == REASON
    hirer.choose("choice", 0)
    hirer.push("Keep this decision")
    hirer.look("decided")
    assert hirer.page.evaluate(REPORT_IS_WIDE), "the message takes the place of the report"
    assert hirer.says(REASON)


def compute_anew(hirer: Clerk) -> None:
    hirer.follow("See all versions, or compute it anew")
    hirer.look("versions")
    hirer.push("Compute it anew now")
    hirer.look("computed")
    assert hirer.says("printed figures are equal")


def compare(hirer: Clerk) -> None:
    """Lay two candidates side by side; one alone is refused beside the field."""
    hirer.go("/desk/positions/desk/")
    hirer.follow("Compare candidates")
    hirer.look("compare")
    both = hirer.page.locator('input[name="with"]')
    both.nth(0).check()
    hirer.push("Show side by side")
    hirer.look("compare-wrong")
    assert hirer.says("Choose at least two candidates.")
    both.nth(1).check()
    hirer.push("Show side by side")
    hirer.look("compared")
    head = hirer.page.locator("table.compared thead a")
    assert head.all_text_contents() == list(VIEWED)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("own_pages")
def test_two_hold_an_interview_and_neither_sees_the_other_first(
    browser: Browser, server: LiveServer, size: str
) -> None:
    with at_work(browser, server, size, "interviewer") as interviewer:
        interviewer.sign_in("interviewer")
        interviewer.look("candidates")
        interviewer.follow(CONTESTING)
        interviewer.look("no-result")
        interviewer.follow("Interview guide and ratings")
        interviewer.look("interview")
        interviewer.open_folds()
        interviewer.look("interview-open")
        assert interviewer.download("Guide and form as PDF").startswith(b"%PDF")
        rate(interviewer, 3, NOTES)
    with at_work(browser, server, size, "second") as second:
        second.sign_in("hirer")
        second.follow(CONTESTING)
        second.follow("Interview guide and ratings")
        assert not second.says("gave level")
        rate(second, 1, "Told of a late parcel, and of nothing that was done about it.")
        assert second.says(f"interviewer@{size}.example gave level 3.")
        assert NOTES not in second.page.content()
        second.follow("Back to the candidate")
        second.open_folds()
        assert second.says("Level 3 of 4")


def rate(rater: Clerk, level: int, notes: str) -> None:
    """Rate the first question; notes without a level are refused, and nothing is lost."""
    field = rater.page.get_by_label("What was said, in short").first
    field.fill(notes)
    rater.go_wrong("Keep my ratings", "interview-wrong")
    assert field.input_value() == notes
    rater.page.locator("fieldset.choices").first.get_by_role("radio").nth(level).check()
    rater.push("Keep my ratings")
    rater.look("rated")


@pytest.mark.parametrize("size", SIZES)
def test_a_contested_reading_is_answered_and_the_candidate_reads_it(
    browser: Browser, server: LiveServer, own_pages: dict[str, str], size: str
) -> None:
    with at_work(browser, server, size, "candidate") as candidate, at_work(browser, server, size, "answers") as hirer:
        candidate.go(f"{own_pages[size]}report/")
        candidate.look("report")
        candidate.follow("See how your replies were read, and contest a reading")
        candidate.look("readings")
        contest(candidate)
        hirer.sign_in("hirer", then="/desk/answers/")
        hirer.look("owed")
        hirer.follow(re.compile(f"^{CONTESTING}"))
        hirer.look("reading")
        assert hirer.says(CONTEST)
        hirer.go_wrong("Keep this answer and make the report anew", "reading-wrong")
        hirer.choose("choice", 4)
        hirer.fill("Your answer to the candidate", ANSWER)
        hirer.push("Keep this answer and make the report anew")
        hirer.look("answered")
        hirer.go("/desk/answers/")
        hirer.look("owed-nothing")
        assert hirer.says("Nobody waits for an answer")
        candidate.page.reload()
        candidate.look("answered")
        assert candidate.says(ANSWER)
        candidate.follow("Back to your report")
        candidate.open_folds()
        candidate.look("report-answered")
        assert candidate.says(ANSWER)


def contest(candidate: Clerk) -> None:
    """Contest the first reading, without words at first."""
    first = candidate.page.locator(".trace").first
    first.locator("summary").click()
    candidate.press(first.get_by_role("button", name="Keep this with the reading"))
    candidate.look("contest-wrong")
    first.get_by_label("Why do you not agree? What did you mean?").fill(CONTEST)
    candidate.press(first.get_by_role("button", name="Keep this with the reading"))
    candidate.look("contested")
    assert candidate.says(CONTEST)
