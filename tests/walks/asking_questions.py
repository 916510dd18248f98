"""A program that begins a sitting with questions on a text, in a Poise that is being served, and leaves it there.

Usage: asking_questions.py KIND  (with POISE_DATA in the environment). It prints the person's code; a step of this KIND
is due then.
"""

import sys

import django

django.setup()

# Models can only be imported once Django is set up.
from django.utils import timezone  # noqa: E402
from sitting.knowledge_library import ASKS_ALL, answer_step, beginning, build_knowledge_library  # noqa: E402

from poise.content.library import read_library  # noqa: E402
from poise.sitting.journal import perform  # noqa: E402
from poise.sitting.state import fold  # noqa: E402
from poise.sitting.steps import next_step  # noqa: E402
from poise.storage import doors, records  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402


def begin(kind: str) -> None:
    library = build_knowledge_library(read_library().library)
    digest = records.publish_library("open_door", library, timezone.now())
    opened = doors.start_open_sitting(digest, ASKS_ALL, timezone.now(), "open")
    journal, key = DjangoJournal(opened.sitting.organisation), opened.sitting.key
    for decide in beginning(library):
        perform(journal, key, decide)
    while (step := next_step(state := fold(journal.read(key)), library)).kind != kind:
        perform(journal, key, answer_step(library, state, step))
    print(opened.resume_token)  # noqa: T201  what the walk reads


if __name__ == "__main__":
    begin(sys.argv[1])
