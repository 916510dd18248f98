"""Everybody serving everybody, played once: what the study of representatives looks at."""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean

from readings import RememberingReader

from poise.content.library import Library
from poise.content.scenario import Scenario
from poise.roleplay.representatives import Representative, play, replay
from poise.roleplay.representatives import proof as p
from poise.roleplay.representatives.playing import Act

WORDINGS = (0, 1, 2)
Table = Iterator[str]


class Study:
    """Everybody serving everybody, played once."""

    def __init__(
        self, library: Library, everyone: Sequence[Representative], reader: RememberingReader, wordings: Sequence[int]
    ) -> None:
        self.library, self.everyone, self.reader = library, everyone, reader
        self.rates = p.Rates(reader.base_rates, library.beliefs)
        self.keys = [one.key for one in everyone]
        self.cases = library.scenarios
        self.served: list[p.Served] = []
        for one in everyone:
            self.served += [self.serve(one, case, wording) for case in self.cases for wording in wordings]
            reader.keep()
        self.unpleasable = [case.key for case in self.cases if not self._anybody_pleased(case)]

    def serve(self, one: Representative, case: Scenario, wording: int, seed: int | None = None) -> p.Served:
        """Let one representative serve one customer, who has the seed of the wording unless another is given."""
        library, seed = self.library, wording if seed is None else seed
        talk = play(one, case, self.reader, library.appraisal, library.voice, wording=wording, seed=seed)
        return p.serve(one.key, wording, talk, self.rates)

    def again(self, one: p.Served, script: Sequence[Act], seed: int) -> p.Served:
        """Say and do the same to a customer with another seed, or something else to the same customer."""
        library, case = self.library, one.conversation.scenario
        talk = replay(script, case, self.reader, library.appraisal, library.voice, seed)
        return p.serve(one.representative, one.wording, talk, self.rates)

    def of(self, representative: str, case: str | None = None) -> list[p.Served]:
        """Return the conversations of a representative, in one case or in all."""
        return [s for s in self.served if s.representative == representative and case in {None, s.scenario}]

    def mean(self, value: Callable[[p.Served], float], case: str | None = None) -> dict[str, float]:
        """Return the mean of a figure for each representative."""
        return {key: fmean(value(one) for one in self.of(key, case)) for key in self.keys}

    def qualities(self, key: str, *, levels: bool = False) -> dict[str, float]:
        """Return each quality's mean expected level (or likeliest level) over all moments of a representative."""
        ratings = [rating for one in self.of(key) for rating, _ in one.ratings]
        return p.mean_by_quality(ratings, (lambda one: float(one.line.level)) if levels else p.expected_level)

    def _anybody_pleased(self, case: Scenario) -> bool:
        return any(one.conversation.outcome == "pleased" for one in self.served if one.scenario == case.key)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Lay out a table in Markdown."""
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join("---" if number == 0 else "--:" for number in range(len(heads))) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""
