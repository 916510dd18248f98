"""The pages beside the way: one's own link and data, problems, wishes for another look, and the dark."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from walks.conftest import LiveServer
from walks.test_whole_way import DESKTOP, PHONE
from walks.walker import Walker

ASKING = Path(__file__).with_name("asking_questions.py")


def _begin_questions(server: LiveServer) -> str:
    """Begin a sitting with questions on a text, which are due next; return its address."""
    environment = {
        **os.environ,
        "POISE_DATA": str(server.folder),
        "DJANGO_SETTINGS_MODULE": "poise.settings",
        "PYTHONPATH": os.pathsep.join([str(ASKING.parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, str(ASKING), "knowledge"], env=environment, capture_output=True, text=True, check=True
    )
    return f"/s/{done.stdout.strip()}/"


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
        walker.go(_begin_questions(server))
        walker.look("knowledge")
        page.locator(".handbook summary").first.click()
        walker.look("knowledge-open")
        walker.press(page.get_by_role("button", name="Go on"))
        walker.look("knowledge-wrong")
        assert page.evaluate("document.activeElement.className") == "wrong"
        walker.walk()
        walker.look("knowledge-report")
        assert walker.seen[-4:] == ["knowledge", "knowledge", "willingness", "report"]
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
