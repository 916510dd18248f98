"""The customer's words: lines drawn by the sitting's seed, never by anything that the candidate is or does."""

import hashlib
from collections.abc import Sequence

from poise.content.manner import Voice
from poise.content.scenario import Customer, Probe, Scenario
from poise.roleplay.state import anger_band

SHARPER = 25
"""A step of abusiveness words a customer as if they were angrier by so many thousandths; below MILD, calmer."""
MILD = 3


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


def say_second(scenario: Scenario, probe: Probe, seed: int) -> str:
    """Return the second of two messages: the one that goes with the first."""
    first = say_probe(scenario, probe, seed)
    return probe.then[probe.says.index(first)]


def say_reaction(
    voice: Voice, reaction: str, anger: int, place: str, seed: int, spoken: Sequence[str], customer: Customer
) -> str:
    """Return a short reaction in the customer's present temper and in their manner; empty where there are no lines."""
    band = anger_band(anger + SHARPER * (customer.temperament.abusiveness - MILD))
    lines = voice.lines(reaction, band, customer.manner)
    shared = voice.lines(reaction, band)
    fitting = _in_manner(lines, customer.manner) if lines == shared else lines
    place, said = f"{place}/{reaction}/{band}", "\n".join(spoken)
    for some in (fitting, lines):
        line = draw_line(some, place, seed, spoken) if some else ""
        if line not in said:
            return line
    return line


def _in_manner(lines: Sequence[str], manner: str) -> Sequence[str]:
    """Return the shared lines that suit a manner best: the shorter half for the curt, the longer half for the wordy."""
    by_length = sorted(lines, key=len)
    half = -(-len(lines) // 2)
    return {"curt": by_length[:half], "wordy": by_length[-half:]}.get(manner, lines)


def say_ending(scenario: Scenario, outcome: str, seed: int) -> str:
    """Return how the customer leaves; one who was put out of the conversation says nothing more."""
    if outcome == "ended":
        return ""
    return draw_line(getattr(scenario.endings, outcome), f"{scenario.key}/ending/{outcome}", seed)
