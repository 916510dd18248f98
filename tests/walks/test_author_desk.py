"""The author's desk in a browser: from the list of versions to a published one, every page checked by axe."""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from walks.conftest import LiveServer
from walks.test_whole_way import DESKTOP, PHONE
from walks.walker import Walker

SIZES = {"phone": PHONE, "wide": DESKTOP}


def sign_in(walker: Walker, server: LiveServer) -> None:
    walker.go("/sign-in/?next=/desk/library/")
    walker.page.fill("input[name=username]", "hirer@harbour.example")
    walker.page.fill("input[name=password]", server.secret("demo_password"))
    walker.page.get_by_role("button", name="Sign in").click()
    walker.page.wait_for_url("**/desk/library/")


def follow(page: Page, name: str | re.Pattern[str], *, exact: bool = False) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name, exact=exact).first.click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("size", SIZES)
def test_a_version_is_read_changed_checked_and_published(browser: Browser, server: LiveServer, size: str) -> None:
    viewport: ViewportSize = SIZES[size]
    with browser.new_context(viewport=viewport) as context:
        page = context.new_page()
        if size == "phone":  # every page works without its scripts
            context.route("**/*.js", lambda route: route.abort())
        walker = Walker(page, server.base, f"author-{size}")
        sign_in(walker, server)
        follow(page, "Version")
        walker.look("version")
        press(page, "Begin a draft")
        preview(walker)
        edit(walker)
        check(walker)
        publish(walker, f"walk-{size}")
        page.goto(f"{server.base}/desk/library/")
        walker.look("history")
        assert f"Version walk-{size}" in page.content()
        assert walker.complaints == []


def preview(walker: Walker) -> None:
    """Read a situation, a customer, a form of questions and a job's week as a candidate would, from the draft."""
    page = walker.page
    draft = page.url
    sections = {"situation": "Situations", "customer": "Customers", "form": "Knowledge questions", "job": "Jobs"}
    for name, section in sections.items():
        page.goto(draft)
        follow(page, re.compile(f"^{section}"))
        page.locator(".pieces a").first.click()
        page.wait_for_load_state()
        if name == "situation":
            walker.look("piece")
        follow(page, "See it as a candidate")
        assert "Preview. Nothing is stored." in page.content()
        walker.look(f"{name}-preview")
    page.goto(draft)


def edit(walker: Walker) -> None:
    """Make a mistake in a statement, mend it and save; then begin another one."""
    page = walker.page
    draft = page.url
    follow(page, re.compile("^Statements"))
    page.fill("#words", "somebody")
    page.select_option("#quality", "patience")
    press(page, "Find")
    walker.look("statements")
    page.locator(".pieces a").first.click()
    page.wait_for_load_state()
    follow(page, "Edit", exact=True)
    walker.look("edit")
    text = page.locator("#text").input_value()
    page.fill("#text", text.replace("pole: ", "pole: very "))
    press(page, "Save in this draft")
    assert "Line 3" in page.inner_text(".wrong")
    walker.look("edit-wrong")
    page.fill("#text", re.sub(r"(?m)^text: .*(\n  .*)*", f"text: I let somebody finish, {walker.name}.", text))
    quarrel(walker)
    press(page, "Save mine in place of theirs")
    follow(page, "Add one like it")
    walker.look("add")
    page.goto(draft)


def quarrel(walker: Walker) -> None:
    """Save while somebody else saved the same piece in another window: both texts are shown."""
    page = walker.page
    mine = page.locator("#text").input_value()
    other = page.context.new_page()
    other.goto(page.url)
    theirs = other.locator("#text").input_value()
    other.fill("#text", re.sub(r"(?m)^ease: .*$", "ease: 0.1", theirs))
    press(other, "Save in this draft")
    other.close()
    press(page, "Save in this draft")
    assert "ease: 0.1" in page.inner_text("pre")
    assert page.locator("#text").input_value() == mine
    walker.look("both")


def check(walker: Walker) -> None:
    page = walker.page
    walker.look("draft")
    follow(page, "Check this draft")
    walker.look("check")
    page.go_back()


def publish(walker: Walker, version: str) -> None:
    """Publish with something missing at first, then in full."""
    page = walker.page
    follow(page, "Publish as a new version")
    page.fill("#version", version)
    press(page, "Publish")
    assert page.input_value("#version") == version
    walker.look("publish-wrong")
    page.fill("#note", "One sentence about patience is plainer.")
    press(page, "Publish")
    walker.look("published")
