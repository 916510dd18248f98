"""A reader for tests: it knows a handful of words, so that what it reads is plain to see."""

from collections.abc import Mapping, Sequence

from poise.content.act import ACTS
from poise.roleplay.understanding import TextReading
from poise.sitting.phrases import PHRASES

LOW, HIGH, BASE = 0.02, 0.95, 0.1


class PlainReader:
    """Reads exactly the simulee's phrases, and nothing else."""

    version = "plain"
    base_rates: Mapping[str, float] = dict.fromkeys(ACTS, BASE)

    def read(self, text: str, topics: Sequence[str] = ()) -> TextReading:  # noqa: ARG002  it knows no topics
        """Read one reply."""
        acts = {act: HIGH if any(one in text for one in PHRASES[act]) else LOW for act in ACTS}
        return TextReading(
            version=self.version,
            acts=tuple(acts.items()),
            telling=tuple((act, 0) for act, chance in acts.items() if chance == HIGH),
            sentences=((0, len(text)),),
            words=len(text.split()),
            legible=True,
        )
