"""What the check calls impossible in a case never comes about, whatever is said and done at its desk."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poise.content.check_cases import keyed_facts, possible_cases
from poise.content.library import Library
from poise.content.rubric import PLAIN_FACTS
from poise.content.scenario import Scenario
from poise.roleplay.rating import DeskStep, Said, facts_now


def steps_of(case: Scenario, replies: int) -> st.SearchStrategy[list[DeskStep]]:
    """Anything done at the desk, in the order of the replies."""
    what = [("look_up", record.key) for record in case.records]
    what += [("read_policy", section.key) for section in case.policy]
    what += [("offer", option.what) for option in case.options]
    what += [("promise", pledge.key) for pledge in case.pledges]
    what += [("transfer", ""), ("note", "")]
    one = st.builds(lambda reply, done: DeskStep(reply, *done), st.integers(1, replies), st.sampled_from(what))
    return st.lists(one, max_size=6).map(lambda steps: sorted(steps, key=lambda step: step.reply))


def reply_of(case: Scenario, *, first: bool) -> st.SearchStrategy[Said]:
    """Build any reply: what it names, copies, limits and brings out."""
    told = st.sampled_from([(), *((fact.key,) for fact in case.hidden)])
    copied = st.just(value=False) if first else st.booleans()
    return st.builds(
        lambda touched, copied, told, limit: Said(
            acts={"set_boundary": limit}, on_topic=touched > 0, copied=copied, told=told, touched=touched
        ),
        st.integers(0, 3),
        copied,
        told,
        st.sampled_from([0.0, 0.9]),
    )


@pytest.mark.parametrize("key", ["late_lamp", "old_flat", "birthday_voucher"])
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_comes_about_is_possible(library: Library, key: str, data: st.DataObject) -> None:
    case = library.find(Scenario, key)
    replies = data.draw(st.integers(1, 3))
    said = [data.draw(reply_of(case, first=number == 0)) for number in range(replies)]
    desk = data.draw(steps_of(case, replies))
    whole = data.draw(st.booleans())
    facts = sorted(f"{head}.{one}" for head, keys in keyed_facts(case).items() for one in keys) + sorted(PLAIN_FACTS)
    named = facts + [f"now.{fact}" for fact in facts if "." in fact]
    held = facts_now(case, said, desk, whole=whole)
    first = replies == 1 and not whole
    for one in held:
        for other in named:
            row = [True, held.get(other, False)]
            assert one == other or row in possible_cases(case, [one, other], first=first).tolist(), (one, other)
