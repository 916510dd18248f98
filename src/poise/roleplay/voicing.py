"""The customer's line in other words: what a voice is told, and that only a line without a fault is said.

The grammar decides what the customer says. A voice, where there is one, may put that line into other words. It learns
what anybody at the desk may know, and never what the candidate wrote or what nobody has asked about yet. State, rating
and every later line of the grammar are the same with and without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from poise.content.manner import Voice
from poise.content.scenario import HiddenFact, PlainAnswer, Scenario
from poise.roleplay.linechecks import Bounds, find_faults, leaks
from poise.roleplay.plainwords import PLAIN_STEMS, stems_of, straighten
from poise.roleplay.state import anger_band


@dataclass(frozen=True)
class VoiceRequest:
    """All that a voice is told; the scene is the one that every candidate reads."""

    title: str
    scene: str
    name: str
    manner: str
    temper: str
    needs: tuple[str, ...]
    line: str


class Rewords(Protocol):
    """A voice, as it is handed down by a door; it never raises."""

    @property
    def name(self) -> str:
        """The model's name, to be stored with each line of its wording."""

    @property
    def in_assessment(self) -> bool:
        """Whether it may speak where candidates are assessed, who else all hear the same lines."""

    def say(self, request: VoiceRequest) -> str | None:
        """Return the line in other words, in good time, or None."""

    def refuse(self, faults: tuple[str, ...]) -> None:
        """Learn that a line was not used, and why; the reasons hold no word of it."""

    def accept(self) -> None:
        """Learn that a line was fit to be said."""


@dataclass(frozen=True)
class Worded:
    """What the customer says; `line` and `voice` are empty where they are the grammar's own words."""

    says: str
    line: str = ""
    voice: str = ""


class AskedOnce:
    """A voice that is asked once, however often a decision is made again because somebody else was faster."""

    def __init__(self, voice: Rewords) -> None:
        self._voice = voice
        self._asked: tuple[VoiceRequest, str | None] | None = None
        self._told = False
        self.name, self.in_assessment = voice.name, voice.in_assessment

    def say(self, request: VoiceRequest) -> str | None:
        """Return the line in other words; for another request than the first, None."""
        if self._asked is None:
            self._asked = (request, self._voice.say(request))
        return self._asked[1] if self._asked[0] == request else None

    def refuse(self, faults: tuple[str, ...]) -> None:
        """Hand it on, once."""
        if not self._told:
            self._told = True
            self._voice.refuse(faults)

    def accept(self) -> None:
        """Hand it on, once."""
        if not self._told:
            self._told = True
            self._voice.accept()


def word(
    scenario: Scenario,
    shared: Voice,
    line: str,
    spoken: Sequence[str],
    anger: int,
    open_needs: Sequence[str],
    voice: Rewords | None,
    *,
    assessed: bool = True,
) -> Worded:
    """Return what the customer says in place of the grammar's line: other words without a fault, or the line itself.

    `spoken` is what the customer said before, as it was said; `open_needs` are keys. Where nobody is `assessed`, any
    case may be voiced.
    """
    if voice is None or not line or (assessed and not may_speak(scenario, voice)):
        return Worded(line)
    found = voice.say(make_request(scenario, line, spoken, anger, open_needs))
    if found is None:
        return Worded(line)
    said = tidy(found, line)
    if faults := find_faults(said, make_bounds(scenario, shared, line, spoken)):
        voice.refuse(faults)
        return Worded(line)
    voice.accept()
    return Worded(line) if said == line else Worded(said, line, voice.name)


def may_speak(scenario: Scenario, voice: Rewords) -> bool:
    """Say whether a voice may serve this case: in practice always, in an assessment only where it was asked for."""
    return scenario.purpose == "practice" or voice.in_assessment


def make_request(
    scenario: Scenario, line: str, spoken: Sequence[str], anger: int, open_needs: Sequence[str]
) -> VoiceRequest:
    """Return what a voice is told about a line."""
    known = stems_of(straighten("\n".join((scenario.title, scenario.scene, line, *spoken))))
    hidden = _hidden(scenario)
    needs = tuple(
        need.reads for need in scenario.needs if need.key in open_needs and not leaks(need.reads, hidden, known)
    )
    return VoiceRequest(
        title=scenario.title,
        scene=scenario.scene,
        name=scenario.customer.name,
        manner=scenario.customer.manner,
        temper=anger_band(anger),
        needs=needs,
        line=line,
    )


def make_bounds(scenario: Scenario, shared: Voice, line: str, spoken: Sequence[str]) -> Bounds:
    """Return what a line from a voice is held against."""
    labels = (*(one.label for one in scenario.remedies), *(one.label for one in scenario.pledges))
    kinds = (*shared.cells.values(), *(bands for cells in shared.manners.values() for bands in cells.values()))
    cells = tuple(straighten(text) for bands in kinds for lines in bands.values() for text in lines)
    insults = [probe for probe in scenario.probes if probe.kind == "insult"]
    return Bounds(
        line=line,
        spoken=tuple(spoken),
        untold=_hidden(scenario),
        shared=cells,
        shared_stems=stems_of("\n".join(cells)),
        case=stems_of("\n".join(scenario.topics)) | (stems_of("\n".join(labels)) - PLAIN_STEMS),
        fixed=frozenset(straighten(text) for probe in insults for text in (*probe.says, *probe.then)),
    )


def tidy(said: str, line: str) -> str:
    """Return a line without spare spaces, empty paragraphs, and quotation marks around the whole."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in said.splitlines()]
    plain = "\n".join(paragraph for paragraph in paragraphs if paragraph)
    for first, last in (('"', '"'), ("\u201c", "\u201d")):
        inside = plain[1:-1]
        if plain[:1] == first and plain[-1:] == last and not {first, last} & set(inside) and plain[:1] != line[:1]:
            return inside.strip()
    return plain


def _hidden(scenario: Scenario) -> tuple[str, ...]:
    """Return everything that only a question brings out; what was said of it is not held against a line any more."""
    asked: list[HiddenFact | PlainAnswer] = [*scenario.hidden, *scenario.answers]
    return tuple(text for one in asked for text in (one.about, *one.says))
