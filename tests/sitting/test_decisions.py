"""Decisions: in turn, once, and with a plain word where something cannot be done."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sitting.plain_reader import PlainReader

from poise.content.blueprint import Blueprint
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.sitting import decisions as d
from poise.sitting.journal import Decide, MemoryJournal, perform
from poise.sitting.simulee import START, draw_simulee, sit
from poise.sitting.state import State, fold
from poise.sitting.steps import blueprint_of, next_step, progress, rated_pages

READER = PlainReader()
KEY = "one"


class Walk:
    """A sitting that is walked in the middle of the road: the first answer to everything."""

    def __init__(self, library: Library) -> None:
        self.library, self.journal = library, MemoryJournal()
        self.journal.open(KEY, d.open_sitting(library, "open_door", 5, "open", START))

    @property
    def state(self) -> State:
        return fold(self.journal.read(KEY))

    def do(self, decide: Decide) -> State:
        return perform(self.journal, KEY, decide)

    def due(self) -> str:
        return next_step(self.state, self.library).key

    def answer_due(self) -> Decide:
        step = next_step(self.state, self.library)
        library = self.library
        categories = dict.fromkeys(("a",), 2)
        if step.kind == "rated":
            keys = rated_pages(blueprint_of(self.state, library))[step.number - 1]
            return d.rate_statements(library, step.number, dict.fromkeys(keys, 3), START)
        if step.kind == "situation":
            reactions = next(one for one in library.situations if one.key == step.what).reactions
            categories = {reaction.key: 1 for reaction in reactions}
            return d.rate_situation(library, step.what, categories, START)
        if step.kind == "reply":
            return self.reply(step.number, f"Reply number {step.number}: Was it the lamp?")
        rest: dict[str, Callable[[], Decide]] = {
            "preview": lambda: d.see_preview(library, START),
            "consent": lambda: d.give_consent(library, library.consent.version, START),
            "accommodations": lambda: d.choose_accommodations(library, {"breaks": True}, START),
            "practice": lambda: d.finish_practice(library, START),
            "block": lambda: d.rank_block(library, step.what, (0, 1, 2), START),
            "meet": lambda: d.meet_customer(library, step.what, READER, START),
            "willingness": lambda: d.state_willingness(library, {c.key: 2 for c in library.conditions}, START),
        }
        return rest[step.kind]()

    def reply(self, number: int, words: str) -> Decide:
        written = d.Written(words, f"text-{number}-{len(words)}", lambda: self.journal.texts(KEY))
        return d.send_reply(self.library, "late_lamp", number, written, READER, START)

    def until(self, kind: str) -> "Walk":
        while next_step(self.state, self.library).kind != kind:
            self.do(self.answer_due())
        return self


@pytest.fixture
def walk(library: Library) -> Walk:
    return Walk(library)


def test_the_whole_way_in_order_and_the_same_answer_twice_changes_nothing(walk: Walk) -> None:
    kinds, left = [], []
    while (step := next_step(walk.state, walk.library)).kind != "finished":
        decide = walk.answer_due()
        before = walk.do(decide)
        assert walk.do(decide) == before, f"{step.key} twice"
        kinds.append(step.kind)
        left.append(progress(walk.state, walk.library).percent)
    assert list(dict.fromkeys(kinds)) == [
        "preview",
        "consent",
        "accommodations",
        "practice",
        "rated",
        "block",
        "situation",
        "meet",
        "reply",
        "willingness",
    ]
    assert left == sorted(left)
    assert left[-1] == 100
    assert walk.state.finished_at


def test_a_different_answer_to_an_answered_page_is_stale(walk: Walk) -> None:
    walk.until("block")
    block = next_step(walk.state, walk.library).what
    after = walk.do(d.rank_block(walk.library, block, (0, 1, 2), START))
    with pytest.raises(d.StaleStepError, match="first answer counts"):
        walk.do(d.rank_block(walk.library, block, (2, 1, 0), START))
    assert walk.state == after


def test_nothing_can_be_answered_before_its_turn(walk: Walk) -> None:
    for early in (
        d.give_consent(walk.library, walk.library.consent.version, START),
        d.rank_block(walk.library, walk.library.blocks[0].key, (0, 1, 2), START),
        d.state_willingness(walk.library, {}, START),
        walk.reply(1, "Hello?"),
        d.use_desk(walk.library, "late_lamp", 1, "transfer", "", START),
    ):
        with pytest.raises(d.StaleStepError):
            walk.do(early)
    assert walk.state.version == 1


@pytest.mark.parametrize("order", [(0, 0, 2), (0, 1), (0, 1, 3), ()])
def test_a_ranking_that_is_none_is_refused(walk: Walk, order: tuple[int, ...]) -> None:
    walk.until("block")
    version = walk.state.version
    with pytest.raises(d.InvalidAnswerError, match="most like you"):
        walk.do(d.rank_block(walk.library, next_step(walk.state, walk.library).what, order, START))
    assert walk.state.version == version


def test_half_a_page_is_refused_whole(walk: Walk) -> None:
    walk.until("rated")
    keys = rated_pages(blueprint_of(walk.state, walk.library))[0]
    version = walk.state.version
    for wrong in ({keys[0]: 1}, dict.fromkeys(keys, 7), dict.fromkeys((*keys, "other"), 1)):
        with pytest.raises(d.InvalidAnswerError):
            walk.do(d.rate_statements(walk.library, 1, wrong, START))
    assert walk.state.version == version


def test_terms_that_changed_must_be_read_again(walk: Walk) -> None:
    walk.until("consent")
    with pytest.raises(d.StaleStepError, match="have changed"):
        walk.do(d.give_consent(walk.library, "1999", START))


def test_replies_empty_too_long_and_out_of_turn_store_nothing(walk: Walk) -> None:
    walk.until("reply")
    version = walk.state.version
    for words, error in (("   ", d.InvalidAnswerError), ("x" * 100_000, d.InvalidAnswerError)):
        with pytest.raises(error):
            walk.do(walk.reply(1, words))
    with pytest.raises(d.StaleStepError):
        walk.do(walk.reply(2, "Too early."))
    assert walk.state.version == version
    assert walk.journal.texts(KEY) == {}


def test_a_reply_sent_twice_from_two_windows_counts_once(walk: Walk) -> None:
    walk.until("reply")
    first = walk.do(walk.reply(1, "I am sorry about this."))
    assert walk.do(walk.reply(1, "I am sorry about this.")) == first
    with pytest.raises(d.StaleStepError, match="moved on"):
        walk.do(walk.reply(1, "Are you stupid or what?"))
    assert walk.state == first
    assert len(walk.state.conversations["late_lamp"].replies) == 1


def test_the_desk_does_what_it_offers_once_and_nothing_else(walk: Walk) -> None:
    walk.until("reply")
    case = walk.library.find(Scenario, "late_lamp")
    look = d.use_desk(walk.library, case.key, 1, "look_up", case.records[0].key, START)
    assert walk.do(look) == walk.do(look)
    for do, what in (("look_up", "secrets"), ("offer", "everything"), ("promise", ""), ("note", "x")):
        with pytest.raises(d.InvalidAnswerError, match="desk"):
            walk.do(d.use_desk(walk.library, case.key, 1, do, what, START))  # type: ignore[arg-type]
    with pytest.raises(d.StaleStepError):
        walk.do(d.use_desk(walk.library, case.key, 4, "transfer", "", START))


def test_a_conversation_ends_for_abuse_only_after_a_warning_and_only_where_policy_allows(library: Library) -> None:
    walk = Walk(library).until("reply")
    with pytest.raises(d.InvalidAnswerError, match="policy of this company"):
        walk.do(d.use_desk(library, "late_lamp", 1, "end", "", START))


def test_a_talk_with_a_person_takes_the_place_of_a_customer_only_where_it_was_asked_for(library: Library) -> None:
    walk = Walk(library).until("meet")
    with pytest.raises(d.InvalidAnswerError, match="not asked for"):
        walk.do(d.leave_to_person(library, "late_lamp", START))
    asked = Walk(library).until("accommodations")
    asked.do(d.choose_accommodations(library, {"human_alternative": True}, START))
    asked.until("meet").do(d.leave_to_person(library, "late_lamp", START))
    assert asked.due() == "willingness"
    assert asked.do(d.leave_to_person(library, "late_lamp", START)) == asked.state
    assert asked.until("finished").state.conversations == {}


def test_there_is_no_reply_before_the_first(walk: Walk) -> None:
    walk.until("reply").do(walk.reply(1, "I am sorry about this."))
    with pytest.raises(d.StaleStepError):
        walk.do(walk.reply(0, "I am sorry about this."))


def test_words_written_after_an_erasure_can_be_erased_too(walk: Walk) -> None:
    walk.until("reply").do(walk.reply(1, "First words."))
    assert walk.do(d.erase_texts(START)).texts_erased
    again = walk.state
    assert walk.do(d.erase_texts(START)) == again
    assert not walk.do(walk.reply(2, "Second words.")).texts_erased
    assert walk.do(d.erase_texts(START)).version > again.version


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["again", "stale", "go"]), max_size=30))
def test_lost_acknowledgements_and_old_windows_never_double_or_lose(library: Library, moves: list[str]) -> None:
    walk = Walk(library)
    sent: list[Decide] = []
    for move in moves:
        before = walk.state
        if move == "go":
            sent.append(walk.answer_due())
            assert walk.do(sent[-1]).version > before.version
        elif sent:
            assert walk.do(sent[-1] if move == "again" else sent[0]) == before


def test_blocks_are_balanced_and_drawn_by_seed_and_number_alone(library: Library) -> None:
    def given_to(seed: int) -> tuple[str, ...]:
        journal = MemoryJournal()
        simulee = draw_simulee(library, ("late_lamp",), READER, 1)
        return sit(journal, KEY, simulee, "open_door", seed).state.given

    given, again = given_to(3), given_to(3)
    assert given == again
    assert len(set(given)) == len(given) == library.find(Blueprint, "open_door").blocks
    qualities = {statement.key: statement.quality for statement in library.statements}
    blocks = {block.key: block for block in library.blocks}
    counts = dict.fromkeys(qualities.values(), 0)
    for key in given:
        for statement in blocks[key].statements:
            counts[qualities[statement]] += 1
    assert min(counts.values()) >= 2
