"""What a new Poise begins with: the open door, and a made-up employer to look around in."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.contrib.auth.models import User

from poise.storage.doors import find_invitation, invite
from poise.storage.models import Member, Organisation, Position
from poise.storage.records import add_member, ensure_organisation, ensure_position
from poise.storage.transaction import writing

OPEN_DOOR = "open_door"
ORGANISATION = "harbour_hill"
POSITION = "complaints_desk_spring"
HIRER = "hirer@harbour.example"
CANDIDATE = "Robin Marsh"
OPEN_FOR = timedelta(days=30)
WHY_SELECTION = "This employer is made up, to look around in. Nobody is chosen here."


@dataclass(frozen=True)
class Demo:
    """What is printed at the start; `password` is None once the hirer has changed it."""

    organisation: str
    position: str
    hirer: str
    password: str | None
    invitation: str


def ensure_demo(now: datetime) -> Demo:
    """Make what is missing of the open door and the demo, and return how to come in."""
    ensure_organisation(OPEN_DOOR, "Is it for me?", is_open_door=True)
    ensure_organisation(ORGANISATION, "Harbour & Hill Home")
    ensure_position(
        ORGANISATION, POSITION, "Complaints desk, spring intake", job="complaints_desk", blueprint="complaints_desk"
    )
    ensure_selection(ORGANISATION, POSITION, now)
    folder = Path(settings.POISE_DATA)
    return Demo(
        ORGANISATION,
        POSITION,
        HIRER,
        _ensure_hirer(folder / "demo_password"),
        _ensure_invitation(folder / "demo_invitation", now),
    )


def ensure_selection(organisation: str, key: str, now: datetime) -> None:
    """Put a made-up employer's position into selection mode, where nobody has chosen a mode for it yet."""
    with writing():
        row = Position.of(Organisation.named(organisation), key)
        if row.mode_at is None:
            row.mode, row.mode_by, row.mode_reason = Position.Mode.SELECTION, "Poise", WHY_SELECTION
            row.mode_at = row.created_at = now
            row.save(update_fields=["mode", "mode_by", "mode_reason", "mode_at", "created_at"])


def _ensure_hirer(kept: Path) -> str | None:
    password = _read(kept)
    user = User.objects.filter(username=HIRER).first()
    if user is not None and password:
        return password if user.check_password(password) else None
    if not password:
        password = secrets.token_urlsafe(15)
        _keep(kept, password)
    if user is None:
        add_member(ORGANISATION, HIRER, password, Member.Role.OWNER)
    else:  # the file was lost: whoever may write this folder may let themselves in again
        user.set_password(password)
        user.save(update_fields=["password"])
    return password


def _ensure_invitation(kept: Path, now: datetime) -> str:
    token = _read(kept)
    if token and find_invitation(token, now).status == "ok":
        return token
    token = invite(ORGANISATION, POSITION, CANDIDATE, now=now, expires_at=now + OPEN_FOR)
    _keep(kept, token)
    return token


def _read(kept: Path) -> str:
    return kept.read_text(encoding="ascii").strip() if kept.exists() else ""


def _keep(kept: Path, secret: str) -> None:
    """Write a secret that only its owner may read, whole or not at all."""
    with NamedTemporaryFile("w", dir=kept.parent, prefix=f"{kept.name}.", encoding="ascii", delete=False) as draft:
        draft.write(secret + "\n")
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(kept)
