"""Where messages may go, how they are signed, and how long they are tried."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.webhooks import (
    KINDS,
    WAITS,
    TargetError,
    check_kinds,
    check_target,
    is_public,
    sign,
    verify,
    wait_after,
    write_payload,
)

INSIDE = [
    "https://localhost/x",
    "https://127.0.0.1/x",
    "https://127.1/x",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0/",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/",
    "https://[2002:7f00:1::]/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data",
    "https://192.168.0.1:8443/",
    "https://[fe80::1%25eth0]/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://printer.local/",
    "https://db.internal/",
    "https://intranet/",
    "https://localhost./",
]
NOT_ADDRESSES = [
    "",
    "example.com",
    "http://example.com/",
    "ftp://example.com/",
    "https://",
    "https://user:word@example.com/",
    "https://example.com:99999/",
    "https://example.com/#part",
    "https://exa mple.com/",
    "https://[::1",
    "https://example.com/" + "x" * 500,
    "file:///etc/passwd",
]


@pytest.mark.parametrize("url", INSIDE + NOT_ADDRESSES)
def test_a_target_that_may_not_be_called_is_refused_with_a_reason(url: str) -> None:
    with pytest.raises(TargetError):
        check_target(url)


@pytest.mark.parametrize("url", ["https://example.com/poise", "https://8.8.8.8:8443/a?b=c", "https://a-b.example.org"])
def test_a_public_address_is_kept_as_it_is(url: str) -> None:
    assert check_target(f" {url} ") == url


@given(st.ip_addresses())
def test_what_is_mapped_into_another_family_is_judged_as_what_it_is(address: object) -> None:
    if getattr(address, "version", 6) == 4:
        assert is_public(f"::ffff:{address}") == is_public(str(address))


@given(st.text(max_size=200), st.text(min_size=1, max_size=40), st.integers(0, 2**33))
def test_a_signature_holds_for_its_text_its_secret_and_its_time_only(payload: str, secret: str, seconds: int) -> None:
    made = sign(secret, payload, seconds)
    assert verify(secret, payload, made, seconds + 299)
    assert not verify(secret, payload, made, seconds + 301)
    assert not verify(secret, payload + "x", made, seconds)
    assert not verify(secret + "x", payload, made, seconds)
    assert not verify(secret, payload, made.replace("t=", "t=1"), seconds)
    assert not verify(secret, payload, "", seconds)


def test_a_message_is_tried_for_two_days_and_then_given_up() -> None:
    waits = [wait_after(attempt) for attempt in range(1, len(WAITS) + 1)]
    assert waits == sorted(waits, key=lambda wait: wait or timedelta())
    assert timedelta(days=1) < sum((wait for wait in waits if wait), timedelta()) < timedelta(days=3)
    assert wait_after(len(WAITS) + 1) is None


def test_a_message_says_what_happened_in_keys() -> None:
    read = json.loads(write_payload("sitting.finished", "one", "2026-11-01T10:00:00+00:00", {"sitting": "abc"}))
    assert read == {
        "kind": "sitting.finished",
        "id": "one",
        "at": "2026-11-01T10:00:00+00:00",
        "about": {"sitting": "abc"},
    }


def test_what_is_not_told_cannot_be_asked_for() -> None:
    with pytest.raises(TargetError, match=r"words\.written"):
        check_kinds(["sitting.finished", "words.written"])
    with pytest.raises(TargetError, match="at least one"):
        check_kinds([])
    assert check_kinds(reversed(KINDS)) == KINDS
