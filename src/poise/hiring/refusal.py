"""How the desk says no: everything that is wrong with what was sent, field by field, and nothing of it stored."""

from collections.abc import Mapping


class RefusedError(ValueError):
    """What was sent cannot be taken; `problems` says what to do field by field, under an empty name for the whole."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {words}" if field else words for field, words in problems.items()))
        self.problems = dict(problems)


class OvertakenError(RuntimeError):
    """Somebody else changed the same thing after it was looked at; nothing was stored."""


def check_line(words: str, field: str, what: str, longest: int) -> dict[str, str]:
    """Return what is wrong with words that must stand on one line, by their field; nothing where they are right."""
    if not words:
        return {field: f"Write {what}."}
    if len(words) > longest:
        return {field: f"This has {len(words):,} characters; the limit is {longest:,}. Please shorten it."}
    if not words.isprintable():
        return {field: "This holds a line break or a sign that cannot be seen. Please type it again."}
    return {}
