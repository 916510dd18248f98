"""`poise simulate sittings`: made-up people through a blueprint, and how well their qualities are recovered."""

import time
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import track

from poise.cli.complaining import Complaining
from poise.cli.recovering import Recovery, measure, tabulate, tabulate_styles
from poise.cli.responding import read_style
from poise.content.blueprint import Blueprint
from poise.content.check import load_library
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.statement import Block
from poise.measurement import Posterior, score
from poise.measurement.people.styles import Style, draw_styles, mix_styles
from poise.roleplay.conversation import read_in_context
from poise.roleplay.understanding import Reader, TextReading
from poise.sitting.doubting import Doubt
from poise.sitting.evidence import apart, observe, posterior_of, prior_of
from poise.sitting.journal import MemoryJournal
from poise.sitting.simulee import draw_simulee, sit
from poise.sitting.state import State
from poise.sitting.timing import draw_pace, minutes_of

MOST_EXPOSED = 0.3
"""No statement should be asked of a larger share of people."""
PERCENTILE = 80
PACE = 0x9ACE
"""Sets a simulee's pace apart from their other draws."""


class _Remembering:
    """A reader that reads the same reply once: a sitting decides first and performs afterwards."""

    def __init__(self, reader: Reader) -> None:
        self.version, self.base_rates = reader.version, reader.base_rates
        self._read = lru_cache(maxsize=64)(partial(read_in_context, reader))

    def read(self, text: str, topics: tuple[str, ...] = (), customer: str = "") -> TextReading:
        """Read a reply, or remember it."""
        return self._read(text, topics, customer)


class Wish(NamedTuple):
    """What was asked for: how many people, of which blueprint, from which seed."""

    number: int
    blueprint: str
    seed: int
    uncertain: bool


class Seen(NamedTuple):
    """What became of one made-up person."""

    true: list[float]
    whole: Posterior
    own: Posterior
    minutes: float
    asked: frozenset[str]
    answers: int
    equal: int


def simulate(
    out: Console,
    err: Console,
    *,
    number: int,
    blueprint: str,
    seed: int,
    styles: Sequence[str] = (),
    share: float = 0.2,
    uncertain: bool = False,
) -> None:
    """Run the simulation and print its table; with styles, a table by style as well."""
    with Complaining(err):
        asked = [read_style(one if "=" in one else f"{one}={share}") for one in styles]
        mixed = mix_styles(asked)
        style = draw_styles(mixed, number, np.random.default_rng([seed, number]))
    library, reader = load_library(), _Remembering(Reader.load())
    wish = Wish(number, blueprint, seed, uncertain)
    begun = time.process_time()
    seen = [
        _sit(library, reader, wish, person, mixed[int(style[person])])
        for person in track(range(number), description="Sitting", console=err, transient=True)
    ]
    spent = time.process_time() - begun
    answers, equal = sum(one.answers for one in seen), sum(one.equal for one in seen)
    out.print(
        f"{number} simulees through {blueprint} (library {library.version}, seed {seed}): {answers} answers;"
        f" state rebuilt from rows before each and equal to the uninterrupted run {equal} times."
    )
    if uncertain:
        doubt = Doubt(seed)
        out.print(
            "True parameters lie around the believed ones: slopes by a factor of"
            f" exp(normal(0, {doubt.slope})), eases by normal(0, {doubt.ease}), drawn once for each question."
        )
    out.print(f"{spent / number:.2f} CPU seconds a sitting.")
    found = measure(np.array([one.true for one in seen]), [one.whole for one in seen], [one.own for one in seen])
    out.print(tabulate(found))
    if len(mixed) > 1 or mixed[0].kind != "honest":
        out.print(tabulate_styles(found, mixed, style))
    _tell_rest(out, seen, library, found)


def _sit(library: Library, reader: _Remembering, wish: Wish, person: int, style: Style) -> Seen:
    customers = library.find(Blueprint, wish.blueprint).everyone
    own_seed = wish.seed * 1_000_003 + person
    doubt = Doubt(wish.seed) if wish.uncertain else None
    simulee = draw_simulee(library, customers, reader, seed=own_seed, style=style, doubt=doubt)
    walked = sit(MemoryJournal(), str(person), simulee, wish.blueprint, seed=own_seed)
    state = walked.state
    given = observe(state, library)
    alone = score(apart(prior_of(library, tuple(sorted(state.conversations)))), [one.response for one in given])
    return Seen(
        true=[simulee.truth[quality] for quality in QUALITIES],
        whole=posterior_of(state, library, given),
        own=alone,
        minutes=minutes_of(state, library, draw_pace(np.random.default_rng([own_seed, PACE]))),
        asked=_asked_in(state, library),
        answers=walked.answers,
        equal=walked.equal,
    )


def _asked_in(state: State, library: Library) -> frozenset[str]:
    """Return the statements that a person met, singly or in a block."""
    ranked = (one for key in state.rankings for one in library.find(Block, key).statements)
    return frozenset([*state.ratings, *ranked])


def _tell_rest(out: Console, seen: Sequence[Seen], library: Library, found: Recovery) -> None:
    """Print what the columns mean, the minutes and the exposure."""
    out.print("r: correlation with the truth; reliable: its square; by own: the same by each quality's own evidence;")
    out.print("error: root mean square, of the level; sd: of the posterior, mean;")
    out.print("in 80 %: how often the 80 % interval holds the true value.")
    minutes = np.array([one.minutes for one in seen])
    middle, late = np.percentile(minutes, [50, PERCENTILE])
    out.print(f"Minutes: {middle:.0f} for half of the people, {late:.0f} at the {PERCENTILE}th percentile.")
    counts = Counter(key for one in seen for key in one.asked)
    if counts:
        key, most = counts.most_common(1)[0]
        above = sum(count > MOST_EXPOSED * len(seen) for count in counts.values())
        out.print(
            f"Exposure: {len(counts)} of {len(library.statements)} statements were asked; the most used, {key}, of"
            f" {most / len(seen):.0%} of people; {above} of more than {MOST_EXPOSED:.0%}."
        )
    out.print(f"Reliability by own evidence, median quality: {found.median_own:.2f}.")
