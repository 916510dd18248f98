"""Kinds of evidence that say what one person cannot both be: found where it is so, and seldom by chance."""

from dataclasses import replace

import numpy as np
import pytest
from jobfit.conftest import Sat
from sitting.plain_reader import PlainReader

from poise.content.library import Library
from poise.content.statement import Statement
from poise.jobfit.quality import DISAGREE, Weighed, weigh
from poise.measurement import Posterior
from poise.sitting.evidence import Kind, Observation
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.state import fold

PEOPLE = 5


def of_two(first: tuple[float, float], second: tuple[float, float], like: Weighed) -> Weighed:
    """Two kinds whose own evidence has these estimates and standard errors; the prior draws each to the middle."""
    kinds: tuple[Kind, Kind] = ("statements", "customers")
    alone = {}
    for kind, (estimate, error) in zip(kinds, (first, second), strict=True):
        variance = 1.0 / (1.0 + error**-2)
        alone[kind] = Posterior(("patience",), np.array([estimate * variance / error**2]), np.array([[variance]]))
    seen = tuple(next(one for one in like.observations if one.kind == kind) for kind in kinds)
    observations: tuple[Observation, ...] = tuple(replace(one, qualities=("patience",)) for one in seen)
    return replace(like, observations=observations, by_kind=alone)


def test_a_kind_that_says_next_to_nothing_disagrees_with_nobody(saint: Sat, library: Library) -> None:
    like = weigh(saint.state, library)
    assert of_two((-6.0, 0.5), (6.0, 2.9), like).kinds_disagree("patience")
    assert not of_two((-6.0, 0.5), (6.0, 3.1), like).kinds_disagree("patience")


@pytest.mark.parametrize("errors", [(0.5, 0.5), (2.0, 0.4), (1.0, 2.5)])
def test_what_the_kinds_say_themselves_is_held_against_their_own_doubt(
    errors: tuple[float, float], saint: Sat, library: Library
) -> None:
    like, limit = weigh(saint.state, library), DISAGREE * float(np.hypot(*errors))
    for apart, expected in ((0.95 * limit, False), (1.05 * limit, True)):
        weighed = of_two((-apart / 3, errors[0]), (2 * apart / 3, errors[1]), like)
        assert weighed.kinds_disagree("patience") is expected


def test_somebody_who_praises_themselves_and_serves_badly(hothead: Sat, library: Library) -> None:
    poles = {key: library.find(Statement, key).pole for key in hothead.state.ratings}
    praise = {key: 4 if pole == "high" else 0 for key, pole in poles.items()}
    plain, proud = (weigh(replace(hothead.state, ratings=one), library) for one in (hothead.state.ratings, praise))
    assert proud.kinds_disagree("composure")
    assert not plain.kinds_disagree("composure")


def test_by_chance_few_qualities_are_named(library: Library) -> None:
    found = 0
    for seed in range(PEOPLE):
        journal = MemoryJournal()
        sit(journal, "one", draw_simulee(library, ["late_lamp"], PlainReader(), seed), "open_door", seed)
        weighed = weigh(fold(journal.read("one")), library)
        found += sum(weighed.kinds_disagree(one.key) for one in library.qualities)
    assert found / (PEOPLE * len(library.qualities)) < 0.2
