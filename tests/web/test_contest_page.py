"""A person contests a reading on their own page; what a person corrects stands beside it in the report."""

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from jobfit.typed_sittings import HOTHEAD
from web.finished_sittings import begin_invited, begin_open, publish, walk

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting.contesting import ReadMoment, Verdict, correct_reading, list_moments
from poise.sitting.decisions import Written
from poise.sitting.journal import perform
from poise.sitting.state import State, fold
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal

AT = "2026-11-22T09:00:00+00:00"
WORDS = "I meant <b>kindly</b> & calmly."


@pytest.fixture
def opened(db: None, library: Library, reader: Reader) -> OpenedSitting:  # noqa: ARG001  the database must be there
    opened = begin_invited(publish(library), "harbour", "Bo Lindgren")
    walk(opened, library, reader, HOTHEAD)
    return opened


def path(opened: OpenedSitting) -> str:
    return f"/s/{opened.resume_token}/contest/"


def state_of(opened: OpenedSitting) -> State:
    return fold(DjangoJournal("harbour").read(opened.sitting.key))


def first(opened: OpenedSitting, library: Library) -> ReadMoment:
    return list_moments(state_of(opened), library)[0]


def test_every_reading_is_there_with_a_form(opened: OpenedSitting, library: Library, client: Client) -> None:
    page = unescape(client.get(path(opened)).content.decode())
    moments = list_moments(state_of(opened), library)
    assert page.count("I do not agree with this reading") == len(moments)
    for one in moments:
        assert f'value="{one.name}"' in page
    assert path(opened) in client.get(f"/s/{opened.resume_token}/report/").content.decode()


def test_what_is_contested_stands_on_page_report_and_desk_and_changes_no_figure(
    opened: OpenedSitting, library: Library, client: Client
) -> None:
    name = first(opened, library).name
    for _ in range(2):  # a second click
        response = client.post(path(opened), {"moment": name, "words": WORDS})
        assert (response.status_code, response["Location"]) == (303, path(opened))
    assert len(state_of(opened).contested[name]) == 1
    for address in (path(opened), f"/s/{opened.resume_token}/report/"):
        page = client.get(address).content.decode()
        assert "I meant &lt;b&gt;kindly&lt;/b&gt; &amp; calmly." in page
        assert "<b>kindly" not in page


def test_a_correction_stands_beside_the_reading(opened: OpenedSitting, library: Library, client: Client) -> None:
    one = first(opened, library)
    journal = DjangoJournal("harbour")
    decide = correct_reading(library, one.name, Verdict(4, "Ann Okafor"), Written("It was kind.", "r1", dict), AT)
    perform(journal, opened.sitting.key, decide)
    page = unescape(client.get(f"/s/{opened.resume_token}/report/").content.decode())
    assert one.rating is not None
    level = one.rating.line.level
    assert f"Was level {level} by the reading, corrected to level 4 by Ann Okafor on 22 November 2026" in page
    assert one.rating.line.reads in page


def test_the_hirer_sees_who_waits_for_an_answer_until_somebody_corrects(
    opened: OpenedSitting, library: Library, client: Client
) -> None:
    name = first(opened, library).name
    client.post(path(opened), {"moment": name, "words": WORDS})
    hirer = Client()
    hirer.force_login(
        User.objects.get(username="hirer@harbour.example"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = f"/desk/candidates/{opened.sitting.key}/"
    for address in ("/desk/", page):
        assert "Contests 1 reading of their words" in hirer.get(address).content.decode()
    assert "I meant &lt;b&gt;kindly" in hirer.get(page).content.decode()
    journal = DjangoJournal("harbour")
    verdict, reason = Verdict(None, "Ann"), Written("Cut off.", "r2", dict)
    perform(journal, opened.sitting.key, correct_reading(library, name, verdict, reason, AT))
    assert "Contests" not in hirer.get("/desk/").content.decode()
    told = unescape(hirer.get(page).content.decode())
    assert "corrected to not scored by Ann" in told
    assert "It counts for nothing." in told


def test_words_that_cannot_be_kept_are_said_and_not_lost(
    opened: OpenedSitting, library: Library, client: Client
) -> None:
    name = first(opened, library).name
    for moment, words, told in (
        (name, " ", "Write why you do not agree"),
        (name, "x" * 1201, "1,201 characters"),
        ("no/such", "my words", "not on this page"),
    ):
        response = client.post(path(opened), {"moment": moment, "words": words})
        page = response.content.decode()
        assert response.status_code == 422
        assert told in page
        assert words in page
    assert not state_of(opened).contested


def test_an_unfinished_sitting_leads_to_what_is_due(db: None, library: Library, client: Client) -> None:  # noqa: ARG001
    begun = begin_open(publish(library))
    for response in (client.get(path(begun)), client.post(path(begun), {"moment": "x", "words": "y"})):
        assert response.status_code == 303
        assert response["Location"].endswith("/at/preview")
