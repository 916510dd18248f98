"""Tables of candidates as files; a result that its reader may not see is in none of them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from poise.hiring.exporting import TABLES, TOLD, Table, columns, lay_rows
from poise.hiring.roles import may
from poise.integrations.tables import KINDS, WRITERS, Format
from poise.storage.auditing import Doer
from poise.storage.exporting import Look, gather, note_export
from poise.storage.records import list_positions
from poise.storage.seeing import sights_of
from poise.storage.views import MembershipView
from poise.web.candidacy import sign_as
from poise.web.members import for_members
from poise.web.problems import Problem, show_problem

NO_SUCH_TABLE = Problem(
    404,
    "There is no such table",
    (f"Tables are {', '.join(TABLES)}; as CSV for a spreadsheet, or as Parquet for analysis.",),
)


@require_safe
@for_members("export")
def show_exports(request: HttpRequest, member: MembershipView) -> HttpResponse:
    """Offer the tables, of everybody or of one position."""
    chosen = request.GET.get("position", "")
    positions = list_positions(member.organisation.key)
    tables = [(one, TOLD[one]) for one in TABLES]
    context = {"member": member, "positions": positions, "chosen": chosen, "tables": tables}
    return render(request, "web/desk/exports.html", context)


@require_safe
@for_members("export")
def export_table(request: HttpRequest, member: MembershipView, table: str, kind: str) -> HttpResponse:
    """Hand out a table as a file, as far as this member may see."""
    if table not in TABLES or kind not in KINDS:
        return show_problem(request, NO_SUCH_TABLE)
    doer = sign_as(member)
    named = may(member.role, "see_candidates")
    position = request.GET.get("position", "")
    return write_table(
        table,
        cast("Format", kind),
        (member.organisation.key, position),
        lambda sittings: sights_of(member, sittings),
        doer,
        named=named,
    )


def write_table(
    table: Table, kind: Format, whose: tuple[str, str], look: Look, doer: Doer, *, named: bool
) -> HttpResponse:
    """Return a table of an organisation's position, or of all its positions, as a file; that it left is noted."""
    organisation, position = whose
    rows = lay_rows(table, gather(organisation, look, doer.at, position, named=named))
    note_export(organisation, doer, table, len(rows), position)
    response = HttpResponse(WRITERS[kind](columns(table), rows), content_type=KINDS[kind])
    name = "-".join(one for one in ("poise", table, slugify(position), f"{doer.at:%Y-%m-%d}") if one)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
