"""Libraries as they were published, and those that are being changed."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poise.storage.models.organisations import Organisation
from poise.storage.models.writing_once import WrittenOnce, WrittenOnceRows


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
