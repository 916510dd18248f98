"""Letters: what makes two of them the same, when one is tried again, and when it is given up."""

from datetime import timedelta
from hashlib import sha256

WAITS = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""How long is waited after each failure; after the last one the letter is given up, after nearly two days in all."""
LASTING = range(500, 600)
"""Answers of a mail server that will be the same next time: the address does not exist, or the letter is refused."""


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failures; none where the letter is given up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of a letter, the same however often it is sent, so that a mailbox keeps one of them."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
