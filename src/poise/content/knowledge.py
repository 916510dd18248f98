"""Questions on an employer's own products and policy, with the text that they are answered from."""

from pydantic import Field, model_validator

from poise.content.piece import Key, Piece, Text


class KnowledgeSection(Piece):
    """A part of the text that the person may read while answering."""

    key: Key
    title: Text
    text: Text


class KnowledgeQuestion(Piece):
    """A question with one right answer, and the section that decides it."""

    key: Key
    quality: Key
    section: Key
    asks: Text
    answers: tuple[Text, ...] = Field(min_length=3, max_length=5)
    right: int = Field(ge=0, description="the place of the right answer among the answers, from 0")
    ease: float = Field(default=0.0, ge=-3, le=3)
    why: Text

    @model_validator(mode="after")
    def _one_is_right(self) -> "KnowledgeQuestion":
        if self.right >= len(self.answers):
            raise ValueError(f"right is {self.right}, but the last of the answers is {len(self.answers) - 1}")
        if len({answer.casefold() for answer in self.answers}) < len(self.answers):
            raise ValueError("two of the answers are the same")
        return self


class KnowledgeForm(Piece):
    """A fixed set of questions over a text: open book, as it would be at work."""

    key: Key
    title: Text
    about: Text
    jobs: tuple[Key, ...] = Field(min_length=1)
    fictional: bool
    sections: tuple[KnowledgeSection, ...] = Field(min_length=1)
    questions: tuple[KnowledgeQuestion, ...] = Field(min_length=4)

    @model_validator(mode="after")
    def _keys_stand_once(self) -> "KnowledgeForm":
        for name, keys in (
            ("sections", [section.key for section in self.sections]),
            ("questions", [question.key for question in self.questions]),
        ):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            if twice:
                raise ValueError(f"{name}: a key stands once; found again: {', '.join(twice)}")
        return self

    def question(self, key: str) -> KnowledgeQuestion:
        """Return the question with this key; raises KeyError naming the form and the key."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(f"no question {key!r} in the form {self.key!r}")
