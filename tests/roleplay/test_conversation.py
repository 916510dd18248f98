"""A conversation as a value: the same as in a sitting, the same at every replay, and never changed."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.content.act import ACTS
from poise.content.library import Library
from poise.content.scenario import Remedy, Scenario
from poise.roleplay.conversation import (
    Conversation,
    ConversationError,
    begin,
    check_deed,
    deeds_at,
    frontier,
    needs_open,
    rate,
    reply,
    would_return,
)
from poise.roleplay.rating import Said
from poise.roleplay.understanding import MAX_CHARACTERS, TextReading
from poise.sitting import decisions as d
from poise.sitting import events as e
from poise.sitting.journal import Change
from poise.sitting.state import State, fold

AT = "2026-03-01T09:00:00+00:00"
BASE_RATES = dict.fromkeys(ACTS, 0.1)


class Listener:
    """A reader of replies that are lists of acts, which keeps what it was given."""

    version = "listener"
    base_rates: Mapping[str, float] = BASE_RATES

    def __init__(self) -> None:
        self.customers: list[str] = []

    def read(self, text: str, topics: tuple[str, ...] = (), customer: str = "") -> TextReading:  # noqa: ARG002  a reader's
        self.customers.append(customer)
        held = {word for word in re.findall(r"\w+", text) if word in ACTS}
        acts = tuple((act, 0.97 if act in held else 0.01) for act in ACTS)
        return TextReading(
            self.version, acts, tuple((act, 0) for act in sorted(held)), ((0, len(text)),), 5, bool(held)
        )


class PlainListener:
    """A reader that has no use for the customer's line."""

    def read(self, text: str, topics: tuple[str, ...] = ()) -> TextReading:
        return Listener().read(text, topics)


@pytest.fixture
def lamp(library: Library) -> Scenario:
    return library.find(Scenario, "late_lamp")


def say(
    conversation: Conversation, library: Library, words: str, *deeds: tuple[str, str], listener: Listener | None = None
) -> Conversation:
    return reply(conversation, words, deeds, listener or Listener(), library.appraisal, library.voice)


def serve(conversation: Conversation, library: Library, replies: int) -> Conversation:
    for number in range(replies):
        conversation = say(conversation, library, f"acknowledge explain number {number}")
    return conversation


def test_a_reply_makes_a_new_conversation_and_leaves_the_old_one_as_it_was(library: Library, lamp: Scenario) -> None:
    begun = begin(lamp, 3)
    after = say(begun, library, "apologise ask for the lamp", ("look_up", "order"), ("look_up", "order"))
    assert begun.turns == ()
    assert begun == begin(lamp, 3)
    assert [(step.reply, step.do, step.what) for step in after.desk] == [(1, "look_up", "order")]
    assert after.says == (begun.opening, after.turns[0].answer.says)
    assert after.state == after.turns[0].answer.state != begun.state
    assert after.next_reply == 2
    assert say(after, library, "explain", ("look_up", "order")).desk == after.desk


def test_a_sitting_and_a_conversation_give_the_same(library: Library, lamp: Scenario) -> None:
    opened = e.SittingOpened(at=AT, library=library.hash, blueprint="open_door", seed=9, door="simulation")
    talk, listener, texts = begin(lamp, 9), Listener(), dict[str, str]()
    state = replace(fold((opened,)), preview_seen=True)
    state = fold((e.ConversationOpened(at=AT, scenario=lamp.key, reader="r", base_rates=BASE_RATES, says=talk.opening,
                                       anger=talk.first.anger, trust=talk.first.trust),), state)  # fmt: skip
    for number, deeds in enumerate(
        [[("look_up", "notes")], [], [("offer", "shade_courier")], [], [], [("note", "")], []]
    ):
        words = f"apologise ask offer about the lamp, when do you need it, {number}"
        for do, what in deeds:
            state = fold(d.use_desk(library, lamp.key, number + 1, do, what, AT)(state).events, state)  # type: ignore[arg-type]
        change = _send(library, lamp, number + 1, words, state, texts)
        state, texts = fold(change.events, state), {**texts, **change.texts}
        talk = say(talk, library, words, *deeds, listener=listener)
    kept = state.conversations[lamp.key]
    assert [one.says for one in kept.answers] == list(talk.says[1:])
    assert [(one.anger, one.trust, one.would_return) for one in kept.answers] == [
        (turn.answer.state.anger, turn.answer.state.trust, turn.answer.would_return) for turn in talk.turns
    ]
    assert kept.ended is not None
    assert kept.ended.outcome == talk.outcome


