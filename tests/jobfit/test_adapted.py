"""A report says it where somebody served a case with an employer's own policy."""

from jobfit.conftest import Sat

from poise.content.editing import put_piece
from poise.content.library import Library
from poise.content.scenario import AdaptedFrom, Scenario
from poise.jobfit.adapted import claim_no_comparison
from poise.jobfit.report import report


def test_only_an_adapted_case_that_was_served_is_said_not_to_compare(saint: Sat, library: Library) -> None:
    assert saint.report.claims == library.claims
    origin = AdaptedFrom(library="ours", version="1.0", scenario="first_lamp")
    served, other = min(saint.state.conversations), "seat_fifteen"
    assert other not in saint.state.conversations
    for key, expected in ((served, 1), (other, 0)):
        case = library.find(Scenario, key).model_copy(update={"adapted_from": origin})
        changed = put_piece(library, "scenarios", case, key)
        claims = list(claim_no_comparison(saint.state, changed))
        assert len(claims) == expected
        for claim in claims:
            assert "do not compare" in claim.text
            assert case.customer.name in claim.text
            assert claim.rests_on == f"{key} was adapted from first_lamp of ours 1.0."
        if expected:
            assert report(saint.state, changed, saint.texts).claims == (*library.claims, *claims)
