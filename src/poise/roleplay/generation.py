"""The customer's words: lines drawn by the sitting's seed, never by anything that the candidate is or does."""

import hashlib
from collections.abc import Sequence

from poise.content.manner import Voice
from poise.content.scenario import Probe, Scenario
from poise.roleplay.state import anger_band


def draw_line(lines: Sequence[str], place: str, seed: int, spoken: Sequence[str] = ()) -> str:
    """Draw one of the lines for a place in a conversation; one that was said before only when all were."""
    digest = hashlib.sha256(f"{seed}|{place}".encode()).digest()
    start = int.from_bytes(digest[:8], "big") % len(lines)
    turned = [lines[(start + step) % len(lines)] for step in range(len(lines))]
    said = "\n".join(spoken)
    return next((line for line in turned if line not in said), turned[0])


def say_probe(scenario: Scenario, probe: Probe, seed: int) -> str:
    """Return what the customer says at this place of the timetable."""
    return draw_line(probe.says, f"{scenario.key}/{probe.key}", seed)


def say_reaction(voice: Voice, reaction: str, anger: int, place: str, seed: int, spoken: Sequence[str]) -> str:
    """Return a short reaction in the customer's present temper."""
    band = anger_band(anger)
    return draw_line(voice.cells[reaction][band], f"{place}/{reaction}/{band}", seed, spoken)


def say_ending(scenario: Scenario, outcome: str, seed: int) -> str:
    """Return how the customer leaves; one who was put out of the conversation says nothing more."""
    if outcome == "ended":
        return ""
    return draw_line(getattr(scenario.endings, outcome), f"{scenario.key}/ending/{outcome}", seed)
