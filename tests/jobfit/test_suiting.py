"""Able, willing, or which is missing; what suits better and why; and figures only once they may be told."""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from jobfit.conftest import Sat

from poise.content.library import Library
from poise.jobfit.demand import Expectation, chance_to_meet, expect, view_demand
from poise.jobfit.quality import weigh
from poise.jobfit.report import JobView, Report, report
from poise.jobfit.suiting import STANDINGS, weigh_surplus
from poise.sitting.state import State


def changed(library: Library, **parts: object) -> Library:
    return Library(**{name: getattr(library, name) for name in Library.model_fields} | parts)


def calibrated(library: Library) -> Library:
    """The library as if it and its jobs were no longer provisional."""
    jobs = tuple(job.model_copy(update={"provisional": False}) for job in library.jobs)
    return changed(library, provisional=False, jobs=jobs)


def demanding(library: Library, passes: Mapping[str, tuple[float, float, float]]) -> Library:
    """The library with other passes for all demands of some jobs."""
    jobs = tuple(
        job.model_copy(
            update={
                "demands": {key: one.model_copy(update={"passes": passes[job.key]}) for key, one in job.demands.items()}
            }
        )
        if job.key in passes
        else job
        for job in library.jobs
    )
    return changed(library, jobs=jobs)


def job_of(made: Report, key: str) -> JobView:
    return next(job for job in made.jobs if job.key == key)


def willing(state: State, library: Library, level: int, **other: int) -> State:
    return replace(state, willingness={one.key: level for one in library.conditions} | other)


class TestDemandsByKind:
    def test_each_kind_has_its_own_figures_and_counts(self, saint: Sat) -> None:
        counted = {one.key: {kind.kind: kind.observations for kind in one.kinds} for one in saint.report.qualities}
        for job in saint.report.jobs:
            for demand in job.demands:
                assert {kind.kind: kind.observations for kind in demand.kinds} == counted[demand.quality]
                assert demand.seen_low <= demand.seen <= demand.seen_high
                for kind in demand.kinds:
                    assert 0 <= kind.seen_low <= kind.seen <= kind.seen_high <= 10
                    assert (kind.verdict == "not enough evidence") == (kind.observations == 0)

    def test_only_the_kind_in_which_they_differ_differs(self, saint: Sat, hothead: Sat) -> None:
        for one, other in zip(saint.report.jobs[0].demands, hothead.report.jobs[0].demands, strict=True):
            for here, there in zip(one.kinds, other.kinds, strict=True):
                assert (here == there) == (here.kind != "customers")

    def test_a_must_have_stands_alone_and_the_rest_names_what_there_is_to_spare(self, saint: Sat) -> None:
        for job in saint.report.jobs:
            spare = {one.name for one in job.demands if one.seen > one.asked}
            for demand in job.demands:
                if demand.must_have:
                    assert demand.compensation == "Must be met by itself: nothing else makes up for it."
                    assert not demand.made_up_by
                else:
                    assert demand.compensation.startswith("May be made up for by ")
                    assert set(demand.made_up_by) <= spare - {demand.name}


class TestChances:
    def test_while_provisional_there_are_words_only(self, saint: Sat) -> None:
        for job in saint.report.jobs:
            assert job.provisional
            assert job.chance is None
            assert not [demand for demand in job.demands if demand.chance]
            assert not [other for other in job.better if other.chance]

    @pytest.mark.parametrize("way", ["calibrated", "switched on"])
    def test_then_each_chance_has_the_span_of_its_passes(self, way: str, saint: Sat, library: Library) -> None:
        own = calibrated(library) if way == "calibrated" else library
        made = report(saint.state, own, saint.texts, switched_on=way == "switched on")
        for job, before in zip(made.jobs, saint.report.jobs, strict=True):
            assert job.chance
            for demand in job.demands:
                assert (demand.chance is None) == (demand.verdict == "not enough evidence")
                if demand.chance:
                    assert 0 <= demand.chance.low <= demand.chance.value <= demand.chance.high <= 1
            assert job.verdict == before.verdict

    def test_passes_that_agree_leave_no_span(self, saint: Sat, library: Library) -> None:
        weighed = weigh(saint.state, library)
        expectation = expect(weighed.posterior, library)
        demand = library.jobs[0].demands["composure"]
        for passes, agree in (((6.0, 6.0, 6.0), True), ((4.0, 6.0, 8.0), False)):
            asked = demand.model_copy(update={"passes": passes})
            view = view_demand(library, "composure", asked, expectation, enough=True, figures=True)
            assert view.chance
            assert (view.chance.low == view.chance.high) == agree
            assert view.chance.value == pytest.approx(
                chance_to_meet(expectation.by_quality["composure"], asked), abs=0.01
            )


