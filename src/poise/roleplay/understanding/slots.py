"""Finds what can be checked in a text: amounts, percentages, times, dates, names, and the remedies of a case.

Each slot has its place in the text and a plain value, so that the same amount is found whether it is written "£140",
"140 pounds" or "a hundred and forty pounds". What a claim says is not judged here, only where its number comes from.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

CLAIMS: frozenset[str] = frozenset({"amount", "number", "percentage", "length", "date"})
"""The kinds whose values a case either holds or does not hold; a clock time may be the speaker's own promise."""
QUANTITIES: frozenset[str] = frozenset({"amount", "number", "percentage", "length"})
LEAST_SHARE = 0.5
STEM = 5
SMALL = 12


@dataclass(frozen=True)
class Slot:
    """Something in a text that can be checked: its kind, the words, a plain value, and the span of characters."""

    kind: str
    text: str
    value: str
    start: int
    end: int


_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_BY_TEN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: 10 * number for number, word in enumerate(_BY_TEN, 2)}
_NUMBERS = {word: number for number, word in enumerate(_ONES)} | _TENS
_SCALES = {"hundred": 100, "thousand": 1000, "lakh": 100_000, "million": 1_000_000}
_WORD_NUMBER = "(?:" + "|".join(sorted([*_NUMBERS, *_SCALES], key=len, reverse=True)) + ")"
_SPELLED = rf"(?:a )?{_WORD_NUMBER}(?:(?:[ -]| and ){_WORD_NUMBER})*"
_DIGITS = r"\d+(?:[,’']\d{3})*(?:[.]\d+)?"
_NUMBER = rf"(?:{_DIGITS}|{_SPELLED})"
_CURRENCY = (
    r"(?:euros?|eur|pounds?|quid|gbp|dollars?|bucks|usd|rupees?|rs|inr|cedis?|ghs|naira|pesos?|reais|francs?|chf|kroner|"
    r"kronor|kr|yen|shillings?|rand|dirhams?|zloty|pence|cents|p)"
)
_SIGN = r"(?:[£$€₹₦¥]|\b(?:rs|inr|usd|eur|gbp|chf|ghs|r)\.?)"
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|(?:working |business |calendar )?days?|nights?|weeks?|months?|years?)"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, 0 if kind in {"name", "code"} else re.IGNORECASE))
    for kind, pattern in (
        ("percentage", rf"(?P<number>{_NUMBER}) ?(?:%|per ?cent\b)"),
        ("amount", rf"{_SIGN} ?(?P<number>{_DIGITS})"),
        ("amount", rf"\b(?P<number>{_NUMBER})[ -]?(?:{_CURRENCY}\b|[£$€₹])"),
        ("length", rf"\b(?P<number>{_NUMBER})(?:[ -](?:to|or) (?:{_NUMBER}))?[ -](?P<unit>{_UNIT})\b(?![ -]old)"),
        ("date", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b"),
        ("date", rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"),
        ("date", r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b"),
        ("date", rf"\b(?P<word>{_DAY})s?\b"),
        ("time", r"\b(?P<number>\d{1,2}(?:[:.]\d{2})?) ?(?:[ap]\.?m\b|o'?clock)"),
        ("time", r"\b(?P<number>(?:[01]?\d|2[0-3])[:]\d{2})\b"),
        ("time", r"\b(?:half|quarter) (?:past |to )?(?P<number>\w+)\b(?! (?:day|hour|price|an?))"),
        ("code", r"\b(?P<code>[A-Z]{1,4}-?\d{2,}|\d{5,})\b"),
        ("number", rf"(?<![\w.,:/-])(?P<number>{_DIGITS})(?![\w:/%-]|[.,]\d)"),
        ("name", r"(?<=[a-z,] )(?:(?:Mr|Mrs|Ms|Dr|Miss)\.? )?(?P<name>[A-Z][a-zé]{2,}(?: [A-Z][a-zé]{2,})?)\b"),
    )
)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.](?=\d)[^.!?;\n]+)*[.!?;\n]*")
_WORD = re.compile(r"[a-zà-ÿ]+|\d+(?:[.,]\d+)*", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|cannot|can'?t|won'?t|don'?t|doesn'?t|didn'?t|isn'?t|wasn'?t|wouldn'?t|couldn'?t|unable|nobody|"
    r"neither|nor|instead of|without|nothing|refuse|forbid\w*|fraud|illegal|dinnae|cannae|impossible)\b",
    re.IGNORECASE,
)
_COMMON_WORDS = """
a about after all also an and any are as at back be been before but by can could day did do does done down for from
get give given go got had has have her here him his how i if in into is it its just know let like make may me more my
need new next no not now of off ok okay on one or our out over own per please put same see send she should so some
such take than that the their them then there these they this those till to today two up upon us want was we well were
what when where which while who will with within would yes you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def find_slots(text: str, remedies: Mapping[str, str] | None = None) -> tuple[Slot, ...]:
    """Return the slots of a text in the order in which they stand; `remedies` gives the words of each by its key."""
    found = list(_find_plain(text))
    for match in _SENTENCE.finditer(text) if remedies else ():
        keys = match_remedies(match.group(), remedies or {})
        found += [Slot("remedy", match.group(), key, *match.span()) for key in keys]
    return tuple(sorted(found, key=lambda slot: (slot.start, slot.end, slot.kind, slot.value)))


@lru_cache(maxsize=2048)
def _find_plain(text: str) -> tuple[Slot, ...]:
    found: list[Slot] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= slot.start or start >= slot.end for slot in found):
                found.append(Slot(kind, match.group(), _plain_value(kind, match), start, end))
    return tuple(found)


def find_unsupported(text: str, known: Iterable[str]) -> tuple[Slot, ...]:
    """Return the claims of a text whose numbers stand nowhere in the known texts, nor follow from two of them."""
    values = known_values(tuple(known))
    return tuple(slot for slot in find_slots(text) if slot.kind in CLAIMS and not is_supported(slot, values))


@lru_cache(maxsize=512)
def known_values(known: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Return what the known texts hold: kind and value of every slot, and amounts that follow from two of them."""
    slots = [slot for text in known for slot in find_slots(text)]
    values = {(slot.kind, slot.value) for slot in slots}
    amounts = sorted({float(slot.value) for slot in slots if slot.kind in QUANTITIES})[:60]
    for one, other in combinations(amounts, 2):
        values |= {("sum", _as_text(number)) for number in (one + other, other - one, one * other)}
        values |= {("sum", _as_text(other / one))} if one else set()
    values |= {("sum", _as_text(2 * number)) for number in amounts}
    return frozenset(values | {("sum", _as_text(number)) for number in amounts})


