"""What the product may claim about its scores, and what a person is told before they agree."""

from poise.content.piece import Key, Piece, Text


class Claim(Piece):
    """A sentence about the scores that may be printed, with what it rests on."""

    key: Key
    text: Text
    rests_on: Text


class Consent(Piece):
    """What a person agrees to, by version."""

    version: Text
    sentences: tuple[Text, ...]
