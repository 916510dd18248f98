"""Whether what people read is decent and plain: what must never stand there, and what could be said more simply."""

from collections import defaultdict
from collections.abc import Iterator

from poise.content.library import Library, LoadedLibrary
from poise.content.passages import Passage, passages_of
from poise.content.private import find_forbidden_questions, find_reasons_asked
from poise.content.source import Complaint
from poise.content.wording import (
    FAIR,
    FEWEST_WORDS,
    LIMITS,
    MOST_WORDS,
    count_words,
    find_forbidden_wording,
    find_hard_wording,
    measure_readability,
    questions_in,
    split_at_stops,
)

SHOWN = 60


def check_wording(loaded: LoadedLibrary) -> list[Complaint]:
    """Return where the product judges a person, or asks a candidate what nobody may ask."""
    return [
        _complain(loaded, passage, message)
        for passage in passages_of(loaded.library)
        for message in _forbidden_in(passage)
    ]


def remark_on_wording(loaded: LoadedLibrary) -> list[Complaint]:
    """Return what is hard to read, and what is private in a text that is not asked of the candidate."""
    found = [
        _complain(loaded, passage, message)
        for passage in passages_of(loaded.library)
        for message in _remarks_on(passage)
    ]
    return found + list(_remark_on_readability(loaded))


def _complain(loaded: LoadedLibrary, passage: Passage, message: str) -> Complaint:
    file, line = loaded.place(passage.section, passage.key, passage.within)
    named = ": ".join(one for one in (passage.key, passage.within.rpartition("/")[2]) if one)
    shown = passage.text if len(passage.text) <= SHOWN else passage.text[: SHOWN - 1] + "…"
    return Complaint(file, line, f"{named or passage.section}: {message} (in {passage.kind}: {shown!r})")


def _forbidden_in(passage: Passage) -> Iterator[str]:
    if passage.voice != "spoken":
        yield from find_forbidden_wording(passage.text)
    if passage.voice == "asked":
        yield from find_forbidden_questions(passage.text)
        if passage.section == "conditions":
            yield from find_reasons_asked(passage.text)


def _remarks_on(passage: Passage) -> Iterator[str]:
    if passage.voice != "asked":
        read = questions_in(passage.text) if passage.voice == "spoken" else passage.text
        yield from find_forbidden_questions(read, of_oneself=False)
    if passage.voice == "kept":
        return
    yield from find_hard_wording(passage.text)
    for sentence in split_at_stops(passage.text):
        words = count_words(sentence)
        if words > MOST_WORDS:
            yield f"a sentence has {words} words; at most {MOST_WORDS}"


def _remark_on_readability(loaded: LoadedLibrary) -> Iterator[Complaint]:
    """Judge the texts of each kind together: those of one piece or quality, and what is too short by itself in one."""
    pools: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    group = _group_of(loaded.library)
    for passage in passages_of(loaded.library):
        if passage.voice != "kept":
            pools[passage.kind, group.get((passage.section, passage.key), passage.key)].append(passage)
    rest: dict[str, list[Passage]] = defaultdict(list)
    for (kind, name), pool in pools.items():
        if measure_readability(one.text for one in pool).words < FEWEST_WORDS:
            rest[kind] += pool
        else:
            yield from _judge(loaded, kind, name, pool)
    for kind, pool in rest.items():
        yield from _judge(loaded, kind, "", pool)


def _judge(loaded: LoadedLibrary, kind: str, name: str, pool: list[Passage]) -> Iterator[Complaint]:
    measured = measure_readability(one.text for one in pool)
    limit = LIMITS.get(kind, FAIR)
    if measured.words >= FEWEST_WORDS and measured.grade > limit:
        first = pool[0]
        file, line = loaded.place(first.section, first.key, first.within if name else "")
        yield Complaint(
            file,
            line,
            f"{name or 'short pieces together'}: {kind} read at grade {measured.grade:.1f}, at most {limit:.0f}, over"
            f" {measured.words} words; shorten sentences, take shorter words",
        )


def _group_of(library: Library) -> dict[tuple[str, str], str]:
    """Return the quality of what is judged by quality, by section and key."""
    groups = {("statements", one.key): one.quality for one in library.statements}
    return groups | {("interview", one.key): one.quality for one in library.interview}
