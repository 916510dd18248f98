"""The tables. Every row belongs to an organisation; what has happened is never changed, and words can be erased.

Rows of events and published libraries are written once. A sitting's `version` is the number of its events, so that
two who write at the same time cannot both succeed. Of a token only its SHA-256 is kept.
"""
# ruff: noqa: D106  what a class Meta is, Django explains

import uuid
from collections.abc import Iterable
from typing import NoReturn, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ImmutableRowError(RuntimeError):
    """Somebody tried to change or delete a row that is written once."""


class WrittenOnceRows(models.QuerySet[M_co]):
    """Rows that can be added and read, no more."""

    def update(self, **values: object) -> NoReturn:
        """Refuse: such rows are never changed."""
        raise ImmutableRowError(f"{self.model.__name__} rows are written once; cannot set {', '.join(values)}")

    def delete(self) -> NoReturn:
        """Refuse: such rows go only together with what they belong to."""
        raise ImmutableRowError(f"{self.model.__name__} rows are written once; cannot delete them")


class WrittenOnce(models.Model):
    """A row that stays as it was first written."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row for the first time; raises ImmutableRowError ever after."""
        if not self._state.adding or force_update or update_fields is not None:
            raise ImmutableRowError(f"{type(self).__name__} {self.pk} is written once and cannot be changed")
        super().save(force_insert=force_insert or True, using=using)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:  # noqa: ARG002, FBT001, FBT002  as in Django
        """Refuse: see WrittenOnceRows."""
        raise ImmutableRowError(f"{type(self).__name__} {self.pk} is written once and cannot be deleted")


class Organisation(models.Model):
    """Whom rows belong to: an employer, or the open door, which has no members."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    is_open_door = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("is_open_door",), condition=Q(is_open_door=True), name="one_open_door"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="organisation_is_named"),
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


class PublishedLibrary(WrittenOnce):
    """A library as it was published: canonical JSON, never changed, because sittings end on what they began with."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="libraries")
    hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    canonical = models.TextField()
    published_at = models.DateTimeField()
    note = models.TextField(blank=True)
    published_by = models.CharField(max_length=200, blank=True, default="")
    account = models.CharField(max_length=200, blank=True, default="")
    # The hash of the version that this one was a copy of at first; empty for what comes with Poise.
    came_from = models.CharField(max_length=64, blank=True, default="")

    objects = WrittenOnceRows["PublishedLibrary"].as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Exact(Length("hash"), 64), name="library_hash_is_sha256"),
            models.CheckConstraint(condition=~Q(canonical=""), name="library_is_not_empty"),
        )
        indexes = (models.Index(fields=("key", "-published_at"), name="newest_library"),)

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @classmethod
    def hashed(cls, digest: str) -> "PublishedLibrary":
        """Return the library with this hash, without its text; raises KeyError."""
        row = cls.objects.filter(hash=digest).defer("canonical").first()
        if row is None:
            raise KeyError(f"no library with the hash {digest!r} was published")
        return row


class Draft(models.Model):
    """A copy of a published library that is being changed; `version` counts the changes, so that none is lost."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=60, unique=True)
    came_from = models.ForeignKey(PublishedLibrary, models.PROTECT, related_name="drafts")
    canonical = models.TextField()
    version = models.PositiveIntegerField(default=0)
    begun_by = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(key="") & ~Q(canonical=""), name="draft_is_not_empty"),)

    def __str__(self) -> str:
        return f"draft {self.key}"


class Position(models.Model):
    """A vacancy: which job it is, and by which blueprint people are seen.

    New sittings begin with the `library` that it names; without one, with the library that comes with Poise.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="positions")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    job = models.CharField(max_length=60)
    blueprint = models.CharField(max_length=60)
    library = models.ForeignKey(PublishedLibrary, models.PROTECT, null=True, blank=True, related_name="positions")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="position_key_is_unique"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(job="") & ~Q(blueprint=""), name="position_is_complete"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, organisation: Organisation, key: str) -> "Position":
        """Return the organisation's position with this key; raises KeyError."""
        row = cls.objects.filter(organisation=organisation, key=key).first()
        if row is None:
            raise KeyError(f"no position {key!r} at {organisation.key!r}")
        return row


class Sitting(models.Model):
    """One person through one blueprint; everything that happened stands in its events."""

    class Door(models.TextChoices):
        """How the person came in; the same words as in the event `sitting_opened`."""

        OPEN = "open"
        INVITATION = "invitation"
        TERMINAL = "terminal"
        SIMULATION = "simulation"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sittings")
    key = models.CharField(max_length=60, unique=True)
    library = models.ForeignKey(PublishedLibrary, models.PROTECT, related_name="sittings")
    blueprint = models.CharField(max_length=60)
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="sittings")
    candidate_name = models.CharField(max_length=200, blank=True)
    door = models.CharField(max_length=20, choices=Door)
    resume_hash = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(key=""), name="sitting_has_a_key"),
            models.CheckConstraint(condition=Q(version__gte=1), name="sitting_has_begun"),
            models.CheckConstraint(condition=Exact(Length("resume_hash"), 64), name="resume_hash_is_sha256"),
            models.CheckConstraint(
                condition=Q(door__in=["open", "invitation", "terminal", "simulation"]), name="door_is_known"
            ),
        )
        indexes = (models.Index(fields=("organisation", "candidate_name"), name="candidates_by_name"),)

    def __str__(self) -> str:
        return self.key


class Invitation(models.Model):
    """A person who was asked to sit; one invitation leads to one sitting, never to two."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    position = models.ForeignKey(Position, models.CASCADE, related_name="invitations")
    candidate_name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
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


class Event(WrittenOnce):
    """Something that happened in a sitting, as `poise.sitting.events.write_event` gives it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    data = models.TextField()
    at = models.DateTimeField()

    objects = WrittenOnceRows["Event"].as_manager()

    class Meta:
        ordering = ("sitting", "number")
        constraints = (
            models.UniqueConstraint(fields=("sitting", "number"), name="event_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="events_count_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Text(models.Model):
    """The words of a person: the only place where they lie, so that they can be erased."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="texts")
    key = models.CharField(max_length=60, unique=True)
    words = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"text {self.key}"


class HumanRating(WrittenOnce):
    """What a person gave for one moment of a sitting, blind to how it was read; no level where they saw no opportunity.

    It lies beside the events and not among them: it is about a reading and enters no score.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="human_ratings")
    scenario = models.CharField(max_length=60)
    moment = models.CharField(max_length=60)
    quality = models.CharField(max_length=40)
    reply = models.PositiveSmallIntegerField()
    rater = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    objects = WrittenOnceRows["HumanRating"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("sitting", "scenario", "moment", "rater", "round"), name="rated_once_in_a_round"
            ),
            models.CheckConstraint(condition=Q(level__isnull=True) | Q(level__lte=4), name="level_is_0_to_4"),
            models.CheckConstraint(condition=Q(round__gte=1), name="rounds_count_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.rater} on {self.scenario}/{self.moment}"
