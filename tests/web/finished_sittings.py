"""Sittings in the database, walked by hand, for the pages that show what came of them."""

from contextlib import AbstractContextManager
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone
from jobfit.typed_sittings import AT, SAINT, SEED, Turn, sit_by_hand

from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.sitting.decisions import open_sitting
from poise.sitting.events import ReplySent
from poise.sitting.journal import Change, MemoryJournal
from poise.storage import doors, records
from poise.storage.demo import ensure_selection
from poise.storage.doors import OpenedSitting
from poise.storage.journal import DjangoJournal

PASSWORD = "a long password for a test"
HIRER_OF, OWNER_OF = "hirer@{}.example", "owner@{}.example"


def drawn_alike() -> AbstractContextManager[object]:
    """Let sittings that begin now have the seed of those that are walked: they are asked the same."""
    return patch("poise.storage.doors.secrets.randbits", return_value=SEED)


def publish(library: Library) -> str:
    """Publish the library, and make the open door and two employers, each with a position and a hirer."""
    records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    for key, name in (("harbour", "Harbour & Hill"), ("other", "Other Ltd")):
        records.ensure_organisation(key, name)
        records.ensure_position(key, "desk", "Complaints desk", job="complaints_desk", blueprint="complaints_desk")
        ensure_selection(key, "desk", timezone.now())
        records.add_member(key, HIRER_OF.format(key), PASSWORD, "hirer")
        records.add_member(key, OWNER_OF.format(key), PASSWORD, "owner")
    return records.publish_library("open_door", library, timezone.now())


def begin_open(digest: str) -> OpenedSitting:
    """Begin a sitting of somebody who came by the open door."""
    with drawn_alike():
        return doors.start_open_sitting(digest, "open_door", timezone.now())


def begin_invited(digest: str, organisation: str, name: str) -> OpenedSitting:
    """Begin a sitting of somebody who was invited."""
    token = invite(organisation, name)
    with drawn_alike():
        return doors.open_sitting_for_invitation(token, digest, timezone.now())


def invite(organisation: str, name: str) -> str:
    """Invite somebody and return the token."""
    now = timezone.now()
    return doors.invite(organisation, "desk", name, now=now, expires_at=now + timedelta(days=7))


def walk(
    opened: OpenedSitting, library: Library, reader: Reader, turns: tuple[Turn, ...] = SAINT, until: str = ""
) -> None:
    """Walk a begun sitting, to its end or until a kind of step; the same walk is walked once and then copied."""
    sitting = opened.sitting
    walked = (sitting.blueprint, library.hash, turns, until)
    if walked not in _WALKED:
        _WALKED[walked] = _walk(sitting.blueprint, library, reader, turns, until)
    DjangoJournal(sitting.organisation).append(sitting.key, sitting.version, copied(_WALKED[walked], sitting.key))


def copied(change: Change, sitting: str) -> Change:
    """Return a walk with texts under keys of its own, so that two may take the same."""
    keys = {key: f"{sitting[:12]}-{number}" for number, key in enumerate(change.texts)}
    events = tuple(
        event.model_copy(update={"text": keys[event.text]}) if isinstance(event, ReplySent) else event
        for event in change.events
    )
    return Change(events, {keys[key]: words for key, words in change.texts.items()})


def _walk(blueprint: str, library: Library, reader: Reader, turns: tuple[Turn, ...], until: str) -> Change:
    journal, name = MemoryJournal(), f"walked-{len(_WALKED)}"
    journal.open(name, open_sitting(library, blueprint, SEED, "open", AT))
    sit_by_hand(journal, name, library, reader, turns, until=until)
    return Change(tuple(journal.read(name)[1:]), journal.texts(name))


_WALKED: dict[tuple[str, str, tuple[Turn, ...], str], Change] = {}
