"""In which order representatives must come out, and what must and must not change that order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from statistics import fmean

import numpy as np

from poise.content.manner import Appraisal, Voice, Weight
from poise.content.quality import Beliefs
from poise.content.rubric import Moment
from poise.roleplay.conversation import Conversation, rate, rate_replies, would_return
from poise.roleplay.customer import answer
from poise.roleplay.rating import Rating, Said, rate_moment

RANKS = ("saint", "decent_non_native", "decent_terse", "mediocre")
"""From best to worst; everybody else comes after the last."""
MAY_TIE = frozenset({("saint", "decent_non_native")})
TIE_OF_RATING = 0.05
TIE_OF_RETURN = 20
YARDSTICK = "decent_terse"
GAMERS = ("keyword_stuffer", "paster")
LOWEST = 3


@dataclass(frozen=True)
class Served:
    """One customer as one representative served them, and how that was rated."""

    representative: str
    wording: int
    conversation: Conversation
    ratings: tuple[tuple[Rating, int], ...]

    @property
    def scenario(self) -> str:
        """The key of the case."""
        return self.conversation.scenario.key

    @property
    def would_return(self) -> int:
        """How likely the customer comes back, in thousandths."""
        return would_return(self.conversation)

    @cached_property
    def by_quality(self) -> dict[str, float]:
        """The expected level of each quality that came up, 0 to 4."""
        return mean_by_quality([rating for rating, _ in self.ratings], expected_level)

    @cached_property
    def levels(self) -> dict[str, float]:
        """The level of the likeliest line of each quality that came up, 0 to 4."""
        return mean_by_quality([rating for rating, _ in self.ratings], lambda rating: float(rating.line.level))

    @property
    def rating(self) -> float:
        """The mean over the qualities of the expected level."""
        return fmean(self.by_quality.values())


def serve(representative: str, wording: int, conversation: Conversation, rates: "Rates") -> Served:
    """Rate a conversation that has ended."""
    return Served(representative, wording, conversation, rate(conversation, rates.acts, rates.beliefs))


@dataclass(frozen=True)
class Rates:
    """What a rating needs to know besides the conversation."""

    acts: Mapping[str, float]
    beliefs: Beliefs


def expected_level(rating: Rating) -> float:
    """Return the expectation of a moment's level, 0 to 4."""
    return sum(level * chance for level, chance in enumerate(rating.probabilities))


def likeliest_level(rating: Rating) -> int:
    """Return the category that a moment is put in: its likeliest level."""
    return int(np.argmax(rating.probabilities))


def mean_by_quality(ratings: Sequence[Rating], value: Callable[[Rating], float]) -> dict[str, float]:
    """Return the mean of a figure over the moments of each quality."""
    qualities = sorted({rating.moment.quality for rating in ratings})
    return {key: fmean(value(one) for one in ratings if one.moment.quality == key) for key in qualities}


def pairs_in_order(representatives: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return every pair of which the first must come out above the second."""
    ranked = [key for key in RANKS if key in representatives]
    rest = [key for key in representatives if key not in RANKS]
    return (*pairwise(ranked), *((ranked[-1], key) for key in rest))


def broken(values: Mapping[str, float], tie: float) -> tuple[tuple[str, str], ...]:
    """Return the pairs that stand the wrong way round; those who do the same work may tie."""
    return tuple(
        (better, worse)
        for better, worse in pairs_in_order(list(values))
        if values[better] <= values[worse] - (tie if (better, worse) in MAY_TIE else 0.0)
    )


def lowest(by_quality: Mapping[str, float]) -> frozenset[str]:
    """Return the three lowest qualities, and those that tie with the third."""
    limit = sorted(by_quality.values())[min(LOWEST, len(by_quality)) - 1]
    return frozenset(key for key, value in by_quality.items() if value <= limit)


def flip_act(said: Sequence[Said], act: str) -> tuple[Said, ...]:
    """Turn an act into its absence and its absence into the act, in every reply."""
    return tuple(replace(one, acts={**one.acts, act: 1.0 - one.acts.get(act, 0.0)}) for one in said)


def rate_flipped(conversation: Conversation, said: Sequence[Said], rates: Rates) -> tuple[tuple[Rating, int], ...]:
    """Rate a conversation as if this had been said in it."""
    scenario, desk = conversation.scenario, conversation.desk
    return tuple(rate_replies(scenario, said, desk, rates.acts, rates.beliefs, over=True))


def rate_opposite(served: Served, act: str, rates: Rates) -> tuple[Rating, ...]:
    """Rate a conversation in which every reply held an act exactly where it did not."""
    talk, said = served.conversation, flip_act(served.conversation.said, act)
    changed = []
    for rating, place in served.ratings:
        if any(rests_on(rating.moment, act, reply, place) for reply in range(1, len(said) + 1)):
            heard = said[: place or len(said)]
            more = (talk.desk, rates.acts, rates.beliefs)
            rating = rate_moment(talk.scenario, rating.moment, heard, *more, whole=not place)  # noqa: PLW2901  as flipped
        changed.append(rating)
    return tuple(changed)


def feel_again(conversation: Conversation, appraisal: Appraisal, voice: Voice) -> int:
    """Return how likely the customer comes back, in thousandths, where other weights move them."""
    state, says, returning = conversation.first, [conversation.opening], 0
    for number, turn in enumerate(conversation.turns, start=1):
        desk = [step for step in conversation.desk if step.reply <= number]
        more = (desk, conversation.seed, says)
        answered = answer(conversation.scenario, appraisal, voice, state, conversation.said[:number], *more)
        state, returning = answered.state, answered.would_return
        says.append(turn.answer.says)
    return returning


def turn_weight(appraisal: Appraisal, act: str) -> Appraisal:
    """Turn the sign of everything that an act does to a customer."""
    return appraisal.model_copy(update={"acts": {**appraisal.acts, act: _changed(appraisal.acts[act], lambda _: -1.0)}})


def shake(appraisal: Appraisal, rng: np.random.Generator, share: float) -> Appraisal:
    """Change each weight by itself by up to this share, up or down."""

    def shaken(weights: Mapping[str, Weight]) -> dict[str, Weight]:
        return {key: _changed(weight, lambda _: 1.0 + rng.uniform(-share, share)) for key, weight in weights.items()}

    return appraisal.model_copy(update={"acts": shaken(appraisal.acts), "facts": shaken(appraisal.facts)})


def _changed(weight: Weight, factor: Callable[[str], float]) -> Weight:
    numbers = {name: value for name, value in weight.model_dump().items() if isinstance(value, int)}
    return weight.model_copy(update={name: round(value * factor(name)) for name, value in numbers.items()})


def rests_on(moment: Moment, act: str, reply: int, place: int) -> bool:
    """Say whether a moment rests on an act in this reply; `place` is the moment's own reply, 0 for the whole.

    A calm limit also makes a fact of the desk: that the customer was warned.
    """
    atoms = set(moment.scale.atoms)
    if act == "set_boundary" and "warned" in atoms and (place == 0 or reply < place):
        return True
    if place == 0:
        return bool(atoms & {act, f"earlier.{act}"})
    return (reply == place and act in atoms) or (reply < place and f"earlier.{act}" in atoms)
