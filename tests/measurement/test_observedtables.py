from dataclasses import replace

import numpy as np
import pytest

from poise.measurement.joint.jointdata import JointBlock, JointItem, JointStatement, JointTable
from poise.measurement.observing import ChoiceBlock, GradedScale, PartialCreditScale, RatedScale
from poise.measurement.parameters.calibratedblocks import CalibratedBlock, CalibratedRater, CalibratedStatement
from poise.measurement.parameters.items import CalibratedItem, KnownParameters
from poise.measurement.scores.jointscoring import score_joint
from poise.measurement.scores.observedfit import assess_observed
from poise.measurement.scores.observedscoring import find_modes
from poise.measurement.scores.observedtables import expect_persons, observe_table
from poise.measurement.tabular.tables import BadTableError

KNOWN = KnownParameters(
    (
        CalibratedItem("q", "graded", (("calm", 1.5),), (1.0, -0.5)),
        CalibratedItem("c", "gpcm", (("calm", 0.8), ("warm", 0.4)), (0.3, 0.1)),
    ),
    ("calm", "warm"),
    np.array([[1.0, 0.5], [0.5, 1.0]]),
    ("north", "south"),
    np.array([[0.0, 0.0], [0.6, -0.4]]),
    np.ones((2, 2)),
    (
        CalibratedBlock(
            "b", (CalibratedStatement("s", (("warm", 1.2),), 0.2), CalibratedStatement("t", (("calm", -0.9),), -0.2))
        ),
    ),
    (CalibratedRater("ann", 0.7, 1.3), CalibratedRater("bob", -0.7, 0.8)),
)
ASKED = (
    JointItem("q", ("calm",), 3),
    JointItem("c", ("calm", "warm"), 3, "gpcm"),
    JointBlock("b", (JointStatement("s", ("warm",)), JointStatement("t", ("calm",)))),
)
TABLE = JointTable(
    ASKED,
    ("calm", "warm"),
    starts=np.array([0, 4, 6, 7, 7]),
    item=np.array([0, 0, 1, 2, 0, 2, 1], dtype=np.int32),
    answer=np.array([2, 1, 0, 1, 0, 0, -1], dtype=np.int16),
    rater=np.array([0, 1, -1, -1, 1, -1, -1], dtype=np.int32),
    raters=("ann", "bob"),
    reading=np.array([-1, -1, -1, -1, -1, -1, 0], dtype=np.int32),
    weights=np.array([[0.2, 1.0, 2.0]]),
    group=np.array([0, 1, 0, 1]),
    groups=("north", "south"),
)


def test_each_thing_is_taken_with_its_rater_and_readings_are_left_out() -> None:
    seen = observe_table(TABLE, KNOWN)
    graded = GradedScale((1.0, -0.5))
    kinds = [RatedScale(graded, 0.7, 1.3), RatedScale(graded, -0.7, 0.8), PartialCreditScale((0.3, 0.1))]
    assert [one.kind for one in seen] == [*kinds, ChoiceBlock((0.2, -0.2))]
    assert [one.person.tolist() for one in seen] == [[0], [0, 1], [0], [0, 1]]
    assert [one.answer.tolist() for one in seen] == [[2], [1, 0], [0], [1, 0]]
    assert seen[2].loadings.tolist() == [[0.8, 0.4]]
    assert seen[3].loadings.tolist() == [[0.0, 1.2], [-0.9, 0.0]]


def test_modes_are_near_the_means_of_the_joint_engine() -> None:
    item, answer = np.array([0, 0, 1, 2, 0, 2, 2], dtype=np.int32), np.array([2, 1, 0, 1, 0, 0, 1], dtype=np.int16)
    table = replace(TABLE, item=item, answer=answer, reading=None)
    means = score_joint(table, KNOWN)
    modes = find_modes(observe_table(table, KNOWN), *expect_persons(table, KNOWN))
    assert modes.estimate == pytest.approx(means.mean, abs=0.1)
    assert modes.sd == pytest.approx(means.sd, abs=0.05)
    assert modes.estimate[3] == pytest.approx([0.6, -0.4])
    fit = assess_observed(observe_table(table, KNOWN), modes)
    assert fit.answered.tolist() == [4, 2, 1, 0]
    assert np.isnan(fit.lz_star).tolist()[2:] == [True, True]


def test_what_was_not_calibrated_is_refused_by_name() -> None:
    with pytest.raises(BadTableError, match="'c' was not calibrated"):
        observe_table(TABLE, replace(KNOWN, items=KNOWN.items[:1]))
    with pytest.raises(BadTableError, match="rater 'bob' was not calibrated"):
        observe_table(TABLE, replace(KNOWN, raters=KNOWN.raters[:1]))
    with pytest.raises(BadTableError, match="group 'south' was not calibrated"):
        expect_persons(TABLE, replace(KNOWN, groups=("north", "east")))
