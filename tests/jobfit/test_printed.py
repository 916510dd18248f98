"""Printed figures: all of them, none of anybody's words, and the same bytes from the same events."""

import json
from dataclasses import replace

from jobfit.conftest import Sat

from poise.content.library import Library, parse_library
from poise.jobfit.interview import plan_interview
from poise.jobfit.printed import digest_of, printed
from poise.jobfit.report import report


def test_the_same_events_print_the_same(saint: Sat, library: Library) -> None:
    again = report(saint.state, library, dict(saint.texts))
    assert printed(again) == printed(saint.report)
    assert len(digest_of(printed(again))) == 64


def test_a_library_that_was_stored_and_read_back_prints_the_same(saint: Sat, library: Library) -> None:
    back = parse_library(library.canonical)
    assert list(back.jobs[0].demands) != list(library.jobs[0].demands)
    assert printed(report(saint.state, back, saint.texts)) == printed(saint.report)
    job = saint.report.jobs[0].key
    assert plan_interview(saint.state, back, job) == plan_interview(saint.state, library, job)


def test_no_words_stand_in_it_and_erasing_them_changes_nothing(hothead: Sat, library: Library) -> None:
    figures = printed(hothead.report)
    for turn in hothead.turns:
        for sentence in turn.words.split(". "):
            assert sentence not in figures
    assert printed(report(replace(hothead.state, texts_erased=True), library, {})) == figures


def test_what_the_report_shows_in_numbers_is_printed(saint: Sat) -> None:
    figures = json.loads(printed(saint.report))
    for one, shown in zip(saint.report.qualities, figures["qualities"], strict=True):
        assert (shown["mean"], shown["low_end"], shown["high_end"]) == (one.mean, one.low_end, one.high_end)
        assert [seen["moves"] for seen in shown["seen"]] == [trace.effect.moves for trace in one.traces]
    for job, laid in zip(saint.report.jobs, figures["jobs"], strict=True):
        assert [demand["seen_low"] for demand in laid["demands"]] == [demand.seen_low for demand in job.demands]
    [talk] = figures["conversations"]
    assert [turn["anger"] for turn in talk["turns"]] == [turn.anger for turn in saint.report.conversations[0].turns]


def test_one_other_figure_is_another_digest(saint: Sat, hothead: Sat) -> None:
    first, *others = saint.report.qualities
    moved = replace(saint.report, qualities=(replace(first, mean=first.mean + 0.01), *others))
    assert len({digest_of(printed(one)) for one in (saint.report, moved, hothead.report)}) == 3
