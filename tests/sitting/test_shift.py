"""A shift: one order for everybody, moments that exist only after somebody, and no customer served twice."""

from dataclasses import replace

import numpy as np
import pytest
from sitting.plain_reader import PlainReader
from sitting.shift_library import (
    ALONE,
    ASKER,
    IN_A_ROW,
    QUEUE,
    REPLIES,
    SHOUTER,
    THANKER,
    answer_step,
    beginning,
    blueprint,
    build_shift_library,
)

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.measurement import GradedItem, Prior, Reading, score
from poise.sitting import decisions as d
from poise.sitting.events import AnyEvent, ConversationOpened, PauseTaken, read_event, write_event
from poise.sitting.evidence import Observation, observe, posterior_of, prior_of
from poise.sitting.journal import Change, Decide, MemoryJournal, perform
from poise.sitting.phrases import PHRASES
from poise.sitting.queueing import case_for, queue_of
from poise.sitting.simulee import START, draw_simulee, sit
from poise.sitting.state import State, fold
from poise.sitting.steps import Step, blueprint_of, next_step, progress

KEY = "one"
READER = PlainReader()
CARRIED = {"fresh", "unhurried", "kind_throughout"}
KIND = f"{PHRASES['courtesy'][0]} {PHRASES['ask'][0]}"
HURT = PHRASES["take_offence"][0]


@pytest.fixture(scope="module")
def shifts(library: Library) -> Library:
    return build_shift_library(library)


class Walk:
    """Somebody who walks through a shift; `says` are the words of every reply to a customer."""

    def __init__(
        self, library: Library, blueprint: str = IN_A_ROW, *, breaks: bool = False, person: bool = False
    ) -> None:
        self.library, self.journal = library, MemoryJournal()
        self.says = dict.fromkeys(QUEUE, KIND)
        self.journal.open(KEY, d.open_sitting(library, blueprint, 5, "open", START))
        for decide in beginning(library, breaks=breaks, human_alternative=person):
            self.do(decide)

    @property
    def state(self) -> State:
        return fold(self.journal.read(KEY))

    @property
    def due(self) -> Step:
        return next_step(self.state, self.library)

    @property
    def opened(self) -> list[ConversationOpened]:
        return [event for event in self.journal.read(KEY) if isinstance(event, ConversationOpened)]

    def do(self, decide: Decide) -> State:
        return perform(self.journal, KEY, decide)

    def answer(self, step: Step) -> Decide:
        return answer_step(self.library, step, self.says.get(step.what, ""), lambda: self.journal.texts(KEY))

    def until(self, kind: str, what: str = "") -> "Walk":
        while self.due.kind != kind or what not in {"", self.due.what}:
            assert self.due.kind != "finished"
            self.do(self.answer(self.due))
        return self

    def moments(self, customer: str) -> dict[str, Observation]:
        seen = {one.source: one for one in observe(self.state, self.library)}
        return {key.split("/")[2]: one for key, one in seen.items() if key.startswith(f"moment/{customer}/")}


def replies(customer: str) -> list[str]:
    return [f"reply/{customer}/{number}" for number in range(1, REPLIES + 1)]


@pytest.mark.parametrize("breaks", [False, True])
def test_everybody_meets_the_same_customers_in_the_same_order(shifts: Library, breaks: bool) -> None:  # noqa: FBT001
    walk, steps, left = Walk(shifts, breaks=breaks), [], []
    while (step := walk.due).kind != "finished":
        decide = walk.answer(step)
        before = walk.do(decide)
        assert walk.do(decide) == before, f"{step.key} twice"
        steps.append(step.key)
        left.append(progress(walk.state, shifts).percent)
    expected = [key for one in QUEUE for key in (f"pause/{one}", f"meet/{one}", *replies(one))][1:]
    assert steps == [key for key in expected if breaks or not key.startswith("pause")] + ["willingness"]
    assert left == sorted(left)
    assert left[-1] == 100
    assert [one.after for one in walk.opened] == ["", SHOUTER, ASKER]


def test_the_estimate_falls_by_each_customer_served(shifts: Library) -> None:
    walk = Walk(shifts)
    begun = progress(walk.state, shifts)
    seconds = [progress(walk.until("meet", one).state, shifts).done - begun.done for one in QUEUE]
    assert seconds == [0, 200, 400]
    assert progress(walk.until("willingness").state, shifts).done - begun.done == 600


