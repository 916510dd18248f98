"""Whom rows belong to, and who works there."""
# ruff: noqa: D106  what a class Meta is, Django explains

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Organisation(models.Model):
    """Whom rows belong to: an employer, or the open door, which has no members."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    is_open_door = models.BooleanField(default=False)
    # Days until a person has answered who contests a reading or asks for something.
    answer_days = models.PositiveSmallIntegerField(default=14)
    # Days after which a person's words, and later the whole sitting, are deleted, counted from what happened last.
    words_days = models.PositiveSmallIntegerField(default=180)
    sitting_days = models.PositiveSmallIntegerField(default=365)
    needs_second_factor = models.BooleanField(default=False)
    # Whom candidates may write to; shown on their pages.
    contact = models.EmailField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("is_open_door",), condition=Q(is_open_door=True), name="one_open_door"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="organisation_is_named"),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1) & Q(words_days__gte=1) & Q(sitting_days__gte=F("words_days")),
                name="words_go_before_sittings",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, key: str) -> "Organisation":
        """Return the organisation with this key; raises KeyError."""
        row = cls.objects.filter(key=key).first()
        if row is None:
            raise KeyError(f"no organisation {key!r}")
        return row


class Member(models.Model):
    """Somebody who works for an organisation, and what they may do there."""

    class Role(models.TextChoices):
        """What a member may do."""

        OWNER = "owner"
        HIRER = "hirer"
        INTERVIEWER = "interviewer"
        ANALYST = "analyst"
        AUTHOR = "author"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    # One organisation each: nobody can ever be shown another's candidates because they work for two.
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="member")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=["owner", "hirer", "interviewer", "analyst", "author"]), name="role_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class MemberInvitation(models.Model):
    """Somebody who was asked to join an organisation, and in which role; of the link only its hash is kept."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="member_invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Member.Role)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Exact(Length("token_hash"), 64), name="member_token_is_sha256"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="member_invitation_can_be_used"),
        )

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
