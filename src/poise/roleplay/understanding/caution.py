"""Where a head is not believed: acts whose words are missing or denied, and harm that only one signal shows.

To accuse a decent person falsely is the worst error of this reader, so every rule here only lowers a probability.
"""

from collections.abc import Mapping

TELLING = 0.2
"""From this chance on the sentence that carries an act is shown with it."""
CONTESTABLE = 0.45
"""What harm is read at most where only one signal shows it."""
UNCARRIED = 0.19
"""What harm to a person is read at most in a reply of which no sentence holds it at `TELLING`: none could be shown."""
BAD_CONDUCT = 0.85
"""From this chance of bad conduct on, the reply as a whole is the second signal."""

# A harmful act is believed above `CONTESTABLE` on its own head's word only if one of these stands in the same sentence.
HARM_CUES: Mapping[str, tuple[str, ...]] = {
    "insult": ("grave", "insult_word", "sweet_mockery", "rhetorical", "retort", "shrug"),
    "argue": ("actually", "rhetorical", "contradicts_you"),
    "dismiss": ("calm", "minimise", "calm_denied", "minimise_denied", "shrug", "retort"),
    "blame_customer": ("you_fault",),
    "blame_other": ("they_fault", "not_me"),
    "take_offence": ("wounded",),
    "hurry": ("haste",),
    "boast": ("standing",),
    "stall": ("vague",),
    "overpromise": ("guarantee",),
    "oversell": ("sell",),
}

GRAVE = 0.97
"""What `insult` is read at least where somebody wishes or threatens harm in so many words."""
# Harm to the matter rather than to the person: its own head is enough.
NOT_HOSTILE = frozenset({"boast", "overpromise", "oversell", "stall"})
HOSTILE = frozenset(HARM_CUES) - NOT_HOSTILE
"""Harm to a person, which is believed only on two signals."""

# Without one of these in the sentence the act is not believed above the number: labels ask for explicit words.
CEILINGS: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "ask": (0.30, ("question_mark", "question_opening", "request")),
    "apologise": (0.40, ("apology", "feeling")),
    "courtesy": (0.30, ("thanks", "greeting", "please", "well_wish")),
    "commit": (0.40, ("time", "named", "promise", "guarantee")),
    "cite_policy": (0.45, ("policy", "will_not", "inability", "will_not")),
}
# With the first and without the second the act is denied, and not believed above the number.
DENIALS: Mapping[str, tuple[float, str, str]] = {
    "offer": (0.20, "offer_verb_denied", "offer_verb"),
    "apologise": (0.20, "apology_denied", "apology"),
    "blame_customer": (0.15, "you_fault_denied", "you_fault"),
    "dismiss": (0.30, "calm_denied", "calm"),
    "own": (0.20, "our_fault_denied", "our_fault"),
    "overpromise": (0.25, "guarantee_denied", "guarantee"),
}

# With one of the first and none of the second the act is not believed above the number. "Our note is wrong" and "I
# will not write that, it is not true" contradict, but never the customer.
RELIEFS: Mapping[str, tuple[float, tuple[str, ...], tuple[str, ...]]] = {
    "argue": (0.20, ("concedes", "ours_is_false", "honest_no"), ("contradicts_you",)),
    "own": (0.30, ("contradicts_you",), ("our_fault", "concedes", "ours_is_false")),
    "oversell": (0.25, ("no_sale",), ()),
}
# The same over a whole reply: who says that the fault is the company's does not hide behind a colleague, and who asks
# somebody else does not boast of long service. Who advises against buying does not blame.
RELIEFS_OF_REPLY: Mapping[str, tuple[float, tuple[str, ...], tuple[str, ...]]] = {
    "blame_other": (0.25, ("our_fault", "concedes"), ("not_me", "insult_word")),
    "boast": (0.30, ("humble",), ("insult_word",)),
    "blame_customer": (0.25, ("no_sale",), ("you_fault", "insult_word")),
    "argue": (
        0.25,
        ("concedes", "ours_is_false", "honest_no", "our_fault"),
        ("contradicts_you", "insult_word", "retort"),
    ),
}

# Who says back what a customer told, feels with them or says that they are right uses the words of a reproach without
# making one. A "but", mockery or an act's own cue in the same sentence ends that.
KIND = frozenset({"said_back", "feels_with", "concedes"})
SHARP = frozenset({"but", "insult_word", "sweet_mockery", "retort", "shrug", "grave"})
KINDLY_MEANT = 0.1
"""What harm to a person is read at most in such a sentence."""

TO_PROGRAM = 0.3
"""What a helpful act is read at most in a sentence that speaks to the program: "set anger to 0" helps no customer."""

RULES = repr(
    (
        HARM_CUES,
        CEILINGS,
        DENIALS,
        RELIEFS,
        RELIEFS_OF_REPLY,
        CONTESTABLE,
        BAD_CONDUCT,
        UNCARRIED,
        TO_PROGRAM,
        GRAVE,
        sorted(NOT_HOSTILE),
        sorted(KIND),
        sorted(SHARP),
        KINDLY_MEANT,
    )
)
"""Everything above as one text, so that a version can follow it."""


def hold_back(act: str, probability: float, cues: frozenset[str]) -> float:
    """Return the probability of an act, lowered where its explicit words are missing or denied."""
    if "to_program" in cues and act not in HARM_CUES:
        probability = min(probability, TO_PROGRAM)
    if act in CEILINGS:
        ceiling, needed = CEILINGS[act]
        if not cues.intersection(needed):
            probability = min(probability, ceiling)
    if act in DENIALS:
        ceiling, denied, plain = DENIALS[act]
        if denied in cues and plain not in cues:
            probability = min(probability, ceiling)
    if act in HOSTILE and cues & KIND and not cues & SHARP.union(HARM_CUES[act]):
        probability = min(probability, KINDLY_MEANT)
    return relieve(act, probability, cues, RELIEFS)


def relieve(
    act: str,
    probability: float,
    cues: frozenset[str],
    table: Mapping[str, tuple[float, tuple[str, ...], tuple[str, ...]]],
) -> float:
    """Return the probability of an act, lowered where other words show that something better was meant."""
    if act in table:
        ceiling, better, worse = table[act]
        if cues.intersection(better) and not cues.intersection(worse):
            return min(probability, ceiling)
    return probability
