"""Asking people in: what must be known of each, for how long a link is open, and what a letter to them says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from poise.hiring.refusal import RefusedError, check_line
from poise.sitting.events import AccommodationsChosen

LONGEST_NAME = 200
LONGEST_ADDRESS = 254
DAYS = 14
MOST_DAYS = 180
ACCOMMODATIONS: dict[str, str] = {
    "large_text": "larger text",
    "plain_background": "a plain background",
    "breaks": "breaks",
    "human_alternative": "a person instead of the simulated customer",
}
"""What may be agreed beforehand: the wishes of the event `accommodations_chosen`, in words."""
IsAddress = Callable[[str], bool]

if set(ACCOMMODATIONS) != {name for name in AccommodationsChosen.model_fields if name not in {"at", "kind"}}:
    raise AssertionError("ACCOMMODATIONS must name every wish of accommodations_chosen")


@dataclass(frozen=True)
class Asked:
    """Somebody who is to be asked in; without an address the link is handed over by a person."""

    name: str
    email: str = ""
    accommodations: tuple[str, ...] = ()


def check_asked(name: str, email: str, accommodations: Sequence[str], is_address: IsAddress) -> Asked:
    """Return a person to be asked in, tidied; raises RefusedError with all that is wrong."""
    name, email = " ".join(name.split()), email.strip()
    problems = check_line(name, "name", "the name of the person", LONGEST_NAME)
    problems |= check_address(email, is_address) if email else {}
    strange = [one for one in accommodations if one not in ACCOMMODATIONS]
    if strange:
        problems["accommodations"] = f"We do not know {strange[0]!r}. Choose from those that are shown."
    if problems:
        raise RefusedError(problems)
    return Asked(name, email, tuple(key for key in ACCOMMODATIONS if key in accommodations))


def check_address(email: str, is_address: IsAddress) -> dict[str, str]:
    """Return what is wrong with an e-mail address, by its field; nothing where it is right."""
    if not email:
        return {"email": "Write an e-mail address."}
    if len(email) > LONGEST_ADDRESS or not is_address(email):
        return {"email": "This is not a whole e-mail address, such as ada@example.org."}
    return {}


def check_days(days: int) -> int:
    """Return for how many days an invitation is open; raises RefusedError outside 1 to 180."""
    if not 1 <= days <= MOST_DAYS:
        raise RefusedError({"days": f"An invitation is open for 1 to {MOST_DAYS} days."})
    return days


def same_person(email: str) -> str:
    """Return an e-mail address as it is compared: capitals make no difference."""
    return email.strip().casefold()
