"""Plain words that show conduct which acts hardly catch: harm put obliquely, and care put briefly.

The turns of phrase stand in `signs.yaml`. A sign is no verdict: it stands beside the acts in the lines of
`review.yaml`, and the report quotes the sentence.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from poise.content.review import SIGNS
from poise.content.source import Complaint, LibraryError, read_source
from poise.roleplay.understanding.cues import find_cues
from poise.roleplay.understanding.spelling import spell_plainly

HERE = Path(__file__).parent
TABLES = "signs.yaml"
OPEN_QUESTION = "open_question"
NOT_OPEN = frozenset({"pushing", "challenge", "canned"})
NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|\w+(?:th|rd|nd)|\d+)"


@cache
def load_signs(folder: Path = HERE) -> Mapping[str, re.Pattern[str]]:
    """Read the tables; raises :class:`LibraryError` naming file and line of a phrase that cannot be used."""
    source = read_source(folder / TABLES, folder)
    wanted = set(SIGNS) - {OPEN_QUESTION}
    if not isinstance(source.data, Mapping) or set(source.data) != wanted:
        raise LibraryError([Complaint(TABLES, 1, f"expected one list of phrases each for {', '.join(sorted(wanted))}")])
    found, wrong = {}, []
    for name, phrases in source.data.items():
        for number, phrase in enumerate(phrases):
            try:
                re.compile(str(phrase).replace("{number}", NUMBER))
            except re.error as error:
                line = source.line_of([name, number])
                wrong.append(Complaint(TABLES, line, f"{name}: {phrase!r} is no regular expression: {error}"))
        if not wrong:
            table = "|".join(str(phrase) for phrase in phrases).replace("{number}", NUMBER)
            found[name] = re.compile(rf"\b(?:{table})")
    if wrong:
        raise LibraryError(wrong)
    return found


def find_signs(sentences: Sequence[str]) -> dict[str, int]:
    """Return the signs of a reply, each with the number of the first sentence that shows it."""
    found: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        for name in signs_of(sentence):
            found.setdefault(name, number)
    return {name: found[name] for name in SIGNS if name in found}


@lru_cache(maxsize=1024)
def signs_of(sentence: str) -> frozenset[str]:
    """Return the signs of one sentence."""
    plain = spell_plainly(sentence)
    found = {name for name, pattern in load_signs().items() if pattern.search(plain)}
    if "asks_openly" in find_cues(sentence) and not found & NOT_OPEN:
        found.add(OPEN_QUESTION)
    return frozenset(found)
