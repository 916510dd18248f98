"""Six voices walk the whole way and meet the same customer; each is quoted as they wrote, and no word is lost."""

import pytest
from playwright.sync_api import Browser, ViewportSize
from walks.conftest import LiveServer
from walks.voices import VOICES
from walks.walker import Walker

SCREENS = {
    "phone": ViewportSize(width=390, height=844),
    "wide": ViewportSize(width=1280, height=900),
}
BRIEF_LOOK = {"home", "report"}


@pytest.mark.parametrize("number", range(len(VOICES)), ids=list(VOICES))
def test_a_voice_from_the_door_to_the_report(browser: Browser, server: LiveServer, number: int) -> None:
    name, turns = list(VOICES.items())[number]
    screen = list(SCREENS)[number % 2]
    with browser.new_context(viewport=SCREENS[screen]) as context:
        walker = Walker(context.new_page(), server.base, f"{name}-{screen}", voice=turns, looks_at=BRIEF_LOOK)
        walker.go("/")
        walker.look("home")
        walker.press(walker.page.get_by_role("button", name="Begin"))
        walker.walk()
        walker.look("report")
        assert walker.complaints == []
        shown = " ".join((walker.page.locator("main").text_content() or "").split())
        for turn in turns:
            assert " ".join(turn.words.split()) in shown
        quotes = [" ".join(quote.split()) for quote in walker.page.locator("blockquote p").all_text_contents()]
        assert quotes
        assert all(any(quote in turn.words for turn in turns) for quote in quotes)
