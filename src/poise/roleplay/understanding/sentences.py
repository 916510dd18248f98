"""Cuts a text into its sentences."""

import re
from itertools import pairwise

MAX_SENTENCES = 24


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each sentence stands, as half-open spans; runs without stops are cut at their clauses."""
    cuts = {0, len(text)}
    for match in _STOP.finditer(text):
        if _ends_sentence(text, match):
            cuts.add(match.end())
    spans = [_strip(text, start, end) for start, end in pairwise(sorted(cuts))]
    pieces = [piece for span in spans for piece in _cut_clauses(text, *span)]
    kept = [(start, end) for start, end in pieces if any(sign.isalnum() for sign in text[start:end])]
    if len(kept) > MAX_SENTENCES:
        kept = [*kept[: MAX_SENTENCES - 1], (kept[MAX_SENTENCES - 1][0], kept[-1][1])]
    return tuple(kept)


_LONG = 30
_SHORT = 6
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|[!?]+(?=[^\W\d_])|(?<=[a-z]{2})\.(?=[A-Z][a-z'’]* )|;\s|\s*\n\s*")
_SHORTENED = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|e\.g|i\.e|etc|approx|no|nr|ext|ref|tel|a\.m|p\.m|rd|ltd|inc|vs|co|dept|est|max|min)\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]\s|\s[-–—]\s|\s(?=(?:but|so|and|because|then|also|please|i will|i can)\s)", re.IGNORECASE)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark, before, after = match.group(), text[: match.end()], text[match.end() :].lstrip()
    if "\n" in mark or ";" in mark or "?" in mark or "!" in mark:
        return True
    if "..." in mark or "…" in mark:
        return not after[:1].islower()
    shortened = _SHORTENED.search(before)
    if shortened is None:
        return True
    if shortened.group().lower() == "no.":
        return not after[:1].isdigit()
    return shortened.group().lower() in {"a.m.", "p.m.", "etc."} and after[:1].isupper()


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - (len(inside) - len(inside.rstrip()))


def _cut_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a long run at the clause nearest its middle, again and again."""
    if len(text[start:end].split()) <= _LONG:
        return [(start, end)]
    middle = (start + end) / 2
    places = [
        start + match.end()
        for match in _CLAUSE.finditer(text[start:end])
        if len(text[start : start + match.end()].split()) >= _SHORT
        and len(text[start + match.end() : end].split()) >= _SHORT
    ]
    if not places:
        return [(start, end)]
    place = min(places, key=lambda where: abs(where - middle))
    return [*_cut_clauses(text, *_strip(text, start, place)), *_cut_clauses(text, *_strip(text, place, end))]
