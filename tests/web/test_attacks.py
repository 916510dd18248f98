"""What somebody with bad intentions, bad luck or an odd program sends, and what must still hold after it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.test import Client
from web.conftest import Person

from poise.sitting.events import AccommodationsChosen, BlockRanked
from poise.storage.demo import HIRER, Demo

BACKEND = "django.contrib.auth.backends.ModelBackend"
STORE = "django.db.backends.sqlite3.base.SQLiteCursorWrapper.execute"
LAST_BYTES = b"\r\n--edge--\r\n"


def _refuse(_self: SQLiteCursorWrapper, _sql: str, _params: object = None) -> None:
    raise OperationalError("database is locked")


def _multipart(name: str, words: bytes, more: str = "") -> bytes:
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + words + LAST_BYTES


def _sign_in() -> Client:
    client = Client()
    client.force_login(User.objects.get(username=HIRER), backend=BACKEND)
    return client


@pytest.mark.parametrize("page", ["delete/", "erase/", "at/preview", "link/", ""])
def test_a_page_that_could_not_be_opened_is_opened_again_and_never_sent(person: Person, page: str) -> None:
    path = f"/s/{person.token}/{page}"
    with patch.object(SQLiteCursorWrapper, "execute", _refuse):
        response = person.get(path)
    assert response.status_code == 503
    shown = response.content.decode()
    assert '<form method="post"' not in shown
    assert f'href="{path}"' in shown


def test_the_desk_says_so_when_the_store_cannot_be_reached(demo: Demo) -> None:  # noqa: ARG001
    client = _sign_in()
    client.raise_request_exception = False
    with patch.object(SQLiteCursorWrapper, "execute", _refuse):
        for path in ("/desk/", "/desk/candidates/x/", "/sign-in/"):
            response = client.get(path)
            assert response.status_code == 503, path
            assert "We cannot open this just now" in response.content.decode()


def test_a_sign_in_that_could_not_be_stored_does_not_show_the_password(demo: Demo) -> None:
    client = Client(raise_request_exception=False)
    with patch.object(SQLiteCursorWrapper, "execute", _refuse):
        response = client.post("/sign-in/", {"username": HIRER, "password": demo.password})
    assert response.status_code == 503
    assert str(demo.password) not in response.content.decode()


def test_a_session_that_cannot_be_stored_is_no_broken_page(demo: Demo) -> None:
    client = Client(raise_request_exception=False)
    execute = SQLiteCursorWrapper.execute

    def refuse_sessions(self: SQLiteCursorWrapper, sql: str, params: object = None) -> object:
        if "django_session" in sql and not sql.startswith("SELECT"):
            raise OperationalError("database is locked")
        return execute(self, sql, params)  # type: ignore[arg-type]

    with patch.object(SQLiteCursorWrapper, "execute", refuse_sessions):
        response = client.post("/sign-in/", {"username": HIRER, "password": demo.password})
    assert response.status_code == 503
    assert str(demo.password) not in response.content.decode()


def test_somebody_signed_in_may_be_sent_round_in_a_circle(demo: Demo) -> None:  # noqa: ARG001
    client = _sign_in()
    response = client.get("/sign-in/?next=/sign-in/")
    assert (response.status_code, response["Location"]) == (302, "/desk/")


@pytest.mark.parametrize(
    "charset", ["hex", "rot13", "unicode_escape", "raw_unicode_escape", "utf-7", "idna", "undefined", "utf-16"]
)
def test_words_in_a_strange_encoding_are_refused_and_nothing_is_stored(at_first_reply: Person, charset: str) -> None:
    person = at_first_reply
    stored = person.stored
    person.client.raise_request_exception = False
    for words in (rb"\ud800 lonely", b"+2AA- lonely", b"\xff\xfe"):
        for kind in ("multipart/form-data; boundary=edge", "application/x-www-form-urlencoded"):
            response = person.client.generic(
                "POST", person.path(), _multipart("words", words), content_type=f"{kind}; charset={charset}"
            )
            assert response.status_code == 400
            assert "We could not read" in response.content.decode()
    assert person.stored == stored


@pytest.mark.parametrize("name", ["words", "answer_x", "desk"])
def test_a_file_is_not_taken_in_and_not_kept_on_the_disk(at_first_reply: Person, name: str) -> None:
    person = at_first_reply
    stored = person.stored
    upload = _multipart(name, b"x" * 4_000_000, '; filename="a.bin"')
    with patch("tempfile.NamedTemporaryFile", side_effect=AssertionError("a file was put on the disk")):
        response = person.client.post(person.path(), upload, content_type="multipart/form-data; boundary=edge")
    assert response.status_code == 413
    small = person.client.post(
        person.path(), _multipart(name, b"x", '; filename="a"'), content_type="multipart/form-data; boundary=edge"
    )
    assert small.status_code == 422
    assert person.stored == stored


@pytest.mark.parametrize(
    "words",
    [
        "\x00",
        "\x00\x01\x02 hello \x7f",
        "\ufffe\uffff",
        "\u202e\u2066 hidden \u200b\u200d",
        "{{ 7*7 }}{% debug %}{{ request.META }}",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1) [x](javascript:alert(1))",
        "שלום, אני מצטער על המנורה",
        "😀" * 300,
        "e\u0301" * 500,
        "ﷺ" * 400,
        "\r\rlone\rreturns\r",
        "%s %(x)s {0} ${x} #{x}",
    ],
)
def test_odd_words_are_kept_as_they_are_and_shown_as_words(at_first_reply: Person, words: str) -> None:
    person = at_first_reply
    response = person.post({"words": words})
    assert response.status_code == 303
    assert words.strip() in person.visit.journal.texts(person.visit.sitting.key).values()
    page = person.get(person.path()).content.decode()
    for markup in ("<script>alert", "<img src=x", 'href="javascript'):
        assert markup not in page
    if "{{" in words:
        assert "{{ 7*7 }}" in page


def test_invalid_bytes_become_marks_and_break_nothing(person: Person) -> None:
    person.walk("reply")
    response = person.client.post(
        person.path(), b"words=caf%E9+%ED%A0%80+%C0%AF+ok", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 303
    (words,) = person.visit.journal.texts(person.visit.sitting.key).values()
    assert words.startswith("caf\ufffd")


@pytest.mark.parametrize(
    "path", ["/s/%00/", "/s/%ED%A0%80/", "/i/%0d%0aX-Evil:%201/", "/i/%00/", "/s/..%2f..%2f/", "/%ff"]
)
def test_odd_addresses_lead_nowhere(demo: Demo, path: str) -> None:  # noqa: ARG001
    response = Client().get(path)
    assert response.status_code in {400, 404}
    assert "X-Evil" not in response.headers
    assert "no-store" in response["Cache-Control"]


def test_other_wishes_in_a_second_window_are_not_dropped_without_a_word(person: Person) -> None:
    person.walk("accommodations")
    key = person.due.key
    assert person.post({"breaks": "yes"}).status_code == 303
    stored = person.stored
    assert person.post({"breaks": "yes"}, key).status_code == 303
    response = person.post({"breaks": "yes", "human_alternative": "yes"}, key)
    assert response.status_code == 409
    assert "first answer counts" in response.content.decode()
    assert person.stored == stored
    events = person.visit.journal.read(person.visit.sitting.key)
    (wishes,) = [event for event in events if isinstance(event, AccommodationsChosen)]
    assert (wishes.breaks, wishes.human_alternative) == (True, False)


def test_an_empty_form_is_not_the_same_answer_as_a_full_one(person: Person) -> None:
    person.walk("rated")
    key = person.due.key
    assert person.post(person.fitting()).status_code == 303
    assert person.post({}, key).status_code == 409


def test_many_windows_send_different_answers_at_once_and_one_counts(person: Person) -> None:
    person.walk("block")
    key, stored = person.due.key, person.stored
    orders = [(most, least) for most in range(3) for least in range(3) if most != least]

    def send(order: tuple[int, int]) -> int:
        try:
            path = f"/s/{person.token}/at/{key}"
            return Client().post(path, {"most": str(order[0]), "least": str(order[1])}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, orders))
    assert sorted(statuses) == [303, 409, 409, 409, 409, 409]
    ranked = [event for event in person.visit.journal.read(person.visit.sitting.key) if isinstance(event, BlockRanked)]
    (first,) = [event for event in ranked if event.block == key.removeprefix("block/")]
    assert (first.order[0], first.order[2]) == orders[statuses.index(303)]
    assert person.stored in (stored + 1, stored + 2)


@pytest.mark.parametrize(
    ("path", "way"), [("/begin/", "get"), ("/sign-out/", "get"), ("/s/{}/report/", "post"), ("/s/{}/", "put")]
)
def test_a_page_asked_for_in_the_wrong_way_says_so(person: Person, path: str, way: str) -> None:
    response = getattr(person.client, way)(path.format(person.token))
    assert response.status_code == 405
    assert response["Allow"]
    assert "<h1" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_refused_form_is_kept_nowhere(person: Person) -> None:
    person.walk("reply")
    response = Client(enforce_csrf_checks=True).post(person.path(), {"words": "My careful reply."})
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/s/{}/link", "/s/{}/at/preview", "/s/{}/", "/s/{}/export/", "/s/{}/report/", "/s/{}/nothing"]
)
def test_no_answer_to_an_address_with_a_key_may_be_kept(person: Person, path: str) -> None:
    response = person.client.get(path.format(person.token))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_foreign_host_is_refused_with_a_page(demo: Demo) -> None:
    response = Client(HTTP_HOST="evil.example", raise_request_exception=False).get(f"/i/{demo.invitation}/")
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_signing_in_changes_the_session(demo: Demo) -> None:
    client = Client()
    client.cookies["sessionid"] = "fixedfixedfixedfixedfixedfixed12"
    client.post("/sign-in/", {"username": HIRER, "password": demo.password})
    assert client.cookies["sessionid"].value != "fixedfixedfixedfixedfixedfixed12"
    assert client.cookies["sessionid"]["httponly"]


@pytest.mark.parametrize("name", [f" {HIRER}", HIRER.upper(), HIRER.replace("h", "\uff48"), HIRER + "\u0000"])
def test_the_account_is_closed_whatever_way_its_name_is_written(demo: Demo, name: str) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in/", {"username": HIRER, "password": "wrong"})
    response = client.post("/sign-in/", {"username": name, "password": demo.password})
    assert "_auth_user_id" not in client.session
    assert response.status_code in (200, 429)


def test_ids_of_another_house_lead_nowhere(newcomer: Callable[[], Person]) -> None:
    client, other = _sign_in(), newcomer()
    other.walk("consent")
    for key in (other.visit.sitting.key, other.token, "1", "%27%20OR%201=1", "*"):
        response = client.get(f"/desk/candidates/{key}/")
        assert response.status_code == 404
        assert not re.search(r"Begun|minutes left", response.content.decode())
