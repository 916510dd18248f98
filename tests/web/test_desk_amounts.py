"""At the desk on the page: how much of a remedy is offered, and a customer who is still writing."""

import pytest
from web.conftest import Person

from poise.content.scenario import Scenario
from poise.sitting.events import DeskUsed


@pytest.fixture
def serving(at_first_reply: Person) -> Person:
    return at_first_reply


def done(person: Person) -> list[str]:
    events = person.visit.journal.read(person.visit.sitting.key)
    return [f"{event.do}:{event.what}" for event in events if isinstance(event, DeskUsed)]


def test_an_amount_is_chosen_echoed_and_offered(serving: Person) -> None:
    page = serving.get(serving.path()).content.decode()
    assert '<select class="how-much" id="amount-offer-credit" name="amount-offer-credit">' in page
    assert '<option value="40">£40</option>' in page
    assert "up to £40 only after a yes from above; above that none" in page
    for much in ("", "45", "-10", "1e9", "forty", "<b>"):
        wrong = serving.post({"words": "My draft", "desk": "offer:credit", "amount-offer-credit": much})
        assert wrong.status_code == 422
        words = wrong.content.decode()
        assert "Say how much: from £10 to £60, in steps of 10." in words
        assert "My draft</textarea>" in words
        assert "<b>" not in words
    assert done(serving) == []
    press = {"words": "My draft", "desk": "offer:credit", "amount-offer-credit": "40"}
    asked = serving.post(press).content.decode()
    assert "You are offering: A credit for her next order: £40." in asked
    assert "My draft</textarea>" in asked
    assert done(serving) == []
    given = serving.post({"words": "My draft", "desk": "yes:offer:credit:40"}).content.decode()
    assert done(serving) == ["offer:credit:40"]
    assert "Offered: A credit for her next order: £40" in given
    assert 'name="amount-offer-credit"' in given


def test_who_is_still_writing_can_be_let_finish(serving: Person) -> None:
    case = serving.visit.library.find(Scenario, "late_lamp")
    number = next(number for number, probe in enumerate(case.probes, start=1) if probe.then)
    assert "is still writing" not in serving.get(serving.path()).content.decode()
    while serving.due.number < number:
        serving.post(serving.fitting())
    before = serving.get(serving.path()).content.decode()
    assert f"{case.customer.name} is still writing." in before
    after = serving.post({"words": "My draft", "desk": "wait:"}).content.decode()
    assert "is still writing" not in after
    assert "My draft</textarea>" in after
    assert any(line.split(".")[0][:40] in after for line in case.probes[number - 1].then)
    assert done(serving) == ["wait:"]
    serving.post(serving.fitting())
    assert "Let the customer finish" in serving.get(serving.path()).content.decode()
