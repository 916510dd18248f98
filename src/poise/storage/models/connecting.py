"""How other programs come in and are told: keys of the API, webhooks and what is to be delivered to them."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poise.storage.models.organisations import Organisation


class ApiKey(models.Model):
    """A key by which a program acts for an organisation; only its hash is kept, `prefix` tells people which it is."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Exact(Length("key_hash"), 64), name="key_hash_is_sha256"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(prefix=""), name="key_is_named"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Webhook(models.Model):
    """An address that is told what happens; `secret`, which is sealed, signs what is sent there."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    uuid = models.UUIDField(unique=True, editable=False)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=300)
    kinds = models.JSONField(default=list)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(url="") & ~Q(secret=""), name="webhook_can_be_signed"),)

    def __str__(self) -> str:
        return f"webhook {self.uuid}"


class Delivery(models.Model):
    """One message to one webhook, until it is delivered or given up; it holds keys, never names or words."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    uuid = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=40)
    payload = models.TextField()
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=("next_at",),
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="message_to_be_delivered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to webhook {self.webhook_id}"
