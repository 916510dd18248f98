"""Drift: rates of false alarms and of finds in simulation, areas by hand, and what a report says."""

import json
from dataclasses import replace

import numpy as np
import pytest
from measurement.calibrations import make_calibration, make_items
from measurement.many_simulees import make_parameters, table_of
from scipy.integrate import quad
from scipy.special import expit

from poise.measurement.grid.calibration import calibrate
from poise.measurement.linking.drift import DriftReport, find_drift
from poise.measurement.linking.linkfit import Criterion
from poise.measurement.linking.linking import Link, Scale, apply_link
from poise.measurement.many.epem import calibrate_many
from poise.measurement.parameters.items import CalibratedItem, Calibration, KnownParameters, Model
from poise.measurement.people.manysimulation import draw_answers, draw_latents


def moved(calibration: Calibration, slope: float, intercept: float) -> Calibration:
    return apply_link(calibration, Link((Scale("theta", slope, intercept),), "by hand"))


def harder(item: CalibratedItem, by: float) -> CalibratedItem:
    return replace(item, intercepts=tuple(d - item.loadings[0][1] * by for d in item.intercepts))


def repeat(model: Model, categories: int, times: int, shift: float, seed: int) -> list[DriftReport]:
    """Link two samples of 600 persons on twelve items, of which the first two became harder."""
    rng, reports = np.random.default_rng(seed), []
    for _ in range(times):
        before = make_parameters(1, 12, categories, rng, model=model)
        intercepts = before.intercepts.copy()
        intercepts[:2] -= shift * before.slopes[:2]
        after = replace(before, intercepts=intercepts)
        pair = [
            calibrate(table_of(draw_answers(test, zero + one * draw_latents(test, 600, rng), rng), test.categories))
            for test, zero, one in ((before, 0.0, 1.0), (after, 0.3, 1.2))
        ]
        reports.append(find_drift(pair[0], pair[1]))
    return reports


def test_without_drift_one_item_in_twenty_is_called_so() -> None:
    reports = repeat("graded", 3, 30, 0.0, 1)
    alarms = [item.drifted for report in reports for item in report.items]
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.03)
    chi_square = [item.wald / item.df for report in reports for item in report.items]
    assert np.mean(chi_square) == pytest.approx(1.0, abs=0.12)


def test_items_that_drifted_are_found_and_others_left_alone() -> None:
    reports = repeat("graded", 3, 15, 0.6, 2)
    assert np.mean([[item.drifted for item in report.items[:2]] for report in reports]) > 0.9
    assert np.mean([[item.drifted for item in report.items[2:]] for report in reports]) < 0.1
    shifts = np.array([[item.shift for item in report.items[:2]] for report in reports])
    assert shifts.mean() == pytest.approx(0.6, abs=0.08)
    slopes = np.array([report.link.scales[0].slope for report in reports])
    zeros = np.array([report.link.scales[0].intercept for report in reports])
    assert slopes.mean() == pytest.approx(1.2, abs=0.05)
    assert zeros.mean() == pytest.approx(0.3, abs=0.05)


def test_purified_links_forget_what_drifted() -> None:
    new = make_calibration(make_items(np.random.default_rng(3), 12, 3, "graded"), persons=1e6)
    old = moved(new, 1.2, 0.3)
    off = replace(new, items=tuple(harder(item, 0.8) if i < 3 else item for i, item in enumerate(new.items)))
    report = find_drift(old, off)
    assert report.settled
    assert report.drifted == ("theta1", "theta2", "theta3")
    assert report.link.scales[0].slope == pytest.approx(1.2, abs=1e-6)
    assert report.link.scales[0].intercept == pytest.approx(0.3, abs=1e-6)
    assert [item.shift for item in report.items[:3]] == pytest.approx([0.8 * 1.2] * 3, abs=1e-6)
    assert [item.ratio for item in report.items] == pytest.approx([1.0] * 12, abs=1e-6)
    kept = find_drift(old, off, purify=False)
    assert kept.rounds == 1
    assert abs(kept.link.scales[0].intercept - 0.3) > 0.05
    assert max(abs(item.shift_z) for item in kept.items[3:]) < min(abs(item.shift_z) for item in kept.items[:3])


def test_area_and_distance_are_what_they_are_called() -> None:
    items = make_items(np.random.default_rng(4), 6, 2, "2pl")
    old = make_calibration(items)
    report = find_drift(old, replace(old, items=(harder(items[0], 0.5), *items[1:])), Criterion("mean-mean"))
    scale, found = report.link.scales[0], report.items[0]
    a, b = items[0].loadings[0][1], -items[0].intercepts[0] / items[0].loadings[0][1]
    here = scale.slope * (b + 0.5) + scale.intercept

    def gap(theta: float) -> float:
        return float(abs(expit(a * (theta - b)) - expit(a / scale.slope * (theta - here))))

    assert found.area == pytest.approx(quad(gap, -6.0, 6.0, limit=200)[0], abs=1e-3)
    assert found.shift == pytest.approx(here - b)
    assert 0.0 < found.distance < max(gap(theta) for theta in np.linspace(-4, 4, 161))


def test_a_report_speaks_plainly_and_stands_in_a_file() -> None:
    items = make_items(np.random.default_rng(5), 8, 3, "gpcm")
    old = make_calibration(items, persons=1e6)
    same = find_drift(old, old)
    assert same.tell() == ("no common item differs by more than chance explains at level 0.05",)
    off = replace(old, items=(replace(items[0], intercepts=tuple(d + k for k, d in enumerate(items[0].intercepts, 1))),
                              *items[1:]))  # fmt: skip
    report = find_drift(old, off)
    assert report.drifted == ("theta1",)
    told = report.tell()
    assert told[0] == "1 of 8 common items differ at level 0.05, where about 0.4 would by chance"
    assert told[1].startswith("item theta1 became easier by ")
    read = json.loads(json.dumps(report.as_dict()))
    assert read["drift"]["theta1"]["drifted"] is True
    assert read["drift"]["theta1"]["df"] == 3
    assert read["dimensions"]["theta"]["slope"] == pytest.approx(1.0, abs=1e-6)
    silent = replace(old, items=tuple(replace(item, covariance=()) for item in items))
    untested = find_drift(silent, off)
    assert untested.drifted == ()
    assert "calibrate with standard errors" in untested.tell()[0]
    worse = replace(old, items=tuple(harder(item, 0.2 * i) for i, item in enumerate(items)))
    assert any("in doubt" in line for line in find_drift(old, worse).tell())


def test_dimensions_are_tested_one_by_one() -> None:
    true = make_parameters(2, 8, 3, np.random.default_rng(6), crossed=1)
    changed = true.intercepts.copy()
    changed[10] -= 0.9 * true.slopes[10].max()
    rng = np.random.default_rng(7)
    tables = [
        table_of(draw_answers(test, draw_latents(test, 1500, rng) * spread, rng), true.categories)
        for test, spread in ((true, [1.0, 1.0]), (replace(true, intercepts=changed), [1.3, 0.8]))
    ]
    old, new = (KnownParameters.of(calibrate_many(table, true.pattern)) for table in tables)
    report = find_drift(old, new)
    assert {item.key for item in report.items} == {f"item{i}" for i in range(2, 17)}
    assert "item11" in report.drifted
    assert len(report.drifted) <= 3
    assert [scale.slope for scale in report.link.scales] == pytest.approx([1.3, 0.8], abs=0.12)
