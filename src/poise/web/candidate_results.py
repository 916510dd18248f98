"""What the table of candidates tells of results: to whom it may, with what is open, and in bands where that may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from poise.content.job import Job
from poise.hiring.candidates import Line
from poise.hiring.roles import may
from poise.jobfit.comparing import find_bands, may_place
from poise.storage.outlines import Outlined, list_outlined
from poise.storage.records import library
from poise.storage.views import MembershipView, PositionView
from poise.web.publishing import library_for

ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
LAST = 10_000
SEVERAL_LIBRARIES = (
    "Nobody is placed in bands: these people sat with different versions of the library, and their scores do not "
    "compare."
)
HIDDEN_WORDS = {"judge first": "Say what you think first", "hidden": "Not shown to you"}


@dataclass(frozen=True)
class Shown:
    """What came of a sitting, in words: the verdict, how its demands stand, and the band; or why it is not shown."""

    verdict: str = ""
    demands: str = ""
    band: str = ""
    instead: str = ""


class Results:
    """What a member sees of some people's results; looked up for a page of them, or for all where that is asked."""

    def __init__(
        self, member: MembershipView, position: PositionView | None, lines: Sequence[Line], *, of_all: bool
    ) -> None:
        self._member = member
        self._position = position
        self._lines = lines
        self._found: dict[str, Outlined] = {}
        if of_all:
            self.look_up(lines)

    @property
    def may_show(self) -> bool:
        """Whether this member's role covers results at all."""
        return may(self._member.role, "see_results") or may(self._member.role, "see_study")

    @cached_property
    def may_rank(self) -> bool:
        """Whether people of this position may be placed in bands, and this member may see it."""
        if self._position is None or not may(self._member.role, "see_results"):
            return False
        held = library(library_for(self._position))
        job = next((one for one in held.jobs if one.key == self._position.job), None)
        return isinstance(job, Job) and may_place(held, job, switched_on=self._position.ranked_at is not None)

    def look_up(self, lines: Sequence[Line]) -> None:
        """Look up the results of those who have finished."""
        wanted = {line.sitting for line in lines if line.finished_at is not None} - set(self._found)
        if wanted and self.may_show:
            self._found |= list_outlined(self._member, wanted)

    def verdict(self, line: Line) -> str:
        """Return the verdict on somebody, where it is shown."""
        found = self._found.get(line.sitting)
        return found.outline.verdict if found and found.outline else ""

    def show(self, line: Line) -> Shown:
        """Return what is shown of somebody."""
        found = self._found.get(line.sitting)
        if found is None:
            return Shown()
        if found.outline is None:
            return Shown(instead=HIDDEN_WORDS.get(found.sight, "Open it to see"))
        band = self._say_band(line.sitting) if self.may_rank else ""
        verdict = found.outline.verdict
        return Shown(verdict[0].upper() + verdict[1:], found.outline.say_demands(), band)

    def place(self, line: Line) -> int:
        """Return the number of somebody's band, for sorting; who is in none comes last."""
        return self._places.get(line.sitting, LAST)

    @property
    def why_no_bands(self) -> str:
        """Why nobody is placed, where it is so."""
        return SEVERAL_LIBRARIES if len(self._libraries) > 1 else ""

    @cached_property
    def _libraries(self) -> set[str]:
        self.look_up(self._lines)
        return {one.library for one in self._found.values() if one.outline is not None}

    @cached_property
    def _bands(self) -> tuple[tuple[str, ...], ...]:
        if not self.may_rank or len(self._libraries) > 1:
            return ()
        shown = {key: one.outline for key, one in self._found.items() if one.outline is not None}
        return find_bands([one.as_contender(key) for key, one in shown.items()])

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: number for number, band in enumerate(self._bands) for key in band}

    def _say_band(self, sitting: str) -> str:
        number = self._places.get(sitting)
        if number is None:
            return ""
        others = len(self._bands[number]) - 1
        name = f"{ORDINALS[number]} band" if number < len(ORDINALS) else "A later band"
        if not others:
            return name
        return f"{name}, with {others} other{'' if others == 1 else 's'}"
