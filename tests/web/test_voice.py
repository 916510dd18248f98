"""The customer's voice on the pages: its words are shown, the report says so, and nobody waits for it for long."""

from collections.abc import Iterator
from time import monotonic

import pytest
from integrations.stand_in import StandIn, standing_in
from web.conftest import Person

from poise.web import publishing, serving

SECONDS = 0.3
ENDING = " That is so."


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standing_in() as server:
        server.says = lambda told: "\n".join(one + ENDING for one in told["line"].split("\n"))
        monkeypatch.setenv("POISE_VOICE_URL", server.url())
        monkeypatch.setenv("POISE_VOICE_MODEL", "small-1")
        monkeypatch.setenv("POISE_VOICE_SECONDS", str(SECONDS))
        publishing.voice.cache_clear()
        yield server
    publishing.voice.cache_clear()


def converse(person: Person) -> str:
    """Serve the first customer to the end, and return the last page."""
    person.walk("reply")
    case = person.due.what
    while person.due.kind == "reply" and person.due.what == case:
        response = person.post(person.fitting())
    return person.get(response["Location"].partition("#")[0]).content.decode()


def test_the_words_of_a_voice_are_shown_and_the_report_says_so(
    person: Person, endpoint: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POISE_VOICE_IN_ASSESSMENT", "1")
    assert ENDING.strip() in converse(person)
    asked = len(endpoint.payloads)
    conversation = person.visit.state.conversations["late_lamp"]
    assert conversation.opened.voice == "small-1"
    assert not any("put it right?" in str(payload) for payload in endpoint.payloads), "the candidate's words stay here"
    person.walk("finished")
    assert "language model (small-1)" in person.get(f"/s/{person.token}/report/").content.decode()
    person.get(f"/s/{person.token}/over/late_lamp/")
    assert len(endpoint.payloads) == asked, "what was said once is never asked again"


def test_in_an_assessment_the_voice_is_silent_unless_it_is_asked_for(person: Person, endpoint: StandIn) -> None:
    assert ENDING.strip() not in converse(person)
    assert endpoint.payloads == []


def test_an_endpoint_that_hangs_costs_three_short_waits_and_no_word(
    person: Person, endpoint: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POISE_VOICE_IN_ASSESSMENT", "1")
    monkeypatch.setenv("POISE_VOICE_URL", endpoint.url("hang"))
    begun = monotonic()
    assert "The conversation is over" in converse(person)
    assert len(endpoint.payloads) == 3
    assert monotonic() - begun < 20
    assert not any(one.voice for one in person.visit.state.conversations["late_lamp"].answers)


def test_a_wrong_setting_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POISE_VOICE_URL", "voice.example")
    monkeypatch.setattr(serving, "is_free", lambda _port: True)
    assert serving.serve(8000) == 1
    assert "POISE_VOICE_URL" in capsys.readouterr().err
