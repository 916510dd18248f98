"""Members: asked to join, joined by a link, given another role and removed; an owner always remains."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from web.desk_visits import post, send, shown, signed_in
from web.finished_sittings import PASSWORD

from poise.storage import members
from poise.storage.models import Mail, Member

DESK = "/desk/members/"
LINK = re.compile(r'value="http://testserver(/join/[\w-]+/)"')


@pytest.fixture
def owner(digest: str) -> Client:  # noqa: ARG001  the organisation must be there
    return signed_in("owner")


def number_of(role: str) -> int:
    return next(one.number for one in members.list_members("harbour") if one.role == role)


class TestJoining:
    def test_who_is_asked_joins_by_the_link_and_only_then_there_is_an_account(self, owner: Client) -> None:
        page = post(owner, f"{DESK}ask/", {"email": "Ida@Harbour.example", "role": "interviewer"}, 200)
        link = LINK.search(page)
        assert link is not None
        assert link[1] in Mail.objects.get(to="ida@harbour.example").body
        assert "ida@harbour.example" in shown(owner, DESK)
        assert not User.objects.filter(username="ida@harbour.example").exists()
        newcomer = Client()
        assert newcomer.post(link[1], {"name": "Ida Berg", "password": PASSWORD}).status_code == 302
        assert newcomer.get("/desk/").status_code == 200
        assert newcomer.get("/desk/positions/new/").status_code == 403

    def test_a_later_invitation_kills_the_earlier_and_a_withdrawn_one_is_dead(self, owner: Client) -> None:
        links = []
        for role in ("hirer", "author"):
            found = LINK.search(post(owner, f"{DESK}ask/", {"email": "ida@harbour.example", "role": role}, 200))
            assert found is not None
            links.append(found[1])
        assert Client().get(links[0]).status_code == 410
        assert Client().get(links[1]).status_code == 200
        (asked,) = members.list_member_invitations("harbour")
        send(owner, DESK, f"{DESK}asked/{asked.number}/withdraw/", {})
        assert Client().get(links[1]).status_code == 410

    def test_what_is_wrong_is_told_beside_its_field(self, owner: Client) -> None:
        assert "not a whole e-mail address" in post(owner, f"{DESK}ask/", {"email": "ida", "role": "hirer"}, 422)
        assert "Choose a role" in post(owner, f"{DESK}ask/", {"email": "ida@harbour.example", "role": "king"}, 422)
        here = post(owner, f"{DESK}ask/", {"email": "HIRER@harbour.example", "role": "hirer"}, 422)
        assert "works here already" in here
        other = post(owner, f"{DESK}ask/", {"email": "hirer@other.example", "role": "hirer"}, 422)
        assert "works for one organisation only" in other
        assert not Mail.objects.exists()


class TestRoles:
    def test_a_role_changes_at_once_for_who_is_signed_in(self, owner: Client) -> None:
        hirer = signed_in("hirer")
        assert hirer.get("/desk/positions/new/").status_code == 200
        action = f"{DESK}{number_of('hirer')}/role/"
        send(owner, DESK, action, {"role": "interviewer"})
        assert hirer.get("/desk/positions/new/").status_code == 403

    def test_of_two_owners_the_second_to_change_a_role_is_told(self, owner: Client) -> None:
        action = f"{DESK}{number_of('hirer')}/role/"
        post(owner, action, {"seen": "hirer", "role": "author"})
        assert "Somebody else changed" in post(owner, action, {"seen": "hirer", "role": "analyst"}, 409)
        assert Member.objects.get(user__username="hirer@harbour.example").role == "author"

    def test_a_removed_member_is_out_at_once_and_may_be_asked_again(self, owner: Client) -> None:
        hirer, number = signed_in("hirer"), number_of("hirer")
        page = f"{DESK}{number}/remove/"
        send(owner, page, page, {})
        assert hirer.get("/desk/").status_code == 403
        again = LINK.search(post(owner, f"{DESK}ask/", {"email": "hirer@harbour.example", "role": "hirer"}, 200))
        assert again is not None
        assert "account with your address already" in shown(Client(), again[1])

    @pytest.mark.parametrize("how", ["role", "remove"])
    def test_the_last_owner_stays(self, how: str, owner: Client) -> None:
        path = f"{DESK}{number_of('owner')}/{how}/"
        assert "last owner" in post(owner, path, {"seen": "owner", "role": "hirer"}, 422)
        assert owner.get(DESK).status_code == 200

    def test_another_house_finds_nobody(self, owner: Client) -> None:  # noqa: ARG002
        other, number = signed_in("owner", "other"), number_of("hirer")
        post(other, f"{DESK}{number}/role/", {"seen": "hirer", "role": "owner"}, 404)
        post(other, f"{DESK}{number}/remove/", {}, 404)
        assert number_of("hirer") == number
