"""Asking people in from the desk: one, many from a table, by a public link; withdrawn, extended, reminded."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web.desk_visits import form_of, post, send, shown, signed_in

from poise.hiring.pacing import Pace
from poise.storage import positions
from poise.storage.doors import find_invitation
from poise.storage.inviting import MOST_BY_LINK_IN_AN_HOUR, PACE_OF_A_NETWORK
from poise.storage.models import Invitation, Mail, Position, Sitting, Tally
from poise.storage.outbox import claim_mails, mark_refused

DESK = "/desk/positions/desk/"
INVITE, MANY, INVITED = f"{DESK}invite/", f"{DESK}invite-many/", f"{DESK}invited/"
LINK = re.compile(r'value="http://testserver/i/([\w-]+)/"')
ADA = {"name": "Ada Quill", "email": "", "days": "14"}


@pytest.fixture
def hirer(digest: str) -> Client:  # noqa: ARG001  the library must be there
    return signed_in("hirer")


def number_of(name: str) -> int:
    return Invitation.objects.values_list("pk", flat=True).get(candidate_name=name)


class TestOne:
    def test_without_an_address_the_link_is_shown_to_who_invited_and_opens_a_sitting(self, hirer: Client) -> None:
        assert post(hirer, INVITE, ADA) == INVITED
        page = shown(hirer, INVITED)
        found = LINK.search(page)
        assert found is not None
        assert "Ada Quill is invited" in page
        assert found[1] not in shown(signed_in("owner"), INVITED)
        person = Client()
        assert "An invitation for Ada Quill" in shown(person, f"/i/{found[1]}/")
        post(person, f"/i/{found[1]}/", {})
        assert found[1] not in shown(hirer, INVITED)

    @pytest.mark.parametrize(("mode", "says"), [("study", "This is a study"), ("selection", "No program does.")])
    def test_the_letter_and_the_door_say_whether_it_is_a_study(self, mode: str, says: str, hirer: Client) -> None:
        Position.objects.update(mode=mode, mode_by="Ada", mode_reason="So.", mode_at=timezone.now())
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        letter = Mail.objects.get().body
        token = re.search(r"/i/([\w-]+)/", letter)
        assert token is not None
        assert says in letter
        assert says in shown(Client(), f"/i/{token[1]}/")

    def test_with_an_address_a_letter_with_the_link_waits_in_the_outbox(self, hirer: Client) -> None:
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        mail = Mail.objects.get()
        assert (mail.to, mail.kind) == ("ada@example.org", "invitation")
        link = re.search(r"http://testserver/i/([\w-]+)/", mail.body)
        assert link is not None
        assert link[1] not in shown(hirer, INVITED)
        assert find_invitation(link[1], timezone.now()).status == "ok"
        assert link[1] not in repr(list(Invitation.objects.values()))

    def test_the_page_of_an_invitation_says_what_became_of_its_letter(self, hirer: Client) -> None:
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        page = reverse("asked", args=(number_of("Ada Quill"),))
        (letter,) = claim_mails(timezone.now())
        assert "Waits to be sent" in shown(hirer, page)
        mark_refused(letter.number, "451 come back later", timezone.now())
        assert "tried 1 time (451 come back later)" in shown(hirer, page)
        mark_refused(letter.number, "550 no such mailbox", timezone.now(), for_good=True)
        assert "<strong>Not sent:</strong> 550 no such mailbox" in shown(hirer, page)

    def test_everything_wrong_is_told_and_nothing_is_lost(self, hirer: Client) -> None:
        given = {"name": "", "email": "ada(at)example.org", "days": "14", "accommodations": ["breaks"]}
        page = post(hirer, INVITE, given, 422)
        assert "Write the name of the person" in page
        assert "not a whole e-mail address" in page
        assert 'value="ada(at)example.org"' in page
        assert re.search(r'value="breaks" checked', page)
        assert "from 1 to 180" in post(hirer, INVITE, {**ADA, "days": "1000"}, 422)
        assert not Invitation.objects.exists()

    def test_the_same_address_is_not_invited_twice(self, hirer: Client) -> None:
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        page = post(hirer, INVITE, {"name": "A. Quill", "email": "ADA@example.org", "days": "14"}, 422)
        assert "invited to this position already" in page

    def test_what_was_agreed_is_ticked_when_the_person_comes_to_it(self, hirer: Client) -> None:
        post(hirer, INVITE, {**ADA, "accommodations": ["breaks", "human_alternative"]})
        found = LINK.search(shown(hirer, INVITED))
        assert found is not None
        person = Client()
        place = post(person, f"/i/{found[1]}/", {})
        post(person, f"{place}at/preview", {})
        consent = re.search(r'name="version" value="([^"]+)"', shown(person, f"{place}at/consent"))
        assert consent is not None
        post(person, f"{place}at/consent", {"agree": "yes", "version": consent[1]})
        page = shown(person, f"{place}at/accommodations")
        ticked = set(re.findall(r'name="(\w+)" value="yes" checked', page))
        assert ticked == {"breaks", "human_alternative"}
        assert "agreed with you beforehand" in page

    def test_nobody_is_invited_to_a_closed_position_and_its_invitations_rest(self, hirer: Client) -> None:
        post(hirer, INVITE, ADA)
        token = LINK.search(shown(hirer, INVITED))
        assert token is not None
        send(hirer, f"{DESK}settings/", f"{DESK}close/", {"do": "close"})
        assert "This position is closed" in post(hirer, INVITE, {**ADA, "name": "Bo"}, 422)
        assert "This position is closed" in shown(Client(), f"/i/{token[1]}/", 410)
        send(hirer, f"{DESK}settings/", f"{DESK}close/", {"do": "reopen"})
        assert "invites you" in shown(Client(), f"/i/{token[1]}/")


class TestAfterwards:
    @pytest.fixture
    def asked(self, hirer: Client) -> str:
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        return f"/desk/invitations/{number_of('Ada Quill')}/"

    def test_it_is_withdrawn(self, hirer: Client, asked: str) -> None:
        token = re.search(r"/i/([\w-]+)/", Mail.objects.get().body)
        assert token is not None
        send(hirer, asked, f"{asked}withdraw/", {})
        assert "Withdrawn on" in shown(hirer, asked)
        assert "was withdrawn" in shown(Client(), f"/i/{token[1]}/", 410)
        assert claim_mails(timezone.now()) == []

    def test_it_is_extended_to_a_day_that_is_to_come(self, hirer: Client, asked: str) -> None:
        page = post(hirer, f"{asked}extend/", {"until": "2001-01-01"}, 422)
        assert "still to come" in page
        assert 'value="2001-01-01"' in page
        assert "Choose a day" in post(hirer, f"{asked}extend/", {"until": "soon"}, 422)
        day = (timezone.now() + timedelta(days=100)).date()
        post(hirer, f"{asked}extend/", {"until": day.isoformat()})
        assert Invitation.objects.get().expires_at.date() == day

    def test_a_reminder_goes_out_with_the_same_link_and_not_twice_a_day(self, hirer: Client, asked: str) -> None:
        for _ in range(2):
            post(hirer, f"{asked}remind/", {})
        first, second = Mail.objects.order_by("pk")
        link = re.compile(r"http://testserver/i/[\w-]+/")
        assert second.kind == "reminder"
        assert link.findall(first.body) == link.findall(second.body)

    def test_who_has_begun_is_not_reminded(self, hirer: Client, asked: str) -> None:
        token = re.search(r"/i/([\w-]+)/", Mail.objects.get().body)
        assert token is not None
        post(Client(), f"/i/{token[1]}/", {})
        assert "begun already" in post(hirer, f"{asked}remind/", {}, 422)

    def test_another_house_does_not_find_it(self, hirer: Client, asked: str) -> None:  # noqa: ARG002
        other = signed_in("hirer", "other")
        shown(other, asked, 404)
        for deed in ("withdraw", "remind", "extend"):
            post(other, f"{asked}{deed}/", {}, 404)
        assert Invitation.objects.get().revoked_at is None


class TestMany:
    TABLE = (
        "Name;E-Mail;Needs\nZoë Ådler;zoe@example.org;\n=HYPERLINK(1);;breaks\n"
        "Bo;bo(at)example.org;\nCy;zoe@example.org;\n"
    )

    def test_nothing_is_stored_before_a_person_says_so(self, hirer: Client) -> None:
        page = post(hirer, MANY, {"table": SimpleUploadedFile("p.csv", self.TABLE.encode("cp1252")), "days": "7"}, 422)
        assert "2 people can be invited" in page
        assert "Windows-1252 with semicolons" in page
        assert "Row 4, email:" in page
        assert "stands in row 2 already" in page
        assert not Invitation.objects.exists()
        form = form_of(page, MANY)
        assert post(hirer, MANY, {**form, "go": "invite"}) == INVITED
        kept = Invitation.objects.order_by("pk").values_list("candidate_name", "email", "accommodations")
        assert list(kept) == [("Zoë Ådler", "zoe@example.org", []), ("=HYPERLINK(1)", "", ["breaks"])]
        assert Mail.objects.count() == 1

    def test_the_links_come_as_a_table_in_which_no_cell_is_a_formula(self, hirer: Client) -> None:
        page = post(hirer, MANY, {"text": self.TABLE, "days": "7"}, 422)
        post(hirer, MANY, {**form_of(page, MANY), "go": "invite"})
        answer = hirer.get(f"{INVITED}links.csv")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["name"] for row in rows] == ["Zoë Ådler", "'=HYPERLINK(1)"]
        for row in rows:
            token = row["link"].removesuffix("/").rpartition("/")[2]
            assert find_invitation(token, timezone.now()).status == "ok"

    def test_what_changed_since_the_preview_is_told_again(self, hirer: Client) -> None:
        page = post(hirer, MANY, {"text": "name,email\nAda,ada@example.org\nBo,\n", "days": "7"}, 200)
        post(hirer, INVITE, {**ADA, "email": "ada@example.org"})
        again = post(hirer, MANY, {**form_of(page, MANY), "go": "invite"}, 422)
        assert "is invited to this position already" in again
        assert Invitation.objects.count() == 1

    def test_an_empty_form_asks_for_a_table(self, hirer: Client) -> None:
        assert "Choose a file, or paste" in post(hirer, MANY, {"days": "7"}, 422)

    def test_ten_thousand_are_invited_within_one_request(self, hirer: Client) -> None:
        rows = "".join(f"Person {number},p{number}@example.org\n" for number in range(10_000))
        page = post(hirer, MANY, {"text": f"name,email\n{rows}", "days": "7"}, 200)
        post(hirer, MANY, {**form_of(page, MANY), "go": "invite"})
        assert (Invitation.objects.count(), Mail.objects.count()) == (10_000, 10_000)
        assert "10000 people are invited" in shown(hirer, INVITED).replace(",", "")


class TestByPublicLink:
    @pytest.fixture
    def link(self, hirer: Client) -> str:
        day = (timezone.now() + timedelta(days=30)).date().isoformat()
        send(hirer, f"{DESK}settings/", f"{DESK}link/", {"until": day, "do": "open"})
        return f"/p/{positions.find_position('harbour', 'desk').view.public_key}/"

    def test_who_comes_by_it_says_their_name_and_begins(self, hirer: Client, link: str) -> None:
        person = Client()
        assert "Harbour & Hill" in shown(person, link)
        assert "Write the name" in post(person, link, {"name": "  "}, 422)
        place = post(person, link, {"name": "Ada Quill"})
        post(person, place, {})
        assert Sitting.objects.get().candidate_name == "Ada Quill"
        assert "Ada Quill" in shown(hirer, DESK)

    def test_with_an_address_the_page_is_the_same_whether_it_came_before_or_not(self, link: str) -> None:
        pages = [post(Client(), link, {"name": "Ada", "email": "ada@example.org"}, 200) for _ in range(2)]
        assert pages[0] == pages[1]
        assert Invitation.objects.count() == 1
        assert [one.kind for one in Mail.objects.order_by("pk")] == ["invitation", "reminder"]

    def test_a_new_address_kills_the_old_one(self, hirer: Client, link: str) -> None:
        day = (timezone.now() + timedelta(days=30)).date().isoformat()
        send(hirer, f"{DESK}settings/", f"{DESK}link/", {"until": day, "do": "renew"})
        assert "no longer open" in shown(Client(), link, 410)

    @pytest.mark.parametrize("how", ["taken away", "closed", "past"])
    def test_it_ends(self, how: str, hirer: Client, link: str) -> None:
        if how == "past":
            Position.objects.update(public_until=timezone.now())
        elif how == "closed":
            send(hirer, f"{DESK}settings/", f"{DESK}close/", {"do": "close"})
        else:
            send(hirer, f"{DESK}settings/", f"{DESK}link/", {"do": "close"})
        assert "no longer open" in shown(Client(), link, 410)
        post(Client(), link, {"name": "Late"}, 410)
        assert not Invitation.objects.exists()

    def test_a_flood_is_stopped_in_words(self, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poise.storage.inviting.MOST_BY_LINK_IN_AN_HOUR", 2)
        for name in ("Ada", "Bo"):
            post(Client(), link, {"name": name})
        page = post(Client(), link, {"name": "Cy"}, 422)
        assert "try again in an hour" in page
        assert 'value="Cy"' in page

    def test_a_flood_from_one_network_stops_nobody_else(self, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poise.storage.inviting.PACE_OF_A_NETWORK", Pace(2, timedelta(minutes=3)))
        crowd, other = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
        for name in ("Ada", "Bo"):
            post(crowd, link, {"name": name})
        page = post(crowd, link, {"name": "Cy"}, 422)
        assert "try again in 3 minutes" in page
        assert 'value="Cy"' in page
        post(other, link, {"name": "Di"})
        assert Invitation.objects.count() == 3
        assert not any("203.0.113" in row.cache_key + row.value for row in Tally.objects.all())
        Tally.objects.update(expires=F("expires") - timedelta(minutes=3))
        post(crowd, link, {"name": "Cy"})

    def test_a_network_takes_at_most_a_little_over_half_of_what_an_hour_lets_in(self) -> None:
        in_an_hour = PACE_OF_A_NETWORK.at_once + timedelta(hours=1) // PACE_OF_A_NETWORK.interval
        assert in_an_hour <= 0.6 * MOST_BY_LINK_IN_AN_HOUR