def is_supported(slot: Slot, values: frozenset[tuple[str, str]]) -> bool:
    """Say whether the value of a slot stands among the known ones; small bare numbers prove nothing."""
    if (slot.kind, slot.value) in values:
        return True
    if slot.kind == "date":
        return slot.value.isalpha() or any(kind == "date" and slot.value in value.split() for kind, value in values)
    if ("sum", slot.value) in values:
        return True
    return slot.text.strip() == slot.value and float(slot.value) <= SMALL


def match_remedies(text: str, remedies: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of the remedies that a free text names, by key or by words; the best match stands first."""
    lowered = text.casefold()
    named = [key for key in remedies if re.search(rf"(?<![a-z0-9_]){re.escape(key.casefold())}(?![a-z0-9_])", lowered)]
    if named:
        return tuple(named)
    said = stems(text)
    weights = _weigh(tuple(sorted(remedies.items())))
    shares = {key: _share(said, own) for key, own in weights.items()}
    matched = sorted((key for key, share in shares.items() if share >= LEAST_SHARE), key=lambda key: -shares[key])
    return tuple(matched)


def holds_out(sentence: str) -> bool:
    """Say whether a sentence that names a remedy holds it out: nothing in it denies, and it does not only ask."""
    return _NEGATIVE.search(sentence) is None


def split_plainly(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, cut at its stops and no further."""
    return tuple(match.group() for match in _SENTENCE.finditer(text))


def stems(text: str) -> frozenset[str]:
    """Return the words of a text that carry matter, cut to their first letters, and its numbers."""
    words = (word.casefold() for word in _WORD.findall(text))
    return frozenset(
        word.replace(",", "") if word[0].isdigit() else word[:STEM]
        for word in words
        if word not in _COMMON and (len(word) > 2 or word[0].isdigit())  # noqa: PLR2004  "of", "it"
    )


@lru_cache(maxsize=256)
def _weigh(remedies: tuple[tuple[str, str], ...]) -> dict[str, dict[str, float]]:
    """Return, for each remedy, its words; a word that several remedies share counts less."""
    own = {key: stems(text) | stems(key.replace("_", " ")) for key, text in remedies}
    return {
        key: {word: 1.0 / sum(word in others for others in own.values()) for word in sorted(words)}
        for key, words in own.items()
    }


def _share(said: frozenset[str], own: Mapping[str, float]) -> float:
    """Return the share of a remedy's words that were said; one word alone names a remedy only if it is all of it."""
    common = [word for word in own if word in said]
    if len(common) < min(2, len(own)):
        return 0.0
    return sum(own[word] for word in common) / sum(own.values())


def _plain_value(kind: str, match: re.Match[str]) -> str:
    parts = match.groupdict()
    if kind == "date":
        if parts.get("word"):
            return str(parts["word"]).casefold()
        month = str(parts.get("month") or "").casefold()[:3]
        return f"{int(parts['day'])} {month}".strip()
    if kind == "name":
        return str(parts["name"])
    if kind == "code":
        return str(parts["code"]).replace("-", "").upper()
    number = read_number(str(parts["number"]))
    if kind == "time":
        return str(parts["number"]).casefold().replace(".", ":")
    return _as_text(number) if number is not None else str(parts["number"]).casefold()


def read_number(text: str) -> float | None:
    """Return the number that digits or words say, or None."""
    plain = re.sub(r"(?<=\d)[,’'](?=\d{3})", "", text.strip().casefold())
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    total, current, seen = 0.0, 0.0, False
    for word in re.findall(r"[a-z]+", plain):
        if word in _NUMBERS:
            current, seen = current + _NUMBERS[word], True
        elif word in _SCALES:
            current, seen = max(current, 1.0) * _SCALES[word], True
            if _SCALES[word] > 100:  # noqa: PLR2004  a hundred is still part of the thousands before it
                total, current = total + current, 0.0
        elif word not in {"and", "a"}:
            return None
    return total + current if seen else None


def _as_text(number: float) -> str:
    return f"{round(number, 2):g}" if abs(number) < 1e6 else f"{number:.0f}"  # noqa: PLR2004  no exponents
