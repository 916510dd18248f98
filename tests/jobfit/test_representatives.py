"""Reports of scripted representatives read right: the hothead's says composure, and the saint stays one unpleased."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from statistics import fmean

import pytest
from jobfit.conftest import Sat
from jobfit.scripted_sittings import sit_as, with_customers

from poise.content.library import Library
from poise.jobfit.interview import plan_interview
from poise.jobfit.letter import write_letter
from poise.jobfit.report import QualityView, Report, report
from poise.jobfit.wording import check_told
from poise.roleplay.representatives import load_representatives
from poise.roleplay.understanding import Reader
from poise.sitting.journal import MemoryJournal

NOBODY_PLEASES = ("pear_tree", "rain_books")
USUAL = ("late_lamp", "birthday_voucher")
JOB = "complaints_desk"
SitAs = Callable[..., Sat]


@pytest.fixture(scope="module")
def scripted(library: Library, reader: Reader) -> SitAs:
    """Let a representative serve some customers; each once."""

    @cache
    def sit(key: str, *customers: str) -> Sat:
        own, journal = with_customers(library, customers), MemoryJournal()
        state = sit_as(key, journal, own, reader)
        texts = journal.texts(key)
        return Sat(state, texts, report(state, own, texts), ())

    return sit


def by_customers(made: Report) -> dict[str, float]:
    """Return what conversations alone say of each quality that came up in them."""
    kinds = {one.key: {kind.kind: kind for kind in one.kinds} for one in made.qualities}
    return {key: kind["customers"].mean for key, kind in kinds.items() if kind["customers"].observations}


def find(made: Report, key: str) -> QualityView:
    return next(one for one in made.qualities if one.key == key)


@pytest.mark.parametrize("customer", NOBODY_PLEASES)
def test_the_saint_with_somebody_whom_nobody_can_please_is_still_a_saint(customer: str, scripted: SitAs) -> None:
    made = scripted("saint", customer).report
    usual, mediocre = scripted("saint", *USUAL).report, scripted("mediocre", *USUAL).report
    [talk] = made.conversations
    assert talk.outcome != "left pleased"
    assert talk.would_return is not None
    for pleased in usual.conversations:
        assert pleased.outcome == "left pleased"
        assert talk.would_return < (pleased.would_return or 0) - 150
    levels = [trace.level for one in made.qualities for trace in one.traces if trace.kind == "customers"]
    assert fmean(level for level in levels if level is not None) > 3.5
    assert not [one.key for one in made.qualities if one.leaning == "towards the low pole"]
    assert made.jobs[0].verdict != "likely not yet"
    assert fmean(by_customers(made).values()) > fmean(by_customers(mediocre).values())


@pytest.mark.parametrize("customer", NOBODY_PLEASES)
def test_the_same_customer_tells_the_saint_from_the_hothead(customer: str, scripted: SitAs) -> None:
    saint, hothead = (scripted(key, customer).report for key in ("saint", "short_tempered"))
    assert by_customers(saint)["composure"] > by_customers(hothead)["composure"] + 0.2
    assert (saint.conversations[0].would_return or 0) > (hothead.conversations[0].would_return or 0) + 300


def test_the_hotheads_report_says_composure_with_the_sentence(scripted: SitAs, library: Library) -> None:
    sat = scripted("short_tempered", *USUAL)
    alone = by_customers(sat.report)
    assert min(alone, key=lambda key: alone[key]) == "composure"
    composure = find(sat.report, "composure")
    assert composure.leaning == "towards the low pole"
    worst = min(composure.traces, key=lambda one: one.effect.moves)
    assert worst.reads == "Hit back with a rude or mocking remark."
    assert worst.effect.word == "large"
    assert worst.place == "Second conversation, second reply"
    [quote] = worst.quotes
    second = sat.report.conversations[[talk.number for talk in sat.report.conversations].index(2)]
    assert quote.words in second.turns[1].reply
    told = write_letter(sat.report, library).as_dict()
    assert quote.words in str(told)


def test_what_the_hothead_does_well_is_not_hidden_by_the_temper(scripted: SitAs) -> None:
    alone = by_customers(scripted("short_tempered", *USUAL).report)
    assert min(alone["judgement"], alone["honesty"]) > 0.5
    assert alone["composure"] < 0


@pytest.mark.parametrize("key", [one.key for one in load_representatives()])
def test_nothing_forbidden_is_told_of_anybody(key: str, scripted: SitAs, library: Library) -> None:
    sat = scripted(key, "late_lamp")
    own = with_customers(library, ["late_lamp"])
    guide = plan_interview(sat.state, own, JOB)
    for made in (sat.report.as_dict(), write_letter(sat.report, own, guide).as_dict(), asdict(guide)):
        assert check_told(made) == []
