"""Keys of the API and messages to webhooks, as they are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from poise.hiring.keys import KeyRequest
from poise.hiring.webhooks import WAITS, Kind, TargetError
from poise.storage import keys, webhooks
from poise.storage.auditing import Doer, list_deeds
from poise.storage.models import ApiKey, Delivery, Organisation, Webhook
from poise.storage.records import ensure_organisation
from poise.storage.transaction import writing

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OWNER = Doer("Ada Quist", "ada@harbour.example", NOW)
URL = "https://example.com/poise"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _houses() -> None:
    ensure_organisation("harbour", "Harbour")
    ensure_organisation("meadow", "Meadow")


def announce(kind: Kind = "sitting.finished", owner: str = "harbour") -> int:
    with writing():
        return webhooks.announce(Organisation.named(owner), kind, NOW, sitting="abc")


class TestKeys:
    def test_a_key_is_found_and_never_stored(self) -> None:
        made = keys.make_key("harbour", KeyRequest("Payroll", ("invite",)), OWNER)
        found = keys.find_key(made, NOW)
        assert found is not None
        assert (found.organisation.key, found.scopes, found.last_used_at) == ("harbour", ("invite",), None)
        row = ApiKey.objects.get()
        assert made not in str(row.__dict__)
        assert row.last_used_at == NOW

    def test_a_closed_or_late_key_opens_nothing(self) -> None:
        late = keys.make_key("harbour", KeyRequest("Late", ("invite",)), OWNER, NOW + timedelta(days=1))
        shut = keys.make_key("harbour", KeyRequest("Shut", ("invite",)), OWNER)
        assert not keys.revoke_key("meadow", shut[6:14], OWNER)
        assert keys.find_key(shut, NOW)
        assert keys.revoke_key("harbour", shut[6:14], OWNER)
        assert not keys.revoke_key("harbour", shut[6:14], OWNER)
        assert keys.find_key(shut, NOW) is None
        assert keys.find_key(late, NOW + timedelta(hours=23))
        assert keys.find_key(late, NOW + timedelta(days=1)) is None
        with pytest.raises(ValueError, match="expires_at"):
            keys.make_key("harbour", KeyRequest("Past", ("invite",)), OWNER, NOW)

    def test_who_made_and_closed_it_is_in_the_trail(self) -> None:
        made = keys.make_key("harbour", KeyRequest("Payroll", ("invite", "export")), OWNER)
        keys.revoke_key("harbour", made[6:14], OWNER)
        told = [(one.deed, one.about, one.by) for one in list_deeds("harbour")]
        assert told == [(deed, f"key:{made[6:14]}", "Ada Quist") for deed in ("key_revoked", "key_made")]
        assert list_deeds("meadow") == []


class TestWebhooks:
    def test_only_who_asked_is_told(self) -> None:
        webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        webhooks.add_webhook("harbour", URL, ["decision.made"], OWNER)
        webhooks.add_webhook("meadow", URL, ["sitting.finished"], OWNER)
        assert announce() == 1
        assert announce("sitting.deleted") == 0

    def test_a_wrong_address_is_refused(self) -> None:
        with pytest.raises(TargetError):
            webhooks.add_webhook("harbour", "https://10.0.0.1/", ["sitting.finished"], OWNER)

    def test_a_message_is_claimed_once_and_again_when_its_worker_is_gone(self) -> None:
        webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        announce()
        (claim,) = webhooks.claim_deliveries(NOW)
        assert (claim.url, '"sitting":"abc"' in claim.payload) == (URL, True)
        assert webhooks.claim_deliveries(NOW + timedelta(seconds=60)) == []
        (again,) = webhooks.claim_deliveries(NOW + webhooks.LEASE + timedelta(seconds=1))
        assert again == claim
        webhooks.mark_delivered(claim.number, 204, NOW)
        assert webhooks.claim_deliveries(NOW + timedelta(days=9)) == []

    def test_what_is_refused_is_tried_ever_later_and_then_given_up(self) -> None:
        hook, _ = webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        announce()
        now = NOW
        for wait in WAITS:
            (claim,) = webhooks.claim_deliveries(now)
            webhooks.mark_failed(claim.number, now, "answered with status 500", 500)
            assert webhooks.claim_deliveries(now + wait - timedelta(seconds=1)) == []
            now += wait
        (claim,) = webhooks.claim_deliveries(now)
        webhooks.mark_failed(claim.number, now, "no answer in time")
        assert webhooks.claim_deliveries(now + timedelta(days=9)) == []
        (told,) = webhooks.list_deliveries("harbour", hook.ident)
        assert (told.attempts, told.given_up_at, told.last_error) == (len(WAITS) + 1, now, "no answer in time")

    def test_the_secret_is_sealed_and_under_another_key_a_message_waits_for_the_right_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hook, secret = webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        assert secret not in Webhook.objects.get().secret
        announce()
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(settings, "SECRET_KEY", "another secret key than the one before")
            assert webhooks.claim_deliveries(NOW) == []
        (told,) = webhooks.list_deliveries("harbour", hook.ident)
        assert (told.attempts, told.given_up_at, "secret key" in told.last_error) == (1, None, True)
        (claim,) = webhooks.claim_deliveries(told.next_at)
        assert claim.secret == secret

    def test_nothing_is_told_where_the_deed_failed(self) -> None:
        webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        with pytest.raises(ZeroDivisionError), writing():
            webhooks.announce(Organisation.named("harbour"), "sitting.finished", NOW, sitting=1 // 0)
        assert not Delivery.objects.exists()

    def test_a_stopped_address_is_told_nothing_more(self) -> None:
        hook, _ = webhooks.add_webhook("harbour", URL, ["sitting.finished"], OWNER)
        announce()
        for stranger in ("meadow", "nobody"):
            with pytest.raises(webhooks.UnknownWebhookError):
                webhooks.stop_webhook(stranger, hook.ident, OWNER)
        webhooks.stop_webhook("harbour", hook.ident, OWNER)
        assert webhooks.claim_deliveries(NOW) == []
        assert announce() == 0
        assert webhooks.list_webhooks("harbour") == []
