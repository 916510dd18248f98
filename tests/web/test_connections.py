"""The page of other programs, and what an address is told when something happens."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from web.author_pages import sign_in
from web.finished_sittings import begin_invited, walk

from poise.content.library import Library
from poise.hiring.keys import SCOPES
from poise.hiring.webhooks import KINDS
from poise.integrations import webhook
from poise.integrations.webhook import DeliveryError, Message
from poise.roleplay.understanding import Reader
from poise.storage import keys
from poise.storage.demo import Demo
from poise.storage.models import Delivery, Member
from poise.web import delivering
from poise.web.connection_pages import MEANS, TOLD

URL = "https://hooks.example.com/poise"


@pytest.fixture
def owner(demo: Demo) -> Client:
    client = Client()
    client.force_login(Member.objects.get(user__username=demo.hirer).user, "django.contrib.auth.backends.ModelBackend")
    return client


def text(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_whatever_a_program_may_do_or_be_told_is_said_in_words() -> None:
    assert tuple(MEANS) == SCOPES
    assert tuple(TOLD) == KINDS


class TestKeys:
    def test_a_key_is_shown_once_and_works(self, owner: Client) -> None:
        made = text(owner.post("/desk/connections/keys/", {"name": "Payroll", "scope": ["invite"], "days": "30"}))
        found = re.search(r"poise_[a-z0-9]{8}_[A-Za-z0-9]{40}", made)
        assert found
        key = keys.find_key(found[0], timezone.now())
        assert key is not None
        assert key.scopes == ("invite",)
        listed = text(owner.get("/desk/connections/"))
        assert found[0] not in listed
        assert f"poise_{key.prefix}_…" in listed
        for page, times in ((made, 1), (listed, 2)):
            assert page.count("Invite people and withdraw invitations <code>invite</code>") == times
        owner.post(f"/desk/connections/keys/{key.prefix}/close/")
        assert keys.find_key(found[0], timezone.now()) is None
        assert "withdrawn" in text(owner.get("/desk/connections/"))

    def test_what_was_typed_stays_when_something_is_missing(self, owner: Client) -> None:
        answer = owner.post("/desk/connections/keys/", {"name": "Payroll <b>", "days": "30"})
        assert answer.status_code == 422
        assert "Choose at least one thing" in text(answer)
        assert 'value="Payroll &lt;b&gt;"' in text(answer)

    def test_a_forged_scope_is_refused(self, owner: Client) -> None:
        answer = owner.post("/desk/connections/keys/", {"name": "x", "scope": ["see_study", "manage_members"]})
        assert answer.status_code == 422
        assert "manage_members, see_study" in text(answer)

    def test_only_an_owner_comes_here(self, demo: Demo, owner: Client) -> None:
        for role in ("hirer", "interviewer", "analyst", "author"):
            Member.objects.filter(user__username=demo.hirer).update(role=role)
            assert owner.get("/desk/connections/").status_code == 403
            assert owner.post("/desk/connections/keys/", {"name": "x", "scope": ["invite"]}).status_code == 403


class TestWebhooks:
    def test_an_address_is_added_tried_and_stopped(self, owner: Client) -> None:
        made = text(owner.post("/desk/connections/webhooks/", {"url": URL, "kind": ["sitting.finished"]}))
        found = re.search(r"/desk/connections/webhooks/([0-9a-f-]{36})/", made)
        assert found
        page = f"/desk/connections/webhooks/{found[1]}/"
        said = "A sitting is finished and its report stands <code>sitting.finished</code>"
        assert text(owner.get("/desk/connections/")).count(said) == 2
        owner.post(f"{page}change/", {"do": "try"})
        assert "Waits to be sent" in text(owner.get(page))
        owner.post(f"{page}change/", {"do": "stop"})
        assert "Given up" in text(owner.get(page))
        assert URL not in text(owner.get("/desk/connections/"))

    @pytest.mark.parametrize("url", ["", "http://example.com/", "https://127.0.0.1/", "https://x:y@example.com/"])
    def test_a_wrong_address_is_refused_beside_the_form(self, owner: Client, url: str) -> None:
        answer = owner.post("/desk/connections/webhooks/", {"url": url, "kind": ["sitting.finished"]})
        assert answer.status_code == 422
        assert f'value="{url}"' in text(answer)

    @pytest.mark.parametrize("ident", ["x", "00000000-0000-4000-8000-000000000000"])
    def test_an_address_that_is_not_known_is_said(self, owner: Client, ident: str) -> None:
        assert owner.get(f"/desk/connections/webhooks/{ident}/").status_code == 404
        assert owner.post(f"/desk/connections/webhooks/{ident}/change/", {"do": "stop"}).status_code == 404


def test_a_whole_sitting_is_told_by_keys_only(
    digest: str, library: Library, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = sign_in()
    Member.objects.filter(organisation__key="harbour").update(role="owner")
    kinds = ["invitation.opened", "sitting.finished", "decision.made"]
    owner.post("/desk/connections/webhooks/", {"url": URL, "kind": kinds})
    opened = begin_invited(digest, "harbour", "Bo Lindgren")
    walk(opened, library, reader)
    begin_invited(digest, "other", "Somebody Else")
    sent: list[Message] = []

    def take(message: Message, now: float, route: webhook.Route) -> int:  # noqa: ARG001  as it is called
        sent.append(message)
        if len(sent) == 2:
            raise DeliveryError("answered with status 500", 500)
        return 204

    monkeypatch.setattr(delivering, "post_message", take)
    assert delivering.deliver_messages() == 1
    told = [json.loads(one.payload) for one in sent]
    assert sorted(one["kind"] for one in told) == ["invitation.opened", "sitting.finished"]
    assert {one["about"]["sitting"] for one in told} == {opened.sitting.key}
    assert "Bo" not in "".join(one.payload for one in sent)
    assert delivering.deliver_messages() == 0
    assert Delivery.objects.get(delivered_at=None).attempts == 1
