import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.test import Client
from web.conftest import Person

from poise.web import step_pages


@contextmanager
def _locked_store() -> Iterator[None]:
    """Hold the write lock of the database from another connection, as a backup or a second program may do."""
    connection.cursor().execute("PRAGMA busy_timeout = 50")
    holder = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@contextmanager
def _lost_store() -> Iterator[None]:
    def refuse(_self: object, _sql: str, _params: object = None) -> None:
        raise OperationalError("database is locked")

    with patch.object(SQLiteCursorWrapper, "execute", refuse):
        yield


@pytest.mark.usefixtures("demo")
def test_a_forged_personal_link_is_not_known_on_any_page() -> None:
    for path in ("", "at/preview", "at/reply/late_lamp/1", "link/", "export/", "erase/", "delete/", "over/late_lamp/"):
        for send in (Client().get, Client().post):
            response = send(f"/s/{'f' * 43}/{path}")
            assert response.status_code in (404, 405)
    assert "We do not know this link" in Client().get(f"/s/{'f' * 43}/").content.decode()


def test_a_form_without_its_secret_is_refused_and_gives_the_words_back(person: Person) -> None:
    person.walk("reply")
    stored = person.stored
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(person.path(), {"words": "My careful reply."})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Nothing was stored" in page
    assert "My careful reply.</textarea>" in page
    assert "CSRF" not in page
    assert person.stored == stored


@pytest.mark.usefixtures("demo")
def test_an_unknown_address_gets_a_page() -> None:
    response = Client().get("/nothing/here/")
    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


@pytest.mark.filterwarnings("ignore")
def test_too_much_at_once_is_refused(person: Person) -> None:
    stored = person.stored
    for client in (Client(), Client(enforce_csrf_checks=True)):
        response = client.post(person.path(), {"words": "x" * 1_100_000})
        assert response.status_code == 413
        assert "too much at once" in response.content.decode()
    many = person.client.post(person.path(), {f"answer_{number}": "1" for number in range(1_200)})
    assert many.status_code == 400
    assert "could not read" in many.content.decode()
    assert person.stored == stored


@pytest.mark.parametrize("kind", ["preview", "rated", "reply"])
def test_a_locked_store_keeps_the_answer_on_a_page_that_can_send_it_again(person: Person, kind: str) -> None:
    person.walk(kind)
    answer, path, stored = person.fitting(), person.path(), person.stored
    with _locked_store():
        response = person.client.post(path, answer)
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert f'action="{path}"' in page
    assert "Try again" in page
    for name, value in answer.items():
        assert f'name="{name}" value="{value}"' in page
    assert person.stored == stored
    assert person.client.post(path, answer).status_code == 303


def test_a_store_that_cannot_be_reached_has_a_page_at_every_door(person: Person) -> None:
    with _lost_store():
        for response in (person.client.get(f"/s/{person.token}/"), Client().post("/begin/"), Client().get("/")):
            assert response.status_code == 503
            assert "Try again" in response.content.decode()


def test_what_breaks_gets_a_page_without_a_word_of_anybody(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_anything: object) -> None:
        raise RuntimeError("the secret words of somebody else")

    monkeypatch.setattr(step_pages, "_show", break_down)
    client = Client(raise_request_exception=False)
    response = client.get(person.path())
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side" in page
    assert "secret words" not in page
    assert "RuntimeError" not in page


def test_nothing_of_another_person_is_on_a_problem_page(newcomer: Callable[[], Person]) -> None:
    one, other = newcomer(), newcomer()
    one.walk("block")
    response = other.post({"most": "0", "least": "1"}, one.due.key)
    assert response.status_code == 409
    assert one.token not in response.content.decode()
