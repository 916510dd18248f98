"""Every address is tried by everybody: by whom it opens, what others meet, and what they never read.

The addresses come from the resolver. One without a row in `web.walls.WALLS` fails here; how a row is written stands
there.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD
from pytest_django import DjangoDbBlocker
from web.author_pages import BACKEND, publish_changed
from web.finished_sittings import begin_invited, begin_open, invite, publish, walk
from web.walls import (
    KEY,
    NO_KEY,
    NOT_THERE,
    OPEN,
    PEOPLE,
    REFUSED,
    SIGN_IN,
    STUDY,
    WALLS,
    WRONG_WAY,
    Person,
    Wall,
    World,
    addresses,
    expect,
)

from poise.content.editing import put_piece
from poise.content.library import Library
from poise.hiring.inviting import Asked
from poise.hiring.keys import SCOPES, KeyRequest, prefix_of
from poise.hiring.letters import Letter
from poise.hiring.roles import DEEDS
from poise.hiring.webhooks import KINDS
from poise.roleplay.understanding import Reader
from poise.sitting.contesting import list_moments
from poise.sitting.events import ConversationOpened
from poise.sitting.state import fold
from poise.storage import authoring, members, positions
from poise.storage.auditing import Doer
from poise.storage.authoring import By
from poise.storage.inviting import invite_people
from poise.storage.journal import DjangoJournal
from poise.storage.keys import make_key
from poise.storage.models import Member, Organisation
from poise.storage.records import newest_library
from poise.storage.webhooks import add_webhook
from poise.web.author_access import draft_ident

pytestmark = pytest.mark.django_db
CANDIDATE = "Wilhelmina Planted"
STATEMENT = "I wrote this statement so that it can be looked for."
REPLY = re.compile(r"[A-Za-z ,.]{30,}")
BY_STATUS = {401: NO_KEY, 403: REFUSED, 404: NOT_THERE, 405: WRONG_WAY}
BROKEN, TOO_OFTEN = 500, 429
UNREAD = 422  # a program is told first what is wrong with what it sends, before the thing is looked for
# What is sent to every address that takes something: enough for those that look at the form before the thing.
FORM: dict[str, Any] = {
    "position": "desk",
    "use": "this",
    "name": "A Person",
    "outcome": "invite",
    "reason": "Calm.",
    "by": "Ada",
}
NUMBERS = {"days": 3, "seen": 0, "report": 1}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,  # noqa: ARG001  the database must be there
    django_db_blocker: DjangoDbBlocker,
    library: Library,
    reader: Reader,
) -> Iterator[World]:
    """Plant the world once for all who try, as a test of Django's own would: nothing of it is kept."""
    with django_db_blocker.unblock():
        undone = transaction.atomic()
        undone._from_testcase = True  # type: ignore[attr-defined]  # noqa: SLF001  so that what is durable may stand in it
        with undone:
            yield _plant(library, reader)
            transaction.set_rollback(True)


def _plant(library: Library, reader: Reader) -> World:
    digest = publish(library)
    for person in PEOPLE:
        if person.account:
            _open_account(person)
    opened = begin_invited(digest, "harbour", CANDIDATE)
    walk(opened, library, reader)
    another = begin_invited(digest, "other", "Zoe Elsewhere")
    walk(another, library, reader, HOTHEAD)
    by = By("Ada Quist", "ada@harbour.example", timezone.now())
    version = publish_changed(draft_ident(authoring.begin_draft("harbour", digest, by)), "2027-01")
    draft = authoring.begin_draft("harbour", digest, by)
    changed = library.statements[0].model_copy(update={"text": STATEMENT})
    authoring.change_draft("harbour", draft.key, lambda held: put_piece(held, "statements", changed, changed.key), by)
    journal = DjangoJournal("harbour")
    words = next(
        found[0].strip() for text in journal.texts(opened.sitting.key).values() if (found := REPLY.search(text))
    )
    started = next(one for one in journal.read(opened.sitting.key) if isinstance(one, ConversationOpened))
    state = fold(journal.read(opened.sitting.key))
    things: dict[str, Any] = {
        "own link": opened.resume_token,
        "another link": another.resume_token,
        "": opened.sitting.key,  # what somebody guesses who holds no link
        "invitation": invite("harbour", "Somebody Else"),
        "no invitation": "x" * 43,
        "account": "1",
        "no reset": "abc-" + "0" * 32,
        "scenario": started.scenario,
        "sitting": opened.sitting.key,
        "moment": next(one.moment.key for one in list_moments(state, library) if one.case.key == started.scenario),
        "draft": draft_ident(draft),
        "version": version,
        "piece": changed.key,
    }
    doer = Doer(by.name, by.account, by.at)
    keys = _make_keys(doer)
    webhook = add_webhook("harbour", "https://hooks.example.org/poise", KINDS, doer)[0].ident
    things |= {"keys": keys, "key": prefix_of(keys["key here"]), "webhook": webhook, **_plant_position(doer)}
    return World(things, (words, STATEMENT), (CANDIDATE,))


