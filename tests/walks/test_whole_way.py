"""A person's whole way, from a door to the report, on a phone and on a wide screen, with every page checked by axe."""

from playwright.sync_api import Browser, ViewportSize
from walks.conftest import LiveServer
from walks.walker import Walker

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=900)
STEPS = {"preview", "consent", "accommodations", "practice", "block", "rated", "situation", "meet", "reply", "over"}


def test_open_door_on_a_phone(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:
        walker = Walker(context.new_page(), server.base, "phone")
        walker.go("/")
        walker.look("home")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk()
        assert set(walker.seen) >= STEPS
        assert walker.complaints == []


def test_invitation_by_keyboard_alone_on_a_wide_screen(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=DESKTOP) as context:
        walker = Walker(context.new_page(), server.base, "wide", by_keyboard=True)
        walker.go("/")
        walker.look("home")
        walker.go(f"/i/{server.secret('demo_invitation')}/")
        walker.look("invitation")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk()
        assert set(walker.seen) >= STEPS
        assert walker.seen.count("over") == 2
        assert walker.complaints == []
        walker.go(f"/i/{server.secret('demo_invitation')}/")
        walker.look("invitation-used")
        assert "You have finished" in walker.page.content()
        assert walker.complaints == []
