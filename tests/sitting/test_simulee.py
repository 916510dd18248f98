"""A simulee says what it means: its questions bring out what is hidden, and words for no act are read as none."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sitting.plain_reader import PlainReader

from poise.content.act import HARM
from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.hearing import opened_by, words_of
from poise.roleplay.understanding import Reader
from poise.sitting import simulee as s
from poise.sitting.events import AnyEvent
from poise.sitting.journal import MemoryJournal
from poise.sitting.phrases import QUESTION

SEED = 5
FORGETS_AFTER = 12


def test_its_question_brings_out_the_fact_that_it_asks_for(library: Library) -> None:
    for case in library.scenarios:
        for fact in case.hidden:
            asked = " ".join(words_of(QUESTION.format(asked=fact.opened_by[0])))
            assert opened_by(asked, case.hidden) == (fact.key,), (case.key, fact.opened_by[0])


@pytest.mark.parametrize("level", range(5))
def test_who_is_to_find_out_asks_and_who_is_not_does_not(
    library: Library, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was drawn for finding out what the customer needs is what comes of the whole conversation."""
    monkeypatch.setattr(s, "_draw_level", lambda _simulee, _case, moment: level if moment.key == "lamp_need" else 2)
    planned: list[tuple[s.Deed, ...]] = []
    plan = s.plan_turn

    def note(*told: Any) -> tuple[s.Deed, ...]:
        planned.append(plan(*told))
        return planned[-1]

    monkeypatch.setattr(s, "plan_turn", note)
    simulee = s.draw_simulee(library, ("late_lamp",), PlainReader(), SEED)
    s.sit(MemoryJournal(), "one", simulee, "open_door", SEED)
    assert any(deed.do == "find" for deeds in planned for deed in deeds) == (level >= 3)


def test_words_for_no_act_accuse_nobody(library: Library) -> None:
    reader = Reader.load()
    simulee = replace(s.draw_simulee(library, ("late_lamp",), PlainReader(), SEED), rng=np.random.default_rng(SEED))
    case = library.find(Scenario, "late_lamp")
    for probe in case.probes:
        if probe.says:
            read = dict(reader.read(s._word(simulee, case, ()), case.topics, probe.says[0]).acts)  # noqa: SLF001
            assert max(read[act] for act in HARM) < 0.45


class ForgetfulJournal(MemoryJournal):
    """From some event on it no longer knows when the last one happened."""

    def read(self, sitting: str) -> Sequence[AnyEvent]:
        events = super().read(sitting)
        if len(events) < FORGETS_AFTER:
            return events
        return [*events[:-1], events[-1].model_copy(update={"at": "1999-01-01T00:00:00+00:00"})]


def test_rows_that_say_something_else_are_noticed(library: Library) -> None:
    simulee = s.draw_simulee(library, ("late_lamp",), PlainReader(), SEED)
    walked = s.sit(ForgetfulJournal(), "one", simulee, "open_door", SEED)
    assert 0 < walked.equal < walked.answers
