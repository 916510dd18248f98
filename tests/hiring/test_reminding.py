"""One reminder before an invitation expires, to those only who have not begun and may still begin."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.mailing import WAITS, message_id, wait_after
from poise.hiring.reminding import AT_LEAST_AFTER, BEFORE, Asked, is_due, write_reminder

ASKED = datetime(2026, 5, 3, 9, tzinfo=UTC)
SOMEBODY = Asked(
    name="Ada Quill",
    organisation="Harbour & Hill",
    position="Complaints desk",
    contact="people@harbour.example",
    letter="An invitation from Harbour & Hill",
    link="",
    asked_at=ASKED,
    expires_at=ASKED + timedelta(days=14),
    has_begun=False,
    is_revoked=False,
)
moments = st.timedeltas(timedelta(0), timedelta(days=40))


@given(moments, st.sampled_from([(False, False), (True, False), (False, True)]), moments)
def test_it_is_due_in_the_last_days_and_never_soon_after_asking(
    after: timedelta, state: tuple[bool, bool], lasts: timedelta
) -> None:
    has_begun, is_revoked = state
    asked = replace(SOMEBODY, has_begun=has_begun, is_revoked=is_revoked, expires_at=ASKED + lasts)
    now = ASKED + after
    due = is_due(asked, now)
    assert not (due and (has_begun or is_revoked))
    assert not (due and not asked.expires_at - BEFORE <= now < asked.expires_at)
    assert not (due and after < AT_LEAST_AFTER)
    if lasts > BEFORE + AT_LEAST_AFTER and not has_begun and not is_revoked:
        assert is_due(asked, asked.expires_at - BEFORE)
        assert not is_due(asked, asked.expires_at)


def test_it_says_until_when_where_the_link_is_and_that_nothing_must_be_done() -> None:
    subject, body = write_reminder(SOMEBODY)
    assert subject == "Open until 17 May 2026: Complaints desk"
    for words in ("Ada Quill", "until 17 May 2026", "letter of 3 May 2026", SOMEBODY.letter, SOMEBODY.contact):
        assert words in body
    assert "ask Harbour & Hill for a new one" in write_reminder(replace(SOMEBODY, contact=""))[1]


def test_a_letter_is_tried_for_two_days_and_then_given_up() -> None:
    waits = [wait_after(number) for number in range(1, len(WAITS) + 2)]
    assert waits[-1] is None
    told = [wait for wait in waits if wait is not None]
    assert told == sorted(told)
    assert timedelta(days=1) < sum(told, timedelta(0)) < timedelta(days=3)


def test_a_letter_has_one_name_however_often_it_is_sent() -> None:
    name = message_id("invitation:1", "poise@harbour.example")
    assert name == message_id("invitation:1", "poise@harbour.example") != message_id("invitation:2", "p@h.example")
    assert name.startswith("<")
    assert name.endswith("@harbour.example>")
    assert "invitation" not in name


def test_the_link_stands_in_it_where_it_is_known() -> None:
    link = "https://poise.example/i/token/"
    _, body = write_reminder(replace(SOMEBODY, link=link))
    assert link in body
    assert SOMEBODY.letter not in body
    _, without = write_reminder(SOMEBODY)
    assert SOMEBODY.letter in without
    assert SOMEBODY.contact in without
