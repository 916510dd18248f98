"""Brings many ways of writing to one: plain spelling for the tables, and slips of the finger mended."""

import re
from collections.abc import Callable
from functools import lru_cache

_PLAIN_SPELLING: tuple[tuple[str, str], ...] = (
    (r"<[^<>]{0,80}>", " "),
    (r"['\"]?\w+['\"]?\s*(?:=|(?<=['\"]):)\s*['\"]?[\w.]+['\"]?", " "),
    ("[‘’´`]", "'"),
    (r"\b(?:can't|cant|cannae|canny|can not)\b", "cannot"),
    (r"\b(?:won't|wont|willnae)\b", "will not"),
    (r"\b(?:don't|dont|dinnae)\b", "do not"),
    (r"\b(?:ain't|aint)\b", "is not"),
    (
        r"\b(is|are|was|were|does|did|has|have|had|would|could|should|must|need)n'?t\b",
        r"\1 not",
    ),
    (r"\b(was|did|is|have|could|would|should|has)nae\b", r"\1 not"),
    (r"\b(?:i'm|im)\b", "i am"),
    (r"\b(?:you're|youre|ur)(?= (?:not|the|a|just|so|being|right|wrong|welcome|rude|lying|late|an)\b)", "you are"),
    (r"\b(?:u)\b", "you"),
    (r"\b(?:ur|yer)\b", "your"),
    (r"\b(?:ye|yous|ya|y'all)\b", "you"),
    (r"\b(?:pls|plz|plse)\b", "please"),
    (r"\b(?:thx|thnx|tx|ta|cheers)\b", "thanks"),
    (r"\b(i|you|we|they|he|she|it|that|there)'ll\b", r"\1 will"),
    (r"\b(you|they|it|that)ll\b", r"\1 will"),
    (r"\bill(?= (?:be|do|get|go|call|check|send|see|look|ask|put|msg|ring|sort|give|have|take|just)\b)", "i will"),
    (r"\b(i|you|we|they)'ve\b", r"\1 have"),
    (r"\bive\b", "i have"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
    (r"\b(it|that|there|here|what|where|who|he|she)'s\b", r"\1 is"),
    (r"\b(that|what|where|who)s\b", r"\1 is"),
    (r"\b(?:gonna)\b", "going to"),
    (r"\b(?:wanna)\b", "want to"),
    (r"\b(?:nowt|owt)\b", "nothing"),
    (r"\b(is|does|was|are|were|should|must|need|do)nae\b", r"\1 not"),
    (r"\baye\b(?=,|$| (?:it|that|we|i|you|the|there|your|no)\b)", "yes"),
    (r"\b(?:nae)\b(?= \w)", "no"),
    (r"\btae\b", "to"),
    (r"\bfae\b", "from"),
    (r"\bwi(?:'|\b(?! ?fi))(?= \w)", "with"),
    (r"\bo'(?= ?\w)(?!clock)", "of "),
    (r"\b(?:hae|hiv)\b", "have"),
    (r"\bgie\b", "give"),
    (r"\bma\b(?= \w)", "my"),
    (r"\boot\b", "out"),
    (r"\bdoon\b", "down"),
    (r"\baboot\b", "about"),
    (r"\bnoo\b", "now"),
    (r"\baff\b", "off"),
    (r"\b(?:jist|jus)\b", "just"),
    (r"\bwis\b", "was"),
    (r"\bwhit\b", "what"),
    (r"\bken\b", "know"),
    (r"\b(?:frae)\b", "from"),
    (r"\b(?:an')(?= )", "and"),
    (r"\s+", " "),
)
_SPELLING = tuple((re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in _PLAIN_SPELLING)
_FILLER = re.compile(
    r"^(?:(?:well|so|ok|okay|right|um+|uh+|er+m?|erm|hmm+|look|now|oh|ah|aye|right then)\b[,.… -]+)+(?=\w)"
)
_EDGE = re.compile(r"^[\W_]+|[\s.,;:…-]+$")

_NAMED = re.compile(
    r"\s*(?:(?P<title>Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?(?P<name>[A-Z][a-zà-ÿ'’-]+)(?: [A-Z][a-zà-ÿ'’-]+)?, +(?=\w)"
)
_GREETING = re.compile(
    r"(?:hello|hi|hiya|hey|greetings|welcome|good (?:morning|afternoon|evening|day)|dear(?: \w+)?)"
    r"(?:,? (?:there|again|sir|madam|ma'am|everyone|to you|(?:mr|mrs|ms|miss|dr)\.? \w+))*"
)

SPELLING_TABLE = repr((_PLAIN_SPELLING, _FILLER.pattern, _NAMED.pattern, _GREETING.pattern))
"""The tables as one text, so that a version can follow them."""


def spell_plainly(sentence: str) -> str:
    """Return a sentence in lower case and plain spelling, without opening fillers and closing stops."""
    plain = "".join(sign if sign.isprintable() else " " for sign in sentence)
    for pattern, spelling in _SPELLING:
        plain = pattern.sub(spelling, plain)
    plain = _EDGE.sub("", plain.lower().strip())
    return _FILLER.sub("", plain)


def leave_out_name(sentence: str, common: tuple[str, ...]) -> str:
    """Return a sentence without the name of the person spoken to in front: it changes nothing of what is said."""
    found = _NAMED.match(sentence)
    if found is None or (not found["title"] and found["name"].lower() in common):
        return sentence
    return sentence[found.end() :]


def is_greeting(plain: str) -> bool:
    """Say whether a sentence in plain spelling only greets."""
    return _GREETING.fullmatch(plain) is not None


def mend_spelling(sentence: str, common: tuple[str, ...], knows: Callable[[str], bool]) -> str:
    """Put a common word for an unknown one that is a single slip of the finger away from it."""

    def mend(match: re.Match[str]) -> str:
        word = match.group().lower()
        meant = knows(word) or word in common or spell_plainly(word) != word
        return match.group() if meant else _find_meant(word, common) or match.group()

    return re.sub(r"[^\W\d_]{3,20}", mend, sentence)


@lru_cache(maxsize=4096)
def _find_meant(word: str, common: tuple[str, ...]) -> str | None:
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    for known in common:
        if known in swapped or (len(word) > 3 and known[0] == word[0] and _is_one_apart(word, known)):  # noqa: PLR2004 - in short words a letter makes another word
            return known
    return None


def _is_one_apart(word: str, known: str) -> bool:
    """Tell whether one letter more, less or other turns a word into another."""
    short, long = sorted((word, known), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
