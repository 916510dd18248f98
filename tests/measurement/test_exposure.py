import json

import numpy as np
import pytest
from measurement.mixed_bank import draw_bank, draw_prior

from poise.measurement.adaptive.adaptive import draw_people, simulate_tests
from poise.measurement.adaptive.exposure import ExposureControl, control_exposure
from poise.measurement.adaptive.selection import Rules
from poise.measurement.adaptive.stopping import StopRule

BANK, PRIOR = draw_bank(("theta",), 80, seed=9), draw_prior(("theta",))
STOP, RULES = StopRule(8), Rules(length=8, among=1, minimum_by_kind={"blocks": 3})


@pytest.fixture(scope="module")
def control() -> ExposureControl:
    return control_exposure(BANK, PRIOR, 0.3, stop=STOP, rules=RULES, people=4000, tolerance=0.03, seed=2)


def test_the_largest_rate_falls_to_the_target(control: ExposureControl) -> None:
    assert max(control.before.values()) > 0.6
    assert max(control.after.values()) <= 0.33
    assert control.reached
    assert control.rounds > 0
    assert all(0.0 < one <= 1.0 for one in control.parameters.values())
    assert sum(control.after.values()) == pytest.approx(8.0)


def test_frozen_parameters_hold_for_other_people_and_keep_the_content(control: ExposureControl) -> None:
    bank = BANK.with_exposure(control.parameters)
    truth = draw_people(PRIOR, 4000, np.random.default_rng(99))
    tests = simulate_tests(bank, PRIOR, truth, stop=STOP, rules=RULES, seed=99)
    assert tests.exposure_rates.max() <= 0.34
    assert tests.content()[:, bank.contents["kind", "blocks"]].min() >= 3
    free = simulate_tests(BANK, PRIOR, truth, stop=STOP, rules=RULES, seed=99)
    assert tests.overlap < 0.6 * free.overlap
    assert free.sd.mean() < tests.sd.mean() < 1.3 * free.sd.mean()


def test_it_is_plain_data_and_the_same_for_the_same_seed(control: ExposureControl) -> None:
    again = control_exposure(BANK, PRIOR, 0.3, stop=STOP, rules=RULES, people=4000, tolerance=0.03, seed=2)
    assert again == control
    assert json.loads(json.dumps(control.as_dict())) == control.as_dict()


def test_a_target_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match=r"target: got 0.1, expected more than 0.100"):
        control_exposure(BANK, PRIOR, 0.1, stop=STOP)
