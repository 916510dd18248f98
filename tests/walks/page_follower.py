"""Does what a page of the documents says, line by line, in a real browser; a line that it cannot do is an error."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from walks.conftest import LiveServer

LINE = re.compile(r"^\d+\. (?P<words>.*?)(?=^\d+\. |^#|^[A-Z*]|\Z)", re.MULTILINE | re.DOTALL)
ROWS = re.compile(r"```csv\n(?P<rows>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Line:
    """One numbered line of the page, and the rows under it where there are some."""

    words: str
    rows: str = ""


class Follower:
    """Somebody who follows the page literally; `done` holds every line that was followed."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self._browser = browser
        self._server = server
        self._first = browser.new_context().new_page()
        self._page = self._first
        self._copied = ""
        self.done: list[str] = []
        self._deeds: tuple[tuple[str, Callable[..., None]], ...] = (
            (r"Go to `http://127\.0\.0\.1:8000(.+)`\.", self._go),
            (r"Write the printed password into \*\*(.+)\*\*\.", self._write_password),
            (r"Write `(.+)` into \*\*(.+)\*\*\.", lambda words, field: self._field(field).fill(words)),
            (r"Paste these rows into \*\*(.+)\*\*\.", lambda field: self._field(field).fill(self._rows)),
            (r"Choose \*\*(.+)\*\*\.", lambda field: self._page.get_by_label(field, exact=True).check()),
            (r"Press \*\*(.+)\*\*\.", lambda name: self._activate("button", name)),
            (r"Follow \*\*(.+)\*\*\.", lambda name: self._activate("link", name)),
            (r"You see \*(.+)\*\.", self._see),
            (r"Copy the link of \*\*(.+)\*\*\.", self._copy),
            (r"Open the copied link in a private window\.", self._open_copied),
            (r"Go back to the first window\.", self._go_back),
        )
        self._rows = ""

    def follow(self, line: Line) -> None:
        """Do one line; raises AssertionError where it is none that can be done, or does not come true."""
        self._rows = line.rows
        for pattern, act in self._deeds:
            found = re.fullmatch(pattern, line.words)
            if found:
                act(*found.groups())
                self.done.append(line.words)
                return
        raise AssertionError(f"nobody can follow this line: {line.words}")

    def _go(self, path: str) -> None:
        self._page.goto(self._server.base + path)

    def _write_password(self, field: str) -> None:
        self._field(field).fill(self._server.secret("demo_password"))

    def _field(self, label: str) -> Locator:
        return self._page.get_by_label(label, exact=True).first

    def _activate(self, kind: str, name: str) -> None:
        role = "button" if kind == "button" else "link"
        target = self._page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]  # one of two
        target.click()
        self._page.wait_for_load_state()

    def _see(self, words: str) -> None:
        self._page.get_by_text(words).first.wait_for(timeout=10_000)

    def _copy(self, name: str) -> None:
        self._copied = self._field(name).input_value()

    def _open_copied(self) -> None:
        self._page = self._browser.new_context().new_page()
        self._page.goto(self._copied)

    def _go_back(self) -> None:
        self._page = self._first

    @property
    def page(self) -> Page:
        return self._page


def read_lines(document: Path) -> Iterator[Line]:
    """Yield the numbered lines of a page, in order."""
    for found in LINE.finditer(document.read_text()):
        rows = ROWS.search(found["words"])
        words = ROWS.sub("", found["words"])
        plain = "\n".join(one.strip() for one in rows["rows"].splitlines()) if rows else ""
        yield Line(" ".join(words.split()), plain)
