"""A table of people to invite, as it comes out of a spreadsheet: read in whole, with all that is wrong listed at once.

Forgiving in form: the encoding and the separator are found out, and columns go by many names. Strict in substance: a
row with a wrong address, an empty name or somebody who was invited already is never taken.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from poise.hiring.inviting import ACCOMMODATIONS, Asked, IsAddress, check_asked, same_person
from poise.hiring.refusal import RefusedError

MOST_ROWS = 10_000
LONGEST_CELL = 2_000
SEPARATORS = (";", ",", "\t")
Column = Literal["name", "first name", "last name", "email", "accommodations"]
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    "name": ("name", "fullname", "candidate", "candidatename", "person", "applicant", "participant"),
    "first name": ("firstname", "givenname", "forename", "vorname"),
    "last name": ("lastname", "surname", "familyname", "nachname"),
    "email": ("email", "emailaddress", "mail", "mailaddress", "address", "emailadresse"),
    "accommodations": ("accommodations", "accommodation", "needs", "adjustments", "agreed"),
}
WISHES: Mapping[str, str] = {
    **{re.sub("[^a-z]", "", key): key for key in ACCOMMODATIONS},
    **{re.sub("[^a-z]", "", words): key for key, words in ACCOMMODATIONS.items()},
    "largertext": "large_text",
    "bigtext": "large_text",
    "plain": "plain_background",
    "break": "breaks",
    "person": "human_alternative",
    "human": "human_alternative",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a table: the row as the spreadsheet counts it, the column, and what to do."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class TableRead:
    """What a table holds: people who can be invited, and all that is wrong with the rest; and how it was read."""

    people: tuple[Asked, ...] = ()
    faults: tuple[Fault, ...] = ()
    rows: int = 0
    encoding: str = ""
    separator: str = ""

    @property
    def rows_left_out(self) -> int:
        """How many rows cannot be taken."""
        return self.rows - len(self.people)


@dataclass
class _Seen:
    """Who stands in earlier rows, and who was invited before."""

    invited: Collection[str]
    rows: dict[str, int] = field(default_factory=dict)


def read_table(data: bytes, is_address: IsAddress, invited: Collection[str] = ()) -> TableRead:
    """Read a table of people; `invited` are the addresses, as `same_person` gives them, that are invited already."""
    words, encoding = decode(data)
    if words is None:
        fault = "We cannot tell in which encoding this file was saved. Save it as “CSV UTF-8” and try again."
        return TableRead(faults=(Fault(1, "", fault),))
    separator = find_separator(words)
    try:
        rows = [(number, cells) for number, cells in _split(words, separator) if any(cells)]
    except csv.Error as error:
        return TableRead(faults=(Fault(1, "", f"This is not a table that we can read ({error})."),), encoding=encoding)
    if not rows:
        return TableRead(faults=(Fault(1, "", "The table is empty."),), encoding=encoding, separator=separator)
    columns, rows = _find_columns(rows, is_address)
    missing = _missing(columns)
    if missing or len(rows) > MOST_ROWS:
        many = f"The table has {len(rows):,} rows; {MOST_ROWS:,} at once is the limit. Cut it into parts."
        faults = tuple(Fault(1, "", one) for one in (missing, many if len(rows) > MOST_ROWS else "") if one)
        return TableRead(faults=faults, rows=len(rows), encoding=encoding, separator=separator)
    people, faults_found = [], []
    seen = _Seen(invited)
    for number, cells in rows:
        asked, faults_here = _read_row(number, cells, columns, seen, is_address)
        faults_found += faults_here
        if asked is not None:
            people.append(asked)
    return TableRead(tuple(people), tuple(faults_found), len(rows), encoding, separator)


def write_table(people: Sequence[Asked]) -> str:
    """Write people as a table that `read_table` reads back the same."""
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(("name", "email", "accommodations"))
    table.writerows((one.name, one.email, " + ".join(one.accommodations)) for one in people)
    return lines.getvalue()


def decode(data: bytes) -> tuple[str | None, str]:
    """Return the text of a file and how it was saved: UTF-8 or UTF-16, with or without a mark, or Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried = ["utf-16"]
    elif b"\x00" in data[:200]:
        tried = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    else:
        tried = ["utf-8-sig", "cp1252"]
    for encoding in tried:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None, ""


