"""The pictures of the README, taken from the product itself: `make pictures` writes them anew."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from walks.conftest import LiveServer
from walks.voices import VOICES
from walks.walker import Walker

FOLDER = os.environ.get("POISE_PICTURES", "")
SCREEN = ViewportSize(width=1280, height=860)
FOURTH = 4


@pytest.mark.skipif(not FOLDER, reason="pictures are taken by `make pictures` alone")
def test_pictures_of_the_readme(browser: Browser, own_server: LiveServer) -> None:
    with browser.new_context(viewport=SCREEN) as context:
        walker = Walker(context.new_page(), own_server.base, "picture", voice=VOICES["warm"], looks_at=set())
        walker.go("/")
        take(walker.page, "door")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk(until="reply")
        while walker.seen.count("reply") < FOURTH:
            walker.answer("reply")
            walker.seen.append(walker.kind())
        walker.page.locator("#words").scroll_into_view_if_needed()
        take(walker.page, "conversation")
        walker.seen.pop()
        walker.walk()
        walker.page.locator("#jobs, h2:has-text('side by side')").first.scroll_into_view_if_needed()
        take(walker.page, "report")
        sign_in(walker.page, own_server)
        take(walker.page, "desk")


def sign_in(page: Page, server: LiveServer) -> None:
    walker = Walker(page.context.new_page(), server.base, "candidate", voice=(), looks_at=set())
    walker.go(f"/i/{server.secret('demo_invitation')}/")
    walker.press(walker.page.get_by_role("button", name="Begin"))
    walker.walk()
    page.goto(f"{server.base}/sign-in/")
    page.fill("input[name=username]", "hirer@harbour.example")
    page.fill("input[name=password]", server.secret("demo_password"))
    page.get_by_role("button", name="Sign in").click()
    page.locator("table.candidates a").first.click()
    page.wait_for_load_state()


def take(page: Page, name: str) -> None:
    page.screenshot(path=str(Path(FOLDER) / f"{name}.png"))
