"""Who did what in an organisation, and when: keys and plain values only, never a candidate's name or words."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import Q

from poise.storage.models.organisations import Organisation
from poise.storage.models.writing_once import WrittenOnce, WrittenOnceRows


class AuditEntry(WrittenOnce):
    """One deed; `about` names its thing as ``kind:key`` and stays when that thing is deleted."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    account = models.CharField(max_length=200, blank=True, default="")
    deed = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True, default="")
    detail = models.JSONField(default=dict)

    objects = WrittenOnceRows["AuditEntry"].as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(deed="") & ~Q(by=""), name="deed_has_a_doer"),)
        indexes = (models.Index(fields=("organisation", "-at"), name="newest_deeds"),)

    def __str__(self) -> str:
        return f"{self.by}: {self.deed} {self.about}"
