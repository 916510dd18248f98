"""Groups of a joint table are found in the calibration by name, whatever their order."""

from dataclasses import replace

import numpy as np
import pytest

from poise.measurement.joint.jointdata import JointTable
from poise.measurement.joint.jointem import calibrate_joint
from poise.measurement.joint.jointsimulation import (
    draw_blocks,
    draw_joint_answers,
    draw_joint_latents,
    draw_joint_parameters,
)
from poise.measurement.parameters.items import KnownParameters
from poise.measurement.scores.jointscoring import score_joint
from poise.measurement.tabular.tables import BadTableError

GROUP = np.repeat([0, 1], 150)


@pytest.fixture(scope="module")
def calibrated() -> tuple[JointTable, KnownParameters]:
    rng = np.random.default_rng(4)
    parameters = draw_joint_parameters(draw_blocks(12, 2, ("calm", "warm")), ("calm", "warm"), rng)
    parameters = replace(parameters, means=np.array([[0.0, 0.0], [1.5, -1.0]]))
    table = draw_joint_answers(parameters, draw_joint_latents(parameters, GROUP, rng), rng)
    table = replace(table, group=GROUP, groups=("first", "second"))
    return table, KnownParameters.of(calibrate_joint(table, errors="none"))


def test_a_table_of_the_second_group_alone_gets_its_prior(calibrated: tuple[JointTable, KnownParameters]) -> None:
    table, known = calibrated
    together = score_joint(table, known)
    alone = replace(table.part(150, 300), group=np.zeros(150, dtype=np.int64), groups=("second",))
    assert score_joint(alone, known).mean == pytest.approx(together.mean[150:], abs=1e-6)


def test_the_order_of_groups_does_not_matter(calibrated: tuple[JointTable, KnownParameters]) -> None:
    table, known = calibrated
    turned = replace(table, group=1 - GROUP, groups=("second", "first"))
    assert score_joint(turned, known).mean == pytest.approx(score_joint(table, known).mean, abs=1e-6)


def test_an_unknown_group_is_named(calibrated: tuple[JointTable, KnownParameters]) -> None:
    table, known = calibrated
    with pytest.raises(BadTableError, match="group 'third' was not calibrated: the groups are first, second"):
        score_joint(replace(table, groups=("first", "third")), known)
