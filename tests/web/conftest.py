"""A Poise with its starter library, its open door and its demo, and people at it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from web.author_pages import sign_in
from web.finished_sittings import publish

from poise.content.check import load_library
from poise.content.library import Library
from poise.sitting.events import AnyEvent
from poise.sitting.journal import Change
from poise.sitting.steps import Step
from poise.storage import authoring
from poise.storage.authoring import By
from poise.storage.demo import OPEN_DOOR, Demo, ensure_demo
from poise.storage.doors import find_sitting_by_resume
from poise.storage.journal import DjangoJournal
from poise.storage.records import publish_library
from poise.web.author_access import draft_ident
from poise.web.visit import Visit

MOST_STEPS = 90
TOKEN = re.compile(r"/s/([\w-]+)/")
WALKED: dict[tuple[str, str], tuple[AnyEvent, ...]] = {}
"""By blueprint and kind of page: what happens until the first such page is due."""
REPLY = "I am sorry about this. May I ask when you need it, so that I can put it right?"


@pytest.fixture(scope="session")
def starter() -> Library:
    return load_library()


@pytest.fixture
def demo(transactional_db: None, starter: Library) -> Demo:  # noqa: ARG001  asked for by name
    made = ensure_demo(timezone.now())
    publish_library(OPEN_DOOR, starter, timezone.now())
    return made


class Person:
    """Somebody at a sitting, through Django's test client: what they send, and what is stored of them."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.token = token

    @property
    def visit(self) -> Visit:
        sitting = find_sitting_by_resume(self.token)
        assert sitting is not None
        return Visit(self.token, sitting, DjangoJournal(sitting.organisation))

    @property
    def due(self) -> Step:
        return self.visit.due

    @property
    def stored(self) -> int:
        return self.visit.sitting.version

    def path(self, key: str = "") -> str:
        return f"/s/{self.token}/at/{key or self.due.key}"

    def get(self, path: str) -> HttpResponse:
        return cast("HttpResponse", self.client.get(path))

    def post(self, data: Mapping[str, Any], key: str = "") -> HttpResponse:
        return cast("HttpResponse", self.client.post(self.path(key), data))

    def fitting(self) -> dict[str, str]:
        """Return an answer that fits the page that is due."""
        page = self.get(self.path()).content.decode()
        names = set(re.findall(r'<input type="radio" name="(\w+)"', page))
        answer = dict.fromkeys(names, "3")
        return {
            "consent": {"agree": "yes", "version": self.visit.library.consent.version},
            "practice": {"most": "0", "least": "2"},
            "block": {"most": "0", "least": "2"},
            "knowledge": dict.fromkeys(names, "0"),
            "reply": {"words": f"{REPLY} {self.due.number}"},
        }.get(self.due.kind, answer)

    def walk(self, until: str) -> None:
        """Answer page after page until one of this kind is due."""
        for _ in range(MOST_STEPS):
            if self.due.kind == until:
                return
            response = self.post(self.fitting())
            assert response.status_code == 303, response.content.decode()
        raise AssertionError(f"no {until} after {MOST_STEPS} steps")

    def skip(self, until: str) -> None:
        """Be where the first page of this kind is due: the first to go there walks, later ones get the same events.

        Only for sittings of one seed.
        """
        blueprint = self.visit.sitting.blueprint
        journal, key = self.visit.journal, self.visit.sitting.key
        begun = len(journal.read(key))
        if (blueprint, until) in WALKED:
            journal.append(key, begun, Change(WALKED[blueprint, until][begun:]))
        else:
            self.walk(until)
            WALKED[blueprint, until] = tuple(journal.read(key))
        assert self.due.kind == until


@pytest.fixture
def same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sittings that begin have one seed, so that all are asked the same."""
    monkeypatch.setattr("poise.storage.doors.secrets.randbits", lambda _bits: 7)


@pytest.fixture
def at_first_reply(same_draws: None, newcomer: Callable[[], Person]) -> Person:  # noqa: ARG001  asked for by name
    """Somebody whom the first customer waits for."""
    person = newcomer()
    person.skip("reply")
    return person


@pytest.fixture
def newcomer(demo: Demo) -> Callable[[], Person]:  # noqa: ARG001  asked for by name
    def arrive() -> Person:
        client = Client()
        found = TOKEN.search(client.post("/begin/")["Location"])
        assert found is not None
        return Person(client, found[1])

    return arrive


@pytest.fixture
def person(newcomer: Callable[[], Person]) -> Person:
    return newcomer()


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    return publish(library)


@pytest.fixture
def author(digest: str) -> Client:  # noqa: ARG001  the account must be there
    return sign_in()


@pytest.fixture
def draft(digest: str) -> str:
    by = By("Ada Quist", "ada@harbour.example", timezone.now())
    return draft_ident(authoring.begin_draft("harbour", digest, by))
