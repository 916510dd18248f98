"""Changes to a reply that change nothing of what it does: typos, names, greetings, order, doubling, spelling."""

import re
from collections.abc import Callable, Mapping

from poise.roleplay.understanding import MAX_CHARACTERS
from poise.roleplay.understanding.sentences import split_sentences

LONG_ENOUGH = 6
SPELLINGS = {
    "apologise": "apologize", "centre": "center", "colour": "color", "favour": "favor",
    "cheque": "check", "realise": "realize", "behaviour": "behavior", "cancelled": "canceled", "grey": "gray",
    "organise": "organize", "programme": "program", "apologising": "apologizing", "enquiry": "inquiry",
}  # fmt: skip
DIALECT = {
    "you": "ye", "your": "yer", "my": "ma", "not": "no", "cannot": "cannae", "do not": "dinnae", "with": "wi",
    "of": "o", "give": "gie", "have": "hae", "to": "tae", "can not": "cannae", "and": "an",
}  # fmt: skip


def add_typo(text: str) -> str:
    """Swap two neighbouring letters in the middle of the first long word of every second sentence."""
    spans = split_sentences(text)
    pieces = [text[start:end] for start, end in spans]
    return " ".join(_swap(piece) if number % 2 == 0 else piece for number, piece in enumerate(pieces))


def _swap(sentence: str) -> str:
    match = re.search(rf"\b[a-z]{{{LONG_ENOUGH},}}\b", sentence)
    if match is None:
        return sentence
    place = match.start() + len(match.group()) // 2
    return sentence[: place - 1] + sentence[place] + sentence[place - 1] + sentence[place + 1 :]


def name_customer(text: str) -> str:
    """Put another name in front."""
    return f"Mrs Okafor, {text[:1].lower() + text[1:] if text[:2] != 'I ' else text}"


def say_well(text: str) -> str:
    """Begin with a word that says nothing."""
    return f"Well, {text[:1].lower() + text[1:] if text[:2] != 'I ' else text}"


def drop_stop(text: str) -> str:
    """Leave out the last full stop."""
    return text.rstrip(".!")


def greet(text: str) -> str:
    """Say hello first."""
    return f"Hello. {text}"


def reverse_sentences(text: str) -> str:
    """Say the sentences in the opposite order."""
    return " ".join(text[start:end] for start, end in reversed(split_sentences(text)))


def double(text: str) -> str:
    """Say everything twice."""
    return f"{text} {text}"


def spell_american(text: str) -> str:
    """Spell as in America."""
    return _replace_words(text, SPELLINGS)


def spell_scots(text: str) -> str:
    """Spell some small words as they are said in Scotland."""
    return _replace_words(text, DIALECT)


def _replace_words(text: str, words: Mapping[str, str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"\b{word}\b", words[word], text, flags=re.IGNORECASE)
    return text


DISTURBANCES: Mapping[str, Callable[[str], str]] = {
    "a typo in every second sentence": add_typo,
    "another name in front": name_customer,
    "“Well,” in front": say_well,
    "no full stop at the end": drop_stop,
    "“Hello.” in front": greet,
    "sentences in the opposite order": reverse_sentences,
    "everything twice": double,
    "American spelling": spell_american,
    "Scots spelling of small words": spell_scots,
}


def disturb(text: str, how: str) -> str:
    """Change a reply; what would be too long stays as it is."""
    changed = DISTURBANCES[how](text)
    return changed if len(changed) <= MAX_CHARACTERS else text
