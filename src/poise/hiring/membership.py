"""Who works for an organisation: an owner always remains, and nobody is asked in twice."""

from collections.abc import Mapping

from poise.hiring.refusal import RefusedError
from poise.hiring.roles import ROLES

DAYS = 7
"""For how many days the link of an invitation to join is open."""
ROLE_WORDS: Mapping[str, str] = {
    "owner": "May do everything here, except see how your own people did in a study.",
    "hirer": "Makes positions, invites, sees the reports, compares and decides.",
    "interviewer": "Sees who is invited and how far they are, and fills in the interview form.",
    "analyst": "Sees what came of studies under pseudonyms, and the audit trail.",
    "author": "Changes and publishes what candidates are asked.",
}


class LastOwnerError(RefusedError):
    """The change would leave an organisation without an owner."""

    def __init__(self) -> None:
        super().__init__({"": "This is the last owner. Make somebody else an owner first; then this can be changed."})


def check_role(role: str) -> str:
    """Return a role that there is; raises RefusedError."""
    if role not in ROLES:
        raise RefusedError({"role": f"Choose a role: {', '.join(ROLES)}."})
    return role


def check_owner_remains(role: str, becomes: str, owners: int) -> None:
    """Raise LastOwnerError where an owner becomes something else, or nothing, and no other owner is left."""
    if role == "owner" and becomes != "owner" and owners <= 1:
        raise LastOwnerError
