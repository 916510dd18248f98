"""Who may come where: one row for each address, and the people who try it.

A new address needs one row in `WALLS`: its name, who may come, what it takes, and what it is about::

    "candidate": wall("see_results", "get", key="sitting"),

Who may come is one of

- a deed of `poise.hiring.roles`: members whose role covers it, in their own organisation;
- a deed and `` or study``: who may see studies as well, for sittings of a study; what is planted is none;
- ``anybody``; ``link``: whoever has the token in the address; ``signed in``: for one's own account;
- ``nobody``: it leads nowhere here;
- ``key:`` and a deed: programs with a key of the organisation that holds it. People are turned away, signed in or not.

What follows by name are the parts of the address, each with the thing that was planted for it (see `World`), or with a
word that stands for itself, ``table="=candidates"``. Where a desk's address is about a planted thing, another
organisation must not find it. What an address does not take (``get``,
``post``) must be refused as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from django.urls import URLPattern, URLResolver

from poise.hiring.roles import DEEDS, Role, may

STUDY, KEY = " or study", "key:"
OPEN, SIGN_IN, REFUSED, NOT_THERE, WRONG_WAY, NO_KEY = "open", "sign in first", "refused", "404", "405", "no key"


@dataclass(frozen=True)
class Wall:
    """What stands before an address."""

    who: str
    takes: frozenset[str]
    about: dict[str, str]

    @property
    def holds_a_thing(self) -> bool:
        """Whether the address is about something that belongs to an organisation."""
        return any(not thing.startswith("=") for thing in self.about.values())


def wall(who: str, takes: str, **about: str) -> Wall:
    known = {"anybody", "link", "signed in", "nobody", "key"}
    assert who in known or who.removeprefix(KEY).removesuffix(STUDY) in DEEDS, who
    return Wall(who, frozenset(takes.split()), about)


WALLS = {
    # The doors.
    "home": wall("anybody", "get"),
    "begin": wall("anybody", "post"),
    "paste_invitation": wall("anybody", "get post"),
    "invitation": wall("anybody", "get post", token="invitation"),
    "deleted": wall("anybody", "get"),
    # A person's own way.
    "resume": wall("link", "get"),
    "step": wall("link", "get post", key="=finished"),
    "conversation": wall("link", "get", scenario="scenario"),
    "link": wall("link", "get"),
    "export": wall("link", "get"),
    "ask": wall("link", "get post"),
    "erase": wall("link", "get post"),
    "delete": wall("link", "get post"),
    "report": wall("link", "get"),
    "report_pdf": wall("link", "get"),
    "contest": wall("link", "get post"),
    # Signing in.
    "sign_in": wall("anybody", "get post"),
    "account_login": wall("anybody", "get post"),
    "sign_out": wall("anybody", "post"),
    "mfa_authenticate": wall("signed in", "get post"),  # they are sent on; all others begin with the password
    "account_inactive": wall("anybody", "get"),
    "openid_connect_login": wall("nobody", "get"),
    "openid_connect_callback": wall("nobody", "get"),
    "account_reset_password": wall("anybody", "get post"),
    "account_reset_password_done": wall("anybody", "get"),
    "account_reset_password_from_key": wall("anybody", "get post", uidb36="account", key="no reset"),
    "account_reset_password_from_key_done": wall("anybody", "get"),
    "join": wall("nobody", "get post", token="no invitation"),
    # One's own account.
    "account": wall("signed in", "get"),
    "mfa_index": wall("signed in", "get"),
    "account_change_password": wall("signed in", "get post"),
    "account_set_password": wall("signed in", "get post"),
    "account_reauthenticate": wall("signed in", "get post"),
    "mfa_reauthenticate": wall("signed in", "get post"),
    "mfa_activate_totp": wall("signed in", "get post"),
    "mfa_deactivate_totp": wall("signed in", "get post"),
    "mfa_view_recovery_codes": wall("signed in", "get"),
    "mfa_generate_recovery_codes": wall("signed in", "get post"),
    "mfa_download_recovery_codes": wall("signed in", "get"),
    "usersessions_list": wall("signed in", "get post"),
    # The desk.
    "desk": wall("see_positions", "get"),
    "candidate": wall("see_candidates or study", "get", key="sitting"),
    "view_first": wall("decide", "get post", key="sitting"),
    "decide": wall("decide", "get post", key="sitting"),
    "candidate_pdf": wall("see_results or study", "get", key="sitting"),
    "guide_pdf": wall("interview", "get", key="sitting"),
    "versions": wall("see_results or study", "get post", key="sitting"),
    "interview": wall("interview", "get post", key="sitting"),
    "compare": wall("decide", "get", key="own position"),
    "delete_candidate": wall("erase", "get post", key="sitting"),
    "audit": wall("see_audit", "get"),
    "organisation": wall("manage_organisation", "get post"),
    "owed": wall("answer or study", "get"),
    "answer_contest": wall("answer or study", "get post", key="sitting", scenario="scenario", moment="moment"),
    "answer_request": wall("answer", "get post", key="sitting", kind="=human_alternative", about="=-"),
    # Positions, and asking people in.
    "positions": wall("see_positions", "get"),
    "position_new": wall("edit_position", "get"),
    "position_make": wall("edit_position", "get post", job="=complaints_desk"),
    "position": wall("see_positions", "get", key="own position"),
    "position_settings": wall("edit_position", "get", key="own position"),
    "position_rename": wall("edit_position", "post", key="own position"),
    "position_mode": wall("set_mode", "post", key="own position"),
    "position_ranks": wall("set_mode", "post", key="own position"),
    "position_blind": wall("set_mode", "post", key="own position"),
    "position_link": wall("invite", "post", key="own position"),
    "position_close": wall("edit_position", "post", key="own position"),
    "position_invite": wall("invite", "get post", key="own position"),
    "position_invite_many": wall("invite", "get post", key="own position"),
    "position_invited": wall("invite", "get", key="own position"),
    "position_links": wall("invite", "get", key="own position"),
    "asked": wall("invite", "get", number="asked"),
    "asked_withdraw": wall("invite", "post", number="asked"),
    "asked_remind": wall("invite", "post", number="asked"),
    "asked_extend": wall("invite", "post", number="asked"),
    "public_link": wall("anybody", "get post", key="public link"),
    "members": wall("manage_members", "get"),
    "member_ask": wall("manage_members", "post"),
    "member_role": wall("manage_members", "post", number="member"),
    "member_remove": wall("manage_members", "get post", number="member"),
    "member_withdraw": wall("manage_members", "post", number="member asked"),
    # Other programs, and tables that leave.
    "exports": wall("export", "get"),
    "export_table": wall("export", "get", table="=candidates", kind="=csv"),
    "connections": wall("connect", "get"),
    "post_key": wall("connect", "post"),
    "close_key": wall("connect", "post", prefix="key"),
    "post_webhook": wall("connect", "post"),
    "webhook": wall("connect", "get", ident="webhook"),
    "change_webhook": wall("connect", "post", ident="webhook"),
    "api_document": wall("anybody", "get"),
    "api:api-root": wall("nobody", "get"),
    "api:read_key": wall("key", "get"),
    "api:read_positions": wall("key:see_positions", "get"),
    "api:post_position": wall("key:edit_position", "post"),
    "api:read_position": wall("key:see_positions", "get", position="own position"),
    "api:post_closing": wall("key:edit_position", "post", position="own position"),
    "api:post_invitations": wall("key:invite", "post", position="own position"),
    "api:delete_invitation": wall("key:invite", "delete", number="asked"),
    "api:post_reminder": wall("key:invite", "post", number="asked"),
    "api:post_extension": wall("key:invite", "post", number="asked"),
    "api:read_jobs": wall("key:see_library", "get"),
    "api:read_paper": wall("key:see_results", "get", sitting="sitting"),
    "api:remove": wall("key:erase", "delete", sitting="sitting"),
    "api:read_guide": wall("key:interview", "get", sitting="sitting"),
    "api:post_ratings": wall("key:interview", "post", sitting="sitting"),
    "api:read_owed": wall("key:answer", "get"),
    "api:post_correction": wall("key:answer", "post", sitting="sitting"),
    "api:post_answer": wall("key:answer", "post", sitting="sitting"),
    "api:read_candidates": wall("key:see_candidates", "get"),
    "api:read_sitting": wall("key:see_candidates", "get", sitting="sitting"),
    "api:read_report": wall("key:see_results", "get", sitting="sitting"),
    "api:read_reports": wall("key:see_results", "get", sitting="sitting"),
    "api:read_decisions": wall("key:see_results", "get", sitting="sitting"),
    "api:post_decision": wall("key:decide", "post", sitting="sitting"),
    "api:read_table": wall("key:export", "get", table="=candidates"),
    "api:read_audit": wall("key:see_audit", "get"),
    # The author's desk.
    "author_library": wall("see_library", "get"),
    "author_edition": wall("see_library", "get", ident="draft"),
    "author_find": wall("see_library", "get", ident="draft"),
    "author_begin": wall("author", "post", ident="version"),
    "author_check": wall("see_library", "get", ident="draft"),
    "author_publish": wall("author", "get post", ident="draft"),
    "author_discard": wall("author", "get post", ident="draft"),
    "author_position": wall("edit_position", "post", ident="version"),
    "author_section": wall("see_library", "get", ident="draft", section="=statements"),
    "author_add": wall("author", "get post", ident="draft", section="=statements"),
    "author_piece": wall("see_library", "get", ident="draft", section="=statements", key="piece"),
    "author_preview": wall("see_library", "get", ident="draft", section="=statements", key="piece"),
    "author_edit": wall("author", "get post", ident="draft", section="=statements", key="piece"),
    "author_delete": wall("author", "get post", ident="draft", section="=statements", key="piece"),
}


@dataclass(frozen=True)
class World:
    """What is planted in one organisation: the things that addresses are about, and words nobody else may read."""

    things: dict[str, Any]
    secrets: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody who tries: whom they work for and as what, or whose link they hold."""

    name: str
    role: str = ""
    own: bool = False
    link: str = ""
    account: str = ""
    works_for: str = ""
    key: str = ""  # which of the keys a program sends; see `test_walls.world`

    @property
    def may_read(self) -> bool:
        """Whether what is planted is theirs."""
        return self.own or self.link == "own link" or self.key == "key here"


