"""Structured questions for an interview, each on one quality, with anchored ratings."""

from pydantic import Field

from poise.content.piece import Key, Piece, Text


class InterviewQuestion(Piece):
    """A question that every candidate is asked in the same words, and what an answer at each level holds.

    `follow_ups` may be asked when the answer leaves them open; `anchors` describe answers from 0 to 4.
    """

    key: Key
    quality: Key
    asks: Text
    follow_ups: tuple[Text, ...] = Field(min_length=2, max_length=4)
    anchors: tuple[Text, Text, Text, Text, Text]
