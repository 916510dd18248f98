"""The press: a sheet of typst and its data become a PDF, in this process, with nothing from outside.

The same data give the same bytes: the fonts are the typesetter's own, and a document bears the time of what it shows
and not the time at which it was made.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal

import typst
from pydantic import BaseModel

from poise.web.printing.signs import make_settable

Sheet = Literal["candidate", "hirer", "guide"]
SHEETS = Path(__file__).parent / "sheets"
ACCESSIBLE: Final = "ua-1"
"""Every document is tagged and checked by the rules for accessible PDF while it is set."""


def print_sheet(sheet: Sheet, data: Mapping[str, object], shown: datetime) -> bytes:
    """Set a sheet with its data; `shown` is the moment that the document is of.

    Raises TypstError where a sheet asks for what is not in the data: that is a fault of the sheet.
    """
    return typst.compile(
        SHEETS / f"{sheet}.typ",
        root=SHEETS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(make_plain(data), ensure_ascii=False)},
        pdf_standards=[ACCESSIBLE],
        timestamp=int(shown.timestamp()),
    )


def make_plain(value: object) -> object:
    """Return frozen values as lists and mappings of plain ones, with all words made settable."""
    if isinstance(value, str):
        return make_settable(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, BaseModel):
        value = value.model_dump()
    elif is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): make_plain(one) for key, one in value.items()}
    return [make_plain(one) for one in value] if isinstance(value, list | tuple) else value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