def _make_keys(doer: Doer) -> dict[Any, str]:
    """Make keys that hold everything, here and elsewhere, and for each deed one here that holds all the others."""
    keys: dict[Any, str] = {}
    for deed in SCOPES:
        left = tuple(one for one in SCOPES if one != deed)
        keys["all but", deed] = make_key("harbour", KeyRequest("All but one", left), doer)
    keys["key here"] = make_key("harbour", KeyRequest("All", SCOPES), doer)
    keys["key elsewhere"] = make_key("other", KeyRequest("All", SCOPES), doer)
    return {**keys, "all but": keys["all but", SCOPES[0]]}


def _plant_position(doer: Doer) -> dict[str, object]:
    """Make a position with a public link, somebody asked in, a member and somebody asked to join."""
    opening = positions.Opening("Night desk", "complaints_desk", "complaints_desk", newest_library("starter") or "")
    made = positions.make_position("harbour", opening, doer, is_shipped=True)
    until = doer.at + timedelta(days=7)
    seen = positions.find_position("harbour", made.key).mark
    public = positions.open_public_link("harbour", made.key, until, seen, doer).public_key
    letter = Letter("Subject", "Words")
    (asked,) = invite_people("harbour", made.key, (Asked("Ida Asked"),), until, doer, lambda _view, _token: letter)
    whom = ("new@harbour.example", "hirer")
    to_join = members.ask_to_join("harbour", whom, until, doer, lambda _email: True, lambda _asked: letter)
    account = User.objects.create_user("spare@harbour.example")
    row = Member.objects.create(user=account, organisation=Organisation.objects.get(key="harbour"), role="hirer")
    return {
        "own position": made.key,
        "public link": public,
        "asked": asked.number,
        "member": row.pk,
        "member asked": to_join.invitation.number,
    }


def _open_account(person: Person) -> None:
    """Make an account with a second step, and a member where the person works for somebody."""
    account, _ = User.objects.get_or_create(username=person.account)
    TOTP.activate(account, "A" * 32)
    RecoveryCodes.activate(account)
    if person.works_for:
        row = Organisation.objects.get(key=person.works_for)
        Member.objects.get_or_create(user=account, defaults={"organisation": row, "role": person.role or "owner"})


def test_every_address_has_a_wall_and_every_wall_an_address() -> None:
    assert {name for name, _ in addresses(get_resolver().url_patterns)} == set(WALLS)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: one.name.replace(" ", "_"))
def test_everybody_meets_at_every_address_what_is_said_of_it(world: World, person: Person) -> None:
    parts = dict(addresses(get_resolver().url_patterns))
    tried = _Tries(world, person)
    wrong = [
        f"{name} {method.upper()} as {person.name}: {said}"
        for name, stands in WALLS.items()
        for method in _methods(stands, person)
        for said in tried.judge(name, stands, parts[name], method)
    ]
    assert not wrong, "\n".join(["", *wrong])


def test_who_may_read_it_does_read_what_is_planted(world: World) -> None:
    """Else the others could read it under another name, and nobody would notice."""
    owner = Client()
    owner.force_login(User.objects.get(username="owner@harbour.example"), backend=BACKEND)
    candidate = unescape(owner.get(reverse("candidate", args=(world.things["sitting"],))).content.decode())
    piece = (world.things["draft"], "statements", world.things["piece"])
    assert all(words in candidate for words in (world.names[0], world.secrets[0]))
    assert world.secrets[1] in unescape(owner.get(reverse("author_piece", args=piece)).content.decode())


def test_a_sitting_by_the_open_door_is_reached_by_its_link_and_by_nobody_at_a_desk(world: World) -> None:
    opened = begin_open(newest_library("starter") or "")
    at_the_door = World({**world.things, "sitting": opened.sitting.key}, (), ())
    named = [name for name, stands in WALLS.items() if "sitting" in stands.about.values()]
    lists = [
        name
        for name, stands in WALLS.items()
        if stands.who.removesuffix(STUDY) in DEEDS and "get" in stands.takes and not stands.holds_a_thing
    ]
    assert "candidate" in named
    assert "desk" in lists
    for person in (one for one in PEOPLE if one.own or one.works_for == "open_door"):
        tries = _Tries(at_the_door, person)
        assert not [name for name in named if _meet(tries.send(name, WALLS[name], [], "get")) == OPEN]
        pages = [b"".join(tries.send(name, WALLS[name], [], "get")) for name in lists]
        assert not any(opened.sitting.key.encode() in page for page in pages)
    assert Client().get(reverse("link", args=(opened.resume_token,))).status_code == 200


