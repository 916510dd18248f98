"""The form of a job analysis: written empty as CSV for one person to fill in, and read back with all its faults."""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from poise.content.job import ConditionAsked, Job
from poise.content.library import Library
from poise.content.quality import Quality
from poise.content.questionnaire import Asked, QualityAsked, Questionnaire
from poise.content.source import Complaint, LibraryError

Role = Literal["incumbent", "supervisor"]
COLUMNS: Final = ("question", "what is asked", "how to answer", "answer")
QUESTION, ANSWER = "question", "answer"
DELIMITERS: Final = ",;\t"
YES: Final = frozenset({"yes", "y", "true"})
NO: Final = frozenset({"no", "n", "false"})
LONGEST_WORDS: Final = 1500
LONGEST_MARK: Final = 30
MOST: Final = 10.0
_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Filled:
    """What one person answered: numbers by quality and by condition, and words by question."""

    file: str
    person: str
    role: Role
    library: str
    how_many: Mapping[str, float]
    weight: Mapping[str, int]
    must_have: Mapping[str, bool]
    level: Mapping[str, int]
    words: Mapping[str, str]


def questionnaire_of(library: Library) -> Questionnaire:
    """Return the questionnaire of a library; raises ValueError where it has none."""
    if not library.analysis:
        raise ValueError(f"library {library.version} has no questionnaire for a job analysis: see analysis.yaml")
    return library.analysis[0]


