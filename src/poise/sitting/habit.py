"""How a simulee answers who is not honest or not careful: fakers, careless people, extreme responders and others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from poise.content.quality import QUALITIES
from poise.measurement import BlockItem, GradedItem, answer_block, answer_graded
from poise.measurement.people.styles import CHANCES, BoolArray, Habits, Style, bend_answers, bend_orders

LOGITS_OF_DESIRABILITY = 0.5
"""What a point of a statement's desirability (1 to 7) adds to its utility for a faker of strength one: a guess."""

UNREAD = ("careless", "straight")
"""The styles of people who do not read what they answer."""


@dataclass(frozen=True)
class Habit:
    """A style of answering, and chance of its own, so that honest simulees answer as they always did.

    It shows in statements, blocks and situations: there a faker answers as somebody whose qualities all lie higher. In
    a conversation and in questions on knowledge nobody can do better than they are able to; but careless people say
    next to nothing in the one and guess in the other.
    """

    style: Style
    rng: np.random.Generator

    @property
    def habits(self) -> Habits:
        """The style as the measurement room takes it."""
        return Habits.of([self.style], np.zeros(1, dtype=np.int64))

    def shows(self, number: int, far: float) -> BoolArray:
        """Draw whether the style shows in each of some questions, when so much of the sitting (0 to 1) is done."""
        style, drawn = self.style, self.rng.random((2, number))
        careless = style.kind == "careless"
        here = np.full(number, far >= 1.0 - style.extent) if careless else drawn[0] < style.extent
        shown: BoolArray = here & (drawn[1] < (style.force if style.kind in CHANCES else 1.0))
        return shown

    def rate(
        self, items: Mapping[str, GradedItem], truth: Mapping[str, float], rng: np.random.Generator, far: float
    ) -> dict[str, int]:
        """Answer some statements or reactions that are shown together."""
        shows = self.shows(len(items), far)
        honest = [
            answer_graded(self._agree(item) if shown else item, self._shift(truth) if shown else truth, rng)
            for item, shown in zip(items.values(), shows, strict=True)
        ]
        sizes = np.array([item.categories for item in items.values()])
        bent = bend_answers(np.array([honest]), sizes, self.habits, shows[None, :], self.rng)
        return dict(zip(items, (int(one) for one in bent[0]), strict=True))

    def rank(
        self,
        item: BlockItem,
        desirability: Sequence[float],
        truth: Mapping[str, float],
        rng: np.random.Generator,
        far: float,
    ) -> tuple[int, ...]:
        """Put the statements of a block in order."""
        shows = self.shows(1, far)
        if shows[0] and self.style.kind == "faker":
            item, truth = self._prefer(item, desirability), self._shift(truth)
        honest = np.array([answer_block(item, truth, rng)])
        as_shown = np.arange(honest.shape[1])[None, :]
        bent, _ = bend_orders(honest, self.habits, shows, as_shown, self.rng)
        return tuple(int(one) for one in bent[0])

    def leave_unread(self, number: int, far: float) -> BoolArray:
        """Draw which of some questions with a right answer are answered without being read."""
        if self.style.kind not in UNREAD:
            return np.zeros(number, dtype=np.bool_)
        return self.shows(number, far)

    def is_silent(self, far: float) -> bool:
        """Draw whether a reply to a customer is one that does nothing."""
        return self.style.kind == "careless" and bool(self.shows(1, far)[0])

    def _shift(self, truth: Mapping[str, float]) -> Mapping[str, float]:
        if self.style.kind != "faker":
            return truth
        return {**truth, **{quality: truth[quality] + self.style.force for quality in QUALITIES}}

    def _agree(self, item: GradedItem) -> GradedItem:
        if self.style.kind != "acquiescent":
            return item
        return replace(item, intercepts=tuple(d + self.style.force for d in item.intercepts))

    def _prefer(self, item: BlockItem, desirability: Sequence[float]) -> BlockItem:
        added = LOGITS_OF_DESIRABILITY * self.style.force * np.array(desirability)
        statements = zip(item.statements, added.tolist(), strict=True)
        return BlockItem(tuple(replace(one, intercept=one.intercept + more) for one, more in statements))
