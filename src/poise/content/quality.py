"""The twelve qualities, what each looks like, and what is believed of them before anything is seen."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from poise.content.piece import LATER, Key, Piece, Text

QUALITIES = (
    "patience",
    "attentiveness",
    "composure",
    "resilience",
    "goodwill",
    "courtesy",
    "expertise",
    "policy",
    "judgement",
    "honesty",
    "flexibility",
    "humility",
)

ROUNDING = 1e-9


class Quality(Piece):
    """One quality: both poles, what each level looks like at work, and what to say of it."""

    key: Key
    name: Text
    means: Text
    high: Text
    low: Text
    levels: tuple[Text, Text, Text, Text, Text]
    strong: Text
    middling: Text
    weak: Text
    practise: Text


class Correlation(Piece):
    """What is believed of the correlation of two qualities before anybody has answered."""

    between: tuple[Key, Key]
    value: float

    @field_validator("value")
    @classmethod
    def _in_range(cls, value: float) -> float:
        if not -1 < value < 1:
            raise ValueError(f"a correlation lies between -1 and 1; found {value}")
        return value


class KindOfEvidence(Piece):
    """How one kind of evidence is believed to work until it is calibrated.

    `steps` are the intercepts of five ordered categories for a person in the middle: the logits of reaching at least
    the second, third, fourth and fifth. They hold for what speaks well of a person, and mirrored for what does not.
    """

    discrimination: float
    steps: tuple[float, float, float, float]
    method_variance: float
    source: Text


class KindOfKnowledge(Piece):
    """How questions with one right answer are believed to work until they are calibrated.

    `step` is the logit of knowing the answer, or finding it in the text, for a person in the middle. Whoever does not
    know it guesses among the answers. An effect with `method_variance` is shared by all questions of a person.
    """

    discrimination: float = Field(gt=0)
    step: float
    method_variance: float = Field(gt=0)
    source: Text


class KindOfInterview(Piece):
    """How ratings of answers in an interview are believed to work until they are calibrated.

    `steps` are the intercepts of five levels for a person in the middle. An effect with `method_variance` is shared by
    all answers of a person, one with `answer_variance` by all who rate the same answer, and one with
    `severity_variance` by all that one rater gives.
    """

    discrimination: float = Field(gt=0)
    steps: tuple[float, float, float, float]
    method_variance: float = Field(gt=0)
    answer_variance: float = Field(gt=0)
    severity_variance: float = Field(gt=0)
    source: Text


class Beliefs(Piece):
    """The authors' priors: correlations, slopes by kind, and how far a reading of words may be trusted.

    Without `knowledge`, questions on knowledge are no kind of evidence; without `interview`, ratings of answers in an
    interview are none.
    """

    common_correlation: float
    correlations: tuple[Correlation, ...]
    statements: KindOfEvidence
    situations: KindOfEvidence
    customers: KindOfEvidence
    conversation_variance: float
    self_view_variance: float
    reading_confusion: tuple[tuple[float, ...], ...]
    fact_base_rates: dict[str, float]
    source: Text
    knowledge: Annotated[KindOfKnowledge | None, LATER] = None
    interview: Annotated[KindOfInterview | None, LATER] = None

    @model_validator(mode="after")
    def _rows_sum_to_one(self) -> "Beliefs":
        for number, row in enumerate(self.reading_confusion):
            if len(row) != len(self.reading_confusion) or abs(sum(row) - 1) > ROUNDING or min(row) <= 0:
                raise ValueError(f"row {number} of reading_confusion must be positive and sum to 1; found {list(row)}")
        return self
