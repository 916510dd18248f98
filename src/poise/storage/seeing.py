"""Who may see what came of a sitting; every page, table, file and address of the API asks here.

`may_see_result` is the one question. A result is hidden from whom the mode of the position hides it, and from
members who have yet to say what they think where the position wants that first.
"""

from collections.abc import Iterable
from typing import Literal

from poise.hiring.modes import sight_by_deeds, sight_of_results
from poise.storage.keys import KeyView
from poise.storage.models import Judgement
from poise.storage.transaction import reading
from poise.storage.views import MembershipView, SittingView, sittings, view_sitting

Sight = Literal["named", "pseudonymous", "hidden", "judge first"]


def may_see_result(member: MembershipView, sitting: SittingView) -> bool:
    """Say whether a member may see now what came of a sitting; to an analyst of a study without the name."""
    return sight_of(member, sitting) in {"named", "pseudonymous"}


def sight_of(member: MembershipView, sitting: SittingView) -> Sight:
    """Return how a member sees what came of a sitting."""
    return sights_of(member, (sitting,))[sitting.key]


def sights_of(member: MembershipView, views: Iterable[SittingView]) -> dict[str, Sight]:
    """Return the same for many sittings by their keys, at the price of one query."""
    found: dict[str, Sight] = {}
    blind = []
    for sitting in views:
        own = sitting.organisation == member.organisation.key
        found[sitting.key] = sight_of_results(member.role, sitting.purpose) if own else "hidden"
        if found[sitting.key] == "named" and sitting.position and sitting.position.blind_first_view:
            blind.append(sitting.key)
    judged = _judged(member, blind)
    return {key: "judge first" if key in blind and key not in judged else seen for key, seen in found.items()}


def sight_of_key(key: KeyView, sitting: SittingView) -> Sight:
    """Return how a key sees what came of a sitting: never where a judgement is asked for first, as keys have none."""
    if sitting.organisation != key.organisation.key:
        return "hidden"
    seen = sight_by_deeds(key.scopes, sitting.purpose)
    return "judge first" if seen == "named" and sitting.position and sitting.position.blind_first_view else seen


def comparable_sittings(member: MembershipView, position: str) -> list[SittingView]:
    """Return the finished sittings for a position whose results a member may see by name, in alphabetical order."""
    with reading():
        rows = sittings().filter(
            organisation__key=member.organisation.key, position__key=position, finished_at__isnull=False
        )
        views = [view_sitting(row) for row in rows]
    seen = sights_of(member, views)
    shown = [view for view in views if seen[view.key] == "named"]
    return sorted(shown, key=lambda view: (view.candidate_name.casefold(), view.key))


def _judged(member: MembershipView, keys: list[str]) -> set[str]:
    if not keys:
        return set()
    with reading():
        rows = Judgement.objects.filter(
            organisation__key=member.organisation.key, account=member.account, sitting__key__in=keys
        )
        return set(rows.values_list("sitting__key", flat=True))
