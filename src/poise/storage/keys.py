"""The keys of the API: made once and shown once, found again by their hash."""

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from poise.hiring.keys import PREFIX_LENGTH, SECRET_LENGTH, KeyRequest, prefix_of
from poise.storage.auditing import Doer, record_deed
from poise.storage.doors import hash_token
from poise.storage.models import ApiKey, Organisation
from poise.storage.transaction import reading, writing
from poise.storage.views import OrganisationView, view_organisation

NOTED_EVERY = timedelta(minutes=1)
"""That a key was used is noted at most so often: it need not cost a write at each call."""


@dataclass(frozen=True)
class KeyView:
    """A key as its owners see it, without the secret."""

    number: int
    organisation: OrganisationView
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def make_key(organisation: str, wanted: KeyRequest, doer: Doer, expires_at: datetime | None = None) -> str:
    """Make a key and return it; it cannot be shown a second time.

    Raises
    ------
    KeyError
        There is no such organisation.
    ValueError
        It would have expired already.
    """
    if expires_at is not None and expires_at <= doer.at:
        raise ValueError(f"expires_at is {expires_at.isoformat()}, expected a time after {doer.at.isoformat()}")
    prefix = _draw(PREFIX_LENGTH, string.ascii_lowercase + string.digits)
    key = f"poise_{prefix}_{_draw(SECRET_LENGTH, string.ascii_letters + string.digits)}"
    with writing():
        owner = Organisation.named(organisation)
        ApiKey.objects.create(
            organisation=owner,
            name=wanted.name,
            prefix=prefix,
            key_hash=hash_token(key),
            scopes=list(wanted.scopes),
            created_by=doer.by,
            created_at=doer.at,
            expires_at=expires_at,
        )
        record_deed(owner, doer, "key_made", f"key:{prefix}", scopes=" ".join(wanted.scopes))
    return key


def revoke_key(organisation: str, prefix: str, doer: Doer) -> bool:
    """Close a key of this organisation for good; say whether there was one that was open."""
    with writing():
        rows = ApiKey.objects.filter(organisation__key=organisation, prefix=prefix, revoked_at__isnull=True)
        if not rows.update(revoked_at=doer.at):
            return False
        record_deed(Organisation.named(organisation), doer, "key_revoked", f"key:{prefix}")
    return True


def list_keys(organisation: str) -> list[KeyView]:
    """Return the keys of an organisation, the newest first."""
    with reading():
        rows = ApiKey.objects.select_related("organisation").filter(organisation__key=organisation).order_by("-pk")
        return [_view(row) for row in rows]


def find_key(presented: str, now: datetime) -> KeyView | None:
    """Return the key that was presented, where it is one that is open; that it was used is noted."""
    if prefix_of(presented) is None:
        return None
    with reading():
        row = ApiKey.objects.select_related("organisation").filter(key_hash=hash_token(presented)).first()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and now >= row.expires_at):
        return None
    if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
        with writing():
            ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return _view(row)


def _draw(length: int, letters: str) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


def _view(row: ApiKey) -> KeyView:
    return KeyView(
        row.pk,
        view_organisation(row.organisation),
        row.name,
        row.prefix,
        tuple(row.scopes),
        row.created_by,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )
