"""The claims of a library in a report: each stands once, where it is needed; the rest stand in one list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from poise.content.claims import Claim
from poise.web.report_words import Reader

Place = Literal["answer", "jobs", "qualities", "conversations", "contest"]
PLACES: Mapping[str, Place] = {
    "provisional": "answer",
    "validity_unknown": "answer",
    "uncertainty": "jobs",
    "norms_none": "qualities",
    "synthetic": "conversations",
    "reading_limits": "contest",
}
TO_THE_PERSON = ("reading_limits",)
"""What speaks of "you" at length: it stands in its place for the person, and in the list for anybody else."""
PLACE_WORDS: Mapping[Place, str] = {
    "answer": "What is said with the answer",
    "jobs": "What is said of uncertainty",
    "qualities": "What is said of the qualities",
    "conversations": "What is said of the customers",
    "contest": "What is said of how words were read",
}


@dataclass(frozen=True)
class ClaimLaid:
    """A claim, its first sentence apart from what follows."""

    first: str
    rest: str
    rests_on: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.first} {self.rest}".strip()


@dataclass(frozen=True)
class Ground:
    """On what the claims in a place rest."""

    place: Place
    words: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True)
class ClaimsLaid:
    """The claims by where they stand; `grounds` are those of all that does not stand in the list of others."""

    answer: tuple[ClaimLaid, ...]
    jobs: tuple[ClaimLaid, ...]
    qualities: tuple[ClaimLaid, ...]
    conversations: tuple[ClaimLaid, ...]
    contest: tuple[ClaimLaid, ...]
    others: tuple[ClaimLaid, ...]
    grounds: tuple[Ground, ...]


def lay_claims(claims: Iterable[Claim], reader: Reader, *, met_customers: bool) -> ClaimsLaid:
    """Put every claim in its place, or in the list where its place is not on the page."""
    placed: dict[Place, list[ClaimLaid]] = {place: [] for place in get_args(Place)}
    others: list[ClaimLaid] = []
    for claim in claims:
        place = _find_place(claim.key, reader, met_customers=met_customers)
        (placed[place] if place else others).append(_lay(claim))
    grounds = (
        Ground(place, PLACE_WORDS[place], tuple(one.rests_on for one in found)) for place, found in placed.items()
    )
    return ClaimsLaid(
        **{place: tuple(found) for place, found in placed.items()},
        others=tuple(others),
        grounds=tuple(one for one in grounds if one.rests_on),
    )


def _find_place(key: str, reader: Reader, *, met_customers: bool) -> Place | None:
    place = PLACES.get(key)
    is_elsewhere = key in TO_THE_PERSON and reader != "self"
    return None if is_elsewhere or (place == "conversations" and not met_customers) else place


def _lay(claim: Claim) -> ClaimLaid:
    first, stop, rest = claim.text.partition(". ")
    return ClaimLaid(first + stop.strip(), rest, claim.rests_on)
