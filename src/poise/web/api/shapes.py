"""Values that several calls take: short lines, words, numbers; none holds a character that no database takes."""

from typing import Annotated

from pydantic import Field, StringConstraints

NO_NUL, ONE_LINE = r"^[^\x00]+$", r"^[^\x00-\x1f\x7f]+$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=ONE_LINE)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_./-]+$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200, pattern=NO_NUL)]
Number = Annotated[int, Field(ge=1, le=2**53)]
Count = Annotated[int, Field(ge=0, le=10**6)]
Level = Annotated[int, Field(ge=0, le=4)]
