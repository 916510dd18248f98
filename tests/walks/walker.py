"""Somebody who walks through Poise in a browser, by pointer or by keyboard alone, and has every page checked."""

import contextlib
import os
import re
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page
from walks.voices import Turn

REPLY = (
    "I am sorry that you had to wait and ask again. I have your order here in front of me. "
    "May I ask what you need and by when, so that I can put it right?"
)
MOST_PAGES = 90
MOST_TABS = 140
AXE_OPTIONS = {"resultTypes": ["violations"]}


class Walker:
    """Answers whatever page is due; `seen` holds the kind of every step on the way."""

    def __init__(
        self,
        page: Page,
        base: str,
        name: str,
        *,
        by_keyboard: bool = False,
        voice: tuple[Turn, ...] = (),
        looks_at: set[str] | None = None,
    ) -> None:
        self.voice = voice
        self.looks_at = looks_at
        self.page = page
        self.base = base
        self.name = name
        self.by_keyboard = by_keyboard
        self.seen: list[str] = []
        self.complaints: list[str] = []
        self._looked: set[str] = set()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _note(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        # Taking a picture hides the caret by a style that our policy refuses.
        pictured = "inline style" in text and "POISE_SCREENSHOTS" in os.environ
        expected = "Failed to load resource" in text or pictured
        if kind == "error" and not expected:
            self.complaints.append(f"console: {text}")

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def look(self, name: str, *, again: bool = False) -> None:
        """Check a page with axe, see that nothing sticks out at the side, and keep a picture where one is asked for."""
        unwanted = self.looks_at is not None and name not in self.looks_at
        if unwanted or (name in self._looked and not again):
            return
        self._looked.add(name)
        result = Axe().run(self.page, options=AXE_OPTIONS)
        for violation in result.response["violations"]:
            targets = [node["target"] for node in violation["nodes"][:3]]
            self.complaints.append(f"{name}: {violation['id']} {targets}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.complaints.append(f"{name}: sticks out by {wide} px")
        small = self.page.evaluate(_SMALL_TARGETS)
        self.complaints += [f"{name}: small target {one}" for one in small]
        self.picture(name)

    def picture(self, name: str) -> None:
        folder = os.environ.get("POISE_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{self.name}-{name}.png", full_page=True)

    def kind(self) -> str:
        address: str = self.page.evaluate("location.href")
        path = address.partition("/at/")[2]
        if path:
            return path.partition("/")[0].partition("#")[0]
        return re.sub(r".*/s/[^/]+/", "", address).partition("/")[0]

    def press(self, button: Locator) -> None:
        """Press a button and wait for the page that comes."""
        self.page.evaluate("document.querySelectorAll('main, #desk').forEach(one => { one.dataset.old = 'yes'; })")
        self._activate(button)
        self.settle()

    def settle(self) -> None:
        """Wait until the page, or the desk on it, is a new one and stands still."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with contextlib.suppress(Error):  # the page is just being replaced
                if self.page.evaluate(_IS_NEW):
                    return
            time.sleep(0.02)
        raise AssertionError(f"{self.page.url}: no new page came; the network line says: {self.network()!r}")

    def network(self) -> str:
        """Return what the page says about the connection."""
        return self.page.locator("#network").inner_text()

    def open_menu(self) -> bool:
        """Open the menu of the desk where a phone folds it, and say whether there was one to open."""
        menu = self.page.locator("details.menu:not([open]) > summary")
        if not menu.is_visible():
            return False
        self._activate(menu)
        return True

    def walk(self, until: str = "report") -> None:
        """Answer page after page until one of this kind is due."""
        for _ in range(MOST_PAGES):
            kind = self.kind()
            self.seen.append(kind)
            if kind == until:
                return
            self.look(kind if kind != "reply" else f"reply-{self.seen.count('reply')}")
            self.answer(kind)
        raise AssertionError(f"no {until} after {MOST_PAGES} pages; seen: {self.seen}")

    def answer(self, kind: str) -> None:
        getattr(self, f"_answer_{kind}", self._go_on)()

    def _go_on(self) -> None:
        self.press(self.page.locator("main form button[type=submit]").last)

    def _answer_over(self) -> None:
        with self.page.expect_navigation():
            self._activate(self.page.get_by_role("link", name="Go on"))

    def _answer_consent(self) -> None:
        self._choose("agree", 0)
        self._go_on()

    def _answer_practice(self) -> None:
        self._answer_block()

    def _answer_block(self) -> None:
        self._choose("most", 0)
        self._choose("least", 2)
        self._go_on()

    def _answer_rated(self) -> None:
        names: list[str] = self.page.evaluate(
            "[...new Set([...document.querySelectorAll('main input[type=radio]')].map(one => one.name))]"
        )
        for number, name in enumerate(names):
            self._choose(name, 1 + number % 3)
        self._go_on()

    def _answer_knowledge(self) -> None:
        """Look one thing up, and answer all questions of the page."""
        self._activate(self.page.locator(".handbook summary").first)
        names: list[str] = self.page.evaluate(
            "[...new Set([...document.querySelectorAll('main input[type=radio]')].map(one => one.name))]"
        )
        for number, name in enumerate(names):
            self._choose(name, number % 3)
        self._go_on()

    def _answer_situation(self) -> None:
        self._answer_rated()

    def _answer_willingness(self) -> None:
        self._answer_rated()

    def _answer_reply(self) -> None:
        number = self.seen.count("reply")
        if self.voice:
            self._speak(self.voice[number - 1])
            return
        if number == 1:
            self._use_desk()
        self._write(f"{REPLY} This is reply {number}.")
        self.press(self.page.get_by_role("button", name="Send reply"))

    def _speak(self, turn: Turn) -> None:
        """Use the desk and reply as this voice does."""
        for press in turn.desk:
            button = self.page.locator(f'button[value="{press}"]')
            drawer = self.page.locator("details.drawer", has=button)
            if drawer.get_attribute("open") is None:
                self._activate(drawer.locator("summary"))
            self.press(button)
            if press.startswith(("offer:", "promise:")):
                self.press(self.page.get_by_role("button", name="Yes", exact=True))
        self._write(turn.words)
        self.press(self.page.get_by_role("button", name="Send reply"))

    def _use_desk(self) -> None:
        """Look something up and make an offer, with a draft that must outlive both."""
        self._write("A draft that stays.")
        self._open_drawer("records")
        self.press(self.page.locator("#drawer-records button").first)
        self._open_drawer("remedies")
        self.press(self.page.locator("#drawer-remedies button").first)
        self.look("reply-echo")
        if not self.page.evaluate(_ECHO_IS_MET):
            self.complaints.append("what is offered is echoed, but neither focused nor in sight")
        self.press(self.page.get_by_role("button", name="Yes", exact=True))
        self.look("reply-offered")
        if self.page.locator("#words").input_value() != "A draft that stays.":
            self.complaints.append("the draft did not outlive the desk")

    def _open_drawer(self, key: str) -> None:
        drawer = self.page.locator(f"#drawer-{key}")
        if drawer.get_attribute("open") is None:
            self._activate(drawer.locator("summary"))

    def _write(self, words: str) -> None:
        field = self.page.locator("#words")
        if not self.by_keyboard:
            field.fill(words)
            return
        self._tab_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def _choose(self, name: str, number: int) -> None:
        fields = self.page.locator(f'input[name="{name}"]')
        if not self.by_keyboard:
            fields.nth(number).check()
            return
        self._tab_to(fields)
        if not number:
            self.page.keyboard.press("Space")
        for _ in range(number):
            self.page.keyboard.press("ArrowDown")
        if not fields.nth(number).is_checked():
            at = self.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            self.complaints.append(f"{self.kind()}: cannot choose {name} {number} by keyboard, at {at}")

    def _activate(self, target: Locator) -> None:
        if not self.by_keyboard:
            target.click()
            return
        self._tab_to(target)
        self.page.keyboard.press("Enter")

    def _tab_to(self, target: Locator) -> None:
        """Press Tab until the focus is on one of the elements, as somebody without a pointer does."""
        handles = target.element_handles()
        for _ in range(MOST_TABS):
            if any(handle.evaluate("one => one === document.activeElement") for handle in handles):
                visible = self.page.evaluate(_FOCUS_IS_SEEN)
                if not visible:
                    self.complaints.append(f"{self.kind()}: the focus on {target} is not seen")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: Tab does not reach {target}")


_IS_NEW = """(!document.querySelector('main[data-old]') || !!document.querySelector('#desk:not([data-old])'))
  && document.readyState === 'complete'
  && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"""
_SMALL_TARGETS = """[...document.querySelectorAll('main button, main .button, main .pick, main summary, main .check')]
  .filter(one => one.offsetParent && (one.offsetHeight < 44 || one.offsetWidth < 44))
  .map(one => one.outerHTML.slice(0, 80) + ' ' + one.offsetWidth + 'x' + one.offsetHeight)"""
_ECHO_IS_MET = """(() => {
  const place = document.querySelector('.echo').getBoundingClientRect();
  return document.activeElement.className === 'echo' && place.top >= 0 && place.top < window.innerHeight;
})()"""
_FOCUS_IS_SEEN = """(() => {
  const shown = one => one && getComputedStyle(one).outlineStyle !== 'none';
  const at = document.activeElement;
  return shown(at) || shown(at.closest('.pick, .check'));
})()"""
