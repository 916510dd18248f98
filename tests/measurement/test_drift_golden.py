"""Wald tests of drift between men and women, beside the likelihood-ratio tests of R mirt for the same items.

The two statistics test the same hypothesis and agree as the sample grows; with 73 men they do so only roughly.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poise.measurement import calibrate, code_responses, dichotomise, find_drift, read_responses
from poise.measurement.parameters.items import Calibration, Model
from poise.measurement.tabular.tables import ResponseTable

ROOT = Path(__file__).parents[2]


def only(table: ResponseTable, name: str) -> ResponseTable:
    assert table.group is not None
    weight = (table.group == table.groups.index(name)).astype(np.float64)
    return replace(table, group=None, groups=(), weight=weight)


def women_and_men(model: Model) -> tuple[Calibration, Calibration]:
    raw = read_responses(ROOT / "examples" / "verbal_aggression.csv", group="gender")
    table = code_responses(raw if model == "graded" else dichotomise(raw, 1))
    women, men = (calibrate(only(table, name), model) for name in "FM")
    return women, men


@pytest.mark.parametrize(("model", "name"), [("graded", "verbagg_dif_grm"), ("2pl", "verbagg_dif_2pl")])
def test_wald_tests_agree_with_likelihood_ratios_of_r(model: Model, name: str) -> None:
    told = json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text())
    women, men = women_and_men(model)
    assert (women.n, men.n) == (243, 73)
    report = find_drift(women, men, purify=False)
    assert {item.df for item in report.items} == {told["df"]}
    ours = np.array([item.wald for item in report.items])
    theirs = np.array([told["chi_square"][item.key] for item in report.items])
    assert np.corrcoef(ours, theirs)[0, 1] > 0.85
    assert ours.mean() == pytest.approx(theirs.mean(), rel=0.15)
    assert np.max(np.abs(ours - theirs)) < 4.0


def test_men_differ_on_really_cursing_and_scolding() -> None:
    """Known of these data: the items that De Boeck et al. (2011, J. Stat. Softw. 39(12)) model as differing."""
    report = find_drift(*women_and_men("graded"))
    known = {f"S{s}Do{mode}" for s in (1, 2, 3, 4) for mode in ("Curse", "Scold")}
    assert known <= set(report.drifted)
    assert all(item.shift < 0.0 for item in report.items if item.key in known)
