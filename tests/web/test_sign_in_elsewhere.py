"""Signing in by the organisation's own accounts, against a real provider on this machine: who comes in, and who not."""

import socket
import warnings
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import authlib.deprecate  # it asks for its own warnings to be shown always, so it comes before they are put off
import httpx
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from web.joining import HIRER, PASSWORD, account, ask_to_join, found_harbour, role_of, sign_in

from poise.settings.signing_in import read_provider
from poise.web.sign_in_elsewhere import read_verified_address

with warnings.catch_warnings():
    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from oidc_provider_mock import run_server_in_thread

# The provider runs in a thread of this process, with habits of its own.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")
BEGIN, BACK, DESK = "/sign-in/with/", "/sign-in/with/back/", "/desk/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def browser(db: None, provider: str, settings: Settings) -> Client:  # noqa: ARG001  asked for by name
    found_harbour()
    set_provider(settings, provider)
    return Client()


def set_provider(settings: Settings, address: str) -> None:
    given = {"POISE_OIDC_URL": address, "POISE_OIDC_CLIENT": "poise", "POISE_OIDC_SECRET": "a secret"}
    settings.OIDC = {**(read_provider(given) or {}), "provider_id": settings.OIDC_KEY, "name": "Harbour ID"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [settings.OIDC]}}


def know(provider: str, key: str, **claims: Any) -> None:
    """Let the provider know somebody."""
    assert httpx.put(f"{provider}/users/{key}", json=claims).status_code == 204


def go_there(browser: Client, key: str, more: str = "?next=/account/") -> str:
    """Begin, say at the provider who one is, and return the address to come back to."""
    begun = browser.get(f"{BEGIN}{more}")
    assert begun.status_code == 302, begun.content.decode()
    return httpx.post(begun["Location"], data={"sub": key}).headers["Location"]


def come_back(browser: Client, address: str) -> tuple[HttpResponse, str]:
    parts = urlsplit(address)
    assert parts.path == BACK
    response: Any = browser.get(f"{parts.path}?{parts.query}")
    return response, unescape(response.content.decode())


def come_in(browser: Client, key: str) -> tuple[HttpResponse, str]:
    return come_back(browser, go_there(browser, key))


class TestWhoComesIn:
    def test_a_member_with_a_verified_address_goes_on_to_where_they_wanted(
        self, browser: Client, provider: str
    ) -> None:
        know(provider, "1", email=HIRER.upper(), email_verified=True, name="Hal")
        assert "Sign in with Harbour ID" in browser.get("/sign-in/").content.decode()
        response, _ = come_in(browser, "1")
        assert (response.status_code, response["Location"]) == (302, "/account/")
        assert HIRER in browser.get("/account/").content.decode()

    def test_their_password_still_works(self, browser: Client, provider: str) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        come_in(browser, "1")
        assert sign_in(Client(), HIRER, PASSWORD) == DESK

    def test_who_is_invited_joins_in_the_role_they_were_asked_for(self, browser: Client, provider: str) -> None:
        ask_to_join("Ann.Alyst@harbour.example", "analyst")
        know(provider, "2", email="ann.alyst@harbour.example", email_verified=True)
        response, _ = come_in(browser, "2")
        assert response.status_code == 302
        assert role_of("ann.alyst@harbour.example") == "analyst"
        assert not account("ann.alyst@harbour.example").has_usable_password()
        assert "analyst at Harbour &amp; Hill" in browser.get("/account/").content.decode()

    def test_who_came_before_is_known_again_under_another_address(self, browser: Client, provider: str) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        come_in(browser, "1")
        know(provider, "1", email="married@harbour.example", email_verified=True)
        again = Client()
        assert come_in(again, "1")[0].status_code == 302
        assert HIRER in again.get("/account/").content.decode()

    def test_what_a_link_asks_for_is_not_heeded(self, browser: Client) -> None:
        begun = browser.get(f"{BEGIN}?process=connect&scope=everything&auth_params=prompt%3Dnone&next=//evil.example/")
        asked = parse_qs(urlsplit(begun["Location"]).query)
        assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
        assert "prompt" not in asked
        assert asked["code_challenge_method"] == ["S256"]
        (state,) = browser.session["socialaccount_states"].values()
        assert "evil" not in str(state)
        assert "'process': 'login'" in str(state)


