"""The pages beside the way: one's own link and data, problems, wishes for another look, and the dark."""

import pytest
from playwright.sync_api import Browser
from walks.conftest import LiveServer
from walks.test_whole_way import DESKTOP, PHONE
from walks.walker import Walker


def _own(walker: Walker, name: str) -> str:
    path: str = walker.page.evaluate("location.pathname")
    return "/".join(path.split("/")[:3]) + f"/{name}"


@pytest.mark.parametrize("size", ["phone", "wide"])
def test_own_pages_and_problems(browser: Browser, server: LiveServer, size: str) -> None:
    with browser.new_context(viewport=PHONE if size == "phone" else DESKTOP) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        walker = Walker(context.new_page(), server.base, f"own-{size}")
        page = walker.page
        walker.go(f"/i/{'x' * 43}/")
        walker.look("forged")
        walker.go("/nothing/here/")
        walker.look("unknown-page")
        walker.go("/")
        page.get_by_label("Link from your invitation").fill("nonsense")
        walker.press(page.get_by_role("button", name="Open my invitation"))
        walker.look("home-wrong")
        assert page.evaluate("document.activeElement.id") == "pasted"
        walker.press(page.get_by_role("button", name="Begin"))
        walker.walk(until="rated")
        walker.press(page.get_by_role("button", name="Go on"))
        walker.look("rated-wrong")
        assert page.evaluate("document.activeElement.className") == "wrong"
        walker.go(_own(walker, "link/"))
        walker.look("link")
        page.get_by_role("button", name="Copy the link").click()
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == server.base + _own(walker, "")
        walker.go(_own(walker, "delete/"))
        walker.look("delete")
        walker.press(page.get_by_role("button", name="Yes, delete everything"))
        walker.look("deleted")
        assert walker.complaints == []


def test_larger_text_on_a_plain_background_fits_a_phone(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE) as context:
        walker = Walker(context.new_page(), server.base, "large")
        walker.go("/")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk(until="accommodations")
        for name in ("large_text", "plain_background", "breaks"):
            walker.page.locator(f'input[name="{name}"]').check()
        walker.walk(until="over")
        walker.look("over")
        assert walker.complaints == []


def test_the_dark_has_enough_contrast_too(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE, color_scheme="dark") as context:
        walker = Walker(context.new_page(), server.base, "dark")
        walker.go("/")
        walker.look("home")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk(until="over")
        walker.look("over")
        assert walker.complaints == []
