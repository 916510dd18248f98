"""The world moves the customer: justice felt, needs, turns of temper, second messages; the same for equal conduct."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poise.content.act import ACTS, HARM
from poise.content.library import Library
from poise.content.manner import LATER_REACTIONS, Voice
from poise.content.scenario import Scenario
from poise.roleplay.customer import Answer, answer, open_conversation, second_message
from poise.roleplay.generation import say_probe
from poise.roleplay.justice import felt_outcome, start_of, would_return
from poise.roleplay.rating import DeskStep, Said, facts_now
from poise.roleplay.state import MOVED, CustomerState, first_state
from poise.roleplay.temper import turn_of_temper

BLANK = dict.fromkeys(ACTS, 0.0005)
SOME_ACTS = st.dictionaries(st.sampled_from(sorted(ACTS)), st.floats(0.0, 1.0), max_size=6)


@pytest.fixture(scope="module")
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


def deeds_of(case: Scenario) -> list[tuple[str, str]]:
    deeds = [("look_up", one.key) for one in case.records] + [("read_policy", one.key) for one in case.policy]
    deeds += [("offer", one.what) for one in case.options] + [("promise", one.key) for one in case.pledges]
    return [*deeds, ("transfer", ""), ("note", ""), ("wait", "")]


def talk(library: Library, case: Scenario, said: list[Said], desk: list[DeskStep], seed: int = 7) -> list[Answer]:
    state, says = open_conversation(case, seed)
    answers: list[Answer] = []
    for number in range(1, len(said) + 1):
        steps = [step for step in desk if step.reply <= number]
        spoken = [says, *(one.says for one in answers)]
        answers.append(answer(case, library.appraisal, library.voice, state, said[:number], steps, seed, spoken))
        state = answers[-1].state
    return answers


def replies(case: Scenario, *acts: str, chance: float = 0.9) -> list[Said]:
    return [Said(BLANK | dict.fromkeys(acts, chance), touched=2)] * len(case.probes)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_state_keeps_its_bounds_and_a_replay_is_equal(library: Library, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(library.scenarios))
    number = len(case.probes)
    said = [Said(BLANK | data.draw(SOME_ACTS), touched=data.draw(st.integers(0, 3))) for _ in range(number)]
    deeds = data.draw(st.lists(st.tuples(st.integers(1, number), st.sampled_from(deeds_of(case))), max_size=8))
    desk = [DeskStep(at, *deed) for at, deed in deeds if deed[0] != "wait" or case.probes[at - 1].then]
    once, again = talk(library, case, said, desk), talk(library, case, said, desk)
    assert once == again
    for one in once:
        for feeling in (*MOVED, "outcome"):
            assert 0 <= getattr(one.state, feeling) <= 1000
            assert isinstance(getattr(one.state, feeling), int)
        assert 0 <= one.would_return <= min(1000, start_of(case) + 500)
    left = [set(one.state.open_needs) for one in once]
    assert all(after <= before for before, after in pairwise(left))
    tempers = [temper for temper in once[-1].state.tempers if temper]
    assert all(one != other for one, other in pairwise(tempers))
    assert once[-1].state.tempers[-1] == ""


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=4, unique=True), st.floats(0.6, 1.0), st.floats(0.0, 0.34))
def test_equal_conduct_in_bands_is_the_same_customer(
    library: Library, acts: list[str], clear: float, absent: float
) -> None:
    """How sure the reader is does not matter within a band, so terse writers meet the same customer."""
    for case in library.scenarios:
        sure = [Said(dict.fromkeys(ACTS, 0.0) | dict.fromkeys(acts, 1.0), touched=2)] * len(case.probes)
        soft = [Said(dict.fromkeys(ACTS, absent) | dict.fromkeys(acts, clear), touched=5)] * len(case.probes)
        assert [one.state for one in talk(library, case, sure, [])] == [
            one.state for one in talk(library, case, soft, [])
        ]


@pytest.mark.parametrize("act", sorted(ACTS))
def test_one_act_moves_only_what_its_weight_names(library: Library, lamp: Scenario, act: str) -> None:
    plain = replies(lamp)[:1]
    before, after = (talk(library, lamp, one, [])[0].state for one in (plain, replies(lamp, act)[:1]))
    weight = library.appraisal.acts[act]
    for feeling in MOVED:
        if not getattr(weight, feeling):
            assert getattr(before, feeling) == getattr(after, feeling), feeling
        else:
            sign = 1 if getattr(weight, feeling) > 0 else -1
            assert sign * (getattr(after, feeling) - getattr(before, feeling)) >= 0, feeling
    assert before.outcome == after.outcome == 0


def test_words_of_the_case_and_new_words_count_more(library: Library, lamp: Scenario) -> None:
    def heard(**how: Any) -> int:
        base = Said(BLANK | {"acknowledge": 0.9, "restate": 0.9}, touched=2)
        return talk(library, lamp, [replace(base, **how)], [])[0].state.heard

    assert heard() > heard(touched=1) > heard(touched=0, on_topic=False) > 0
    assert heard() > heard(stock=True) > heard(copied=True)


def test_harm_is_not_softened_and_weighs_twice_what_empathy_does(library: Library) -> None:
    acts = library.appraisal.acts
    for feeling in ("anger", "treatment"):
        assert abs(getattr(acts["insult"], feeling)) >= 2 * abs(getattr(acts["acknowledge"], feeling)), feeling
    assert all(acts[act].treatment <= 0 for act in HARM)


def test_reason_and_rules_move_by_rationality(library: Library, lamp: Scenario) -> None:
    def moved(act: str, rationality: int) -> CustomerState:
        temperament = lamp.customer.temperament.model_copy(update={"rationality": rationality})
        case = lamp.model_copy(update={"customer": lamp.customer.model_copy(update={"temperament": temperament})})
        return talk(library, case, replies(case, act)[:1], [])[0].state

    assert moved("explain", 9).procedure > moved("explain", 2).procedure
    assert moved("cite_policy", 9).anger < moved("cite_policy", 2).anger
    assert moved("apologise", 9) == moved("apologise", 2)


class TestNeeds:
    def test_a_need_is_met_by_clear_acts_and_facts_and_stays_met(self, library: Library, lamp: Scenario) -> None:
        desk = [DeskStep(1, "look_up", "notes")]
        said = [*replies(lamp, "own")[:1], *replies(lamp, "insult")[:2]]
        answers = talk(library, lamp, said, desk)
        assert all("mistake_named" not in one.state.open_needs for one in answers)
        unsure = talk(library, lamp, replies(lamp, "own", chance=0.55)[:1], desk)
        assert "mistake_named" in unsure[0].state.open_needs
        unread = [replace(said[0], legible=False)]
        assert "mistake_named" in talk(library, lamp, unread, desk)[0].state.open_needs

    def test_an_open_need_keeps_people_away(self, library: Library, lamp: Scenario) -> None:
        mood = CustomerState(300, 600, 600, open_needs=("a", "b"))
        met = replace(mood, open_needs=())
        justice = library.appraisal.justice
        assert would_return(lamp, met, (), (), justice) - would_return(lamp, mood, (), (), justice) == 60

    def test_every_need_can_be_met(self, library: Library) -> None:
        for case in library.scenarios:
            if not case.needs:
                continue
            desk = [DeskStep(1, "look_up", one.key) for one in case.records]
            desk += [DeskStep(1, "read_policy", one.key) for one in case.policy]
            desk += [DeskStep(1, "offer", one.what) for one in case.options]
            desk += [DeskStep(1, "promise", one.key) for one in case.pledges]
            kind = [act for act in ACTS if act not in HARM]
            said = [replace(one, told=tuple(fact.key for fact in case.hidden)) for one in replies(case, *kind)[:1]]
            assert talk(library, case, said, desk)[0].state.open_needs == (), case.key


class TestJustice:
    def test_outcome_follows_the_best_offer_that_will_come(self, library: Library, lamp: Scenario) -> None:
        justice = library.appraisal.justice
        assert justice is not None

        def outcome(*offers: str, passed: bool = False) -> int:
            steps = [DeskStep(1, "offer", one) for one in offers]
            return felt_outcome(lamp, steps + [DeskStep(1, "transfer", "")] * passed, justice)

        assert outcome() == 0
        assert outcome("shade_courier") == 740
        assert outcome("shade_courier", "claim_again") == 740
        assert outcome("credit:40") < outcome("credit:40", passed=True)
        assert outcome("refund_keep") < outcome("collect_refund")

    def test_a_broken_word_is_a_second_failure(self, library: Library, lamp: Scenario) -> None:
        said = replies(lamp)[:2]
        steady = [DeskStep(1, "offer", "credit:30"), DeskStep(2, "offer", "credit:40")]
        less = [DeskStep(1, "offer", "credit:40"), DeskStep(2, "offer", "credit:30")]
        kept, broken = (talk(library, lamp, said, desk)[-1].state for desk in (steady, less))
        assert broken.trust < kept.trust
        assert broken.anger > kept.anger
        empty = talk(library, lamp, said[:1], [DeskStep(1, "promise", "lamp_tonight")])[0].state
        assert empty.trust < talk(library, lamp, said[:1], [])[0].state.trust
        back = [said[0], replace(said[1], takes_back=True)]
        assert talk(library, lamp, back, steady)[-1].state.trust < kept.trust

    def test_rudeness_spoils_a_good_remedy(self, library: Library, lamp: Scenario) -> None:
        desk = [DeskStep(1, "look_up", "notes"), DeskStep(2, "offer", "shade_courier")]
        polite, rude = (talk(library, lamp, replies(lamp, act), desk)[-1] for act in ("courtesy", "insult"))
        assert polite.state.outcome == rude.state.outcome
        assert polite.would_return > rude.would_return + 200


class TestTemper:
    def test_it_comes_by_state_alone_and_ends_nothing(self, library: Library, lamp: Scenario) -> None:
        answers = talk(library, lamp, replies(lamp, "insult", "argue"), [])
        tempers = [one.temper for one in answers]
        assert {"threat", "manager", "leaving", "back"} >= set(tempers) - {""}
        assert len(set(tempers) - {""}) >= 3
        assert [one.outcome is None for one in answers] == [True] * (len(lamp.probes) - 1) + [False]
        assert all(one == "leaving" for one, other in pairwise(tempers) if other == "back")
        for number, one in enumerate(answers[:-1], start=1):
            assert one.says.split("\n")[-1] in lamp.probes[number].says

    def test_decent_people_see_none_of_it(self, library: Library) -> None:
        for case in library.scenarios:
            fair = max((one for one in case.options if one.standing == "allowed"), key=lambda one: one.value)
            desk = [DeskStep(1, "look_up", case.records[0].key), DeskStep(2, "offer", fair.what)]
            answers = talk(library, case, replies(case, "acknowledge", "explain", "courtesy"), desk)
            assert {one.temper for one in answers} == {""}, case.key

    def test_a_voice_without_lines_for_it_has_none(self, library: Library, lamp: Scenario) -> None:
        cells = {name: cell for name, cell in library.voice.cells.items() if name not in LATER_REACTIONS}
        mute = Voice(cells=cells)
        furious = replace(first_state(lamp), anger=1000, trust=0, patience=0, procedure=0, treatment=0)
        assert turn_of_temper(furious, library.appraisal, library.voice)
        assert turn_of_temper(furious, library.appraisal, mute) == ""
        assert mute.lines("sold_to", "hot") == cells["harm"]["hot"]
        assert mute.lines("answered", "calm") == cells["question"]["calm"]


class TestTwoMessages:
    def number(self, case: Scenario) -> int:
        return next(number for number, probe in enumerate(case.probes, start=1) if probe.then)

    def test_who_waits_has_heard_it_and_who_does_not_hears_it_with_the_answer(
        self, library: Library, lamp: Scenario
    ) -> None:
        number, seed = self.number(lamp), 7
        second = second_message(lamp, number, seed)
        said = replies(lamp, "acknowledge")[:number]
        hasty, patient = talk(library, lamp, said, []), talk(library, lamp, said, [DeskStep(number, "wait", "")])
        assert second in hasty[-1].says
        assert second not in patient[-1].says
        assert hasty[:-1] == patient[:-1]
        assert patient[-1].state.heard > hasty[-1].state.heard
        assert hasty[-1].reaction == "first_of_two"

    def test_the_second_goes_with_the_first(self, lamp: Scenario) -> None:
        probe = lamp.probes[self.number(lamp) - 1]
        pairs = {(say_probe(lamp, probe, seed), second_message(lamp, self.number(lamp), seed)) for seed in range(40)}
        assert pairs == set(zip(probe.says, probe.then, strict=True))

    def test_it_is_a_fact(self, lamp: Scenario) -> None:
        number = self.number(lamp)
        said = replies(lamp)[:number]
        held = facts_now(lamp, said, [DeskStep(number, "wait", "")], whole=False)
        assert held["waited"]
        assert held["now.waited"]
        later = facts_now(lamp, replies(lamp)[: number + 1], [DeskStep(number, "wait", "")], whole=False)
        assert later["waited"]
        assert "now.waited" not in later


def test_new_facts_of_a_reply(lamp: Scenario) -> None:
    said = [Said(BLANK, touched=2, claims=("£500",)), Said(BLANK, touched=1, stock=True)]
    first, second = facts_now(lamp, said[:1], [], whole=False), facts_now(lamp, said, [], whole=False)
    assert first["specific"]
    assert first["now.claimed.unsupported"]
    assert "specific" not in second
    assert second["stock"]
    assert second["claimed.unsupported"]
    assert "now.claimed.unsupported" not in second
    needless = facts_now(lamp, said, [DeskStep(2, "transfer", "")], whole=False)
    assert needless["transferred.needless"]
    needed = lamp.model_copy(update={"transfer_needed": True})
    assert facts_now(needed, said, [DeskStep(2, "transfer", "")], whole=False)["now.transferred.needed"]
