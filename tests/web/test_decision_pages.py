"""From the result to a decision: a view first where it is wanted, a reason always, and two people at once."""

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD
from web.finished_sittings import PASSWORD, begin_invited, publish, walk

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.storage import records, reports
from poise.storage.auditing import list_deeds
from poise.storage.deciding import list_decisions, list_judgements
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import Invitation, Mail, Member, Position

BACKEND = "django.contrib.auth.backends.ModelBackend"
HOUSE = "harbour"
REASON = "Stayed friendly with <b>everybody</b> in our talk."


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    digest = publish(library)
    for role in ("interviewer", "analyst", "author"):
        records.add_member(HOUSE, f"{role}@harbour.example", PASSWORD, role)
    return digest


@pytest.fixture
def finished(digest: str, library: Library, reader: Reader) -> OpenedSitting:
    opened = begin_invited(digest, HOUSE, "Bo Lindgren")
    walk(opened, library, reader, HOTHEAD)
    return opened


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=f"{role}@harbour.example"), backend=BACKEND)
    return client


def address(opened: OpenedSitting, page: str = "") -> str:
    return f"/desk/candidates/{opened.sitting.key}/{page}"


def see(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def form(outcome: str = "invite", words: str = REASON, expected: int = 0, report: int = 1) -> dict[str, str]:
    return {"choice": outcome, "words": words, "expected": str(expected), "report": str(report)}


class TestDeciding:
    def test_a_decision_stands_in_front_with_its_reason(self, finished: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        page = see(hirer, address(finished, "decide/"))
        assert 'name="report" value="1"' in page
        assert "You decide, never Poise" in page
        response = hirer.post(address(finished, "decide/"), form())
        assert (response.status_code, response["Location"]) == (303, address(finished))
        raw = hirer.get(address(finished)).content.decode()
        assert "Invite to the next talk." in raw
        assert "&lt;b&gt;everybody&lt;/b&gt;" in raw
        assert "<b>everybody" not in raw

    def test_the_second_of_two_is_shown_the_first_and_keeps_their_words(self, finished: OpenedSitting) -> None:
        hirer, owner = signed_in("hirer"), signed_in("owner")
        for client in (hirer, owner):  # both have the page open
            assert 'name="expected" value="0"' in see(client, address(finished, "decide/"))
        hirer.post(address(finished, "decide/"), form())
        response = owner.post(address(finished, "decide/"), form("decline", "Was short with the second customer."))
        page = unescape(response.content.decode())
        assert response.status_code == 409
        assert "hirer@harbour.example decided a moment ago: invite to the next talk" in page
        assert "Was short with the second customer." in page
        assert 'value="decline" checked' in page
        assert 'name="expected" value="1"' in page
        again = owner.post(address(finished, "decide/"), form("decline", "Was short.", expected=1))
        assert again.status_code == 303
        assert [one.outcome for one in list_decisions(HOUSE, finished.sitting.key)] == ["decline", "invite"]

    def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(self, finished: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        for sent, told in (
            (form("reject"), "Choose what you decide."),
            (form(words=" "), "Write your reason"),
            (form(words="x" * 1201), "1,201 characters"),
        ):
            response = hirer.post(address(finished, "decide/"), sent)
            page = unescape(response.content.decode())
            assert response.status_code == 422
            assert told in page
            assert sent["words"].strip() in page
        assert not list_decisions(HOUSE, finished.sitting.key)

    def test_a_letter_goes_with_the_decision_in_the_words_of_a_person(self, finished: OpenedSitting) -> None:
        hirer, page = signed_in("hirer"), address(finished, "decide/")
        sent = form() | {"letter": "Dear Bo, please come on Monday at ten."}
        assert 'name="letter"' not in see(hirer, page)
        response = hirer.post(page, sent)
        assert response.status_code == 422
        assert "No e-mail address of the candidate is known" in response.content.decode()
        assert not list_decisions(HOUSE, finished.sitting.key)
        Invitation.objects.filter(sitting__key=finished.sitting.key).update(email="bo@example.org")
        assert "It goes to bo@example.org" in see(hirer, page)
        for _ in range(2):  # a second click
            assert hirer.post(page, sent).status_code == 303
        (mail,) = Mail.objects.filter(kind="decision")
        assert (mail.to, mail.body.strip()) == ("bo@example.org", sent["letter"])

    @pytest.mark.parametrize("role", ["interviewer", "analyst", "author"])
    def test_other_roles_see_and_decide_nothing(self, role: str, finished: OpenedSitting) -> None:
        client = signed_in(role)
        for page in ("decide/", "versions/", "view/"):
            assert client.get(address(finished, page)).status_code == 403
            assert client.post(address(finished, page), form()).status_code == 403
        shown = see(client, address(finished))
        for word in ("Composure", "likely", "verdict", HOTHEAD[0].words):
            assert word not in shown
        assert not list_decisions(HOUSE, finished.sitting.key)

    def test_a_role_that_is_taken_away_ends_at_once(self, finished: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        assert hirer.get(address(finished, "decide/")).status_code == 200
        Member.objects.filter(user__username="hirer@harbour.example").update(role="interviewer")
        assert hirer.post(address(finished, "decide/"), form()).status_code == 403
        Member.objects.filter(user__username="hirer@harbour.example").delete()
        assert hirer.post(address(finished, "decide/"), form()).status_code == 403
        assert not list_decisions(HOUSE, finished.sitting.key)


class TestTheViewBeforeTheResult:
    @pytest.fixture
    def blind(self, finished: OpenedSitting) -> OpenedSitting:
        Position.objects.update(blind_first_view=True)
        return finished

    def test_nothing_is_shown_before_it(self, blind: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        page = see(hirer, address(blind))
        assert "Say what you think, then see the result" in page
        for word in ("Composure", "likely", "verdict", "chart", HOTHEAD[0].words):
            assert word not in page
        for other in ("decide/", "versions/"):
            response = hirer.get(address(blind, other))
            assert response.status_code == 403
            assert "Composure" not in response.content.decode()

    def test_both_stand_side_by_side_after_it(self, blind: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        response = hirer.post(address(blind, "view/"), {"choice": "rather_yes", "words": "Kind on the phone."})
        assert response.status_code == 303
        page = see(hirer, address(blind))
        assert "hirer@harbour.example thought: rather yes." in page
        assert "Composure" in page
        assert hirer.post(address(blind, "view/"), {"choice": "rather_no", "words": "No."}).status_code == 409
        assert len(list_judgements(HOUSE, blind.sitting.key)) == 1
        assert "Composure" not in see(signed_in("owner"), address(blind))

    def test_it_needs_a_choice_and_words(self, blind: OpenedSitting) -> None:
        response = signed_in("hirer").post(address(blind, "view/"), {"words": "Kind on the phone."})
        assert response.status_code == 422
        page = response.content.decode()
        assert "Choose what you think so far." in page
        assert "Kind on the phone." in page


class TestStudy:
    def test_results_are_hidden_from_bosses_and_pseudonymous_for_the_analyst(
        self, digest: str, library: Library, reader: Reader
    ) -> None:
        Position.objects.update(mode="study", mode_by="", mode_reason="", mode_at=None)
        opened = begin_invited(digest, HOUSE, "Bo Lindgren")
        walk(opened, library, reader)
        Position.objects.update(
            mode="selection", mode_by="Ann", mode_reason="Now we hire.", mode_at="2026-11-22T09:00Z"
        )
        for role in ("owner", "hirer", "interviewer"):
            page = see(signed_in(role), address(opened))
            assert "sat for a study" in page
            assert "Composure" not in page
        analyst = see(signed_in("analyst"), address(opened))
        assert "Composure" in analyst
        assert "Bo Lindgren" not in analyst


class TestVersions:
    def test_computed_anew_it_prints_the_same(self, finished: OpenedSitting) -> None:
        hirer = signed_in("hirer")
        hirer.get(address(finished))
        response = hirer.post(address(finished, "versions/"), follow=True)
        assert "printed figures are equal" in response.content.decode()
        assert len(reports.list_reports(HOUSE, finished.sitting.key)) == 1
        trail = list_deeds(HOUSE, about=f"sitting:{finished.sitting.key}")
        assert [(one.deed, one.detail) for one in trail] == [("recomputed", {"equal": True})]

    def test_where_another_program_printed_other_figures_both_are_kept_and_shown(
        self, finished: OpenedSitting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = finished.sitting.key
        with monkeypatch.context() as before:
            before.setattr(reports, "PROGRAM", "poise 0.0.9")
            reports.keep_report(HOUSE, key, '{"observations": 1}', DjangoJournal(HOUSE).read(key), timezone.now())
        page = unescape(signed_in("hirer").post(address(finished, "versions/"), follow=True).content.decode())
        assert "Some figures differ; both versions are kept" in page
        assert [one.cause for one in reports.list_reports(HOUSE, key)] == ["recomputed", "sitting_finished"]
        assert "poise 0.0.9" in page
        assert page.count('<th scope="row">observations</th>') == 1
