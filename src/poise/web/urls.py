"""The addresses of the pages: the doors, a person's own way, their report, and the desks of hirers and authors."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from poise.web import (
    asking_pages,
    audit_pages,
    author_editing,
    author_pages,
    author_publishing,
    candidate_pages,
    comparison_pages,
    connection_pages,
    contest_pages,
    decision_pages,
    desk_pages,
    desk_papers,
    doors,
    export_pages,
    interview_pages,
    invitation_pages,
    member_pages,
    organisation_pages,
    own_pages,
    position_pages,
    position_settings,
    public_door,
    report_pages,
    request_pages,
    step_pages,
    table_pages,
    version_pages,
)
from poise.web.api.addresses import api, describe
from poise.web.problems import when_unavailable
from poise.web.sign_in_addresses import coming_in, own_account


def page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """Return the pattern of a page; every page has an answer for when the store cannot be used."""
    return path(route, when_unavailable(view), name=name)


doors_open = [
    page("", doors.show_home, "home"),
    page("begin/", doors.begin_open, "begin"),
    page("invitation/", doors.paste_invitation, "paste_invitation"),
    page("i/<str:token>/", doors.show_invitation, "invitation"),
    page("p/<str:key>/", public_door.come_by_link, "public_link"),
    page("deleted/", own_pages.show_deleted, "deleted"),
]
own_way = [
    page("s/<str:token>/", step_pages.resume, "resume"),
    page("s/<str:token>/at/<path:key>", step_pages.serve_step, "step"),
    page("s/<str:token>/over/<str:scenario>/", step_pages.show_conversation, "conversation"),
    page("s/<str:token>/link/", own_pages.show_link, "link"),
    page("s/<str:token>/export/", own_pages.export, "export"),
    page("s/<str:token>/ask/", asking_pages.ask_people, "ask"),
    page("s/<str:token>/erase/", own_pages.erase, "erase"),
    page("s/<str:token>/delete/", own_pages.delete, "delete"),
]
report = [
    page("s/<str:token>/report/", report_pages.show_report, "report"),
    page("s/<str:token>/report.pdf", report_pages.print_report, "report_pdf"),
    page("s/<str:token>/contest/", report_pages.contest, "contest"),
]
candidate = "desk/candidates/<str:key>/"
desk = [
    page("desk/", desk_pages.show_desk, "desk"),
    page(candidate, candidate_pages.show_candidate, "candidate"),
    page(f"{candidate}view/", decision_pages.give_view, "view_first"),
    page(f"{candidate}decide/", decision_pages.make_decision, "decide"),
    page(f"{candidate}versions/", version_pages.show_versions, "versions"),
    page(f"{candidate}report.pdf", desk_papers.print_report, "candidate_pdf"),
    page(f"{candidate}guide.pdf", desk_papers.print_interview, "guide_pdf"),
    page(f"{candidate}interview/", interview_pages.hold_interview, "interview"),
    page(f"{candidate}delete/", candidate_pages.delete_candidate, "delete_candidate"),
    page("desk/audit/", audit_pages.show_audit, "audit"),
    page("desk/organisation/", organisation_pages.show_organisation, "organisation"),
    page("desk/answers/", request_pages.list_answers_owed, "owed"),
    page(f"{candidate}readings/<str:scenario>/<str:moment>/", contest_pages.answer_contest, "answer_contest"),
    page(f"{candidate}requests/<str:kind>/<str:about>/", request_pages.answer_request, "answer_request"),
]
position = "desk/positions/<str:key>/"
asked = "desk/invitations/<int:number>/"
hiring = [
    page("desk/positions/", position_pages.show_positions, "positions"),
    page("desk/positions/new/", position_pages.choose_job, "position_new"),
    page("desk/positions/new/<str:job>/", position_pages.make, "position_make"),
    page(position, position_pages.show_position, "position"),
    page(f"{position}settings/", position_settings.show_settings, "position_settings"),
    page(f"{position}name/", position_settings.rename, "position_rename"),
    page(f"{position}mode/", position_settings.set_mode, "position_mode"),
    page(f"{position}ranks/", position_settings.set_ranks, "position_ranks"),
    page(f"{position}blind/", position_settings.set_blind, "position_blind"),
    page(f"{position}link/", position_settings.set_link, "position_link"),
    page(f"{position}compare/", comparison_pages.compare, "compare"),
    page(f"{position}close/", position_settings.close, "position_close"),
    page(f"{position}invite/", invitation_pages.invite_one, "position_invite"),
    page(f"{position}invite-many/", table_pages.invite_many, "position_invite_many"),
    page(f"{position}invited/", invitation_pages.show_given, "position_invited"),
    page(f"{position}invited/links.csv", invitation_pages.download_given, "position_links"),
    page(asked, invitation_pages.show_asked, "asked"),
    page(f"{asked}withdraw/", invitation_pages.withdraw, "asked_withdraw"),
    page(f"{asked}remind/", invitation_pages.remind, "asked_remind"),
    page(f"{asked}extend/", invitation_pages.extend, "asked_extend"),
]
members = [
    page("desk/members/", member_pages.show_members, "members"),
    page("desk/members/ask/", member_pages.ask, "member_ask"),
    page("desk/members/<int:number>/role/", member_pages.change_role, "member_role"),
    page("desk/members/<int:number>/remove/", member_pages.remove, "member_remove"),
    page("desk/members/asked/<int:number>/withdraw/", member_pages.withdraw, "member_withdraw"),
]
edition = "desk/library/<str:ident>/"
piece = f"{edition}in/<str:section>/at/<str:key>/"
author = [
    page("desk/library/", author_pages.show_library, "author_library"),
    page(edition, author_pages.show_edition, "author_edition"),
    page(f"{edition}find/", author_pages.find_pieces, "author_find"),
    page(f"{edition}begin/", author_publishing.begin, "author_begin"),
    page(f"{edition}check/", author_publishing.show_complaints, "author_check"),
    page(f"{edition}publish/", author_publishing.publish, "author_publish"),
    page(f"{edition}discard/", author_publishing.discard, "author_discard"),
    page(f"{edition}position/", author_publishing.name_version, "author_position"),
    page(f"{edition}in/<str:section>/", author_pages.show_section, "author_section"),
    page(f"{edition}in/<str:section>/add/", author_editing.add_piece, "author_add"),
    page(piece, author_pages.show_piece, "author_piece"),
    page(f"{piece}preview/", author_pages.preview_piece, "author_preview"),
    page(f"{piece}edit/", author_editing.edit_piece, "author_edit"),
    page(f"{piece}delete/", author_editing.delete_piece, "author_delete"),
]
hook = "desk/connections/webhooks/<str:ident>/"
programs: list[URLPattern | URLResolver] = [
    page("desk/connections/", connection_pages.show_connections, "connections"),
    page("desk/connections/keys/", connection_pages.post_key, "post_key"),
    page("desk/connections/keys/<str:prefix>/close/", connection_pages.close_key, "close_key"),
    page("desk/connections/webhooks/", connection_pages.post_webhook, "post_webhook"),
    page(hook, connection_pages.show_webhook, "webhook"),
    page(f"{hook}change/", connection_pages.change_webhook, "change_webhook"),
    page("desk/export/", export_pages.show_exports, "exports"),
    page("desk/export/<str:table>.<str:kind>", export_pages.export_table, "export_table"),
    page("api/v1/openapi.json", describe, "api_document"),
    path("api/v1/", api.urls),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *doors_open,
    *own_way,
    *report,
    *coming_in,
    *own_account,
    *desk,
    *hiring,
    *members,
    *author,
    *programs,
]

handler400 = "poise.web.problems.bad_request"
handler403 = "poise.web.problems.permission_denied"
handler404 = "poise.web.problems.page_not_found"
handler429 = "poise.web.problems.too_many_requests"
handler500 = "poise.web.problems.server_error"
