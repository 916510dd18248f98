"""The report as data: complete, the same at every time of asking, and silent where little was seen."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobfit.conftest import Sat, Sit

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.jobfit.correcting import ERASED
from poise.jobfit.demand import expect, verdict_for, verdict_on_job, view_demand
from poise.jobfit.report import HEADLINES, JobView, report
from poise.jobfit.willing import fit_of
from poise.roleplay.understanding import Reader
from poise.sitting.evidence import observe, posterior_of
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import Simulee, draw_simulee
from poise.sitting.simulee import sit as let_sit
from poise.sitting.state import State, fold

SEEDS = (11, 12)
METHODS_ASIDE = 0.4


def walk(library: Library, reader: Reader, seed: int, shift: float = 0.0) -> tuple[State, Mapping[str, str]]:
    journal = MemoryJournal()
    drawn = draw_simulee(library, ["late_lamp"], reader, seed)
    truth = {key: value + shift if key in QUALITIES else METHODS_ASIDE * value for key, value in drawn.truth.items()}
    simulee = Simulee(truth, drawn.rng, library, reader)
    let_sit(journal, "one", simulee, "open_door", seed)
    return fold(journal.read("one")), journal.texts("one")


@pytest.fixture(scope="module")
def strong(library: Library, reader: Reader) -> tuple[State, Mapping[str, str]]:
    return walk(library, reader, 23, shift=4.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_simulee_is_reported_on_every_quality_and_every_job(seed: int, library: Library, reader: Reader) -> None:
    state, texts = walk(library, reader, seed)
    made = report(state, library, texts)
    assert tuple(one.key for one in made.qualities) == QUALITIES
    assert {one.key for one in made.jobs} == {one.key for one in library.jobs}
    assert made.observations == len(observe(state, library))
    assert {trace.source for one in made.qualities for trace in one.traces} == {
        one.source for one in observe(state, library)
    }
    for one in made.qualities:
        assert one.low_end < one.mean < one.high_end
        assert sum(kind.observations for kind in one.kinds) == len(one.traces)
    for job in made.jobs:
        assert len(job.demands) >= 6
        assert all(one.seen_low <= one.seen_high <= 10 for one in job.demands)
        assert all(one.asked_low <= one.asked <= one.asked_high for one in job.demands)
        assert len(job.conditions) == len(library.conditions)


def test_the_same_events_give_the_same_report(saint: Sat, library: Library) -> None:
    again = report(saint.state, library, dict(saint.texts))
    assert again.as_dict() == saint.report.as_dict()
    assert json.loads(json.dumps(again.as_dict())) == json.loads(json.dumps(saint.report.as_dict()))


def test_erased_words_are_gone_and_no_figure_moves(saint: Sat, library: Library) -> None:
    erased = report(replace(saint.state, texts_erased=True), library, {})
    for turn in saint.turns:
        assert turn.words not in json.dumps(erased.as_dict(), ensure_ascii=False)
    assert all(turn.reply == ERASED for turn in erased.conversations[0].turns)
    quotes = [quote.words for one in erased.qualities for trace in one.traces for quote in trace.quotes]
    assert quotes
    assert set(quotes) == {ERASED}
    assert erased.jobs == saint.report.jobs
    for one, other in zip(erased.qualities, saint.report.qualities, strict=True):
        assert replace(one, traces=()) == replace(other, traces=())
        assert [(trace.source, trace.level, trace.reads) for trace in one.traces] == [
            (trace.source, trace.level, trace.reads) for trace in other.traces
        ]


class TestNotEnoughEvidence:
    def test_nothing_is_said_where_nothing_was_answered(self, sit: Sit) -> None:
        made = sit(until="consent").report
        assert made.observations == 0
        assert [(one.enough, one.why_not) for one in made.qualities] == [(False, "It did not come up.")] * 12
        assert {job.verdict for job in made.jobs} == {"not enough evidence"}

    def test_one_kind_of_task_is_not_enough(self, sit: Sit) -> None:
        made = sit(until="situation").report
        assert made.observations > 30
        assert {one.why_not for one in made.qualities} == {"It was seen in only one kind of task."}
        assert {demand.verdict for job in made.jobs for demand in job.demands} == {"not enough evidence"}

    def test_two_moments_are_too_few_even_of_two_kinds(self, saint: Sat, library: Library) -> None:
        few = replace(
            saint.state,
            rankings={},
            ratings={key: value for key, value in saint.state.ratings.items() if key.startswith("patience")},
            situations={"wrong_day": saint.state.situations["wrong_day"]},
        )
        made = {one.key: one for one in report(few, library, saint.texts).qualities}
        assert not made["goodwill"].enough
        assert all(one.why_not for one in made.values() if not one.enough)
        assert sum(not one.enough for one in made.values()) >= 8

    def test_a_finished_sitting_says_something_of_each_quality(self, saint: Sat) -> None:
        assert sum(one.enough for one in saint.report.qualities) >= 10


class TestWanting:
    """What a person can do, what they want, and what comes of both."""

    def test_somebody_able_and_willing(self, strong: tuple[State, Mapping[str, str]], library: Library) -> None:
        jobs = self.jobs(strong, library, 4)
        assert {job.verdict for job in jobs} == {"likely meets", "open"}
        assert {job.fit for job in jobs} == {"willing"}
        assert not report(self.wanting(strong[0], library, 4), library, strong[1]).none_of_these

    def test_somebody_able_who_does_not_want_the_conditions(
        self, strong: tuple[State, Mapping[str, str]], library: Library
    ) -> None:
        jobs = self.jobs(strong, library, 0)
        assert {job.fit for job in jobs} == {"unwilling"}
        able = [job.headline for job in jobs if job.verdict == "likely meets"]
        assert set(able) == {HEADLINES["likely meets", "unwilling"]}
        assert report(self.wanting(strong[0], library, 0), library, strong[1]).none_of_these

    def test_wanting_changes_no_verdict_and_no_quality(
        self, strong: tuple[State, Mapping[str, str]], library: Library
    ) -> None:
        one, other = (report(self.wanting(strong[0], library, level), library, strong[1]) for level in (0, 4))
        assert one.qualities == other.qualities
        assert [job.demands for job in one.jobs] == [job.demands for job in other.jobs]

    def test_none_of_these_for_somebody_who_is_willing_and_far_off(self, hothead: Sat) -> None:
        assert hothead.report.none_of_these
        assert {job.fit for job in hothead.report.jobs} == {"willing"}
        assert {job.verdict for job in hothead.report.jobs} == {"likely not yet"}

    def test_before_the_question_nobody_is_called_unwilling(self, sit: Sit) -> None:
        assert {job.fit for job in sit(until="willingness").report.jobs} == {"not asked"}

    @given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
    def test_wanting_more_never_fits_worse(self, level: int, said: int, more: int) -> None:
        order = ("unwilling", "unsure", "willing")
        low, high = sorted((said, more))
        assert order.index(fit_of(level, low)) <= order.index(fit_of(level, high))

    @staticmethod
    def wanting(state: State, library: Library, level: int) -> State:
        return replace(state, willingness={one.key: level for one in library.conditions})

    def jobs(self, sat: tuple[State, Mapping[str, str]], library: Library, level: int) -> tuple[JobView, ...]:
        return report(self.wanting(sat[0], library, level), library, sat[1]).jobs


class TestDemands:
    def test_asking_for_more_never_makes_it_likelier(
        self, strong: tuple[State, Mapping[str, str]], library: Library
    ) -> None:
        expectation = expect(posterior_of(strong[0], library), library)
        order = ("likely not yet", "open", "likely meets")
        demand = library.jobs[0].demands["composure"]
        verdicts = [
            view_demand(
                library,
                "composure",
                demand.model_copy(update={"passes": (asked, asked, asked)}),
                expectation,
                enough=True,
            ).verdict
            for asked in range(11)
        ]
        places = [order.index(verdict) for verdict in verdicts]
        assert places == sorted(places, reverse=True)
        assert (verdicts[0], verdicts[-1]) == ("likely meets", "likely not yet")

    def test_a_must_have_that_is_missing_outweighs_the_rest(
        self, strong: tuple[State, Mapping[str, str]], library: Library
    ) -> None:
        expectation = expect(posterior_of(strong[0], library), library)
        job = library.jobs[0]
        views = tuple(
            view_demand(library, key, demand, expectation, enough=True) for key, demand in job.demands.items()
        )
        assert verdict_on_job(job, expectation, views) == "likely meets"
        missing = tuple(
            replace(one, verdict="likely not yet") if one.must_have and one.quality == "composure" else one
            for one in views
        )
        assert missing != views
        assert verdict_on_job(job, expectation, missing) == "likely not yet"

    @given(st.floats(0, 1), st.floats(0, 1))
    def test_a_higher_chance_never_gets_the_worse_word(self, one: float, other: float) -> None:
        order = ("likely not yet", "open", "likely meets")
        low, high = sorted((one, other))
        assert order.index(verdict_for(low)) <= order.index(verdict_for(high))
        assert (verdict_for(0.1), verdict_for(0.5), verdict_for(0.9)) == order
