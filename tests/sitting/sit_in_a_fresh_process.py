"""Sits a whole blueprint in a process that has imported nothing else, makes the report, and says what was imported."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sitting.plain_reader import PlainReader

from poise.content.check import load_library
from poise.jobfit.report import report
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit

library, journal = load_library(), MemoryJournal()
walked = sit(journal, "one", draw_simulee(library, ("late_lamp",), PlainReader(), 3), "open_door", 3)
report(walked.state, library, journal.texts("one"))
compiled = {"numba", "llvmlite"} & set(sys.modules)
sys.stdout.write("finished with " + ", ".join(sorted(compiled)) if compiled else "finished without numba")
