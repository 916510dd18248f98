"""Who may do what: the promises of the table, not the table again."""

import pytest

from poise.hiring.modes import ReasonMissingError, check_reason, sight_of_results
from poise.hiring.roles import DEEDS, MAY, ROLES, NotAllowedError, check_may, may


def test_every_role_and_deed_is_used() -> None:
    assert set(MAY) == set(ROLES)
    assert set().union(*MAY.values()) == set(DEEDS)


@pytest.mark.parametrize("role", ["", "boss", "Owner", "candidate"])
def test_a_role_that_is_not_known_may_do_nothing(role: str) -> None:
    assert not any(may(role, deed) for deed in DEEDS)


def test_no_boss_sees_what_came_of_a_study() -> None:
    assert {role: sight_of_results(role, "study") for role in ROLES} == {
        "owner": "hidden",
        "hirer": "hidden",
        "interviewer": "hidden",
        "analyst": "pseudonymous",
        "author": "hidden",
    }


def test_who_decides_has_seen_the_evidence() -> None:
    for role in ROLES:
        if may(role, "decide"):
            assert sight_of_results(role, "selection") == "named"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_the_open_door(role: str) -> None:
    assert sight_of_results(role, "") == "hidden"


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(NotAllowedError, match="'author', which may not see results; that may: owner, hirer"):
        check_may("author", "see_results")


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 1201])
def test_a_reason_is_asked_for(words: str) -> None:
    with pytest.raises(ReasonMissingError):
        check_reason(words, "you choose selection mode")
