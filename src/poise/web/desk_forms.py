"""Forms of the desk: what was chosen and written, and what is wrong with it, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest

from poise.hiring.modes import LONGEST_REASON

SEE_OTHER = 303
CONFLICT = 409
UNPROCESSABLE = 422
MOST_DIGITS = 9
LONGEST_LETTER = 5000


@dataclass(frozen=True)
class Form:
    """What a form holds and what is wrong with it; `top` is what must be read before it is sent again."""

    choice: str = ""
    words: str = ""
    wrong_choice: str = ""
    wrong_words: str = ""
    letter: str = ""
    wrong_letter: str = ""
    top: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether something must be put right."""
        return bool(self.wrong_choice or self.wrong_words or self.wrong_letter)


def check_choice(request: HttpRequest, offered: Mapping[str, str], ask: str) -> Form:
    """Read a choice with its reason, and say of each what is wrong with it."""
    choice, words = request.POST.get("choice", ""), request.POST.get("words", "").strip()
    wrong = _find_wrong(words, "Write your reason in a few words. It is kept with your name.")
    return Form(choice, words, "" if choice in offered else ask, wrong)


def check_letter(request: HttpRequest, form: Form) -> Form:
    """Add to a form the letter that may go with it, and what is wrong with that."""
    letter = request.POST.get("letter", "").strip()
    wrong = _find_wrong(letter, "", LONGEST_LETTER) if letter else ""
    return replace(form, letter=letter, wrong_letter=wrong)


def check_answer(request: HttpRequest) -> tuple[Form, int]:
    """Read an answer in words; return it with the status of a page that cannot take it, else 0."""
    words = request.POST.get("words", "").strip()
    form = Form(
        words=words, wrong_words=_find_wrong(words, "Write your answer in a few words. The candidate reads it.")
    )
    return form, UNPROCESSABLE if form.is_wrong else 0


def read_number(request: HttpRequest, name: str) -> int:
    """Return a whole number that a form carries along, or 0 where it carries none."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS else 0


def _find_wrong(words: str, nothing: str, most: int = LONGEST_REASON) -> str:
    if not words:
        return nothing
    if len(words) > most:
        return f"This has {len(words):,} characters; the limit is {most:,}. Please shorten it."
    return ""