ROLES = get_args(Role)
PEOPLE = (
    Person("somebody unknown"),
    Person("the candidate", link="own link"),
    Person("another candidate", link="another link"),
    *(Person(f"{role} here", role, own=True, account=f"{role}@harbour.example", works_for="harbour") for role in ROLES),
    *(Person(f"{role} elsewhere", role, account=f"{role}@other.example", works_for="other") for role in ROLES),
    Person("owner of the open door", account="owner@open-door.example", works_for="open_door"),
    Person("member of nobody", account="alone@example.org"),
    Person("a program here", key="key here"),
    Person("a program here that may do all but this", key="all but"),
    Person("a program elsewhere", key="key elsewhere"),
)


def expect(stands: Wall, person: Person) -> str:
    """Return what a person meets at a wall."""
    known = {"anybody": OPEN, "nobody": NOT_THERE, "link": OPEN if person.link else NOT_THERE}
    if stands.who.startswith("key"):
        return _expect_of_program(stands, person)
    if stands.who in known:
        return known[stands.who]
    if not person.account:
        return SIGN_IN
    if stands.who == "signed in":
        return OPEN
    return _expect_at_a_desk(stands, person)


def _expect_of_program(stands: Wall, person: Person) -> str:
    if not person.key:
        return NO_KEY
    if person.key == "all but" and stands.who != "key":
        return REFUSED
    return NOT_THERE if stands.holds_a_thing and person.key == "key elsewhere" else OPEN


def _expect_at_a_desk(stands: Wall, person: Person) -> str:
    if not may(person.role, stands.who.removesuffix(STUDY)):  # type: ignore[arg-type]  # checked in `wall`
        if not (stands.who.endswith(STUDY) and may(person.role, "see_study")):
            return REFUSED
        if stands.holds_a_thing:
            return REFUSED if person.own else NOT_THERE
    return OPEN if person.own or not stands.holds_a_thing else NOT_THERE


def addresses(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, list[str]]]:
    """Name every address there is, with its parts that vary; raises AssertionError for one without a name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
            continue
        assert pattern.name, f"the address {pattern.pattern} has no name, so that nothing can be said about it"
        yield (
            f"{space}{pattern.name}",
            [name for name in pattern.pattern.regex.groupindex if name not in pattern.default_args],
        )
