"""Secrets that must be read again, such as the key of a second step: stored sealed, with a key of their own purpose.

The keys are drawn from the secret key, which lies outside the database. Whoever reads the database or a backup alone
opens nothing.
"""

import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SECOND_STEP, SESSION, WEBHOOK = "second-step", "session", "webhook"
MARK = "sealed:"
"""How what is sealed begins; what begins otherwise was stored before anything was sealed."""
KEY_BYTES = 32


class UnreadableSecretError(ValueError):
    """What is sealed was sealed with another secret key, or was damaged; it names no secret."""


def seal(text: str, purpose: str) -> str:
    """Return a text as it may be stored; the same text looks different each time."""
    return MARK + _box(purpose).encrypt(text.encode()).decode("ascii")


def unseal(stored: str, purpose: str) -> str:
    """Return what was sealed for this purpose, or the text itself where it was stored before anything was sealed.

    Raises
    ------
    UnreadableSecretError
        It was sealed with another secret key or for another purpose, or it was changed since.
    """
    if not is_sealed(stored):
        return stored
    try:
        return _box(purpose).decrypt(stored.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise UnreadableSecretError(f"what is sealed for {purpose!r} does not open with this secret key") from error


def is_sealed(stored: str) -> bool:
    """Say whether a stored text is sealed."""
    return stored.startswith(MARK)


class SealedSessions:
    """Writes what Django keeps of a sign-in: the key of a second step lies there while it is being set up."""

    def dumps(self, kept: dict[str, Any]) -> bytes:
        """Return a session as it may be stored."""
        return seal(json.dumps(kept, separators=(",", ":")), SESSION).encode("ascii")

    def loads(self, stored: bytes) -> dict[str, Any]:
        """Return what a stored session holds; Django ends one that raises UnreadableSecretError."""
        found: dict[str, Any] = json.loads(unseal(stored.decode(), SESSION))
        return found


def _box(purpose: str) -> Fernet:
    drawn = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=f"poise.{purpose}".encode())
    return Fernet(urlsafe_b64encode(drawn.derive(settings.SECRET_KEY.encode())))