def _send(library: Library, case: Scenario, number: int, words: str, state: State, texts: dict[str, str]) -> Change:
    written = d.Written(words, f"k{number}", lambda: texts)
    return d.send_reply(library, case.key, number, written, Listener(), AT)(state)


def test_the_reader_hears_what_the_customer_said_where_it_listens(library: Library, lamp: Scenario) -> None:
    listener = Listener()
    talk = say(begin(lamp, 1), library, "ask", listener=listener)
    say(talk, library, "explain", listener=listener)
    assert listener.customers == list(talk.says)
    plain = reply(begin(lamp, 1), "ask", (), PlainListener(), library.appraisal, library.voice)
    assert plain.turns[0].answer == talk.turns[0].answer


@pytest.mark.parametrize("words", ["", " \n ", "x" * (MAX_CHARACTERS + 1)])
def test_words_that_cannot_be_sent_are_refused(library: Library, lamp: Scenario, words: str) -> None:
    with pytest.raises(ConversationError, match=r"Write your reply|limit is"):
        say(begin(lamp, 1), library, words)


@pytest.mark.parametrize(
    ("do", "what", "told"),
    [
        ("give", "", "not something this desk can do"),
        ("look_up", "", "not something this desk can do"),
        ("offer", "gold", "not something this desk can do"),
        ("note", "x", "not something this desk can do"),
        ("wait", "", "nothing to wait for"),
        ("end", "", "does not let you end"),
    ],
)
def test_deeds_that_cannot_be_done_are_refused(library: Library, lamp: Scenario, do: str, what: str, told: str) -> None:
    with pytest.raises(ConversationError, match=told):
        say(begin(lamp, 1), library, "ask", (do, what))


def test_ending_for_abuse_needs_a_warning_first(lamp: Scenario) -> None:
    lenient = lamp.model_copy(update={"may_end_for_abuse": True})
    with pytest.raises(ConversationError, match="where the limit is"):
        check_deed(lenient, (Said({"set_boundary": 0.4}),), "end", "")
    check_deed(lenient, (Said({"set_boundary": 0.6}),), "end", "")


def test_nothing_can_be_said_to_a_customer_who_has_gone(library: Library, lamp: Scenario) -> None:
    talk = serve(begin(lamp, 1), library, len(lamp.probes))
    assert talk.outcome is not None
    with pytest.raises(ConversationError, match="has gone"):
        say(talk, library, "ask")


def test_moments_come_up_one_by_one_and_earlier_ratings_stay(library: Library, lamp: Scenario) -> None:
    talk, before = begin(lamp, 1), 0
    earlier: tuple[object, ...] = rate(talk, BASE_RATES, library.beliefs)
    assert earlier == ()
    for number in range(1, len(lamp.probes) + 1):
        talk = say(talk, library, f"acknowledge explain {number}")
        rated = rate(talk, BASE_RATES, library.beliefs)
        assert rated[: len(earlier)] == earlier
        before, earlier = len(earlier), tuple(one for one in rated if one[1])
        assert {reply for _, reply in rated[before:]} <= {number, 0}
    assert [rating.moment.key for rating, reply in rated if not reply] == [moment.key for moment in lamp.whole]
    assert all(sum(rating.probabilities) == pytest.approx(1) for rating, _ in rated)


def test_a_reply_that_cannot_be_read_is_not_rated(library: Library, lamp: Scenario) -> None:
    talk = say(begin(lamp, 1), library, "Kannst du das lesen")
    assert rate(talk, BASE_RATES, library.beliefs) == ()