def write_form(library: Library, job: Job) -> str:
    """Write the empty form for one person: a row a question, and rows without a key that are only read."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows(_rows(library, job))
    return written.getvalue()


def name_version(library: Library) -> str:
    """Return how a form names the library whose moments it shows."""
    return f"{library.key} {library.version}"


def _rows(library: Library, job: Job) -> Iterator[tuple[str, str, str, str]]:
    form = questionnaire_of(library)
    names = {quality.key: quality for quality in library.qualities}
    for words in (form.title, *form.opening):
        yield "", words, "", ""
    yield "job", f"The job that this is about: {job.name}. {job.summary}", "Leave it as it is.", job.key
    yield "library", "Where the questions come from.", "Leave it as it is.", name_version(library)
    yield _row("person", form.person)
    yield _row("role", form.role)
    for number, asked in enumerate(form.qualities, start=1):
        yield "", _tell_quality(number, asked, names[asked.quality]), "", ""
        for name in ("how_many", "weight", "must_have", "example"):
            yield _row(f"{asked.quality}.{name}", getattr(form, name))
    for condition in library.conditions:
        yield _row(f"{condition.key}.level", form.level, _tell_condition(condition))
        yield _row(f"{condition.key}.figure", form.figure, f"{condition.name}.\n")
    for week in form.week:
        yield f"week.{week.key}", week.asks, week.answer, ""


def _row(key: str, asked: Asked, before: str = "") -> tuple[str, str, str, str]:
    return key, before + asked.asks, asked.answer, ""


def _tell_quality(number: int, asked: QualityAsked, quality: Quality) -> str:
    told = [f"{number}. {quality.name.upper()}. {quality.means}"]
    told += [
        f"Moment {place}: {moment.text}\nDoing well: {moment.well}" for place, moment in enumerate(asked.moments, 1)
    ]
    return "\n".join(told)


def _tell_condition(condition: ConditionAsked) -> str:
    levels = "\n".join(f"{number}: {words}" for number, words in enumerate(condition.levels))
    return f"{condition.name}.\n{levels}\n"


def read_forms(texts: Mapping[str, str], library: Library, job: Job) -> tuple[Filled, ...]:
    """Read filled forms, by the names of their files.

    Raises
    ------
    LibraryError
        With everything that is wrong in any of them, each with file and line.
    """
    read = [_Form(name, text, library, job) for name, text in texts.items()]
    complaints = [complaint for form in read for complaint in form.complaints]
    first: dict[str, _Form] = {}
    for form in read:
        mark = form.words("person").casefold()
        other = first.setdefault(mark, form)
        if mark and other is not form:
            message = f"person {form.words('person')!r} stands in {other.name} too; one file a person, one mark a file"
            complaints.append(Complaint(form.name, form.line("person"), message))
    if complaints:
        raise LibraryError(complaints)
    return tuple(form.finish() for form in read)


@dataclass
class _Form:
    """One file as it is read, and everything wrong with it."""

    name: str
    text: str
    library: Library
    job: Job
    complaints: list[Complaint] = field(default_factory=list)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form = questionnaire_of(self.library)
        self.qualities = [asked.quality for asked in form.qualities]
        self.conditions = [condition.key for condition in self.library.conditions]
        self.needed = ["job", "person", "role"]
        self.needed += [f"{key}.{name}" for key in self.qualities for name in ("how_many", "weight", "must_have")]
        self.needed += [f"{key}.level" for key in self.conditions]
        self.free = [f"{key}.example" for key in self.qualities] + [f"{key}.figure" for key in self.conditions]
        self.free += [f"week.{week.key}" for week in form.week]
        if self._take_rows():
            self._judge()

    def complain(self, line: int, message: str) -> None:
        self.complaints.append(Complaint(self.name, line, message))

    def words(self, key: str) -> str:
        return self.answers.get(key, (1, ""))[1]

    def line(self, key: str) -> int:
        return self.answers.get(key, (1, ""))[0]

    def _take_rows(self) -> bool:
        """Take the rows of the file; say whether it is a form at all."""
        header, _, _ = self.text.partition("\n")
        delimiter = max(DELIMITERS, key=header.count)
        rows = csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter, strict=True)
        names, before = [cell.strip().casefold() for cell in next(_careful(rows, self), [])], rows.line_num
        if QUESTION not in names or ANSWER not in names:
            if not self.complaints:
                found = ", ".join(repr(name) for name in names if name)[:120] or "nothing"
                self.complain(1, f"expected the columns question and answer in the first line; found {found}")
            return False
        key_at, answer_at = names.index(QUESTION), names.index(ANSWER)
        for row in _careful(rows, self):
            line, before = before + 1, rows.line_num
            cells = [cell.strip() for cell in row] + [""] * len(names)
            self._take(line, cells[key_at], cells[answer_at])
        return True

    def _take(self, line: int, key: str, answer: str) -> None:
        if not key:
            if answer:
                self.complain(line, f"an answer, {answer[:40]!r}, in a row that asks nothing; move it to its question")
        elif key not in (*self.needed, *self.free, "library"):
            self.complain(line, f"{key[:60]!r} is no question of this form; leave the first column as it was")
        elif key in self.answers:
            self.complain(line, f"{key} was answered in line {self.answers[key][0]} already; leave one of the two")
        else:
            self.answers[key] = line, answer

    def _judge(self) -> None:
        for key in self.needed:
            if key not in self.answers:
                self.complain(1, f"the row of {key} is missing; take a new form, or put the row back")
            elif not self.words(key):
                self.complain(self.line(key), f"{key} has no answer; expected {self._expected(key)}")
            elif self._value(key) is None:
                self.complain(self.line(key), f"{key}: expected {self._expected(key)}; found {self.words(key)[:40]!r}")
        for key in self.free:
            words = self.words(key)
            if len(words) > LONGEST_WORDS:
                self.complain(self.line(key), f"{key} has {len(words):,} characters; at most {LONGEST_WORDS:,}")
            if _UNSEEN.search(words):
                self.complain(self.line(key), f"{key} holds a character that cannot be shown; type it again")

    def _expected(self, key: str) -> str:
        return {
            "job": f"{self.job.key}, as the form was made",
            "person": f"a mark of at most {LONGEST_MARK} letters and digits",
            "role": "incumbent or supervisor",
            "how_many": "a number from 0 to 10",
            "weight": "1, 2, 3, 4 or 5",
            "must_have": "yes or no",
            "level": "0, 1, 2, 3 or 4",
        }[key.rpartition(".")[2]]

    def _value(self, key: str) -> float | bool | str | None:
        """Return what an answer means; None where it means nothing that was asked."""
        words, kind = self.words(key), key.rpartition(".")[2]
        small = words.casefold()
        match kind:
            case "job":
                return words if words == self.job.key else None
            case "person":
                return words if re.fullmatch(rf"[\w .-]{{1,{LONGEST_MARK}}}", words) else None
            case "role":
                return small if small in {"incumbent", "supervisor"} else None
            case "must_have":
                return small in YES if small in YES | NO else None
        number = float(small.replace(",", ".")) if _NUMBER.fullmatch(small) else math.nan
        low, high = {"how_many": (0.0, MOST), "weight": (1.0, 5.0), "level": (0.0, 4.0)}[kind]
        if not low <= number <= high or (kind != "how_many" and number != int(number)):
            return None
        return number

    def finish(self) -> Filled:
        """Return the answers of a file that has no fault."""

        def numbers(keys: list[str], name: str) -> dict[str, float]:
            return {key: float(self._value(f"{key}.{name}") or 0.0) for key in keys}

        return Filled(
            file=self.name,
            person=self.words("person"),
            role="supervisor" if self.words("role").casefold() == "supervisor" else "incumbent",
            library=self.words("library"),
            how_many=numbers(self.qualities, "how_many"),
            weight={key: int(value) for key, value in numbers(self.qualities, "weight").items()},
            must_have={key: bool(value) for key, value in numbers(self.qualities, "must_have").items()},
            level={key: int(value) for key, value in numbers(self.conditions, "level").items()},
            words={key: " ".join(self.words(key).split()) for key in self.free if self.words(key)},
        )


def _careful(rows: "Iterator[list[str]]", form: _Form) -> Iterator[list[str]]:
    """Walk over the rows of a file; where it is no table, say so and stop."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            line = getattr(rows, "line_num", 1)
            form.complain(line, f"cannot be read as CSV from here on: {error}; save the form as CSV, in UTF-8")
            return
        yield row
