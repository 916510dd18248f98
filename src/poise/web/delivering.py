"""Sends the messages that wait for webhooks: what the worker does every few seconds."""

from django.utils import timezone

from poise.integrations.webhook import PUBLIC, DeliveryError, Message, Route, post_message
from poise.storage.webhooks import Claim, claim_deliveries, mark_delivered, mark_failed


def deliver_messages(route: Route = PUBLIC) -> int:
    """Send what is due, and return how many messages were taken; what was not taken waits for its next time."""
    return sum(_deliver(claim, route) for claim in claim_deliveries(timezone.now()))


def _deliver(claim: Claim, route: Route) -> bool:
    now = timezone.now()
    try:
        status = post_message(Message(claim.ident, claim.url, claim.secret, claim.payload), now.timestamp(), route)
    except DeliveryError as error:
        mark_failed(claim.number, timezone.now(), str(error), error.status)
        return False
    mark_delivered(claim.number, status, timezone.now())
    return True