def test_pages_for_what_goes_wrong_hold_no_script_either() -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    wrong = {"username": "owner@harbour.example", "password": "wrong"}
    locked = [Client().post("/sign-in/", wrong) for _ in range(5)][-1]
    pages = [strict.post("/begin/"), strict.get("/", headers={"host": "evil.example"}), locked, strict.get("/nowhere/")]
    assert [page.status_code for page in pages] == [403, 400, 429, 404]
    assert not [found for page in pages for found in INLINE.findall(page.content.decode())]


def _methods(stands: Wall, person: Person) -> list[str]:
    """Return how a person tries; that a wrong way is none, two of them find out for all."""
    return [one for one in ("get", "post", "put") if one in stands.takes or person in (PEOPLE[0], PEOPLE[3])]


class _Tries:
    """One person, who tries one address after another; what they do is undone each time."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        client = Client()
        if person.account:
            client.force_login(User.objects.get(username=person.account), backend=BACKEND)
        self.cookies = client.cookies

    def judge(self, name: str, stands: Wall, parts: list[str], method: str) -> Iterator[str]:
        """Say what is wrong with what the person meets."""
        response = self.send(name, stands, parts, method)
        met, expected = _meet(response), expect(stands, self.person)
        if method not in stands.takes and self._is_taken_by_another(name, stands, method):
            return
        if method not in stands.takes:
            if met not in {WRONG_WAY, expected} or met == OPEN:
                yield f"met {met}, expected {WRONG_WAY}"
        elif met != expected and not (expected == NOT_THERE and response.status_code == UNREAD and self.person.key):
            yield f"met {met} ({response.status_code}), expected {expected}"
        page = unescape(b"".join(response).decode(errors="replace"))
        is_theirs = self.person.may_read and met == OPEN
        hidden = () if is_theirs else self.world.secrets + self.world.names
        if self.person.role in {"analyst", "author"}:  # who never sees who the candidates are
            hidden = (*hidden, *self.world.names)
        yield from (f"reads {words!r}" for words in dict.fromkeys(hidden) if words in page)
        if "html" in response.get("Content-Type", ""):
            yield from (f"holds {found!r} in the page" for found in set(INLINE.findall(page)))

    def send(self, name: str, stands: Wall, parts: list[str], method: str) -> HttpResponseBase:
        """Send what a person would, and undo what came of it."""
        client = Client(raise_request_exception=False, headers=self._key_for(stands))
        client.cookies.load({name: morsel.value for name, morsel in self.cookies.items()})
        cache.clear()  # how often somebody asks is counted there
        here = transaction.savepoint()
        try:
            path = self._path(name, stands, parts)
            sent: dict[str, Any] = {"data": FORM}
            if name.startswith("api:") and method != "get":
                sent = {"data": {**FORM, **NUMBERS}, "content_type": "application/json"}
            response: HttpResponseBase = getattr(client, method)(path, **sent)
        finally:
            transaction.savepoint_rollback(here)
        return response

    def _path(self, name: str, stands: Wall, parts: list[str]) -> str:
        token = {"token": self.world.things[self.person.link]} if "token" in parts else {}
        return reverse(
            name,
            kwargs=token
            | {
                part: thing.removeprefix("=") if thing.startswith("=") else self.world.things[thing]
                for part, thing in stands.about.items()
            },
        )

    def _key_for(self, stands: Wall) -> dict[str, str]:
        keys = self.world.things["keys"]
        key = keys.get((self.person.key, stands.who.removeprefix(KEY))) or keys.get(self.person.key)
        return {"authorization": f"Bearer {key}"} if key else {}

    def _is_taken_by_another(self, name: str, stands: Wall, method: str) -> bool:
        """Say whether an address of the API has two names, one for each of its ways."""
        if not name.startswith("api:"):
            return False
        parts = list(stands.about)
        others = [one for one, wall in WALLS.items() if wall.about == stands.about and method in wall.takes]
        return self._path(name, stands, parts) in [self._path(one, stands, parts) for one in others if ":" in one]


def _meet(response: HttpResponseBase) -> str:
    if response.status_code >= BROKEN or response.status_code == TOO_OFTEN:
        return f"broken {response.status_code}"
    if response.status_code in BY_STATUS:
        return BY_STATUS[response.status_code]
    return SIGN_IN if urlsplit(response.get("Location", "")).path == "/sign-in/" else OPEN
