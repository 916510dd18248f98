"""What every piece of content has in common: frozen, strict, named by a stable key."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Piece(BaseModel):
    """A part of a library: never changed once read, and no field that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