def test_the_queue_tells_how_many_wait_and_nothing_else(shifts: Library) -> None:
    served = blueprint_of(Walk(shifts).state, shifts)
    queues = [queue_of(served, key) for key in QUEUE]
    assert [queue.words for queue in queues if queue] == [
        "2 more are waiting",
        "1 more is waiting",
        "Nobody else is waiting",
    ]
    assert [(queue.number, queue.of) for queue in queues if queue] == [(1, 3), (2, 3), (3, 3)]
    assert queue_of(served, "late_lamp") is None
    assert queue_of(blueprint_of(Walk(shifts, ALONE).state, shifts), ASKER) is None


def test_what_is_carried_over_is_rated_only_directly_after_the_abusive_customer(shifts: Library) -> None:
    row, alone = Walk(shifts).until("finished"), Walk(shifts, ALONE).until("finished")
    assert set(alone.moments(ASKER)) == {"asker_welcome"}
    assert set(row.moments(ASKER)) == {"asker_welcome"} | CARRIED
    assert set(row.moments(THANKER)) == {"thanker_welcome"}, "the one before was gentle"
    assert [row.moments(ASKER)[key].reply for key in ("fresh", "unhurried", "kind_throughout")] == [1, 1, 0]
    same, too = row.moments(ASKER)["asker_welcome"], alone.moments(ASKER)["asker_welcome"]
    assert (same.rating, same.response) == (too.rating, too.response)


def test_the_customer_is_the_same_whoever_came_before(shifts: Library) -> None:
    row, alone = Walk(shifts).until("finished"), Walk(shifts, ALONE).until("finished")
    in_row, by_self = row.state.conversations[ASKER], alone.state.conversations[ASKER]
    assert replace(in_row, opened=by_self.opened) == by_self
    assert in_row.opened.model_copy(update={"after": ""}) == by_self.opened


def test_how_the_last_conversation_went_decides_no_opportunity(shifts: Library) -> None:
    """Who was rude to the abusive customer and who was kind have the same moments with the next one, rated equally."""
    kind, rude = Walk(shifts), Walk(shifts)
    rude.says[SHOUTER] = PHRASES["insult"][0]
    one, other = (walk.until("finished").moments(ASKER) for walk in (kind, rude))
    assert {key: seen.rating for key, seen in one.items()} == {key: seen.rating for key, seen in other.items()}


def test_hurt_carried_over_is_read_in_the_gentle_conversation(shifts: Library) -> None:
    fresh, hurt = Walk(shifts), Walk(shifts)
    hurt.says[ASKER] = HURT
    for walk in (fresh, hurt):
        walk.until("finished")
    levels = [walk.moments(ASKER)["fresh"].rating for walk in (fresh, hurt)]
    assert [rating.line.level for rating in levels if rating] == [4, 1]
    good, bad = (posterior_of(walk.state, shifts) for walk in (fresh, hurt))
    assert good.mean_of("resilience") - bad.mean_of("resilience") > 0.3
    assert Walk(shifts, ALONE).until("finished").moments(ASKER).keys().isdisjoint(CARRIED)


def test_nothing_is_carried_over_from_a_customer_who_was_left_to_a_person(shifts: Library) -> None:
    walk = Walk(shifts, breaks=True, person=True)
    walk.do(d.leave_to_person(shifts, SHOUTER, START))
    assert walk.due.key == f"meet/{ASKER}", "nobody was served, so there is nothing to rest from"
    walk.until("finished")
    assert [one.after for one in walk.opened] == ["", ASKER]
    assert set(walk.moments(ASKER)) == {"asker_welcome"}


def test_customers_out_of_turn_and_pauses_that_are_not_due_are_refused(shifts: Library) -> None:
    walk = Walk(shifts)
    for early in (d.meet_customer(shifts, ASKER, READER, START), d.take_pause(shifts, ASKER, START)):
        with pytest.raises(d.StaleStepError):
            walk.do(early)
    walk = Walk(shifts, breaks=True).until("pause")
    with pytest.raises(d.StaleStepError):
        walk.do(d.meet_customer(shifts, ASKER, READER, START))
    assert walk.do(d.take_pause(shifts, ASKER, START)).paused_before == (ASKER,)


