"""The tokens of invitations: drawn up from a seed and the secret key, so that a reminder can hold the link again.

Whoever reads the database alone cannot draw them up.
"""

import secrets
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

from poise.storage.doors import hash_token
from poise.storage.models import Invitation


def draw_up_token(seed: str) -> str:
    """Return the token of an invitation: the same for the same seed, as long as the secret key is the same."""
    digest = salted_hmac("poise.invitation", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def find_token(row: Invitation) -> str | None:
    """Return the token of an invitation, where the program can still draw it up."""
    token = draw_up_token(row.seed) if row.seed else ""
    return token if token and hash_token(token) == row.token_hash else None


def draw_seed() -> str:
    """Draw a seed whose token does not begin with a dash, as a command line would take it for an option."""
    while draw_up_token(seed := secrets.token_hex(16)).startswith("-"):
        pass
    return seed
