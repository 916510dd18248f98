"""Who was asked to sit, and the mail that goes out for it."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poise.storage.models.organisations import MemberInvitation, Organisation
from poise.storage.models.sittings import Position, Sitting


class Invitation(models.Model):
    """A person who was asked to sit; one invitation leads to one sitting, never to two."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    position = models.ForeignKey(Position, models.CASCADE, related_name="invitations")
    candidate_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, default="")
    created_by = models.CharField(max_length=200, blank=True, default="")
    # What was agreed beforehand: keys of the accommodations of `sitting.events.AccommodationsChosen`.
    accommodations = models.JSONField(default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    # From it and the secret key of the program the token can be drawn up again for a reminder; empty where it cannot.
    seed = models.CharField(max_length=32, blank=True, default="")
    by_public_link = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    sitting = models.OneToOneField(Sitting, models.CASCADE, null=True, blank=True, related_name="invitation")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Exact(Length("token_hash"), 64), name="token_hash_is_sha256"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_can_be_used"),
            models.CheckConstraint(
                condition=Q(sitting__isnull=True) | Q(opened_at__isnull=False), name="sitting_means_opened"
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Mail(models.Model):
    """A letter that waits to be sent or was sent: written with what it tells of, so that none is lost or doubled.

    `key` is the same for the same letter however often it is put in. Once it is sent or given up its body, which may
    hold a link, is emptied.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mails")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, blank=True, related_name="mails")
    member_invitation = models.ForeignKey(MemberInvitation, models.CASCADE, null=True, blank=True, related_name="mails")
    sitting = models.ForeignKey(Sitting, models.CASCADE, null=True, blank=True, related_name="mails")
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(key="") & ~Q(to="") & ~Q(subject=""), name="mail_is_addressed"),
        )
        indexes = (
            models.Index(
                fields=("not_before",),
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="mail_to_be_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"
