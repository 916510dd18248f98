"""Cases with an employer's own policy or remedies: what a report says of the scores on them."""

from collections.abc import Iterator

from poise.content.claims import Claim
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.sitting.state import State


def claim_no_comparison(state: State, library: Library) -> Iterator[Claim]:
    """Say of each adapted case that was served that its scores do not compare with those on the original."""
    for key in sorted(state.conversations):
        case = library.find(Scenario, key)
        if case.adapted_from is None:
            continue
        origin = case.adapted_from
        yield Claim(
            key=f"adapted_{key}"[:60],
            text=(
                f"The case of {case.customer.name} was changed by an employer: it has a policy or remedies of its own."
                " Scores on it do not compare with scores on the case that it was made from."
            ),
            rests_on=f"{key} was adapted from {origin.scenario} of {origin.library} {origin.version}.",
        )
