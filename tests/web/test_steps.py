from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web.conftest import Person

from poise.sitting.events import SituationRated
from poise.sitting.steps import Step
from poise.web.answers import parse_step

PAGES = (
    "preview",
    "consent",
    "accommodations",
    "practice",
    "block",
    "rated",
    "situation",
    "meet",
    "reply",
    "willingness",
)


def test_a_whole_sitting_shows_every_kind_of_page_and_ends_at_the_report(person: Person) -> None:
    for kind in PAGES:
        person.walk(kind)
        response = person.get(f"/s/{person.token}/")
        assert response.status_code == 303
        page = person.get(response["Location"])
        assert page.status_code == 200
        assert "<h1" in page.content.decode()
    person.walk("finished")
    assert person.get(f"/s/{person.token}/")["Location"] == f"/s/{person.token}/report/"
    assert person.get(person.path("finished"))["Location"] == f"/s/{person.token}/report/"


def test_the_preview_shows_weeks_conditions_rubric_time_and_how_sure_it_is(person: Person) -> None:
    page = person.get(person.path("preview")).content.decode()
    library = person.visit.library
    for job in library.jobs:
        assert job.name in page
    for quality in library.qualities:
        assert quality.name in page
    assert f"at most {person.visit.progress.minutes_left} minutes" in page
    assert "provisional" in page


@pytest.mark.parametrize("kind", ["consent", "practice", "block", "rated", "situation", "willingness"])
def test_an_answer_that_is_not_whole_is_refused_with_words_and_stores_nothing(person: Person, kind: str) -> None:
    person.walk(kind)
    before = person.stored
    for sent in ({}, {"most": "9", "least": "1"}, {"answer_nobody": "2"}, {"most": "²", "least": "x"}):
        response = person.post(sent)
        assert response.status_code == 422, kind
        assert 'role="alert"' in response.content.decode()
    assert person.stored == before


def test_choices_are_kept_when_one_is_missing(person: Person) -> None:
    person.walk("situation")
    chosen = person.fitting()
    missing = min(chosen)
    del chosen[missing]
    response = person.post(chosen)
    page = response.content.decode()
    assert response.status_code == 422
    assert "1 left" in page
    assert page.count(" checked") == len(chosen)
    assert page.count("is-missing") == 1


def test_the_same_sentence_cannot_be_most_and_least(person: Person) -> None:
    person.walk("block")
    response = person.post({"most": "1", "least": "1"})
    assert response.status_code == 422
    assert "both most and least" in response.content.decode()


@pytest.mark.parametrize("kind", PAGES)
def test_the_same_answer_again_leads_onward_and_is_stored_once(person: Person, kind: str) -> None:
    person.walk(kind)
    key, answer = person.due.key, person.fitting()
    assert person.post(answer).status_code == 303
    stored = person.stored
    again = person.post(answer, key)
    assert again.status_code == 303
    assert person.stored == stored


@pytest.mark.parametrize("kind", ["block", "rated", "situation", "willingness", "reply"])
def test_another_answer_to_the_same_page_changes_nothing_and_says_so(person: Person, kind: str) -> None:
    person.walk(kind)
    key, answer = person.due.key, person.fitting()
    person.post(answer)
    stored = person.stored
    other = {"most": "1", "least": "0"} if kind == "block" else dict.fromkeys(answer, "1")
    response = person.post(other | ({"words": "Something else."} if kind == "reply" else {}), key)
    page = response.content.decode()
    assert response.status_code == 409
    assert f"/s/{person.token}/" in page
    assert "Nothing was changed" in page
    assert ("Something else." in page) == (kind == "reply")
    assert person.stored == stored


def test_an_answered_page_leads_gently_to_the_one_that_is_due(person: Person) -> None:
    person.walk("block")
    response = person.get(person.path("preview"))
    assert response.status_code == 303
    assert response["Location"] == person.path()
    assert "answered that page already" in person.get(response["Location"]).content.decode()


def test_a_page_that_is_not_due_yet_can_be_neither_seen_nor_answered(person: Person) -> None:
    stored = person.stored
    for key in (
        "willingness",
        "block/b01",
        "situation/wrong_day",
        "meet/late_lamp",
        "reply/late_lamp/1",
        "rated/page/2",
    ):
        assert person.get(person.path(key)).status_code == 303
        assert person.post({"words": "x", "most": "0", "least": "1"}, key).status_code == 409
    assert person.stored == stored


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nothing",
        "block",
        "block/",
        "rated/page/0",
        "reply/late_lamp/0",
        "reply/late_lamp/²",
        "reply/late_lamp/-1",
        "meet/../x",
        "meet/LAMP",
        "consent/x",
        "reply/x/1/2",
        "rated/page/1e3",
    ],
)
def test_addresses_that_name_no_step_are_not_found(person: Person, key: str) -> None:
    stored = person.stored
    path = f"/s/{person.token}/at/{key}"
    assert person.client.get(path).status_code == 404
    assert person.client.post(path, {"words": "x"}).status_code == 404
    assert person.stored == stored


@given(st.text(max_size=40))
def test_a_parsed_step_has_the_key_it_was_parsed_from(key: str) -> None:
    step = parse_step(key)
    assert step is None or step.key == key


@given(
    st.sampled_from(["block", "situation", "meet"]),
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    st.integers(1, 999),
)
def test_every_step_is_parsed_from_its_key(kind: str, what: str, number: int) -> None:
    for step in (Step(kind, what), Step("reply", what, number), Step("rated", "page", number), Step("preview")):  # type: ignore[arg-type]
        assert parse_step(step.key) == step


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.dictionaries(
        st.sampled_from(["agree", "version", "most", "least", "desk", "words", "answer_x"]), st.text(max_size=30)
    )
)
def test_forged_forms_never_break_a_page(person: Person, sent: dict[str, str]) -> None:
    for key in ("consent", "block/b01", "reply/late_lamp/1", "situation/nothing", "meet/nobody"):
        assert person.post(sent, key).status_code in (303, 409, 422)


def test_ids_of_another_sitting_are_refused(newcomer: Callable[[], Person]) -> None:
    one, other = newcomer(), newcomer()
    one.walk("situation")
    other.walk("situation")
    reactions = one.fitting()
    stored = other.stored
    strange = {f"{name}x": value for name, value in reactions.items()}
    assert other.post(strange).status_code == 422
    assert other.stored == stored
    one.post(reactions)
    assert other.stored == stored
    rated = [event for event in one.visit.journal.read(one.visit.sitting.key) if isinstance(event, SituationRated)]
    assert len(rated) == 1


def test_accommodations_show_on_the_pages_that_follow(person: Person) -> None:
    person.walk("accommodations")
    person.post({"large_text": "yes", "plain_background": "yes", "breaks": "yes"})
    assert 'class="page large-text plain-background"' in person.get(person.path()).content.decode()
    person.walk("meet")
    assert "A good place for a break" in person.get(person.path()).content.decode()
