"""The interview at the desk: alone first, then beside each other; ratings move the report, notes can be erased."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from web.finished_sittings import PASSWORD, begin_invited, publish, walk

from poise.content.library import Library
from poise.hiring.interviewing import plain_reason, rater_key
from poise.roleplay.understanding import Reader
from poise.sitting.ratings import RATER
from poise.sitting.state import fold
from poise.storage import records, reports
from poise.storage.doors import OpenedSitting
from poise.storage.erasure import export_sitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Position

HOUSE = "harbour"
NOTES = "Told of a <b>parcel</b> that came late."
FIGURE = re.compile(r"\d\.\d|\d+ to \d+(?:\.\d)? of ten")


@pytest.fixture
def finished(db: None, library: Library, reader: Reader) -> OpenedSitting:  # noqa: ARG001  the database must be there
    digest = publish(library)
    for role in ("interviewer", "analyst"):
        records.add_member(HOUSE, f"{role}@harbour.example", PASSWORD, role)
    opened = begin_invited(digest, HOUSE, "Bo Lindgren")
    walk(opened, library, reader)
    reports.make_report(HOUSE, opened.sitting.key, timezone.now())
    return opened


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.get(username=f"{role}@harbour.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(opened: OpenedSitting) -> str:
    return f"/desk/candidates/{opened.sitting.key}/interview/"


def see(client: Client, opened: OpenedSitting) -> str:
    return unescape(client.get(address(opened)).content.decode())


def asked(page: str) -> list[str]:
    return re.findall(r'name="seen-(\w+)"', page)


def test_an_interviewer_reads_the_questions_and_no_figure(finished: OpenedSitting) -> None:
    interviewer = signed_in("interviewer")
    assert address(finished) in interviewer.get(f"/desk/candidates/{finished.sitting.key}/").content.decode()
    page = see(interviewer, finished)
    assert 4 <= len(asked(page)) <= 8
    assert "All candidates for this position are asked this" in page
    main = page[page.index("<main") :]
    assert not FIGURE.search(re.sub(r"<(span|summary|h2|li)>.*?</\1>", "", main))
    for word in ("likely", "verdict", "high pole", "The report shows all ratings"):
        assert word not in main


def test_ratings_are_kept_blind_to_each_other_and_make_the_report_anew(finished: OpenedSitting) -> None:
    first, second = signed_in("interviewer"), signed_in("hirer")
    question = asked(see(first, finished))[0]
    sent = {f"level-{question}": "4", f"notes-{question}": NOTES, f"seen-{question}": "0"}
    assert first.post(address(finished), sent).status_code == 303
    key = finished.sitting.key
    versions = reports.list_reports(HOUSE, key)
    assert [one.cause for one in versions] == ["interview_rated", "sitting_finished"]
    before = see(second, finished)
    assert "gave level" not in before
    assert "rate here first, and open the report afterwards" in before, "the report would tell them"
    assert second.post(address(finished), {f"level-{question}": "1", f"seen-{question}": "0"}).status_code == 303
    assert "interviewer@harbour.example gave level 4." in see(second, finished)
    raw = first.get(address(finished)).content.decode()
    assert "&lt;b&gt;parcel&lt;/b&gt;" in raw
    assert "hirer@harbour.example gave level 1." in raw
    assert NOTES not in see(second, finished)
    assert NOTES in export_sitting(key, HOUSE)["texts"].values()


def test_a_second_window_is_told_and_loses_nothing(finished: OpenedSitting) -> None:
    client = signed_in("interviewer")
    question = asked(see(client, finished))[0]
    sent = {f"level-{question}": "4", f"notes-{question}": NOTES, f"seen-{question}": "0"}
    for _ in range(2):  # a second click
        assert client.post(address(finished), sent).status_code == 303
    response = client.post(address(finished), sent | {f"level-{question}": "0", f"notes-{question}": "Other notes."})
    assert response.status_code == 409
    assert "Other notes." in response.content.decode()
    (given,) = fold(DjangoJournal(HOUSE).read(finished.sitting.key)).interview.values()
    assert [one.level for one in given] == [4]


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_stored(finished: OpenedSitting) -> None:
    client = signed_in("interviewer")
    one, two, three = asked(see(client, finished))[:3]
    sent = {f"level-{one}": "9", f"notes-{two}": "Notes alone.", f"level-{three}": "2", f"notes-{three}": "x" * 1201}
    response = client.post(address(finished), sent)
    page = unescape(response.content.decode())
    assert response.status_code == 422
    for told in ("The level is 9; give 0 to 4", "Choose a level as well", "1,201 characters", "Notes alone."):
        assert told in page
    assert client.post(address(finished), {}).status_code == 422
    assert not fold(DjangoJournal(HOUSE).read(finished.sitting.key)).interview


def test_nobody_rates_whoever_sat_for_a_study(library: Library, finished: OpenedSitting) -> None:
    Position.objects.update(mode="study", mode_by="", mode_reason="", mode_at=None)
    for_study = begin_invited(library.hash, HOUSE, "Ada Quist")
    assert signed_in("interviewer").get(address(for_study)).status_code == 409
    assert signed_in("analyst").get(address(finished)).status_code == 403


def test_a_rater_key_names_nobody() -> None:
    key = rater_key("ada.quist@harbour.example")
    assert RATER.fullmatch(key)
    assert "ada" not in key
    assert plain_reason("The evidence does not settle it: 3 to 5 of ten.") == "The evidence does not settle it."
