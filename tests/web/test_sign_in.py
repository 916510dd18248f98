"""Signing in: the second step, where one is signed in, a forgotten password, and joining by an invitation."""

import re
import sqlite3
import time
import zlib
from contextlib import closing
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.signing import b64_decode
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from web.joining import (
    HIRER,
    OWNER,
    PASSWORD,
    account,
    ask_everybody_for_second_step,
    ask_to_join,
    found_harbour,
    role_of,
    sign_in,
)

from poise.storage.accounts import reset_second_step
from poise.storage.backup import back_up
from poise.storage.models import Member
from poise.storage.sealing import SECOND_STEP, unseal

DESK, CODE, ACCOUNT = "/desk/", "/sign-in/code/", "/account/"
NEW = "another long password for a test"


@pytest.fixture(autouse=True)
def harbour(db: None) -> None:  # noqa: ARG001  the database must be there
    cache.clear()
    found_harbour()


@pytest.fixture
def hirer() -> Client:
    client = Client()
    assert sign_in(client) == DESK
    return client


def read(client: Client, path: str) -> str:
    return unescape(client.get(path, follow=True).content.decode())


def code_of(secret: str) -> str:
    """Return the code that an app with this key shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def set_up(client: Client) -> str:
    """Set up the second step as a person would, and return the key."""
    return switch_on(client)[0]


def switch_on(client: Client) -> tuple[str, str]:
    """Set up the second step, password again first; return the key, and the page with the codes to put aside."""
    again = client.get("/account/second-step/")
    if again.status_code == 302:
        client.post(again["Location"], {"password": PASSWORD})
    page = read(client, "/account/second-step/")
    found = re.search(r'id="secret"[^>]*value="(\w+)"', page)
    assert found is not None
    assert 'class="qr"' in page
    assert "<?xml" not in page
    shown = client.post("/account/second-step/", {"code": code_of(found[1])}, follow=True)
    assert "10 of 10 are left" in shown.content.decode()
    return found[1], shown.content.decode()


class TestSecondStep:
    def test_it_is_set_up_with_a_picture_and_then_asked_for(self, hirer: Client) -> None:
        secret = set_up(hirer)
        new = Client()
        assert sign_in(new) == CODE
        assert new.get(DESK).status_code == 302
        wrong = new.post(CODE, {"code": "000000"})
        assert "not right, or it is too old" in wrong.content.decode()
        assert new.get(DESK).status_code == 302
        assert new.post(CODE, {"code": code_of(secret)})["Location"] == DESK
        assert new.get(ACCOUNT).status_code == 200

    def test_a_code_put_aside_lets_in_once(self, hirer: Client) -> None:
        set_up(hirer)
        codes = re.findall(r"<li>(\d{8})</li>", read(hirer, "/account/codes/"))
        assert len(codes) == 10
        for expected in (302, 200):
            new = Client()
            sign_in(new)
            assert new.post(CODE, {"code": codes[0]}).status_code == expected
        assert codes[1] in hirer.get("/account/codes/file/").content.decode()

    @pytest.mark.usefixtures("transactional_db")
    def test_one_message_tells_that_it_is_on_and_another_that_codes_are_new(self, hirer: Client) -> None:
        told = re.findall(r'<p class="message[^>]*>(.*?)</p>', switch_on(hirer)[1])
        assert told == ["The second step is on. Now put the codes below aside."]
        anew = hirer.post("/account/codes/new/", follow=True).content.decode()
        assert re.findall(r'<p class="message[^>]*>(.*?)</p>', anew) == ["Only the codes below work from now on."]

    def test_guessing_stops_after_five(self, hirer: Client) -> None:
        secret = set_up(hirer)
        new = Client()
        sign_in(new)
        pages = [new.post(CODE, {"code": f"00000{n}"}).content.decode() for n in range(6)]
        assert "wrong too often" in pages[-1]
        assert "wrong too often" in new.post(CODE, {"code": code_of(secret)}).content.decode()

    def test_where_it_is_asked_of_all_no_desk_opens_without_it_and_nobody_switches_it_off(self, hirer: Client) -> None:
        assert hirer.get(DESK).status_code == 200
        ask_everybody_for_second_step()
        assert hirer.get(DESK)["Location"] == ACCOUNT
        assert "asks everybody for a second step" in read(hirer, ACCOUNT)
        set_up(hirer)
        assert hirer.get(DESK).status_code == 200
        assert "so it stays on" in read(hirer, "/account/second-step/off/")
        assert "so it stays on" in hirer.post("/account/second-step/off/").content.decode()
        assert hirer.get(DESK).status_code == 200

    def test_where_it_is_not_it_can_be_switched_off(self, hirer: Client) -> None:
        set_up(hirer)
        assert hirer.post("/account/second-step/off/")["Location"] == ACCOUNT
        assert sign_in(Client()) == DESK

    def test_under_another_secret_key_it_says_what_to_do_and_whoever_runs_poise_lets_in(
        self, hirer: Client, settings: Settings
    ) -> None:
        secret = set_up(hirer)
        settings.SECRET_KEY = "another secret key than the one before"
        new = Client()
        assert sign_in(new) == CODE
        page = new.post(CODE, {"code": code_of(secret)})
        assert page.status_code == 200
        assert "secret key of this Poise was changed" in unescape(page.content.decode())
        assert new.get(DESK).status_code == 302
        assert reset_second_step(HIRER, timezone.now())
        assert sign_in(Client()) == DESK

    @pytest.mark.parametrize("page", ["/account/codes/", "/account/codes/new/", "/account/codes/file/"])
    def test_spare_codes_that_cannot_be_read_are_a_page_and_no_fault(self, hirer: Client, page: str) -> None:
        set_up(hirer)
        Authenticator.objects.filter(type="recovery_codes").update(data={"seed": "sealed:damaged", "used_mask": 0})
        shown = hirer.get(page)
        assert shown.status_code == 409
        assert "Ask whoever runs it" in shown.content.decode()

    def test_changing_it_asks_for_the_password_again(self, hirer: Client) -> None:
        assert hirer.get("/account/second-step/")["Location"].startswith("/account/again/")
        page = "/account/again/?next=/account/second-step/"
        assert "not the password of your account" in hirer.post(page, {"password": "wrong"}).content.decode()
        assert hirer.post(page, {"password": PASSWORD})["Location"] == "/account/second-step/"
        assert hirer.get("/account/second-step/").status_code == 200


def opened(session: Session) -> bytes:
    """Return what a session holds, as anybody reads it who has the database."""
    packed = session.session_data.partition(":")[0]
    plain = b64_decode(packed.lstrip(".").encode())
    return zlib.decompress(plain) if packed.startswith(".") else plain


@pytest.mark.django_db(transaction=True)
def test_neither_key_nor_codes_nor_sign_ins_lie_readable_in_the_database_or_a_backup(
    hirer: Client, tmp_path: Path
) -> None:
    hirer.post("/account/again/?next=/account/second-step/", {"password": PASSWORD})
    begun = re.search(r'id="secret"[^>]*value="(\w+)"', read(hirer, "/account/second-step/"))
    assert begun is not None
    assert begun[1].encode() not in b"".join(map(opened, Session.objects.all()))
    secret = set_up(hirer)
    seed = unseal(Authenticator.objects.get(type="recovery_codes").data["seed"], SECOND_STEP)
    cookie = hirer.cookies["sessionid"].value
    back_up(tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT count(*) FROM mfa_authenticator").fetchone() == (2,)
    database = Path(connection.settings_dict["NAME"])
    live = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    kept = (tmp_path / "copy").read_bytes()
    assert [word for word in (begun[1], secret, seed) if word.encode() in live + kept] == []
    assert cookie.encode() in live
    assert cookie.encode() not in kept, "else whoever has the backup is signed in"
    assert hirer.get(DESK).status_code == 200


class TestSessions:
    def test_a_sign_in_ends_with_the_browser_and_after_twelve_hours(self, hirer: Client) -> None:
        cookie = hirer.cookies["sessionid"]
        assert cookie["max-age"] == ""
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        ends = Session.objects.get(pk=cookie.value).expire_date
        assert abs(ends - timezone.now() - timedelta(hours=12)) < timedelta(minutes=1)
        Session.objects.update(expire_date=timezone.now())
        assert hirer.get(DESK).status_code == 302

    def test_looking_at_the_desk_writes_nothing(self, hirer: Client) -> None:
        before = Session.objects.get().expire_date
        hirer.get(DESK)
        assert Session.objects.get().expire_date == before

    def test_signing_out_everywhere_else_leaves_this_one(self, hirer: Client) -> None:
        others = [Client(HTTP_USER_AGENT="A browser in the hall"), Client()]
        assert [sign_in(one) for one in others] == [DESK, DESK]
        assert "A browser in the hall" in read(hirer, "/account/sign-ins/")
        assert "signed out everywhere else" in hirer.post("/account/sign-ins/", follow=True).content.decode()
        assert [one.get(DESK).status_code for one in (hirer, *others)] == [200, 302, 302]

    def test_a_new_password_signs_out_all_others(self, hirer: Client) -> None:
        other = Client()
        sign_in(other)
        form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert hirer.post("/account/password/", {**form, "oldpassword": "wrong"}).status_code == 200
        assert hirer.post("/account/password/", form)["Location"] == ACCOUNT
        assert [one.get(DESK).status_code for one in (hirer, other)] == [200, 302]
        assert sign_in(Client(), HIRER, PASSWORD) == ""
        assert sign_in(Client(), HIRER, NEW) == DESK

    def test_another_role_holds_from_the_next_click(self, hirer: Client) -> None:
        page = "/desk/connections/"
        assert "This page is for owners" in hirer.get(page).content.decode()
        Member.objects.filter(user__username=HIRER).update(role="owner")
        assert hirer.get(page).status_code == 200
        Member.objects.filter(user__username=HIRER).update(role="interviewer")
        assert hirer.get(page).status_code == 403

    def test_who_is_removed_is_out_at_once(self, hirer: Client) -> None:
        Member.objects.filter(user__username=HIRER).delete()
        response = hirer.get(DESK)
        assert response.status_code == 403
        assert "does not belong to any organisation" in response.content.decode()

    def test_a_closed_account_is_out_at_once_and_cannot_come_back(self, hirer: Client) -> None:
        row = account(HIRER)
        row.is_active = False
        row.save()
        assert hirer.get(DESK).status_code == 302
        assert sign_in(Client()) == "/sign-in/closed/"
        assert "This account is closed" in read(Client(), "/sign-in/closed/")


class TestForgottenPassword:
    def ask(self, email: str) -> str:
        return Client().post("/sign-in/forgotten/", {"email": email}, follow=True).content.decode()

    def test_a_letter_leads_to_a_new_password_once(self, hirer: Client) -> None:
        assert "Look into your mail" in self.ask(HIRER.upper())
        (letter,) = mail.outbox
        assert letter.to == [HIRER]
        assert letter.subject == "A new password for Poise"
        found = re.search(r"http://testserver(/\S+)", str(letter.body))
        assert found is not None
        new = Client()
        page = str(new.get(found[1])["Location"])
        assert found[1].split("-")[-1].strip("/") not in page
        short = new.post(page, {"password1": "short", "password2": "short"})
        assert "too short" in short.content.decode()
        done = new.post(page, {"password1": NEW, "password2": NEW})
        assert done["Location"] == "/sign-in/forgotten/done/"
        assert hirer.get(DESK).status_code == 302
        assert sign_in(Client(), HIRER, NEW) == DESK
        assert "does not work any more" in read(Client(), found[1])
        assert "The password of your account" in str(mail.outbox[-1].body) or "new password was chosen" in str(
            mail.outbox[-1].body
        )

    def test_strangers_get_the_same_page_and_no_letter(self) -> None:
        known, unknown = self.ask(HIRER), self.ask("nobody@harbour.example")
        assert known == unknown
        assert [letter.to for letter in mail.outbox] == [[HIRER]]

    def test_a_letter_that_cannot_be_sent_breaks_no_page(self, settings: Settings) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert "Look into your mail" in self.ask(HIRER)

    def test_asking_again_and_again_is_stopped(self) -> None:
        pages = [Client().post("/sign-in/forgotten/", {"email": HIRER}) for _ in range(4)]
        assert [one.status_code for one in pages] == [302, 302, 302, 429]
        assert "That was too often" in pages[-1].content.decode()
        assert len(mail.outbox) == 3


class TestJoining:
    ANN = "Ann@Harbour.example"
    FORM = {"name": "Ann Alyst", "password": NEW}  # noqa: RUF012  a form

    def test_who_is_invited_chooses_a_password_and_is_in(self) -> None:
        page = f"/join/{ask_to_join(self.ANN)}/"
        shown = read(Client(), page)
        assert "Harbour & Hill" in shown
        assert "analyst" in shown
        new = Client()
        assert new.post(page, self.FORM)["Location"] == DESK
        assert "Ann Alyst, analyst at Harbour & Hill" in read(new, ACCOUNT)
        assert role_of("ann@harbour.example") == "analyst"
        assert sign_in(Client(), "ANN@harbour.example", NEW) == DESK
        again = Client().post(page, self.FORM)
        assert again.status_code == 410
        assert "joined already" in again.content.decode()

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"name": "", "password": NEW}, "Write your name"),
            ({"name": "Ann", "password": ""}, "Choose a password"),
            ({"name": "Ann", "password": "short"}, "too short"),
            ({"name": "Ann", "password": "ann@harbour.example"}, "too similar"),
        ],
    )
    def test_what_is_missing_is_said_beside_the_field_and_nobody_joins(self, form: dict[str, str], said: str) -> None:
        response = Client().post(f"/join/{ask_to_join(self.ANN)}/", form)
        assert response.status_code == 422
        page = unescape(response.content.decode())
        assert said in page
        assert 'aria-invalid="true"' in page
        assert form["name"] in page
        assert role_of("ann@harbour.example") == ""

    def test_links_that_lead_nowhere_say_why(self) -> None:
        assert Client().get("/join/unknown/").status_code == 404
        late = Client().get(f"/join/{ask_to_join(self.ANN, days=-1)}/")
        assert late.status_code == 410
        assert "no longer open" in late.content.decode()
        taken = Client().post(f"/join/{ask_to_join(OWNER, token='u' * 43)}/", self.FORM)
        assert taken.status_code == 409
        assert sign_in(Client(), OWNER, PASSWORD) == DESK

    def test_who_left_comes_back_with_the_password_they_had(self) -> None:
        Member.objects.filter(user__username=HIRER).delete()
        page = f"/join/{ask_to_join(HIRER, 'author')}/"
        assert "keeps its password" in read(Client(), page)
        assert Client().post(page)["Location"] == "/sign-in/"
        assert role_of(HIRER) == "author"
        assert sign_in(Client(), HIRER, PASSWORD) == DESK

    def test_nobody_signs_up_without_an_invitation(self) -> None:
        for path in ("/accounts/signup/", "/signup/", "/sign-up/", "/accounts/3rdparty/signup/", "/account/email/"):
            assert Client().get(path).status_code == 404
