"""Which keys can be made, and what is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.keys import NEVER_BY_KEY, SCOPES, KeyRequestError, check_request, prefix_of
from poise.hiring.roles import DEEDS, MAY

KEY = "poise_ab12cd34_" + "x" * 40


def test_a_key_is_known_by_its_form() -> None:
    assert prefix_of(KEY) == "ab12cd34"


@given(st.text(max_size=80))
def test_nothing_else_is_taken_for_a_key(presented: str) -> None:
    assert prefix_of(presented) is None


@pytest.mark.parametrize("wrong", [KEY + "x", KEY[:-1], KEY + "\n", " " + KEY, KEY.upper(), KEY.replace("x", "é")])
def test_nearly_a_key_is_none(wrong: str) -> None:
    assert prefix_of(wrong) is None


@pytest.mark.parametrize("deed", sorted(NEVER_BY_KEY))
def test_what_stays_with_people_cannot_be_given_to_a_key(deed: str) -> None:
    with pytest.raises(KeyRequestError, match=deed):
        check_request("Payroll", [deed], MAY["owner"])


def test_nobody_gives_a_key_more_than_they_may_do() -> None:
    assert "decide" in SCOPES
    with pytest.raises(KeyRequestError, match="decide"):
        check_request("Payroll", ["decide", "see_positions"], MAY["author"])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(KeyRequestError) as refused:
        check_request("  ", [], MAY["owner"])
    assert len(refused.value.problems) == 2


def test_scopes_are_kept_in_their_order() -> None:
    asked = [deed for deed in reversed(DEEDS) if deed in SCOPES and deed in MAY["owner"]]
    made = check_request(" Payroll ", [*asked, *asked], MAY["owner"])
    assert (made.name, list(made.scopes)) == ("Payroll", list(reversed(asked)))
