"""Reports in one line each, kept beside the sitting, and shown to whom the result is shown."""

from collections.abc import Collection
from dataclasses import dataclass

from poise.jobfit.outline import Outline, outline, read_outline, write_outline
from poise.jobfit.report import Report
from poise.sitting.state import State
from poise.storage.models import Sitting
from poise.storage.records import library
from poise.storage.seeing import Sight, sights_of
from poise.storage.transaction import reading, writing
from poise.storage.views import MembershipView, SittingView, sittings, view_sitting


@dataclass(frozen=True)
class Outlined:
    """How a member sees what came of a sitting, in one line where they see it, and with which library it was."""

    sight: Sight
    outline: Outline | None
    library: str


def keep_outline(sitting: SittingView, report: Report, state: State, *, anew: bool) -> None:
    """Keep a report on the job of its position in one line, where it is not kept or the report is another."""
    if sitting.position is None:
        return
    rows = Sitting.objects.filter(key=sitting.key)
    with reading():
        if not anew and rows.exclude(outline="").exists():
            return
    made = outline(report, state, library(sitting.library), sitting.position.job)
    if made is not None:
        with writing():
            rows.update(outline=write_outline(made))


def list_outlined(member: MembershipView, keys: Collection[str]) -> dict[str, Outlined]:
    """Return by sitting what a member sees of it in one line; nothing of a result that is hidden from them."""
    with reading():
        found = sittings().filter(organisation__key=member.organisation.key, key__in=list(keys))
        rows = [(view_sitting(row), row.outline) for row in found]
    sights = sights_of(member, [view for view, _ in rows])
    return {
        view.key: Outlined(
            sights[view.key],
            read_outline(words) if sights[view.key] in {"named", "pseudonymous"} else None,
            view.library,
        )
        for view, words in rows
    }
