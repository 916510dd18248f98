"""What goes wrong in real life: no script, no network, a killed server, two tabs."""

import time

from playwright.sync_api import Browser, expect
from walks.conftest import LiveServer
from walks.test_whole_way import PHONE
from walks.walker import Walker


def _begin(browser_page: Walker) -> None:
    browser_page.go("/")
    browser_page.press(browser_page.page.get_by_role("button", name="Begin"))


def test_the_server_is_killed_in_the_middle_and_the_person_goes_on(browser: Browser, own_server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE) as context:
        walker = Walker(context.new_page(), own_server.base, "killed")
        _begin(walker)
        walker.walk(until="block")
        due = walker.page.url
        walker.page.locator('input[name="most"]').nth(0).check()
        walker.page.locator('input[name="least"]').nth(1).check()
        own_server.kill()
        walker.page.get_by_role("button", name="Go on").click()
        expect(walker.page.locator("#network")).to_contain_text("Your answer is still on this page")
        assert walker.page.locator('input[name="least"]').nth(1).is_checked()
        walker.look("network-away")
        own_server.start()
        walker.press(walker.page.get_by_role("button", name="Go on"))
        assert walker.page.url != due
        assert walker.network() == ""
        walker.go(due.removeprefix(own_server.base))
        assert "answered that page already" in walker.page.content()
        assert [one for one in walker.complaints if "htmx:" not in one] == []


def test_the_network_goes_away_while_a_reply_is_sent(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE) as context:
        walker = Walker(context.new_page(), server.base, "offline")
        _begin(walker)
        walker.walk(until="reply")
        words = "I am sorry, Ms Lindqvist. I look into your order first."
        walker.page.locator("#words").fill(words)
        context.set_offline(True)
        expect(walker.page.locator("#network")).to_contain_text("You are offline")
        walker.page.get_by_role("button", name="Send reply").click()
        expect(walker.page.locator("#network")).to_contain_text("Your answer is still on this page")
        assert walker.page.locator("#words").input_value() == words
        context.set_offline(False)
        walker.press(walker.page.get_by_role("button", name="Send reply"))
        assert walker.page.locator(".turn.you .bubble").inner_text() == words
        assert walker.page.evaluate("document.activeElement.id") == "latest"
        walker.page.locator("#words").fill("Half a thought")
        walker.page.reload()
        assert walker.page.locator("#words").input_value() == "Half a thought"
        assert [one for one in walker.complaints if "htmx:" not in one] == []


def test_two_tabs_the_first_answer_counts(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE) as context:
        walker = Walker(context.new_page(), server.base, "tabs")
        _begin(walker)
        walker.walk(until="block")
        other = Walker(context.new_page(), server.base, "other-tab")
        other.go(walker.page.url.removeprefix(server.base))
        walker.answer("block")
        other.page.locator('input[name="most"]').nth(1).check()
        other.page.locator('input[name="least"]').nth(0).check()
        other.press(other.page.get_by_role("button", name="Go on"))
        assert "Your first answer counts" in other.page.locator("h1").inner_text()
        other.look("stale")
        with other.page.expect_navigation():
            other.page.get_by_role("link", name="Go on").click()
        assert other.page.url == walker.page.url
        assert other.complaints == []


def test_going_back_in_the_browser_leads_to_the_page_that_is_due(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE) as context:
        walker = Walker(context.new_page(), server.base, "back")
        _begin(walker)
        walker.walk(until="block")
        walker.answer("block")
        due = walker.page.evaluate("location.href")
        walker.page.go_back()
        walker.page.get_by_text("You have answered that page already").wait_for()
        assert walker.page.evaluate("location.href") == due
        assert walker.complaints == []


def test_everything_works_without_scripts(browser: Browser, server: LiveServer) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server.base)
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I have read enough").click()
        page.get_by_label("I have read this").check()
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Go on").click()
        deadline = time.monotonic() + 60
        while "/at/reply" not in page.url and time.monotonic() < deadline:
            for name in sorted(
                {one.get_attribute("name") or "" for one in page.locator("main input[type=radio]").all()}
            ):
                page.locator(f'input[name="{name}"]').nth(2 if name == "least" else 1).check()
            page.locator("main form button[type=submit]").last.click()
        page.locator("#words").fill("A draft without scripts.")
        page.locator("#drawer-records button").first.click()
        expect(page.locator(".record").first).to_contain_text("Heron floor lamp")
        assert page.locator("#words").input_value() == "A draft without scripts."
        page.locator("#drawer-remedies summary").click()
        page.locator("#drawer-remedies button").first.click()
        assert page.get_by_text("You are offering:").is_visible()
        page.get_by_role("button", name="No", exact=True).click()
        assert page.locator("#with-reply").get_by_text("Offered").count() == 0
        assert page.locator("#words").input_value() == "A draft without scripts."
        page.get_by_role("button", name="Send reply").click()
        assert page.locator("#latest").is_visible()
        assert page.locator(".turn.you .bubble").inner_text() == "A draft without scripts."
