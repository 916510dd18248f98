"""On a phone the places of the desk stand behind one word, without a script; both lists hold the same."""

import re

from django.test import Client
from web.desk_visits import shown, signed_in

LINK = re.compile(r'<a href="(/[^"]+)">([^<]+)</a>')


def test_the_menu_holds_every_place_that_the_row_holds(digest: str) -> None:  # noqa: ARG001  the organisation must be there
    for role, some in (("owner", "Programs"), ("interviewer", "Candidates")):
        client: Client = signed_in(role)
        page = shown(client, "/desk/")
        row, menu = re.findall(r'<nav[^>]*aria-label="Your desk">(.*?)</nav>', page, re.DOTALL)
        assert LINK.findall(row) == LINK.findall(menu)
        assert some in [name for _, name in LINK.findall(menu)]
        assert '<details class="menu"><summary>Menu</summary>' in page
        assert "<script" not in menu
