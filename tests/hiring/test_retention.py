"""Words go first and sittings later, counted from what happened last, and never while a person waits for an answer."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.retention import Left, Terms, due

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = Terms(words_days=180, sitting_days=365)
ORDER = ("nothing", "words", "sitting")
spans = st.timedeltas(timedelta(0), timedelta(days=800))
terms = st.tuples(st.integers(1, 400), st.integers(0, 400)).map(lambda days: Terms(days[0], sum(days)))
lefts = st.builds(
    Left,
    last_at=spans.map(BEGAN.__add__),
    decided_at=st.none() | spans.map(BEGAN.__add__),
    has_words=st.booleans(),
    is_contested=st.booleans(),
)


@given(lefts, terms, spans, spans)
def test_what_is_due_only_grows_with_time(left: Left, given_terms: Terms, first: timedelta, more: timedelta) -> None:
    now = BEGAN + first
    assert ORDER.index(due(left, given_terms, now)) <= ORDER.index(due(left, given_terms, now + more))


@given(lefts, terms, spans)
def test_nothing_goes_before_its_term_or_while_somebody_waits(left: Left, given_terms: Terms, after: timedelta) -> None:
    what, now = due(left, given_terms, BEGAN + after), BEGAN + after
    since = now - max(left.last_at, left.decided_at or left.last_at)
    if left.is_contested or since < timedelta(days=given_terms.words_days):
        assert what == "nothing"
    if what == "sitting":
        assert since >= timedelta(days=given_terms.sitting_days)
    if what == "words":
        assert left.has_words


def test_a_decision_begins_the_terms_anew() -> None:
    plain = Left(BEGAN, None, has_words=True, is_contested=False)
    decided = Left(BEGAN, BEGAN + timedelta(days=100), has_words=True, is_contested=False)
    for days, expected in ((179, ("nothing", "nothing")), (180, ("words", "nothing")), (365, ("sitting", "words"))):
        now = BEGAN + timedelta(days=days)
        assert (due(plain, TERMS, now), due(decided, TERMS, now)) == expected