def find_separator(words: str) -> str:
    """Return what separates the cells: the sign that the first line has most often outside of quotation marks."""
    first = re.sub(r'"[^"]*"', "", words.lstrip().partition("\n")[0])
    return max(SEPARATORS, key=first.count)


def _split(words: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the numbers that a spreadsheet gives them: a cell may hold line breaks and counts once."""
    for number, cells in enumerate(csv.reader(io.StringIO(words, newline=None), delimiter=separator), start=1):
        yield number, [cell.strip().lstrip("\ufeff") for cell in cells]


def _find_columns(
    rows: list[tuple[int, list[str]]], is_address: IsAddress
) -> tuple[dict[Column, int], list[tuple[int, list[str]]]]:
    """Return which column stands where, and the rows without the headings.

    A table without headings is taken where its first row shows by an address which column is which.
    """
    first = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in rows[0][1]]
    columns: dict[Column, int] = {}
    for column, names in HEADINGS.items():
        place = next((number for number, cell in enumerate(first) if cell in names), None)
        if place is not None:
            columns[column] = place
    if columns:
        return columns, rows[1:]
    mail = next((number for number, cell in enumerate(rows[0][1]) if is_address(cell)), None)
    if mail is None:
        return {}, rows
    name = next((number for number, cell in enumerate(rows[0][1]) if cell and number != mail), None)
    return {"email": mail, **({"name": name} if name is not None else {})}, rows


def _missing(columns: Mapping[Column, int]) -> str:
    if "name" in columns or "first name" in columns or "last name" in columns:
        return ""
    return "There is no column for names. Write “name” above it, and “email” above the addresses if you have them."


def _read_row(
    number: int, cells: Sequence[str], columns: Mapping[Column, int], seen: _Seen, is_address: IsAddress
) -> tuple[Asked | None, list[Fault]]:
    def cell(column: Column) -> str:
        place = columns.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    name = cell("name") or f"{cell('first name')} {cell('last name')}"
    email, needs = cell("email"), cell("accommodations")
    if any(len(one) > LONGEST_CELL for one in cells):
        return None, [Fault(number, "", f"A cell has more than {LONGEST_CELL:,} characters.")]
    wishes, faults = _read_wishes(number, needs)
    try:
        asked = check_asked(name, email, wishes, is_address)
    except RefusedError as refused:
        return None, [Fault(number, column, words) for column, words in refused.problems.items()] + faults
    faults += _doubled(number, asked, seen)
    return (None if faults else asked), faults


def _read_wishes(number: int, words: str) -> tuple[list[str], list[Fault]]:
    wishes, faults = [], []
    for one in filter(None, (part.strip() for part in re.split(r"[,;+|/]", words))):
        key = WISHES.get(re.sub("[^a-z]", "", one.casefold()))
        if key:
            wishes.append(key)
        else:
            known = ", ".join(ACCOMMODATIONS.values())
            faults.append(Fault(number, "accommodations", f"We do not know “{one[:60]}”. There are: {known}."))
    return wishes, faults


def _doubled(number: int, asked: Asked, seen: _Seen) -> list[Fault]:
    """Say where an address stands twice, in the table or among those invited; a name alone may well belong to two."""
    if not asked.email:
        return []
    who = same_person(asked.email)
    first = seen.rows.setdefault(who, number)
    faults = []
    if first != number:
        faults.append(Fault(number, "email", f"{asked.email} stands in row {first} already."))
    if who in seen.invited:
        faults.append(Fault(number, "email", f"{asked.email} is invited to this position already."))
    return faults
