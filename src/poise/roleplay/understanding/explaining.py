"""Why an act was read in a reply: the sentence that tells it, and the words and signs in it that point to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from poise.roleplay.understanding.caution import CEILINGS, DENIALS, HARM_CUES
from poise.roleplay.understanding.cues import find_cue_words, find_cues
from poise.roleplay.understanding.heads import ACTS
from poise.roleplay.understanding.reader import TextReading

# Cues that point to an act and that no rule of caution speaks of.
_POINTING: Mapping[str, tuple[str, ...]] = {
    "acknowledge": ("feeling",),
    "restate": ("recount",),
    "check": ("check_verb",),
    "explain": ("because",),
    "own": ("our_fault", "concedes", "ours_is_false"),
    "admit_limit": ("inability", "honest_no"),
    "offer": ("offer_verb", "possible"),
    "refuse": ("will_not", "inability", "policy"),
    "escalate": ("handover",),
    "set_boundary": ("abuse",),
    "close": ("ending",),
}
_SIGNS: Mapping[str, str] = {"question_mark": "?"}


def _cues_of(act: str) -> tuple[str, ...]:
    ceiling = CEILINGS[act][1] if act in CEILINGS else ()
    denial = DENIALS[act][2:] if act in DENIALS else ()
    return tuple(dict.fromkeys((*HARM_CUES.get(act, ()), *ceiling, *denial, *_POINTING.get(act, ()))))


CUES_OF: Mapping[str, tuple[str, ...]] = {act: _cues_of(act) for act in ACTS}
"""For each act the cues that speak for it."""


@dataclass(frozen=True)
class Reason:
    """What speaks for one act: its sentence, and the cue words in it, as they were written or in plain spelling."""

    sentence: str
    cues: tuple[str, ...]


def explain_reading(text: str, reading: TextReading) -> dict[str, Reason]:
    """Return for each act that has a telling sentence why it was read.

    An act without cue words was read from what the sentence is about.
    """
    return {
        act: Reason(sentence, tuple(dict.fromkeys(_words_for(act, sentence))))
        for act, sentence in quote_acts(text, reading).items()
    }


def quote_acts(text: str, reading: TextReading) -> dict[str, str]:
    """Return for each act that has one the sentence that tells it, as it was written."""
    spans = reading.sentences
    return {act: text[slice(*spans[number])].strip() for act, number in reading.telling if number < len(spans)}


def _words_for(act: str, sentence: str) -> list[str]:
    words, present = find_cue_words(sentence), find_cues(sentence)
    return [
        words.get(cue, _SIGNS.get(cue, ""))
        for cue in CUES_OF[act]
        if cue in present and (cue in words or cue in _SIGNS)
    ]