def test_what_was_offered_is_held_against_the_frontier(library: Library, lamp: Scenario) -> None:
    best = say(begin(lamp, 1), library, "offer", ("offer", "shade_courier"))
    assert frontier(best).distance == 0
    assert frontier(best).given == ("shade_courier",)
    away = say(begin(lamp, 1), library, "offer", ("offer", "refund_keep"))
    assert frontier(away).distance > 0
    assert frontier(away).doormat
    assert frontier(begin(lamp, 1)).stonewaller


def test_would_return_and_open_needs_are_known_from_the_start(library: Library, lamp: Scenario) -> None:
    begun = begin(lamp, 1)
    assert 0 <= would_return(begun) <= 1000
    assert needs_open(begun) == lamp.needs
    assert set(needs_open(serve(begun, library, 3))) <= set(lamp.needs)


DEEDS = st.lists(st.sampled_from(["order", "notes", "stock"]).map(lambda key: ("look_up", key)), max_size=3)
TURNS = st.lists(st.tuples(DEEDS, st.lists(st.sampled_from(sorted(ACTS)), max_size=4)), min_size=1, max_size=7)


@given(turns=TURNS, seed=st.integers())
def test_a_replay_is_equal(library: Library, turns: list[tuple[list[tuple[str, str]], list[str]]], seed: int) -> None:
    case = library.find(Scenario, "late_lamp")

    def play() -> Conversation:
        talk = begin(case, seed)
        for deeds, acts in turns[: len(case.probes)]:
            talk = say(talk, library, " ".join(["lamp", *acts]), *deeds)
        return talk

    first = play()
    assert first == play()
    assert len({(step.do, step.what) for step in first.desk}) == len(first.desk)


def test_every_deed_of_a_desk_can_be_done(lamp: Scenario) -> None:
    for do, keys in deeds_at(lamp).items():
        for what in keys:
            check_deed(lamp, (), do, what)


@pytest.fixture
def hasty(lamp: Scenario) -> Scenario:
    """The lamp's customer, who begins and ends with two messages, and a credit of any amount for her."""
    first, *between, last = lamp.probes
    twice = [
        probe.model_copy(update={"kind": "two_messages", "then": tuple(f"And {n}." for n, _ in enumerate(probe.says))})
        for probe in (first, last)
    ]
    amount = {"unit": "£{amount}", "least": 5, "most": 60, "step": 5, "allowed_up_to": 20, "approval_up_to": 40,
              "value": [8, 60], "cost": [5, 58]}  # fmt: skip
    credit = Remedy.model_validate(
        {"key": "credit", "label": "A credit", "price": "So much", "why": "x", "amount": amount}
    )
    others = (one for one in lamp.remedies if one.key != "credit")
    return lamp.model_copy(update={"probes": (twice[0], *between, twice[1]), "remedies": (*others, credit)})


def test_who_is_let_finish_is_answered_on_both_messages(library: Library, hasty: Scenario) -> None:
    listener, begun = Listener(), begin(hasty, 5)
    waited = say(begun, library, "acknowledge the lamp", ("wait", ""), ("wait", ""), listener=listener)
    rushed = say(begun, library, "acknowledge the lamp", listener=listener)
    second = hasty.probes[0].then[hasty.probes[0].says.index(begun.opening)]
    assert listener.customers == [f"{begun.opening}\n{second}", begun.opening]
    assert waited.words_before(1) == f"{begun.opening}\n{second}"
    assert second in rushed.turns[0].answer.says
    assert second not in waited.turns[0].answer.says
    assert len(waited.desk) == 1
    with pytest.raises(ConversationError, match="nothing to wait for"):
        say(waited, library, "explain", ("wait", ""))
    last = say(serve(waited, library, len(hasty.probes) - 2), library, "close", ("wait", ""))
    assert [step.reply for step in last.desk] == [1, len(hasty.probes)]


def test_an_amount_is_offered_by_its_number_and_held_against_the_frontier(library: Library, hasty: Scenario) -> None:
    talk = say(begin(hasty, 5), library, "offer a credit", ("offer", "credit:15"), ("offer", "credit:20"))
    assert frontier(talk).given == ("credit:15", "credit:20")
    for what in ("credit", "credit:7", "credit:x"):
        with pytest.raises(ConversationError, match=r"from £5 to £60, in steps of 5"):
            check_deed(hasty, (), "offer", what)
