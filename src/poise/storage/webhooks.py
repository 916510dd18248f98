"""Webhooks and the messages that wait for them: put in with what they tell of, claimed by one worker at a time."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from poise.hiring.webhooks import Kind, check_kinds, check_target, wait_after, write_payload
from poise.storage.auditing import Doer, record_deed
from poise.storage.models import Delivery, Organisation, Webhook
from poise.storage.sealing import WEBHOOK, UnreadableSecretError, seal, unseal
from poise.storage.transaction import reading, writing

LEASE = timedelta(minutes=2)
"""A message that was claimed and neither delivered nor failed for so long is claimed anew: its worker is gone."""
SHOWN = 50
UNSIGNED = "not signed, as the secret key of this Poise was changed; stop this address and add it anew"


@dataclass(frozen=True)
class WebhookView:
    """An address that is told what happens."""

    ident: str
    url: str
    kinds: tuple[str, ...]
    created_by: str
    created_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True)
class DeliveryView:
    """A message and how its delivery stands."""

    ident: str
    kind: str
    created_at: datetime
    attempts: int
    next_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True)
class Claim:
    """A message that this worker is to deliver now."""

    number: int
    ident: str
    url: str
    secret: str
    payload: str


class UnknownWebhookError(KeyError):
    """There is no webhook of that name at the organisation."""


def add_webhook(organisation: str, url: str, kinds: Iterable[str], doer: Doer) -> tuple[WebhookView, str]:
    """Add an address and return it with the secret that signs what is sent; raises TargetError."""
    url, told = check_target(url), check_kinds(kinds)
    secret = secrets.token_urlsafe(32)
    with writing():
        owner = Organisation.named(organisation)
        row = Webhook.objects.create(
            organisation=owner,
            uuid=uuid.uuid4(),
            url=url,
            secret=seal(secret, WEBHOOK),
            kinds=list(told),
            created_by=doer.by,
            created_at=doer.at,
        )
        record_deed(owner, doer, "webhook_added", f"webhook:{row.uuid}", kinds=" ".join(told))
    return _view(row), secret


def stop_webhook(organisation: str, ident: str, doer: Doer) -> None:
    """Tell an address nothing more; what waits for it is given up. Raises UnknownWebhookError."""
    with writing():
        row = _find(organisation, ident)
        if row.stopped_at is None:
            row.stopped_at = doer.at
            row.save(update_fields=["stopped_at"])
            waiting = Delivery.objects.filter(webhook=row, delivered_at__isnull=True, given_up_at__isnull=True)
            waiting.update(given_up_at=doer.at, last_error="the webhook was stopped")
            record_deed(row.organisation, doer, "webhook_stopped", f"webhook:{row.uuid}")


def list_webhooks(organisation: str) -> list[WebhookView]:
    """Return the addresses of an organisation that are told something, the newest first."""
    with reading():
        rows = Webhook.objects.filter(organisation__key=organisation, stopped_at__isnull=True).order_by("-pk")
        return [_view(row) for row in rows]


def list_deliveries(organisation: str, ident: str) -> list[DeliveryView]:
    """Return the newest messages to an address; raises UnknownWebhookError."""
    with reading():
        rows = Delivery.objects.filter(webhook=_find(organisation, ident)).order_by("-pk")[:SHOWN]
        return [_view_delivery(row) for row in rows]


def announce(owner: Organisation, kind: Kind, at: datetime, **about: str | int) -> int:
    """Put a message in for every address that is told of this, inside the caller's transaction; return how many."""
    hooks = [hook for hook in Webhook.objects.filter(organisation=owner, stopped_at__isnull=True) if kind in hook.kinds]
    for hook in hooks:
        _put(hook, kind, at, about)
    return len(hooks)


def try_webhook(organisation: str, ident: str, at: datetime) -> None:
    """Put in a message that only tries whether an address can be reached; raises UnknownWebhookError."""
    with writing():
        _put(_find(organisation, ident), "webhook.tried", at, {"webhook": ident})


def claim_deliveries(now: datetime, most: int = 20) -> list[Claim]:
    """Return messages that are due, each to one worker only for the time of the lease.

    What cannot be signed, because the secret key is another one since, counts as not taken.
    """
    with writing():
        due = Delivery.objects.select_related("webhook").filter(
            delivered_at__isnull=True, given_up_at__isnull=True, next_at__lte=now
        )
        free = due.filter(claimed_at__isnull=True) | due.filter(claimed_at__lt=now - LEASE)
        rows = list(free.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "pk")[:most])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_at=now)
    claims = [claim for row in rows if (claim := _claim(row))]
    for number in {row.pk for row in rows} - {claim.number for claim in claims}:
        mark_failed(number, now, UNSIGNED)
    return claims


def mark_delivered(number: int, status: int, now: datetime) -> None:
    """Note that a message was taken."""
    with writing():
        Delivery.objects.filter(pk=number, delivered_at__isnull=True).update(
            delivered_at=now, claimed_at=None, last_status=status, last_error=""
        )


def mark_failed(number: int, now: datetime, error: str, status: int | None = None) -> None:
    """Note that a message was not taken: it waits longer each time, and is given up in the end."""
    with writing():
        row = Delivery.objects.select_for_update().filter(pk=number).first()
        if row is None or row.delivered_at is not None:
            return
        row.attempts, row.claimed_at = row.attempts + 1, None
        row.last_status, row.last_error = status, error[:300]
        wait = wait_after(row.attempts)
        if wait is None:
            row.given_up_at = now
        else:
            row.next_at = now + wait
        row.save()


def _claim(row: Delivery) -> Claim | None:
    try:
        secret = unseal(row.webhook.secret, WEBHOOK)
    except UnreadableSecretError:
        return None
    return Claim(row.pk, str(row.uuid), row.webhook.url, secret, row.payload)


def _put(hook: Webhook, kind: Kind, at: datetime, about: dict[str, str | int]) -> None:
    ident = uuid.uuid4()
    payload = write_payload(kind, str(ident), at.astimezone(UTC).isoformat(), about)
    Delivery.objects.create(
        organisation_id=hook.organisation_id,
        webhook=hook,
        uuid=ident,
        kind=kind,
        payload=payload,
        created_at=at,
        next_at=at,
    )


def _find(organisation: str, ident: str) -> Webhook:
    try:
        wanted = uuid.UUID(ident)
    except ValueError:
        raise UnknownWebhookError(ident) from None
    row = Webhook.objects.select_related("organisation").filter(organisation__key=organisation, uuid=wanted).first()
    if row is None:
        raise UnknownWebhookError(ident)
    return row


def _view(row: Webhook) -> WebhookView:
    return WebhookView(str(row.uuid), row.url, tuple(row.kinds), row.created_by, row.created_at, row.stopped_at)


def _view_delivery(row: Delivery) -> DeliveryView:
    return DeliveryView(
        str(row.uuid),
        row.kind,
        row.created_at,
        row.attempts,
        row.next_at,
        row.delivered_at,
        row.given_up_at,
        row.last_status,
        row.last_error,
    )
