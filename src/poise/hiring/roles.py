"""What each role may do in its organisation, in one table."""

from typing import Literal, get_args

Role = Literal["owner", "hirer", "interviewer", "analyst", "author"]
ROLES: tuple[Role, ...] = get_args(Role)
Deed = Literal[
    "see_positions",  # which positions there are, and how many people sat for each
    "edit_position",  # make, change and close positions
    "set_mode",  # study or selection, ranks while provisional, the blind first view
    "invite",  # one, many, or by a public link; remind and withdraw
    "see_candidates",  # who was asked and how far they are, by name
    "see_results",  # the reports of candidates, by name; never of those who sat for a study
    "see_study",  # what came of a study, under pseudonyms
    "interview",  # the interview guide and its form
    "decide",  # compare, judge and decide, with a reason
    "answer",  # contested readings, and what candidates ask for
    "export",  # tables of candidates as files
    "see_audit",  # who did what
    "see_library",  # look at what is asked
    "author",  # change and publish it
    "manage_members",  # invite members, change roles, remove them
    "manage_organisation",  # terms, retention, second factor
    "connect",  # keys of the API and webhooks
    "erase",  # delete a sitting before its time
]
DEEDS: tuple[Deed, ...] = get_args(Deed)

HIRER: frozenset[Deed] = frozenset(
    {
        "see_positions",
        "edit_position",
        "invite",
        "see_candidates",
        "see_results",
        "interview",
        "decide",
        "answer",
        "export",
        "see_library",
    }
)
OWNER: frozenset[Deed] = frozenset(DEEDS) - {"see_study"}
"""An owner may do everything but see how their own people did in a study: that is promised to those who sit."""

MAY: dict[Role, frozenset[Deed]] = {
    "owner": OWNER,
    "hirer": HIRER,
    "interviewer": frozenset({"see_positions", "see_candidates", "interview"}),
    "analyst": frozenset({"see_positions", "see_study", "export", "see_audit", "see_library"}),
    "author": frozenset({"see_positions", "see_library", "author"}),
}


class NotAllowedError(PermissionError):
    """A role may not do a deed; the message says who may."""

    def __init__(self, role: str, deed: Deed) -> None:
        able = [one for one in ROLES if deed in MAY[one]]
        super().__init__(f"role is {role!r}, which may not {say(deed)}; that may: {', '.join(able)}")
        self.deed = deed


def may(role: str, deed: Deed) -> bool:
    """Say whether a role may do a deed; a role that is not known may do nothing."""
    return any(one == role and deed in MAY[one] for one in ROLES)


def check_may(role: str, deed: Deed) -> None:
    """Raise NotAllowedError where a role may not do a deed."""
    if not may(role, deed):
        raise NotAllowedError(role, deed)


def say(deed: Deed) -> str:
    """Return a deed in words: ``see_results`` as ``see results``."""
    return deed.replace("_", " ")
