"""A shift: customers in a row from one queue, and what is rated only because of who came before."""

from typing import Annotated, Literal

from pydantic import Field

from poise.content.piece import LATER, Key, Piece, Text
from poise.content.rubric import Moment

KindOfCustomer = Literal["abusive", "angry", "gentle"]
"""What a customer is by their temperament alone: how the conversation with them went has no say in it."""
WHOLE = ""


class Carried(Piece):
    """Moments that exist only when this conversation directly follows one with a customer of the named kind.

    They are rated in the reply to the named probe; without one, over the whole conversation.
    """

    after: KindOfCustomer
    probe: Annotated[Key | Literal[""], LATER] = WHOLE
    moments: tuple[Moment, ...] = Field(min_length=1)


class Shift(Piece):
    """Customers in a row from one queue, in an order that is the same for everybody."""

    title: Text
    about: Text
    customers: tuple[Key, ...] = Field(min_length=2)
    seconds: int = Field(gt=0)

    def before(self, customer: str) -> str:
        """Return who is served directly before this customer; empty for the first, and for one of no shift."""
        place = self.customers.index(customer) if customer in self.customers else 0
        return self.customers[place - 1] if place else ""
