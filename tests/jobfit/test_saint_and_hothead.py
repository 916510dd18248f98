"""Two people answer every question alike and differ in one conversation: what the report says of their composure."""

import pytest
from jobfit.conftest import Sat
from jobfit.typed_sittings import HOTHEAD, SAINT, SCENARIO

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.jobfit.report import QualityView
from poise.jobfit.tracing import Trace


def quality(sat: Sat, key: str) -> QualityView:
    return next(one for one in sat.report.qualities if one.key == key)


def moment(sat: Sat, key: str) -> Trace:
    found = [
        trace for one in sat.report.qualities for trace in one.traces if trace.source == f"moment/{SCENARIO}/{key}"
    ]
    assert len(found) == 1
    return found[0]


def customers_mean(sat: Sat, key: str) -> float:
    return next(kind.mean for kind in quality(sat, key).kinds if kind.kind == "customers")


def test_the_two_differ_in_nothing_but_the_conversation(saint: Sat, hothead: Sat) -> None:
    assert saint.state.ratings == hothead.state.ratings
    assert saint.state.rankings == hothead.state.rankings
    assert saint.state.situations == hothead.state.situations
    assert saint.state.willingness == hothead.state.willingness
    assert len(SAINT) == len(HOTHEAD) == len(saint.report.conversations[0].turns) == 7


def test_composure_comes_out_opposite(saint: Sat, hothead: Sat) -> None:
    calm, hot = moment(saint, "lamp_level"), moment(hothead, "lamp_level")
    assert calm.level is not None
    assert hot.level is not None
    assert calm.level >= 3
    assert hot.level <= 1
    assert customers_mean(saint, "composure") > 0 > customers_mean(hothead, "composure")
    assert quality(saint, "composure").mean > quality(hothead, "composure").mean + 0.5


def test_what_they_say_of_themselves_is_not_touched_by_it(saint: Sat, hothead: Sat) -> None:
    for kind in ("statements", "situations"):
        one, other = (
            next(view for view in quality(sat, "composure").kinds if view.kind == kind) for sat in (saint, hothead)
        )
        assert one == other


def test_the_line_of_the_rubric_is_printed_as_it_was_published(saint: Sat, hothead: Sat, library: Library) -> None:
    case = library.find(Scenario, SCENARIO)
    lines = {one.key: {line.level: line.reads for line in one.rubric} for one in case.moments}
    for sat in (saint, hothead):
        traces = [trace for one in sat.report.qualities for trace in one.traces if trace.kind == "customers"]
        assert {trace.source.rpartition("/")[2] for trace in traces} == set(lines)
        for trace in traces:
            assert trace.level is not None
            assert trace.reads == lines[trace.source.rpartition("/")[2]][trace.level]


@pytest.mark.parametrize("who", ["saint", "hothead", "rude_at_a_good_desk"])
def test_every_quote_stands_in_the_reply_that_it_names(who: str, request: pytest.FixtureRequest) -> None:
    sat: Sat = request.getfixturevalue(who)
    quotes = [quote for one in sat.report.qualities for trace in one.traces for quote in trace.quotes]
    assert len(quotes) >= 10
    for quote in quotes:
        assert quote.words
        assert quote.words.removesuffix("…") in sat.turns[quote.reply - 1].words


def test_the_insult_is_the_sentence_that_is_quoted(hothead: Sat) -> None:
    quotes = moment(hothead, "lamp_level").quotes
    assert [quote.reply for quote in quotes] == [6] * len(quotes)
    assert "Are you stupid, or can you not read?" in [quote.words for quote in quotes]


def test_every_reply_is_shown_whole_and_in_order(saint: Sat, hothead: Sat) -> None:
    for sat in (saint, hothead):
        talk = sat.report.conversations[0]
        assert [turn.reply for turn in talk.turns] == [turn.words for turn in sat.turns]
        assert [turn.number for turn in talk.turns] == list(range(1, 8))


def test_the_customer_leaves_accordingly(saint: Sat, hothead: Sat) -> None:
    glad, gone = saint.report.conversations[0], hothead.report.conversations[0]
    assert glad.outcome == "left pleased"
    assert gone.outcome == "left and will hardly come back"
    assert glad.turns[-1].anger < gone.turns[0].anger < gone.turns[-1].anger


def test_harm_is_read_in_the_hothead_only(saint: Sat, hothead: Sat) -> None:
    polite = sum(bool(turn.harm) for turn in saint.report.conversations[0].turns)
    rude = sum(bool(turn.harm) for turn in hothead.report.conversations[0].turns)
    assert polite <= 1
    assert rude >= 5


def test_temper_alone_does_not_lower_what_is_known_from_the_desk(saint: Sat, rude_at_a_good_desk: Sat) -> None:
    for key in ("lamp_solution", "lamp_cause", "lamp_rule"):
        assert moment(rude_at_a_good_desk, key).level == moment(saint, key).level == 4
    level = moment(rude_at_a_good_desk, "lamp_level").level
    assert level is not None
    assert level <= 1
    assert customers_mean(rude_at_a_good_desk, "composure") < 0 < customers_mean(rude_at_a_good_desk, "judgement")


def test_the_frontier_names_what_was_given(saint: Sat, hothead: Sat) -> None:
    given = {one.key: one for one in saint.report.conversations[0].remedies if one.given}
    assert set(given) == {"shade_and_delivery"}
    assert given["shade_and_delivery"].best
    assert given["shade_and_delivery"].lost == 0
    worse = {one.key: one for one in hothead.report.conversations[0].remedies if one.given}
    assert set(worse) == {"claim_again"}
    assert not worse["claim_again"].best
    assert worse["claim_again"].lost > 10
