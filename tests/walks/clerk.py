"""Somebody who works at the desk in a browser: signs in, follows links, presses buttons and fills in fields."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser
from walks.conftest import LiveServer
from walks.test_whole_way import DESKTOP, PHONE
from walks.walker import Walker

PASSWORD = "a long password for a walk"
VIEWED = ("Ada Quist", "Bo Lindgren")
CONTESTING = "Cleo Brandt"
SIZES = {"phone": PHONE, "wide": DESKTOP}
FURNISHING = Path(__file__).with_name("furnishing_desks.py")


class Clerk(Walker):
    """Does at the desk what somebody with a pointer does, or somebody with a keyboard alone."""

    def sign_in(self, role: str, then: str = "/desk/") -> None:
        """Sign in by the form, as somebody in this role at the employer of this size."""
        self.go(f"/sign-in/?next={then}")
        self.fill("E-mail address", f"{role}@{self.name.partition('-')[0]}.example")
        self.fill("Password", PASSWORD)
        self.push("Sign in")

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link on the page with this name, in its text or, failing that, at its top."""
        link = self.page.locator("main").get_by_role("link", name=name, exact=True)
        if not link.count():
            self.open_menu()
            link = self.page.get_by_role("link", name=name, exact=True)
        self.press(link.first)

    def push(self, name: str, within: str = "main") -> None:
        if within == "header":
            self.open_menu()
        self.press(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def fill(self, label: str, words: str) -> None:
        field = self.page.get_by_label(label, exact=True).first
        if not self.by_keyboard:
            field.fill(words)
            return
        self._tab_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, name: str, number: int) -> None:
        """Choose one of the radio buttons with this name."""
        self._choose(name, number)

    def download(self, name: str) -> bytes:
        """Follow a link that brings a file, and return the file."""
        with self.page.expect_download() as coming:
            self._activate(self.page.locator("main").get_by_role("link", name=name, exact=True).first)
        return Path(coming.value.path()).read_bytes()

    def open_folds(self) -> None:
        self.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")

    def says(self, words: str) -> bool:
        """Return whether these words can be seen on the page."""
        return words in self.page.locator("main").inner_text()

    def go_wrong(self, button: str, name: str) -> None:
        """Send a form too early: what is missing is told, and the focus is there."""
        self.push(button)
        self.look(name)
        focused = self.page.evaluate("document.activeElement.matches('.wrong, [aria-invalid=true], [data-focus]')")
        if not focused:
            self.complaints.append(f"{name}: what is wrong is told, and the focus is elsewhere")


@contextmanager
def at_work(
    browser: Browser, server: LiveServer, size: str, name: str, *, by_keyboard: bool = False
) -> Iterator[Clerk]:
    """Lend a clerk a browser of their own; at the end no page may have had a fault."""
    with browser.new_context(viewport=SIZES[size]) as context:
        clerk = Clerk(context.new_page(), server.base, f"{size}-{name}", by_keyboard=by_keyboard)
        yield clerk
        assert clerk.complaints == []


def furnish_desks(server: LiveServer) -> dict[str, str]:
    """Make an employer for each size; return where each one's contesting candidate has their pages."""
    here = os.pathsep.join([str(FURNISHING.parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {
        **os.environ,
        "POISE_DATA": str(server.folder),
        "DJANGO_SETTINGS_MODULE": "poise.settings",
        "PYTHONPATH": here,
    }
    done = subprocess.run(
        [sys.executable, str(FURNISHING), *SIZES], env=environment, stdout=subprocess.PIPE, check=True
    )
    made: dict[str, str] = json.loads(done.stdout)
    return made
