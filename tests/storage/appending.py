"""A program that appends to one sitting until it is killed, and prints each number once it is acknowledged.

Usage: appending.py KEY  (with POISE_DATA in the environment); without a key it makes the tables and a sitting, and
prints its key.
"""

import sys
import uuid

import django

django.setup()

# Models can only be imported once Django is set up.
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from storage.small_library import build_library  # noqa: E402

from poise.sitting.events import SittingOpened, StatementRated  # noqa: E402
from poise.sitting.journal import Change  # noqa: E402
from poise.storage import records  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402

AT = "2026-03-04T05:06:07+00:00"
APPENDS = 300


def prepare() -> str:
    call_command("migrate", verbosity=0)
    records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    digest = records.publish_library("open_door", build_library(), timezone.now())
    key = uuid.uuid4().hex
    opened = SittingOpened(at=AT, library=digest, blueprint="complaints_desk", seed=1, door="open")
    DjangoJournal("open_door").open(key, Change((opened,)))
    return key


def append(key: str) -> None:
    journal = DjangoJournal("open_door")
    begun = len(journal.read(key))
    for number in range(begun, begun + APPENDS):
        event = StatementRated(at=AT, statement=f"s{number}", category=number % 5)
        journal.append(key, number, Change((event,), {uuid.uuid4().hex: f"words of {number}"}))
        print(number + 1, flush=True)  # noqa: T201  the acknowledgement


if __name__ == "__main__":
    if len(sys.argv) > 1:
        append(sys.argv[1])
    else:
        print(prepare())  # noqa: T201  the key
