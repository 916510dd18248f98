"""The contest desk: a person answers within a term, the report is made anew, and the candidate sees it."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD, Turn
from web.finished_sittings import PASSWORD, begin_invited, begin_open, publish, walk

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting.contesting import ReadMoment, list_moments
from poise.sitting.state import State, fold
from poise.storage import records, reports
from poise.storage.answers import list_owed
from poise.storage.auditing import list_deeds
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Invitation, Mail, Organisation, Position

HOUSE = "harbour"
CONTEST = "I meant <b>kindly</b>."
ANSWER = "I read it again with a colleague: you asked & waited."
GIBBERISH = "Xqzt vrrl wpft brrg klmn ssdf."


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    digest = publish(library)
    for role in ("interviewer", "analyst"):
        records.add_member(HOUSE, f"{role}@harbour.example", PASSWORD, role)
    return digest


@pytest.fixture
def opened(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_invited(digest, HOUSE, "Bo Lindgren")
    walk(opened, library, reader, HOTHEAD)
    return opened


@pytest.fixture
def moment(opened: OpenedSitting, library: Library, client: Client) -> ReadMoment:
    """A moment that the candidate contests on their own page."""
    first = list_moments(state_of(opened), library)[0]
    client.post(f"/s/{opened.resume_token}/contest/", {"moment": first.name, "words": CONTEST})
    return first


def state_of(opened: OpenedSitting) -> State:
    return fold(DjangoJournal(HOUSE).read(opened.sitting.key))


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.get(username=f"{role}@harbour.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(opened: OpenedSitting, moment: ReadMoment) -> str:
    return f"/desk/candidates/{opened.sitting.key}/readings/{moment.name}/"


def read_level(moment: ReadMoment) -> int:
    assert moment.rating is not None
    return moment.rating.line.level


class TestReadings:
    def test_what_is_owed_stands_in_the_list_with_its_term(self, opened: OpenedSitting, moment: ReadMoment) -> None:
        page = unescape(signed_in("hirer").get("/desk/answers/").content.decode())
        assert address(opened, moment) in page
        assert "Does not agree with a reading" in page
        assert "overdue" not in page
        (owed,) = list_owed(HOUSE, timezone.now() + timedelta(days=15))
        assert owed.term.is_overdue
        Organisation.objects.filter(key=HOUSE).update(answer_days=30)
        (owed,) = list_owed(HOUSE, timezone.now() + timedelta(days=15))
        assert not owed.term.is_overdue

    def test_the_moment_stands_there_as_it_must_be_judged(self, opened: OpenedSitting, moment: ReadMoment) -> None:
        raw = signed_in("hirer").get(address(opened, moment)).content.decode()
        assert "<b>kindly" not in raw
        page = unescape(raw)
        for words in (CONTEST, HOTHEAD[0].words, moment.moment.asks, f"Level {read_level(moment)} of 4", "stands now"):
            assert words in page
        assert HOTHEAD[-1].words not in page

    def test_a_correction_makes_the_report_anew_and_everybody_sees_both(
        self, opened: OpenedSitting, moment: ReadMoment, client: Client
    ) -> None:
        hirer, key = signed_in("hirer"), opened.sitting.key
        reports.make_report(HOUSE, key, timezone.now())
        Invitation.objects.filter(sitting__key=key).update(email="bo@example.org")
        level = 4 if read_level(moment) < 2 else 0
        response = hirer.post(
            address(opened, moment), {"choice": str(level), "words": ANSWER, "seen": "0"}, follow=True
        )
        told = unescape(response.content.decode())
        assert "the report was made anew" in told
        versions = reports.list_reports(HOUSE, key)
        assert [one.cause for one in versions] == ["reading_corrected", "sitting_finished"]
        assert versions[0].digest != versions[1].digest
        for page in (f"/s/{opened.resume_token}/contest/", f"/s/{opened.resume_token}/report/"):
            shown = unescape(client.get(page).content.decode())
            assert f"corrected to level {level} by hirer@harbour.example" in shown
            assert ANSWER in shown
        assert "Nobody waits" in hirer.get("/desk/answers/").content.decode()
        (mail,) = Mail.objects.filter(kind="answer")
        assert mail.to == "bo@example.org"
        assert "asked & waited" not in mail.body
        trail = list_deeds(HOUSE, about=f"sitting:{key}")
        assert [one.deed for one in trail] == ["answered_contest"]
        assert "asked & waited" not in str(trail)

    def test_a_reading_may_be_kept_with_an_answer(self, opened: OpenedSitting, moment: ReadMoment) -> None:
        level = str(read_level(moment))
        response = signed_in("hirer").post(address(opened, moment), {"choice": level, "words": ANSWER, "seen": "0"})
        assert response.status_code == 303
        assert not list_owed(HOUSE, timezone.now())

    def test_of_two_who_correct_the_second_is_told_and_keeps_their_words(
        self, opened: OpenedSitting, moment: ReadMoment
    ) -> None:
        sent = {"choice": "4", "words": ANSWER, "seen": "0"}
        assert signed_in("hirer").post(address(opened, moment), sent).status_code == 303
        late = signed_in("owner").post(address(opened, moment), sent | {"choice": "1", "words": "Not to me."})
        page = unescape(late.content.decode())
        assert late.status_code == 409
        assert "hirer@harbour.example corrected this reading" in page
        assert "Not to me." in page
        assert 'name="seen" value="1"' in page
        assert len(state_of(opened).corrected[moment.name]) == 1

    def test_what_is_missing_is_said_beside_the_field(self, opened: OpenedSitting, moment: ReadMoment) -> None:
        hirer = signed_in("hirer")
        for sent, told in (
            ({"choice": "7", "words": ANSWER}, "Choose a level"),
            ({"choice": "3", "words": " "}, "Write the reason"),
            ({"choice": "3", "words": "x" * 1201}, "1,201 characters"),
        ):
            response = hirer.post(address(opened, moment), sent)
            assert response.status_code == 422
            assert told in unescape(response.content.decode())
        assert not state_of(opened).corrected

    def test_an_unread_reply_that_is_kept_so_waits_no_longer_in_the_table_of_candidates(
        self, digest: str, library: Library, reader: Reader, client: Client
    ) -> None:
        opened = begin_invited(digest, HOUSE, "Bo Lindgren")
        walk(opened, library, reader, (HOTHEAD[0], Turn((), GIBBERISH), *HOTHEAD[2:]))
        unread = [one for one in list_moments(state_of(opened), library) if one.rating is None][:2]
        own, waits = f"/s/{opened.resume_token}/contest/", "/desk/?waits=answer"
        hirer, sent = signed_in("hirer"), {"choice": "none", "words": ANSWER}
        client.post(own, {"moment": unread[0].name, "words": CONTEST})
        assert "Contests 1 reading of" in hirer.get(waits).content.decode()
        assert hirer.post(address(opened, unread[0]), sent).status_code == 303
        assert not list_owed(HOUSE, timezone.now())
        for page in ("/desk/", "/desk/positions/desk/"):
            assert "Contests" not in hirer.get(page).content.decode()
        assert "Bo Lindgren" not in hirer.get(waits).content.decode()
        client.post(own, {"moment": unread[1].name, "words": CONTEST})
        assert "Contests 1 reading of" in hirer.get(waits).content.decode()
        client.post(own, {"moment": unread[0].name, "words": "Please look once more."})
        assert "Contests 2 readings of" in hirer.get(waits).content.decode()
        assert hirer.post(address(opened, unread[0]), sent | {"choice": "3"}).status_code == 303
        assert "Contests 1 reading of" in hirer.get(waits).content.decode()

    def test_it_shows_no_result_to_who_may_not_see_it(self, opened: OpenedSitting, moment: ReadMoment) -> None:
        for role in ("interviewer", "analyst"):
            assert signed_in(role).get(address(opened, moment)).status_code == 403
        Position.objects.update(blind_first_view=True)
        assert signed_in("hirer").get(address(opened, moment)).status_code == 403
        assert signed_in("hirer").get(f"{address(opened, moment)[:-1]}x/").status_code == 403


class TestRequests:
    def test_a_candidate_asks_in_their_own_words_and_reads_the_answer(
        self, digest: str, library: Library, reader: Reader, client: Client
    ) -> None:
        begun = begin_invited(digest, HOUSE, "Ada Quist")
        walk(begun, library, reader, until="accommodations")
        own, hirer = f"/s/{begun.resume_token}/ask/", signed_in("hirer")
        Organisation.objects.filter(key=HOUSE).update(contact="people@harbour.example")
        assert "within 14 days. You can also write to" in unescape(client.get(own).content.decode())
        assert own in client.get(f"/s/{begun.resume_token}/at/accommodations").content.decode()
        for _ in range(2):  # a second click
            assert client.post(own, {"words": "A quiet <i>room</i>, please."}).status_code == 303
        (owed,) = list_owed(HOUSE, timezone.now())
        page = f"/desk/candidates/{begun.sitting.key}/requests/accommodation/{owed.request.about}/"
        assert page in hirer.get(f"/desk/candidates/{begun.sitting.key}/").content.decode()
        shown = hirer.get(page).content.decode()
        assert "A quiet &lt;i&gt;room&lt;/i&gt;, please." in shown
        sent = {"words": "Room 4 is yours on Monday.", "expected": "0"}
        assert "Asks for something" in hirer.get("/desk/?waits=answer").content.decode()
        assert hirer.post(page, sent).status_code == 303
        assert "Ada Quist" not in hirer.get("/desk/?waits=answer").content.decode()
        late = signed_in("owner").post(page, sent | {"words": "Room 5."})
        assert late.status_code == 409
        assert "They said: Room 4 is yours on Monday." in late.content.decode()
        assert "Room 5." in late.content.decode()
        assert "Room 4 is yours on Monday." in client.get(own).content.decode()
        assert not list_owed(HOUSE, timezone.now())

    def test_who_asked_for_a_person_waits_for_one(self, digest: str, client: Client, library: Library) -> None:
        begun = begin_invited(digest, HOUSE, "Ada Quist")
        path = f"/s/{begun.resume_token}"
        client.post(f"{path}/at/preview")
        client.post(f"{path}/at/consent", {"agree": "yes", "version": library.consent.version})
        client.post(f"{path}/at/accommodations", {"human_alternative": "yes"})
        hirer = signed_in("hirer")
        answer = f"/desk/candidates/{begun.sitting.key}/requests/human_alternative/-/"
        assert answer in hirer.get("/desk/answers/").content.decode()
        assert "Asks to talk" in hirer.get("/desk/").content.decode()
        assert hirer.post(answer, {"words": " "}).status_code == 422
        hirer.post(answer, {"words": "Ann rings you on Monday at ten.", "expected": "0"})
        assert "Ann rings you on Monday at ten." in client.get(f"{path}/ask/").content.decode()
        assert "Asks to talk" not in hirer.get("/desk/").content.decode()
        for wrong in ("human_alternative/x", "accommodation/-", "contest/x"):
            assert hirer.get(f"/desk/candidates/{begun.sitting.key}/requests/{wrong}/").status_code == 404

    def test_whoever_came_without_an_invitation_is_not_promised_an_answer(self, digest: str, client: Client) -> None:
        begun = begin_open(digest)
        client.post(f"/s/{begun.resume_token}/ask/", {"words": "Please help."})
        assert "nobody here who could answer" in client.get(f"/s/{begun.resume_token}/ask/").content.decode()
        assert not DjangoJournal("open_door").texts(begun.sitting.key)
