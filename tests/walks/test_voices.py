"""Six voices walk the whole way and meet the same customer; each is quoted as they wrote, and none word is lost."""

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
        quotes = [quote.strip().strip("“”") for quote in walker.page.locator("main blockquote").all_text_contents()]
        typed = " ".join(turn.words for turn in turns)
        assert quotes
        assert all(" ".join(quote.split()) in typed or "…" in quote for quote in quotes if quote)
