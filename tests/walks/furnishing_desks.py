"""A program that furnishes desks in a Poise that is being served: an employer for each key it is given.

Usage: furnishing_desks.py KEY...  (with POISE_DATA in the environment). Each employer has an owner, a hirer and an
interviewer, a position that asks for a view before the result, one that does not, and people who have finished for
them. It prints the address of the last of them, by employer, as JSON.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

# Models can only be imported once Django is set up.
from django.utils import timezone  # noqa: E402
from jobfit.typed_sittings import HOTHEAD, SAINT, Turn  # noqa: E402
from walks.clerk import CONTESTING, PASSWORD, VIEWED  # noqa: E402
from web.finished_sittings import drawn_alike, walk  # noqa: E402

from poise.content.library import Library, read_library  # noqa: E402
from poise.roleplay.understanding import Reader  # noqa: E402
from poise.storage import doors, records  # noqa: E402
from poise.storage.demo import ensure_selection  # noqa: E402
from poise.storage.models import Position  # noqa: E402

ROLES = ("owner", "hirer", "interviewer")
JOB = "complaints_desk"


def found(key: str) -> None:
    """Make an employer with its members and its two positions."""
    records.ensure_organisation(key, f"Harbour & Hill {key}")
    for role in ROLES:
        records.add_member(key, f"{role}@{key}.example", PASSWORD, role)
    for position, name in (("desk", "Complaints desk"), ("evenings", "Complaints desk, evenings")):
        records.ensure_position(key, position, name, job=JOB, blueprint=JOB)
        ensure_selection(key, position, timezone.now())
    Position.objects.filter(organisation__key=key, key="desk").update(blind_first_view=True)


def finish(key: str, position: str, name: str, turns: tuple[Turn, ...], library: Library, reader: Reader) -> str:
    """Let somebody be invited and finish; return where their own pages are."""
    now = timezone.now()
    token = doors.invite(key, position, name, now=now, expires_at=now + timedelta(days=7))
    with drawn_alike():
        opened = doors.open_sitting_for_invitation(token, library.hash, now)
    walk(opened, library, reader, turns)
    return f"/s/{opened.resume_token}/"


def furnish(keys: list[str]) -> dict[str, str]:
    library, reader = read_library().library, Reader.load()
    records.publish_library("open_door", library, timezone.now())
    own = {}
    for key in keys:
        found(key)
        for name, turns in zip(VIEWED, (HOTHEAD, SAINT), strict=True):
            finish(key, "desk", name, turns, library, reader)
        own[key] = finish(key, "evenings", CONTESTING, HOTHEAD, library, reader)
    return own


if __name__ == "__main__":
    print(json.dumps(furnish(sys.argv[1:])))  # noqa: T201  what the walks read
