"""Candidates side by side: with their spread, ties as ties, no total, and nobody whom one may not see."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from jobfit.typed_sittings import HOTHEAD, SAINT
from web.finished_sittings import begin_invited, publish, walk

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.storage.auditing import Doer
from poise.storage.deciding import judge
from poise.storage.doors import OpenedSitting
from poise.storage.models import Position

HOUSE = "harbour"
PAGE = "/desk/positions/desk/compare/"


@pytest.fixture
def hirer(db: None, library: Library) -> Client:  # noqa: ARG001  the database must be there
    publish(library)
    client = Client()
    user = User.objects.get(username="hirer@harbour.example")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(hirer: Client, library: Library, reader: Reader) -> dict[str, OpenedSitting]:  # noqa: ARG001  made first
    found = {}
    for name, turns in (("Zoë Adler", SAINT), ("ada Quist", HOTHEAD), ("Bo Lindgren", SAINT)):
        found[name] = begin_invited(library.hash, HOUSE, name)
        walk(found[name], library, reader, turns)
    return found


def see(client: Client, *chosen: OpenedSitting) -> str:
    return unescape(client.get(PAGE, {"with": [one.sitting.key for one in chosen]}).content.decode())


def test_they_stand_side_by_side_in_alphabetical_order_without_a_total(
    hirer: Client, people: dict[str, OpenedSitting], library: Library
) -> None:
    page = see(hirer, *people.values())
    head = page[page.index("<thead>") : page.index("</thead>")]
    places = [head.index(name) for name in ("ada Quist", "Bo Lindgren", "Zoë Adler")]
    assert places == sorted(places)
    job = next(job for job in library.jobs if job.key == "complaints_desk")
    assert page.count('class="chart') >= 2 * len(job.demands)
    assert "Poise does not say who has more" in page
    for word in ("total score", "rank", "%", "in 100"):
        assert word not in re.sub(r"<[^>]*>", "", page[page.index("<main") :])


def test_where_an_owner_wants_it_ties_are_told_as_ties(hirer: Client, people: dict[str, OpenedSitting]) -> None:
    Position.objects.update(ranked_by="Ann", ranked_reason="We must begin <somewhere>.", ranked_at=timezone.now())
    page = see(hirer, *people.values())
    assert "Bo Lindgren and Zoë Adler are tied" in page
    assert "We must begin <somewhere>." in page
    assert (
        "&lt;somewhere&gt;" in hirer.get(PAGE, {"with": [one.sitting.key for one in people.values()]}).content.decode()
    )


def test_two_to_four_can_be_compared(
    hirer: Client, people: dict[str, OpenedSitting], library: Library, reader: Reader
) -> None:
    one = people["Bo Lindgren"]
    assert "Choose at least two candidates." in see(hirer, one, one)
    more = [begin_invited(library.hash, HOUSE, f"Extra {number}") for number in range(2)]
    for extra in more:
        assert extra.sitting.key not in see(hirer)  # not finished
        walk(extra, library, reader, SAINT)
    assert "Choose at most four candidates" in see(hirer, *people.values(), *more)


def test_nobody_is_compared_who_may_not_be_seen(hirer: Client, people: dict[str, OpenedSitting]) -> None:
    Position.objects.update(blind_first_view=True)
    page = see(hirer, *people.values())
    assert "There are not yet two to compare" in page
    assert "Bo Lindgren" not in page
    doer = Doer("hirer", "hirer@harbour.example", timezone.now())
    for name in ("Bo Lindgren", "ada Quist"):
        judge(HOUSE, people[name].sitting.key, "unsure", "We met once.", doer)
    page = see(hirer, *people.values())
    assert "ada Quist" in page
    assert "Zoë Adler" not in page
