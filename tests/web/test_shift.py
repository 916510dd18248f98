"""A shift on the pages: a queue without a clock, a pause where it was asked for, and each customer once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from sitting.shift_library import (
    ALONE,
    ASKER,
    IN_A_ROW,
    QUEUE,
    SHOUTER,
    answer_step,
    beginning,
    build_shift_library,
)
from web.conftest import REPLY, Person

from poise.content.library import Library
from poise.sitting.events import ConversationOpened
from poise.sitting.journal import perform
from poise.storage.demo import OPEN_DOOR, Demo
from poise.storage.doors import start_open_sitting
from poise.storage.records import publish_library


@pytest.fixture
def arrive(demo: Demo, starter: Library) -> Callable[[str], Person]:  # noqa: ARG001  asked for by name
    digest = publish_library(OPEN_DOOR, build_shift_library(starter), timezone.now())

    def come(blueprint: str) -> Person:
        return Person(Client(), start_open_sitting(digest, blueprint, timezone.now(), "open").resume_token)

    return come


def go_on(person: Person, kind: str, what: str = "", *, breaks: bool = False) -> Person:
    """Answer by the decisions that the pages make, until this is due."""
    visit = person.visit
    library, journal, key = visit.library, visit.journal, visit.sitting.key

    if person.due.kind == "preview":
        for decide in beginning(library, breaks=breaks):
            perform(journal, key, decide)
    while (due := person.due).kind != kind or what not in {"", due.what}:
        perform(journal, key, answer_step(library, due, REPLY, lambda: journal.texts(key)))
    return person


def read(person: Person, path: str = "") -> str:
    page = person.get(path or person.path()).content.decode()
    return re.sub(r"\s+", " ", page)


def opened(person: Person) -> list[str]:
    events = person.visit.journal.read(person.visit.sitting.key)
    return [event.scenario for event in events if isinstance(event, ConversationOpened)]


def test_the_queue_is_seen_on_every_page_and_there_is_no_clock(arrive: Callable[[str], Person]) -> None:
    person = arrive(IN_A_ROW)
    assert "3 simulated customers." in read(person)
    assert "They come one after the other from one queue." in read(person)
    for number, words in enumerate(("2 more are waiting", "1 more is waiting", "Nobody else is waiting"), start=1):
        meet = read(go_on(person, "meet"))
        assert f"An evening: customer {number} of 3" in meet
        assert words in meet
        assert ("They wrote this evening." in meet) == (number == 1)
        assert "We estimate up to 4 minutes, and there is no time limit." in meet
        assert f"Reply 1 of 4 · {words}" in read(go_on(person, "reply"))
        customer = person.due.what
        go_on(person, "willingness" if number == len(QUEUE) else "meet")
        assert f"{words}." in read(person, person.visit.address("conversation", customer))
    assert opened(person) == list(QUEUE)
    report = read(go_on(person, "finished"), person.visit.address("report"))
    assert "Asker, reply 1, right after Shouter" in report
    assert "Thanker, reply 1, right after" not in report


def test_what_is_rated_only_here_is_told_before_and_alone_it_is_not(arrive: Callable[[str], Person]) -> None:
    row, alone = (go_on(arrive(blueprint), "meet", ASKER) for blueprint in (IN_A_ROW, ALONE))
    assert "What of fresh?" in read(row)
    assert "What of fresh?" not in read(alone)
    assert "waiting" not in read(alone)
    assert "waiting" not in read(go_on(alone, "reply"))


def test_who_asked_for_breaks_gets_a_pause_between_two_customers(arrive: Callable[[str], Person]) -> None:
    person = go_on(arrive(IN_A_ROW), "meet", breaks=True)
    assert "A good place for a break." in read(person)
    go_on(person, "pause")
    page = read(person)
    assert "A short pause" in page
    assert "Shouter has gone" in page
    early = person.post({}, f"meet/{ASKER}")
    assert (early.status_code, opened(person)) == (409, [SHOUTER])
    assert person.get(person.path(f"meet/{ASKER}"))["Location"] == person.path()
    key = person.due.key
    assert person.post({})["Location"] == person.path(f"meet/{ASKER}")
    assert person.post({}, key)["Location"] == person.path(f"meet/{ASKER}"), "a second press leads on as well"
    assert "A good place for a break." not in read(person)


def test_two_windows_that_let_the_next_customer_in_at_once_meet_one(arrive: Callable[[str], Person]) -> None:
    person = go_on(arrive(IN_A_ROW), "meet", ASKER)
    key, stored = person.due.key, person.stored

    def press(_window: int) -> int:
        try:
            return Client().post(person.path(key)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as windows:
        assert set(windows.map(press, range(4))) == {303}
    assert opened(person) == [SHOUTER, ASKER]
    assert person.stored == stored + 1
