"""A program that serves a shift on from where it stands, and waits to be killed where it is told to.

Usage: serving_a_shift.py KEY [STEP]  (with POISE_DATA in the environment). With a STEP it makes the tables and begins
the sitting; it prints that step when it is due, and goes no further. Without one it prints the step that is due and
then, at the end, who was served.
"""

import sys

import django

django.setup()

# Models can only be imported once Django is set up.
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from sitting.shift_library import IN_A_ROW, answer_step, beginning, build_shift_library  # noqa: E402

from poise.content.library import read_library  # noqa: E402
from poise.sitting import decisions  # noqa: E402
from poise.sitting.journal import perform  # noqa: E402
from poise.sitting.simulee import START  # noqa: E402
from poise.sitting.state import fold  # noqa: E402
from poise.sitting.steps import next_step  # noqa: E402
from poise.storage import records  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402


def serve(key: str, stop: str) -> None:
    library, journal = build_shift_library(read_library().library), DjangoJournal("open_door")
    if stop:
        call_command("migrate", verbosity=0)
        records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
        records.publish_library("open_door", library, timezone.now())
        journal.open(key, decisions.open_sitting(library, IN_A_ROW, 5, "open", START))
        for decide in beginning(library, breaks=True):
            perform(journal, key, decide)
    else:
        print(next_step(fold(journal.read(key)), library).key)  # noqa: T201  what the test reads
    state = fold(journal.read(key))
    while (step := next_step(state, library)).kind != "finished":
        if step.key == stop:
            print(step.key, flush=True)  # noqa: T201  as above
            sys.stdin.read()
        state = perform(journal, key, answer_step(library, step, "May I ask?", lambda: journal.texts(key)))
    served = [(one.opened.scenario, len(one.replies)) for one in state.conversations.values()]
    print(*(f"{scenario}:{replies}" for scenario, replies in served))  # noqa: T201  as above


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
