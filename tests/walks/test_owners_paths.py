"""An owner's paths in a browser, and everybody's: members, terms, other programs, tables; signing in with two steps."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Browser
from walks.clerk import PASSWORD, SIZES, Clerk, at_work
from walks.conftest import LiveServer

NEW_PASSWORD = "another long password for a walk"
A_CODE_LASTS = 30
A_WALK_NEEDS = 4


pytestmark = pytest.mark.usefixtures("own_pages")


@pytest.mark.parametrize("size", SIZES)
def test_members_come_change_and_go(browser: Browser, server: LiveServer, size: str) -> None:
    address = f"ida@{size}.example"
    with at_work(browser, server, size, "owner") as owner, at_work(browser, server, size, "joins") as ida:
        owner.sign_in("owner", then="/desk/members/")
        owner.look("members")
        owner.go_wrong("Ask to join", "members-wrong")
        owner.fill("E-mail address", address)
        owner.choose("role", 2)
        owner.push("Ask to join")
        owner.look("asked")
        join(ida, owner.page.get_by_label("The link, shown this once").input_value())
        owner.follow("Back to the members")
        assert owner.says("Ida Berg")
        owner.page.get_by_label(f"Role of {address}").select_option("author")
        owner.push(f"Change the role of {address}")
        owner.look("role-changed")
        assert owner.page.get_by_label(f"Role of {address}").input_value() == "author"
        owner.follow(f"Remove {address}")
        owner.look("remove")
        owner.push("Remove")
        assert not owner.says(address)
        ida.go("/desk/")
        ida.look("removed")
        assert ida.says("There is no desk for this account")


def join(newcomer: Clerk, link: str) -> None:
    """Join in another browser, with too short a password at first."""
    newcomer.go(link.removeprefix(newcomer.base))
    newcomer.look("join")
    newcomer.fill("Your name", "Ida Berg")
    newcomer.fill("Choose a password", "short")
    newcomer.go_wrong("Join", "join-wrong")
    newcomer.fill("Choose a password", NEW_PASSWORD)
    newcomer.push("Join")
    newcomer.look("joined")


@pytest.mark.parametrize("size", SIZES)
def test_terms_are_set_and_stand_in_the_trail(browser: Browser, server: LiveServer, size: str) -> None:
    with at_work(browser, server, size, "terms", by_keyboard=size == "wide") as owner:
        owner.sign_in("owner", then="/desk/organisation/")
        owner.look("organisation")
        owner.fill("Days until an answer is owed", "0")
        owner.go_wrong("Keep these terms", "organisation-wrong")
        owner.fill("Days until an answer is owed", "7")
        owner.push("Keep these terms")
        owner.look("terms-kept")
        owner.follow("audit trail")
        owner.look("trail")
        assert owner.says("Changed terms")


@pytest.mark.parametrize("size", SIZES)
def test_other_programs_and_tables(browser: Browser, server: LiveServer, size: str) -> None:
    with at_work(browser, server, size, "programs") as owner:
        owner.sign_in("owner", then="/desk/connections/")
        owner.look("programs")
        make_key(owner)
        add_address(owner)
        owner.go("/desk/export/")
        owner.look("exports")
        owner.page.get_by_label("Which position?").select_option("evenings")
        owner.push("Choose")
        table = owner.download("CSV of candidates").decode("utf-8-sig")
        assert "Cleo Brandt" in table
        assert "Ada Quist" not in table
        owner.follow("Trail")
        owner.look("trail")


def make_key(owner: Clerk) -> None:
    owner.fill("What is it for?", "Applicant tracking")
    owner.go_wrong("Make the key", "key-wrong")
    owner.page.locator('input[name="scope"]').first.check()
    owner.push("Make the key")
    owner.look("key")
    assert re.search(r"poise_\w{8}_\w{40}", owner.page.content())
    owner.follow("I have copied it")
    owner.look("keys")
    owner.push("Withdraw the key Applicant tracking")
    owner.look("key-withdrawn")


def add_address(owner: Clerk) -> None:
    owner.fill("Address", "http://hooks.example.com/")
    owner.page.locator('input[name="kind"]').first.check()
    owner.go_wrong("Add the address", "address-wrong")
    owner.fill("Address", "https://hooks.example.com/poise")
    owner.push("Add the address")
    owner.look("address")
    owner.follow("Try the address")
    owner.push("Send a message to try it")
    owner.look("messages")
    owner.push("Tell this address nothing more")
    owner.look("address-stopped")


@pytest.mark.parametrize("size", SIZES)
def test_a_second_step_and_a_code_put_aside(browser: Browser, server: LiveServer, size: str) -> None:
    with at_work(browser, server, size, "second-step", by_keyboard=size == "wide") as owner:
        owner.go("/sign-in/")
        owner.look("sign-in")
        owner.sign_in("owner", then="/account/")
        owner.look("account")
        secret, put_aside = set_up(owner)
        owner.push("Sign out", within="header")
        owner.sign_in("owner")
        owner.look("code")
        owner.fill("Code", "000000")
        owner.go_wrong("Sign in", "code-wrong")
        owner.fill("Code", code_of(secret))
        owner.push("Sign in")
        assert "/desk/" in owner.page.url
        owner.push("Sign out", within="header")
        owner.sign_in("owner", then="/account/")
        owner.fill("Code", put_aside)
        owner.push("Sign in")
        owner.look("account-two-steps")
        owner.follow("See the codes for when the phone is lost")
        confirm(owner)
        owner.look("codes-left")
        assert owner.says("9 of 10 are left.")
        switch_off(owner)


def set_up(owner: Clerk) -> tuple[str, str]:
    """Set up the second step; return the key of the app, and one of the codes for a lost phone."""
    owner.follow("Set up the second step")
    confirm(owner)
    owner.look("set-up")
    secret = owner.page.locator("#secret").input_value()
    owner.fill("Code from the app", code_of(secret))
    owner.push("Switch it on")
    owner.look("codes")
    return secret, owner.page.locator(".codes li").first.inner_text()


def switch_off(owner: Clerk) -> None:
    owner.go("/account/sign-ins/")
    owner.look("sign-ins")
    owner.go("/account/second-step/off/")
    confirm(owner)
    owner.look("off")
    owner.push("Yes, switch it off")
    assert owner.says("It is off.")


def confirm(owner: Clerk) -> None:
    """Write the password once more where it is asked for."""
    if "/account/again/" in owner.page.url:
        owner.look("again")
        owner.fill("Password", PASSWORD)
        owner.push("Go on")


def code_of(secret: str) -> str:
    """Return the code that an app with this key shows, and that is good for some seconds more."""
    left = A_CODE_LASTS - time.time() % A_CODE_LASTS
    if left < A_WALK_NEEDS:
        time.sleep(left)
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // A_CODE_LASTS)))
