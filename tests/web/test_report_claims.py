"""Claims in their places: none is lost, none stands twice, and each keeps its ground."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.claims import Claim
from poise.content.library import Library
from poise.web.report_claims import PLACES, lay_claims
from poise.web.report_words import Reader

KEYS = st.sampled_from([*PLACES, "language_limits", "own_account"])


@given(keys=st.lists(KEYS, unique=True), reader=st.sampled_from(("self", "hirer")), met=st.booleans())
def test_every_claim_stands_once_and_every_ground_too(keys: list[str], reader: Reader, *, met: bool) -> None:
    claims = [Claim(key=key, text=f"The {key} is so. It was seen.", rests_on=f"Ground of {key}.") for key in keys]
    laid = lay_claims(claims, reader, met_customers=met)
    lists = (laid.answer, laid.jobs, laid.qualities, laid.conversations, laid.contest, laid.others)
    told = [claim for one in lists for claim in one]
    assert sorted(one.text for one in told) == sorted(one.text for one in claims)
    grounds = [one.rests_on for one in laid.others] + [words for one in laid.grounds for words in one.rests_on]
    assert sorted(grounds) == sorted(one.rests_on for one in claims)


def test_what_has_no_place_on_the_page_stands_in_the_list() -> None:
    claims = [Claim(key="synthetic", text="They are simulated.", rests_on="The scenarios.")]
    assert lay_claims(claims, "self", met_customers=True).conversations
    assert lay_claims(claims, "self", met_customers=False).others


@pytest.mark.parametrize("key", PLACES)
def test_every_place_is_for_a_claim_of_the_library(key: str, library: Library) -> None:
    assert key in {one.key for one in library.claims}
