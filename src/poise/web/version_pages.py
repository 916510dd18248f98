"""The versions of a report: what was printed when, from what, and that it still comes out the same."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from poise.content.library import Library
from poise.hiring.recomputing import Difference, count_figures, differences
from poise.storage.reports import StoredReportView, list_reports, newest_report, note_recomputing
from poise.web.candidacy import Candidacy, for_candidate, sign_as

SEE_OTHER = 303
MOST = 300


@dataclass(frozen=True)
class Line:
    """One printed figure of two versions: where it stands, in words, and both values."""

    where: str
    before: str
    after: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_candidate("see_results", study=True, result=True)
def show_versions(request: HttpRequest, one: Candidacy) -> HttpResponse:
    """Show every stored version of a report and how two of them differ; by POST compute it anew."""
    if request.method == "POST":
        _recompute(request, one)
        return HttpResponseRedirect(one.address("versions"), status=SEE_OTHER)
    versions = list_reports(one.sitting.organisation, one.sitting.key)
    earlier, later = _choose(request, versions)
    lines = _lay(earlier, later, one.library) if earlier and later else []
    context = {"member": one.member, "one": one, "versions": versions, "earlier": earlier, "later": later}
    context |= {"lines": lines[:MOST], "more": max(0, len(lines) - MOST), "asked": "from" in request.GET}
    return render(request, "web/desk/versions.html", context)


def _recompute(request: HttpRequest, one: Candidacy) -> None:
    before = newest_report(one.sitting.organisation, one.sitting.key)
    made = one.made
    equal = before.digest == made.stored.digest if before else None
    note_recomputing(one.sitting.organisation, one.sitting.key, sign_as(one.member), equal=equal)
    figures = count_figures(made.stored.printed)
    ground = f"from {made.state.version} stored events with library {made.sitting.library[:12]}"
    if equal:
        messages.success(request, f"Computed anew just now {ground}: all {figures:,} printed figures are equal.")
    elif before:
        words = f"Computed anew just now {ground}. Some figures differ; both versions are kept and stand below."
        messages.warning(request, words)
    else:
        messages.success(request, f"Computed just now {ground} and stored as version {made.stored.number}.")


def _choose(
    request: HttpRequest, versions: list[StoredReportView]
) -> tuple[StoredReportView | None, StoredReportView | None]:
    """Return the two versions that are asked for, else the last two."""
    by_number = {str(version.number): version for version in versions}
    asked = [by_number.get(request.GET.get(name, "")) for name in ("from", "to")]
    if all(asked):
        return asked[0], asked[1]
    return (versions[1], versions[0]) if len(versions) > 1 else (None, None)


def _lay(earlier: StoredReportView, later: StoredReportView, library: Library) -> list[Line]:
    names = {quality.key: quality.name for quality in library.qualities}
    names |= {job.key: job.name for job in library.jobs} | {one.key: one.name for one in library.conditions}
    return [_say(one, names) for one in differences(earlier.printed, later.printed)]


def _say(one: Difference, names: dict[str, str]) -> Line:
    where = ", ".join(names.get(part, part.replace("_", " ")) for part in one.where)
    return Line(where, _value(one.before), _value(one.after))


def _value(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