class TestStanding:
    def test_able_but_unwilling_and_willing_but_not_yet_able(self, saint: Sat, library: Library) -> None:
        easy = demanding(library, {"complaints_desk": (1.0, 1.0, 1.0), "contact_centre": (9.5, 9.5, 9.5)})
        for level, able, unable in (
            (4, "able and willing", "willing but not yet able"),
            (0, "able but unwilling", "neither able yet nor willing"),
        ):
            made = report(willing(saint.state, library, level), easy, saint.texts)
            assert job_of(made, "complaints_desk").standing == able
            assert job_of(made, "contact_centre").standing == unable

    def test_every_settled_verdict_and_fit_has_a_word(self) -> None:
        fits = ("willing", "unsure", "unwilling", "not asked")
        assert set(STANDINGS) == {(verdict, fit) for verdict in ("likely meets", "likely not yet") for fit in fits}


class TestBetterJobs:
    def test_a_job_that_asks_for_less_suits_better_and_the_demands_say_why(self, saint: Sat, library: Library) -> None:
        easy = demanding(library, {"complaints_desk": (9.0, 9.0, 9.0), "retail_sales": (2.0, 2.0, 2.0)})
        made = report(willing(saint.state, library, 4), easy, saint.texts)
        better = {one.key: one for one in job_of(made, "complaints_desk").better}
        assert better["retail_sales"].because == "demands"
        assert 1 <= len(better["retail_sales"].why) <= 3
        for reason in better["retail_sales"].why:
            assert reason.kind == "demand"
            assert "Complaints desk" in reason.words
            assert reason.key in library.jobs[0].demands
        assert not job_of(made, "retail_sales").better

    def test_a_condition_that_is_not_wanted_makes_another_job_suit_better(self, saint: Sat, library: Library) -> None:
        alike = demanding(library, {job.key: (3.0, 3.0, 3.0) for job in library.jobs})
        state = willing(saint.state, library, 4, angry_customers=0)
        made = report(state, alike, saint.texts)
        own = job_of(made, "complaints_desk")
        assert own.standing == "able but unwilling"
        assert own.better
        for one in own.better:
            assert one.because in {"conditions", "both"}
            assert [reason.key for reason in one.why if reason.kind == "condition"] == ["angry_customers"]
            assert "The answer was: no." in one.why[-1].words
            assert job_of(made, one.key).fit != "unwilling"

    def test_no_job_suits_better_that_is_out_of_reach_or_wanted_less(self, saint: Sat, hothead: Sat) -> None:
        assert not [other for job in hothead.report.jobs for other in job.better]
        for job in saint.report.jobs:
            for other in job.better:
                assert other.verdict in {"likely meets", "open"}
                assert other.fit != "unwilling"

    def test_the_surplus_weighs_its_demands(self, library: Library) -> None:
        job = library.jobs[0]
        passes = min(len(one.passes) for one in job.demands.values())
        flat = Expectation({key: demand_mean(job.demands[key].passes[:passes]) for key in job.demands})
        assert weigh_surplus(job, flat).mean() == pytest.approx(0, abs=1e-9)


def demand_mean(passes: tuple[float, ...]) -> np.ndarray:
    return np.full(5, np.mean(passes))


def test_a_job_report_is_plain_values(saint: Sat) -> None:
    written = json.loads(json.dumps(saint.report.as_dict()))
    assert written["jobs"][0]["demands"][0]["kinds"][0]["kind"] == "statements"
    assert written["jobs"][0]["standing"] == saint.report.jobs[0].standing