class RacedJournal(MemoryJournal):
    """A journal into which a second window writes its own first."""

    def __init__(self) -> None:
        super().__init__()
        self.other: list[Decide] = []

    def append(self, sitting: str, expected: int, change: Change) -> None:
        if self.other:
            perform(self, sitting, self.other.pop())
        super().append(sitting, expected, change)


def test_two_windows_never_serve_the_same_customer_twice(shifts: Library) -> None:
    for kind in ("pause", "meet", "reply"):
        walk = Walk(shifts, breaks=True).until(kind, ASKER)
        raced = RacedJournal()
        raced.open(KEY, Change(tuple(walk.journal.read(KEY)), walk.journal.texts(KEY)))
        walk.journal, step, version = raced, walk.due, walk.state.version
        raced.other.append(walk.answer(step))
        first = walk.do(walk.answer(step))
        assert raced.other == [], "the other window was first"
        assert first.version == version + (2 if kind == "reply" else 1)
        assert walk.do(walk.answer(step)) == first, "a third press changes nothing either"
        assert [one.scenario for one in walk.opened].count(ASKER) == (kind != "pause")


def test_rows_of_before_there_were_shifts_fold_and_none_is_written_otherwise(shifts: Library) -> None:
    walk = Walk(shifts, ALONE).until("finished")
    rows = [write_event(event) for event in walk.journal.read(KEY)]
    assert not any('"after"' in row or "pause" in row for row in rows)
    assert fold(map(read_event, rows)) == walk.state
    opened = Walk(shifts).until("reply", ASKER).opened[-1]
    assert read_event(write_event(opened)) == opened
    assert '"after":"shouter"' in write_event(opened)
    pause: AnyEvent = PauseTaken(at=START, scenario=ASKER)
    assert read_event(write_event(pause)) == pause


def test_a_rating_follows_what_was_opened_and_not_the_order_in_a_blueprint(shifts: Library) -> None:
    state = Walk(shifts).until("finished").state
    parts = {name: getattr(shifts, name) for name in Library.model_fields}
    parts["blueprints"] = (blueprint(IN_A_ROW, (), (THANKER, ASKER, SHOUTER)),)
    for key in QUEUE:
        assert case_for(state, Library(**parts), key) == case_for(state, shifts, key)


def test_simulees_walk_through_a_shift_and_who_carries_over_is_told_apart(shifts: Library) -> None:
    true, seen = [], []
    for seed in range(80):
        simulee = draw_simulee(shifts, QUEUE, READER, seed)
        walked = sit(MemoryJournal(), KEY, simulee, IN_A_ROW, seed)
        assert walked.equal == walked.answers
        assert walked.state.finished_at
        observed = {one.source for one in observe(walked.state, shifts)}
        assert {f"moment/{ASKER}/{key}" for key in CARRIED} <= observed
        true.append(simulee.truth["resilience"])
        seen.append(posterior_of(walked.state, shifts).mean_of("resilience"))
    assert np.corrcoef(true, seen)[0, 1] > 0.25


def test_an_effect_of_the_shift_would_be_no_other_than_that_of_reading(shifts: Library) -> None:
    """Why there is none: in a sitting of nothing but a shift the two cannot be told apart."""
    readings = [one.response for one in observe(Walk(shifts).until("finished").state, shifts)]
    prior, extra = prior_of(shifts, QUEUE), 0.2
    both = score(prior.extended({"shift": extra}), [_loading_on(one, "shift") for one in readings])
    wider = np.array(prior.covariance)
    place = prior.names.index("reading")
    wider[place, place] += extra
    one = score(Prior(prior.names, prior.mean, wider), readings)
    for quality in QUALITIES:
        assert both.mean_of(quality) == pytest.approx(one.mean_of(quality), abs=1e-9)
        assert both.sd_of(quality) == pytest.approx(one.sd_of(quality), abs=1e-9)


def _loading_on(response: object, effect: str) -> Reading:
    assert isinstance(response, Reading)
    slope = dict(response.item.loadings)["reading"]
    item = GradedItem((*response.item.loadings, (effect, slope)), response.item.intercepts)
    return replace(response, item=item)
