"""What every piece of content has in common: frozen, strict, named by a stable key."""

from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, StringConstraints, model_serializer

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Since(Enum):
    """Marks a field, in its annotation, that pieces did not have at first: left out where it says nothing new."""

    LATER = "later"


LATER = Since.LATER


def leave_out_defaults(model: BaseModel, written: dict[str, Any]) -> dict[str, Any]:
    """Drop the later fields that have their default, so that what was published keeps its canonical form and hash."""
    for name, field in type(model).model_fields.items():
        if LATER in field.metadata and getattr(model, name) == field.get_default(call_default_factory=True):
            written.pop(name, None)
    return written


class Piece(BaseModel):
    """A part of a library: never changed once read, and no field that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_serializer(mode="wrap")
    def _leave_out_what_is_not_said(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return leave_out_defaults(self, write(self))
