"""True parameters beside the believed ones, reliability by own evidence, and the minutes of made-up people."""

import numpy as np
import pytest
from sitting.plain_reader import PlainReader

from poise.cli.recovering import measure, reliability
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.measurement import BlockItem, Graded, GradedItem, Statement, score
from poise.sitting.doubting import Doubt
from poise.sitting.evidence import apart, posterior_of, prior_of
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.timing import Pace, draw_pace, minutes_of

ITEM = GradedItem((("patience", 1.2), ("statements", 1.2)), (2.0, 0.5, -0.5, -2.0))


def test_the_same_seed_and_question_give_the_same_truth_and_another_gives_another() -> None:
    assert Doubt(3).graded("a", ITEM) == Doubt(3).graded("a", ITEM)
    assert Doubt(3).graded("a", ITEM) != Doubt(3).graded("b", ITEM)
    assert Doubt(3).graded("a", ITEM) != Doubt(4).graded("a", ITEM)
    assert Doubt(3, slope=0.0, ease=0.0).graded("a", ITEM) == ITEM


def test_doubts_spread_as_they_say() -> None:
    drawn = [Doubt(1, slope=0.3, ease=0.5).graded(str(number), ITEM) for number in range(2000)]
    slopes = np.log([one.loadings[0][1] / 1.2 for one in drawn])
    eases = np.array([one.intercepts[0] - 2.0 for one in drawn])
    assert (np.mean(slopes), np.std(slopes)) == pytest.approx((0.0, 0.3), abs=0.03)
    assert (np.mean(eases), np.std(eases)) == pytest.approx((0.0, 0.5), abs=0.05)
    assert all(np.ptp(np.subtract(one.intercepts, ITEM.intercepts)) < 1e-9 for one in drawn)


def test_each_statement_of_a_block_has_parameters_of_its_own() -> None:
    block = BlockItem(tuple(Statement((("patience", 1.0),), 0.0) for _ in range(3)))
    slopes = {one.loadings[0][1] for one in Doubt(2).block("b", block).statements}
    assert len(slopes) == 3


def test_apart_nothing_is_lent(library: Library) -> None:
    prior = prior_of(library)
    answer = [Graded("x", GradedItem((("patience", 2.0),), (2.0, 0.0, -1.0, -2.0)), 4)]
    lent, own = score(prior, answer), score(apart(prior), answer)
    assert lent.mean_of("composure") > 0.1
    assert own.mean_of("composure") == pytest.approx(0.0, abs=1e-9)
    assert own.mean_of("patience") == pytest.approx(lent.mean_of("patience"), abs=1e-6)


def test_reliability_is_the_squared_correlation() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(size=4000)
    assert reliability(true, true + rng.normal(size=4000)) == pytest.approx(0.5, abs=0.03)
    assert reliability(np.arange(3.0), np.full(3, 0.1) + np.array([0, 1e-17, 0])) == 0.0


def test_minutes_follow_the_pace(library: Library) -> None:
    simulee = draw_simulee(library, ["late_lamp"], PlainReader(), seed=5, doubt=Doubt(1))
    walked = sit(MemoryJournal(), "one", simulee, "open_door", seed=5)
    usual, slow = (minutes_of(walked.state, library, Pace(reads, 36.0, 1.0)) for reads in (238.0, 119.0))
    assert 12 < usual < 60
    assert slow > usual + 5
    paces = [draw_pace(np.random.default_rng(seed)) for seed in range(300)]
    assert min(one.reads for one in paces) >= 100
    assert min(one.writes for one in paces) >= 12
    found = measure(
        np.array([[simulee.truth[q] for q in QUALITIES]] * 3) + np.eye(3, 12),
        [posterior_of(walked.state, library)] * 3,
        [posterior_of(walked.state, library)] * 3,
    )
    assert found.true.shape == found.own.shape == (3, 12)
