"""A conversation as a timeline: hear, think and react, the customer's state after it, and what was rated there."""

from jobfit.conftest import Sat

from poise.content.library import Library
from poise.content.scenario import Scenario


def test_desk_steps_are_sorted_and_none_is_lost(saint: Sat) -> None:
    [talk] = saint.report.conversations
    for turn in talk.turns:
        assert sorted((*turn.steps.hear, *turn.steps.think, *turn.steps.react)) == sorted(turn.desk)
    assert talk.turns[0].steps.think[0] == "Looked up: Order and delivery"
    assert any(step.startswith("Offered: ") for step in talk.turns[4].steps.react)


def test_every_rated_moment_stands_at_its_reply_or_at_the_whole(saint: Sat, library: Library) -> None:
    [talk] = saint.report.conversations
    case = library.find(Scenario, talk.scenario)
    there = [moment.key for turn in talk.turns for moment in turn.moments] + [one.key for one in talk.moments]
    assert sorted(there) == sorted(moment.key for moment in case.moments)
    traced = {
        trace.source.rpartition("/")[2]: trace.level
        for one in saint.report.qualities
        for trace in one.traces
        if trace.kind == "customers"
    }
    for turn in talk.turns:
        for moment in turn.moments:
            assert moment.level == traced[moment.key]
            assert moment.reads


def test_the_state_begins_as_the_customer_came_in(saint: Sat, hothead: Sat) -> None:
    glad, gone = saint.report.conversations[0], hothead.report.conversations[0]
    assert glad.anger_at_first == gone.anger_at_first > glad.turns[-1].anger
    assert glad.number == 1


def test_the_remedy_is_held_against_what_was_allowed(saint: Sat, hothead: Sat) -> None:
    glad, gone = saint.report.conversations[0], hothead.report.conversations[0]
    assert "Nothing that was allowed would have done as much" in glad.about_remedy
    assert "final cost lower by" in gone.about_remedy
    for remedy in glad.remedies:
        assert remedy.allowed == (remedy.standing == "allowed")
        assert remedy.final_cost >= remedy.cost
