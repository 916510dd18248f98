"""Tells whether a text holds enough English to be read at all."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from poise.roleplay.understanding.spelling import spell_plainly


def count_words(text: str) -> int:
    """Return how many words and numbers a text has."""
    return len(_WORD.findall(text))


def list_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case and plain spelling."""
    return tuple(_WORD.findall(spell_plainly(text)))


def is_legible(text: str, topics: Sequence[str], knows: Callable[[str], bool]) -> bool:
    """Say whether a text can be read; `topics` are words of the case that count as known."""
    letters = [sign for sign in text if sign.isalpha()]
    words = [word.lower() for word in _WORD.findall(spell_plainly(text)) if word.isalpha() or "'" in word]
    if not words or sum(sign.isascii() for sign in letters) < 0.7 * len(letters):
        return False
    own = {word.lower() for topic in topics for word in _WORD.findall(topic)}
    known = sum(_is_word(word) and (word in own or knows(word.split("'")[0])) for word in words)
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return known >= 0.5 * len(words) and english >= foreign and english >= (len(words) // 8)


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,:]*")
_ENGLISH_WORDS = """
a about after all also am an and any are as at back be been before but by can cannot could day did do for from
get give go good got had has have hello help hi how i if in is it just know let like look me money more must my
need no not now number of off ok okay on one or order our out please right see send shall she should so some sorry
still take tell than thank thanks that the their them then there they this time to today too understand up us very
wait want was we well what when where which who why will with would wrong yes you your
"""
_FOREIGN_WORDS = """
al aber auf avec bei bien como con da das dass de del dem den der des det deze di du een ein eine el en er es est
et evet hej het ich il ik je jest jestem kann kein la las le les los mais mi mit moi mon na nao ne nein nicht nie
niet non och oder para pas per por pour que qui se sehr sein sie sind sono sur te tu un una und une van voor vous
wir y zu
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = frozenset(_FOREIGN_WORDS.split())


@lru_cache(maxsize=4096)
def _is_word(word: str) -> bool:
    """Tell letters that could be a word from keys struck at random."""
    return word in {"a", "i"} or (len(word) > 1 and re.search(r"[aeiouy]", word) is not None)
