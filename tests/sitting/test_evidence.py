"""Evidence: every answer is one observation, what was not scored is absent, and no answer breaks the posterior."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sitting.plain_reader import PlainReader

from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.measurement import Graded, Prior, score
from poise.sitting.events import AnyEvent, ReplySent, SituationRated, StatementRated
from poise.sitting.evidence import observe, posterior_of, prior_of, rated_item
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.state import State, fold


@pytest.fixture(scope="module")
def events(library: Library) -> list[AnyEvent]:
    journal = MemoryJournal()
    sit(journal, "one", draw_simulee(library, ("late_lamp",), PlainReader(), 11), "open_door", 11)
    return list(journal.read("one"))


def test_every_answer_is_one_observation(library: Library, events: list[AnyEvent]) -> None:
    state = fold(events)
    sources = [one.source for one in observe(state, library)]
    assert len(set(sources)) == len(sources)
    case = next(one for one in library.scenarios if one.key == "late_lamp")
    reactions = sum(len(one) for one in state.situations.values())
    assert len(sources) == len(state.ratings) + len(state.rankings) + reactions + len(case.moments)


def test_nothing_seen_is_the_prior(library: Library, events: list[AnyEvent]) -> None:
    posterior = posterior_of(fold(events[:1]), library)
    assert [posterior.mean_of(quality) for quality in QUALITIES] == pytest.approx([0.0] * 12)
    assert [posterior.sd_of(quality) for quality in QUALITIES] == pytest.approx([1.0] * 12)


def test_a_reply_that_could_not_be_read_is_not_scored(library: Library, events: list[AnyEvent]) -> None:
    blind = [
        event.model_copy(update={"legible": False}) if isinstance(event, ReplySent) and event.reply == 2 else event
        for event in events
    ]
    full = {one.source for one in observe(fold(events), library)}
    rest = {one.source for one in observe(fold(blind), library)}
    case = next(one for one in library.scenarios if one.key == "late_lamp")
    assert full - rest == {f"moment/late_lamp/{moment.key}" for moment in case.probes[1].moments}


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([0, 4]), st.sampled_from([0, 2, 4]), st.permutations([0, 1, 2]))
def test_extreme_answers_never_break_the_posterior(
    library: Library, events: list[AnyEvent], rated: int, judged: int, order: list[int]
) -> None:
    def extreme(event: AnyEvent) -> AnyEvent:
        if isinstance(event, StatementRated):
            return event.model_copy(update={"category": rated})
        if isinstance(event, SituationRated):
            return event.model_copy(update={"categories": dict.fromkeys(event.categories, judged)})
        return event.model_copy(update={"order": tuple(order)}) if event.kind == "block_ranked" else event

    posterior = posterior_of(fold(extreme(event) for event in events), library)
    assert posterior.converged
    assert np.isfinite(posterior.mean).all()
    assert (np.linalg.eigvalsh(posterior.covariance) > 0).all()


def test_the_posterior_is_the_same_from_rows_at_any_time(library: Library, events: list[AnyEvent]) -> None:
    state: State = fold(events)
    one, other = posterior_of(state, library), posterior_of(fold(events), library)
    assert np.array_equal(one.mean, other.mean)
    assert np.array_equal(one.covariance, other.covariance)


def test_a_conversation_is_not_mistaken_for_much_evidence(library: Library, events: list[AnyEvent]) -> None:
    """One long chat shares one effect: the qualities stay less certain than if each moment stood alone."""
    observations = observe(fold(events), library)
    talk = tuple(one for one in observations if one.kind == "customers")
    posterior = posterior_of(fold(events), library, talk)
    assert min(posterior.sd_of(quality) for quality in QUALITIES) > 0.6


def test_no_number_of_statements_outweighs_what_a_person_does(library: Library) -> None:
    """How people see themselves in a quality is not the quality: half of the prior variance stays whatever they say."""
    prior = prior_of(library)
    alone = Prior(prior.names, prior.mean, np.diag(np.diag(prior.covariance)))
    said = [
        Graded(f"{statement.key}/{time}", rated_item(statement, library.beliefs), 4 if statement.pole == "high" else 0)
        for statement in library.statements
        for time in range(5)
    ]
    posterior = score(alone, said)
    for quality in QUALITIES:
        assert posterior.sd_of(quality) ** 2 > 0.5