class TestWhoDoesNot:
    @pytest.mark.parametrize("verified", [{}, {"email_verified": False}, {"email_verified": "false"}])
    def test_an_unverified_address_is_nobodys(self, browser: Client, provider: str, verified: dict[str, Any]) -> None:
        know(provider, "3", email=HIRER, **verified)
        response, page = come_in(browser, "3")
        assert response.status_code == 403
        assert "not verified there" in page
        assert self.is_out(browser)

    def test_an_unknown_address_gets_no_account(self, browser: Client, provider: str) -> None:
        know(provider, "4", email="stranger@elsewhere.example", email_verified=True)
        response, page = come_in(browser, "4")
        assert response.status_code == 403
        assert "no desk for this address" in page
        assert self.is_out(browser)
        assert role_of("stranger@elsewhere.example") == ""

    @pytest.mark.parametrize("days", [-1])
    def test_an_old_invitation_lets_nobody_join(self, browser: Client, provider: str, days: int) -> None:
        ask_to_join("late@harbour.example", days=days)
        know(provider, "5", email="late@harbour.example", email_verified=True)
        assert come_in(browser, "5")[0].status_code == 403
        assert role_of("late@harbour.example") == ""

    def test_another_person_with_the_same_address_is_refused(self, browser: Client, provider: str) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        come_in(browser, "1")
        know(provider, "6", email=HIRER, email_verified=True)
        other = Client()
        response, page = come_in(other, "6")
        assert response.status_code == 403
        assert "belongs to another account" in page
        assert self.is_out(other)

    def test_a_state_that_was_not_begun_here_is_refused(self, browser: Client, provider: str) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        address = go_there(browser, "1")
        stranger = Client()
        for who, where in ((stranger, address), (browser, address.replace("state=", "state=x"))):
            response, page = come_back(who, where)
            assert response.status_code == 400
            assert "could not finish signing you in" in page
            assert self.is_out(who)

    def test_an_address_to_come_back_to_works_once(self, browser: Client, provider: str) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        address = go_there(browser, "1")
        assert come_back(browser, address)[0].status_code == 302
        assert come_back(browser, address)[0].status_code == 400

    def test_who_stops_on_the_way_is_told_so(self, browser: Client) -> None:
        begun = browser.get(BEGIN)["Location"]
        state = parse_qs(urlsplit(begun).query)["state"][0]
        response, page = come_back(browser, f"{BACK}?error=access_denied&state={state}")
        assert response.status_code == 403
        assert "You are not signed in" in page

    def test_a_provider_that_does_not_answer_has_a_page(self, browser: Client, settings: Settings) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            set_provider(settings, f"http://127.0.0.1:{taken.getsockname()[1]}")
            response = browser.get(BEGIN)
        assert response.status_code == 502
        assert "cannot reach the place where you sign in" in response.content.decode()

    def test_a_provider_that_is_gone_when_somebody_comes_back_has_a_page(
        self, browser: Client, provider: str, settings: Settings
    ) -> None:
        know(provider, "1", email=HIRER, email_verified=True)
        address = go_there(browser, "1")
        set_provider(settings, f"{provider}/nowhere")
        response, page = come_back(browser, address)
        assert response.status_code == 502
        assert "If you have a password here" in page
        assert self.is_out(browser)

    def test_without_a_provider_the_way_leads_nowhere(self, db: None) -> None:  # noqa: ARG002  the database must be there
        assert Client().get(BEGIN).status_code == 404
        assert "Sign in with" not in Client().get("/sign-in/").content.decode()

    @staticmethod
    def is_out(browser: Client) -> bool:
        return browser.get("/account/").status_code == 302


def test_a_second_step_is_asked_for_after_the_provider_too(browser: Client, provider: str) -> None:
    TOTP.activate(account(HIRER), "A" * 32)
    know(provider, "1", email=HIRER, email_verified=True)
    response, _ = come_in(browser, "1")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/code/")
    assert TestWhoDoesNot.is_out(browser)


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({"userinfo": {"email": "A@b.example", "email_verified": True}}, "a@b.example"),
        ({"userinfo": {"email": "a@b.example"}, "id_token": {"email_verified": "true"}}, "a@b.example"),
        ({"userinfo": {"email": "a@b.example", "email_verified": False}, "id_token": {"email_verified": True}}, ""),
        ({"userinfo": {"email": "a@b.example", "email_verified": "no"}}, ""),
        ({"userinfo": {"email": "a@b.example", "email_verified": 1}}, ""),
        ({"userinfo": {"email_verified": True}}, ""),
        ({}, ""),
    ],
)
def test_only_what_is_plainly_verified_counts(claims: dict[str, Any], address: str) -> None:
    assert read_verified_address(claims) == address


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"POISE_OIDC_URL": "https://id.example"}, "POISE_OIDC_CLIENT and POISE_OIDC_SECRET must be set"),
        ({"POISE_OIDC_URL": "http://id.example", "POISE_OIDC_CLIENT": "p", "POISE_OIDC_SECRET": "s"}, "https://"),
        ({"POISE_OIDC_URL": "id.example", "POISE_OIDC_CLIENT": "p", "POISE_OIDC_SECRET": "s"}, "https://"),
    ],
)
def test_wrong_settings_stop_the_start_and_say_what_is_missing(given: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        read_provider(given)


def test_another_provider_has_another_key() -> None:
    given = {"POISE_OIDC_CLIENT": "p", "POISE_OIDC_SECRET": "s"}
    keys = {(read_provider({**given, "POISE_OIDC_URL": f"https://{one}.example"}) or {})["provider_id"] for one in "ab"}
    assert len(keys) == 2
    assert read_provider({}) is None
