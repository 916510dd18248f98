"""Questions on a text and attention checks on the pages: nothing needs a script, and nothing tells what is right."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from sitting.knowledge_library import ASKS_ALL, CHECKS, FORM, answer_step, beginning, build_knowledge_library, form
from web.conftest import Person

from poise.content.library import Library
from poise.jobfit.attending import NO_JUDGEMENT
from poise.sitting.journal import perform
from poise.storage import doors, records
from poise.storage.demo import OPEN_DOOR, Demo, ensure_selection
from poise.storage.records import publish_library

RIGHT = {question.key: question.right for question in form().questions}
PAGE = {f"answer_{question.key}": str(question.right) for question in form().questions[:4]}


@pytest.fixture
def digest(demo: Demo, starter: Library) -> str:  # noqa: ARG001  asked for by name
    return publish_library(OPEN_DOOR, build_knowledge_library(starter), timezone.now())


@pytest.fixture
def arrive(digest: str) -> Callable[[], Person]:
    def come() -> Person:
        return Person(Client(), doors.start_open_sitting(digest, ASKS_ALL, timezone.now(), "open").resume_token)

    return come


def go_on(person: Person, kind: str, answers: dict[str, int] | None = None) -> Person:
    """Answer by the decisions that the pages make, until a step of this kind is due."""
    visit = person.visit
    if person.due.kind == "preview":
        for decide in beginning(visit.library):
            perform(visit.journal, visit.sitting.key, decide)
    while (due := person.due).kind != kind:
        perform(visit.journal, visit.sitting.key, answer_step(visit.library, person.visit.state, due, answers))
    return person


def read(person: Person, path: str = "") -> str:
    page = person.get(path or person.path()).content.decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_preview_tells_of_both(arrive: Callable[[], Person]) -> None:
    page = read(arrive())
    assert "6 questions on a text." in page
    assert "A few lines among them ask for one answer by name. That is no trap, and it enters no score." in page


def test_the_whole_text_stands_beside_every_page_and_opens_without_a_script(arrive: Callable[[], Person]) -> None:
    person = go_on(arrive(), "knowledge")
    for said in ("Questions 1 to 4 of 6", "Questions 5 to 6 of 6"):
        page = person.get(person.path()).content.decode()
        assert said in page
        for section in form().sections:
            assert f"<summary>{section.title}</summary>" in page
        assert page.count('<details class="drawer">') == 2
        words = read(person)
        assert all(section.text.split("\n")[0] in words for section in form().sections)
        assert "The business and its rules are invented." in words
        assert not any(question.why in words for question in form().questions)
        if "1 to 4" in said:
            assert person.post(PAGE).status_code == 303
    assert dict(person.visit.state.knowledge) == {f"{FORM}/{key}": RIGHT[key] for key in list(RIGHT)[:4]}


def test_what_is_missing_is_marked_and_what_was_chosen_stays(arrive: Callable[[], Person]) -> None:
    person = go_on(arrive(), "knowledge")
    response = person.post({key: value for key, value in PAGE.items() if key != "answer_pears"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose one answer for each question. 1 left." in page
    assert page.count("is-missing") == 1
    assert page.count(" checked>") == 3
    assert person.post({**PAGE, "answer_until": "3"}).status_code == 422
    assert person.post({**PAGE, "answer_unasked": "0"}).status_code == 422
    assert not person.visit.state.knowledge


def test_a_link_resumes_at_the_page_that_is_due(arrive: Callable[[], Person]) -> None:
    person = go_on(arrive(), "knowledge")
    first = person.due.key
    assert person.post(PAGE)["Location"] == person.path(f"knowledge/{FORM}/2")
    assert person.get(f"/s/{person.token}/")["Location"] == person.path(f"knowledge/{FORM}/2")
    assert person.post(PAGE, first)["Location"] == person.path(f"knowledge/{FORM}/2"), "the same answer leads on"
    assert person.post({**PAGE, "answer_until": "0"}, first).status_code == 409
    for strange in (f"knowledge/{FORM}/3", f"knowledge/{FORM}/0", f"knowledge/{FORM}", "knowledge/nowhere/1"):
        assert person.get(person.path(strange)).status_code in {303, 404}
        assert person.post(PAGE, strange).status_code in {404, 409}


def test_an_attention_check_looks_like_any_other_line(arrive: Callable[[], Person]) -> None:
    person = go_on(arrive(), "rated")
    page = person.get(person.path()).content.decode()
    fieldsets = re.findall(r"<fieldset.*?</fieldset>", page, re.DOTALL)
    assert len(fieldsets) == 5
    bare = {re.sub(r"<legend>.*?</legend>|answer_\w+", "", one, flags=re.DOTALL) for one in fieldsets}
    assert len(bare) == 1
    assert CHECKS[0][1] in unescape(fieldsets[1])
    assert person.post(person.fitting()).status_code == 303
    assert dict(person.visit.state.attention) == {CHECKS[0][0]: 3}


def test_the_own_report_shows_what_was_right_and_judges_nobody(arrive: Callable[[], Person]) -> None:
    person = go_on(arrive(), "finished", RIGHT | {"proof": 1, CHECKS[1][0]: 0})
    words = read(person, person.visit.address("report"))
    assert "You answered one of the two as asked." in words
    assert NO_JUDGEMENT["self"] in words
    assert "How you answer questions from a text 3 questions" in words
    assert "The answer: “The receipt”. The right one: “A photograph of the crate”." in words
    assert "Why: The text says so under claims." in words


def test_the_hirer_reads_how_many_of_how_many(digest: str, client: Client) -> None:
    records.ensure_organisation("orchard", "Tallow Hill")
    records.ensure_position("orchard", "desk", "Complaints desk", job="complaints_desk", blueprint=ASKS_ALL)
    ensure_selection("orchard", "desk", timezone.now())
    records.add_member("orchard", "hirer@orchard.example", "a long password for a test", "hirer")
    now = timezone.now()
    token = doors.invite("orchard", "desk", "Noor Haddad", now=now, expires_at=now.replace(year=now.year + 1))
    opened = doors.open_sitting_for_invitation(token, digest, now)
    go_on(Person(Client(), opened.resume_token), "finished", RIGHT)
    client.force_login(
        User.objects.get(username="hirer@orchard.example"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("candidate", args=(opened.sitting.key,))).content.decode()
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
    assert "The candidate answered one of the two as asked." in words
    assert NO_JUDGEMENT["hirer"] in words
    assert "How the candidate answers questions from a text" in words
