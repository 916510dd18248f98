"""The customer keeps to the timetable, tells what is asked about, and never depends on who writes."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.customer import Answer, answer, hear, open_conversation, would_return
from poise.roleplay.rating import DeskStep, Said
from poise.roleplay.state import CustomerState

BLANK = dict.fromkeys(ACTS, 0.0005)


@dataclass(frozen=True)
class Heard:
    acts: tuple[tuple[str, float], ...]
    legible: bool = True


def heard(**acts: float) -> Heard:
    return Heard(tuple((BLANK | acts).items()))


def talk(library: Library, case: Scenario, replies: list[Said], desk: list[DeskStep], seed: int) -> list[Answer]:
    state, says = open_conversation(case, seed)
    spoken, answers = [says], []
    for number in range(1, len(replies) + 1):
        steps = [step for step in desk if step.reply <= number]
        made = answer(case, library.appraisal, library.voice, state, replies[:number], steps, seed, spoken)
        state = made.state
        spoken.append(made.says)
        answers.append(made)
    return answers


def bare(says: str) -> str:
    return says.rsplit("\n", maxsplit=1)[-1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(ACTS)), st.floats(0.0005, 0.9995)), min_size=7, max_size=7),
    st.integers(0, 2**31),
)
def test_the_probes_come_in_the_same_words_whatever_is_said(
    library: Library, acts: list[dict[str, float]], seed: int
) -> None:
    """The timetable and its strength depend on the seed alone, never on the candidate."""
    for case in library.scenarios:
        replies = [Said(BLANK | one) for one in acts][: len(case.probes)]
        quiet = [Said(BLANK)] * len(case.probes)
        loud, calm = (talk(library, case, one, [], seed) for one in (replies, quiet))
        assert [bare(one.says) for one in loud[:-1]] == [bare(one.says) for one in calm[:-1]]
        assert [one.outcome is None for one in loud] == [True] * (len(case.probes) - 1) + [False]


def test_a_hidden_fact_opens_to_a_question_about_it_and_to_nothing_else(library: Library) -> None:
    for case in library.scenarios:
        for fact in case.hidden:
            about = f"May I ask {fact.opened_by[0]}?"
            assert hear(case, about, heard(ask=0.9), (), ()).told == (fact.key,)
            assert hear(case, about, heard(), (), ()).told == ()
            assert hear(case, "Is it raining?", heard(ask=0.9), (), ()).told == ()
            before = (Said(BLANK, told=(fact.key,)),)
            assert fact.key not in hear(case, about, heard(ask=0.9), before, ()).told


def test_a_near_copy_is_seen(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    words = "I am very sorry about the lamp and I will look into the matter for you"
    assert hear(case, words + "!", heard(), (), (words,)).copied
    assert not hear(case, "The shade is on order and comes on Friday.", heard(), (), (words,)).copied


def test_better_conduct_brings_the_customer_back(library: Library) -> None:
    for case in library.scenarios:
        fair = max((r for r in case.remedies if r.standing == "allowed"), key=lambda r: r.value)
        kept = next(pledge for pledge in case.pledges if pledge.keepable)
        desk = [
            DeskStep(1, "look_up", case.records[0].key),
            DeskStep(2, "offer", fair.key),
            DeskStep(3, "promise", kept.key),
        ]
        saint = [Said(BLANK | {"acknowledge": 0.95, "ask": 0.95, "own": 0.9, "offer": 0.9})] * len(case.probes)
        hothead = [Said(BLANK | {"insult": 0.95, "argue": 0.9})] * len(case.probes)
        best, worst = talk(library, case, saint, desk, 7)[-1], talk(library, case, hothead, [], 7)[-1]
        pleasable = fair.value >= 50
        assert best.would_return > worst.would_return + (300 if pleasable else 150)
        assert worst.outcome == "lost"
        assert best.state.anger < worst.state.anger


def test_the_customer_does_not_repeat_a_reaction_in_one_conversation(library: Library) -> None:
    case = library.find(Scenario, "late_lamp")
    replies = [Said(BLANK)] * len(case.probes)
    for seed in range(20):
        reactions = [one.says.split("\n")[0] for one in talk(library, case, replies, [], seed)]
        assert len(set(reactions)) == len(reactions)


def test_an_unkeepable_promise_and_a_forbidden_gift_do_not_win_the_customer(library: Library) -> None:
    mood = CustomerState(300, 600, 600)
    for case in library.scenarios:
        said = [Said(BLANK)]
        fair = max((r for r in case.remedies if r.standing == "allowed"), key=lambda r: r.value)
        gift = max((r for r in case.remedies if r.standing == "forbidden"), key=lambda r: r.value)
        empty = next(pledge for pledge in case.pledges if not pledge.keepable)
        honest = would_return(case, mood, said, [DeskStep(1, "offer", fair.key)])
        lying = would_return(case, mood, said, [DeskStep(1, "offer", gift.key), DeskStep(1, "promise", empty.key)])
        assert honest > lying


@pytest.mark.parametrize("text", ["", "   ", "😀" * 40, "مرحبا بكم", "<b>hi</b>", "\x00\x00", "a" * 1200, "(" * 500])
def test_hostile_words_are_heard_without_harm(library: Library, text: str) -> None:
    for case in library.scenarios:
        assert hear(case, text, heard(ask=0.9), (), (text,)).told == ()
