"""Sums that a reply names: known where the case or the customer holds them, and else a fact against the speaker."""

import pytest

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.claims import find_claims
from poise.roleplay.conversation import begin, rate, reply
from poise.roleplay.understanding import Reader


@pytest.fixture(scope="module")
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("I can send a new shade; it costs you nothing.", ()),
        ("You get the £129 and the delivery charge of 8 pounds back.", ()),
        ("That makes £137 in all.", ()),
        ("I give you a credit of £15.", ()),
        ("I ring you in twenty minutes, by the 14th at the latest.", ()),
        ("You get 955 pounds back.", ("955 pounds",)),
        ("I will pay you £4,310 for your trouble.", ("£4,310",)),
    ],
)
def test_sums_that_stand_nowhere_are_found(lamp: Scenario, words: str, found: tuple[str, ...]) -> None:
    assert find_claims(lamp, words) == found


def test_what_the_customer_said_is_known(lamp: Scenario) -> None:
    assert find_claims(lamp, "You paid £955, I see.", ["I paid £955 for the whole room!"]) == ()


def test_an_invented_sum_is_dishonest_where_the_rubric_says_so(library: Library, reader: Reader) -> None:
    case = library.find(Scenario, "late_lamp")
    place = next(
        number
        for number, probe in enumerate(case.probes, start=1)
        if any("now.claimed.unsupported" in one.scale.atoms for one in probe.moments)
    )

    def levels(words: str) -> list[int]:
        talk = begin(case, 1)
        for number in range(1, place + 1):
            said = words if number == place else "I see, and I am looking at your order."
            talk = reply(talk, said, [], reader, library.appraisal, library.voice)
        return [
            rating.line.level
            for rating, number in rate(talk, reader.base_rates, library.beliefs)
            if number == place and "now.claimed.unsupported" in rating.moment.scale.atoms
        ]

    assert levels("You will have 955 pounds from us on top.") == [0]
    assert levels("That is not possible, I am afraid.")[0] > 0
