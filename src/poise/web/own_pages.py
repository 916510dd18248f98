"""What is the person's own: their link, everything that is stored of them, and its erasure."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from poise.sitting.decisions import erase_texts
from poise.sitting.journal import ATTEMPTS, JournalUnavailableError, VersionConflictError
from poise.sitting.state import fold
from poise.storage.erasure import delete_sitting, export_sitting
from poise.web.answers import read_time
from poise.web.visit import Visit, visiting

SEE_OTHER = 303


@require_safe
@visiting
def show_link(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the personal link, and what the person can do with what is stored."""
    link = request.build_absolute_uri(visit.address("resume"))
    has_texts = bool(visit.journal.texts(visit.sitting.key))
    return render(request, "web/link/link.html", {"visit": visit, "link": link, "has_texts": has_texts})


@require_safe
@visiting
def export(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give everything that is stored of this sitting, as a file."""
    data = export_sitting(visit.sitting.key, visit.sitting.organisation)
    response = JsonResponse(data, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="poise-my-sitting.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once, then erase the person's words for good."""
    if request.method != "POST":
        return render(request, "web/link/erase.html", {"visit": visit})
    _erase_words(visit)
    messages.success(request, "Your words are erased. Nobody can bring them back.")
    return HttpResponseRedirect(visit.address("link"), status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def delete(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once, then delete everything that is stored of this sitting."""
    if request.method != "POST":
        return render(request, "web/link/delete.html", {"visit": visit})
    delete_sitting(visit.sitting.key, visit.sitting.organisation)
    return HttpResponseRedirect(reverse("deleted"), status=SEE_OTHER)


@require_safe
def show_deleted(request: HttpRequest) -> HttpResponse:
    """Say that everything is gone."""
    return render(request, "web/link/deleted.html")


def _erase_words(visit: Visit) -> None:
    """Erase all words, also those that were written after an earlier erasure."""
    key = visit.sitting.key
    for _ in range(ATTEMPTS):
        state = fold(visit.journal.read(key))
        try:
            visit.journal.erase_texts(key, state.version, erase_texts(read_time())(state))
        except VersionConflictError:
            continue
        return
    raise JournalUnavailableError(f"sitting {key}: others wrote to it {ATTEMPTS} times in a row; try again")
