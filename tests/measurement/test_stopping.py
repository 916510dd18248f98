import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.measurement import Posterior
from poise.measurement.adaptive.needs import Verdict
from poise.measurement.adaptive.stopping import Reason, StopRule, find_reason_to_stop

NAMES = ("patience", "courtesy")
VERDICTS = (Verdict((("patience", 1.0),), 0.0), Verdict((("courtesy", 1.0),), 0.0))


def known(*moments: tuple[float, float]) -> Posterior:
    return Posterior(NAMES, np.array([m for m, _ in moments]), np.diag([sd**2 for _, sd in moments]))


def reason(rule: StopRule, posterior: Posterior, answered: int = 10, **more: float | bool) -> Reason | None:
    return find_reason_to_stop(
        rule,
        posterior,
        demanded=NAMES,
        verdicts=VERDICTS,
        answered=answered,
        **more,  # type: ignore[arg-type]
    )


def test_each_reason_in_its_turn() -> None:
    both, one = known((0.0, 0.3), (0.0, 0.3)), known((0.0, 0.3), (0.0, 0.5))
    assert reason(StopRule(20), both) is None
    assert reason(StopRule(10), both) == "length"
    assert reason(StopRule(20, sd=0.35), both) == "precision"
    assert reason(StopRule(20, sd=0.35), one) is None
    assert reason(StopRule(20, sd=0.35, share=0.5), one) == "precision"
    assert reason(StopRule(20, seconds=100.0), both, seconds=100.0) == "time"
    assert reason(StopRule(20, seconds=100.0), both, seconds=99.0) is None


def test_a_verdict_is_settled_when_all_of_them_are() -> None:
    rule = StopRule(20, settled=(0.1, 0.9))
    assert reason(rule, known((1.0, 0.5), (-1.0, 0.5))) == "verdict"
    assert reason(rule, known((1.0, 0.5), (-0.3, 0.5))) is None


def test_the_shortest_test_comes_before_precision_and_the_clock_before_it() -> None:
    rule = StopRule(20, shortest=12, sd=0.9, seconds=100.0)
    assert reason(rule, known((0.0, 0.3), (0.0, 0.3))) is None
    assert reason(rule, known((0.0, 0.3), (0.0, 0.3)), answered=12) == "precision"
    assert reason(rule, known((0.0, 0.3), (0.0, 0.3)), seconds=200.0) == "time"


@given(st.integers(0, 19), st.floats(0.01, 2.0), st.floats(0, 500))
def test_nobody_is_stopped_early_while_parameters_are_provisional(answered: int, sd: float, seconds: float) -> None:
    rule = StopRule(20, sd=0.9, settled=(0.4, 0.6), seconds=100.0)
    assert reason(rule, known((3.0, sd), (3.0, sd)), answered, seconds=seconds, provisional=True) is None
    assert reason(rule, known((3.0, sd), (3.0, sd)), 20, provisional=True) == "length"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"longest": 5, "shortest": 6}, "shortest, longest: got 6, 5"),
        ({"longest": 5, "sd": 0.0}, "sd: got 0.0"),
        ({"longest": 5, "share": 1.5}, "share: got 1.5"),
        ({"longest": 5, "settled": (0.9, 0.1)}, r"settled: got \(0.9, 0.1\)"),
        ({"longest": 5, "seconds": -1.0}, "seconds: got -1.0"),
    ],
)
def test_numbers_out_of_range_are_refused(numbers: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        StopRule(**numbers)  # type: ignore[arg-type]
