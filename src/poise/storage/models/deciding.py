"""What people of an organisation said of a sitting: views before the result, decisions, answers; and stored reports."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poise.storage.models.organisations import Organisation
from poise.storage.models.sittings import Sitting
from poise.storage.models.writing_once import WrittenOnce, WrittenOnceRows


class Judgement(WrittenOnce):
    """What somebody thought of a candidate before they saw the result."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="judgements")
    by = models.CharField(max_length=200)
    account = models.CharField(max_length=200)
    leaning = models.CharField(max_length=20)
    words = models.TextField()
    at = models.DateTimeField()

    objects = WrittenOnceRows["Judgement"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sitting", "account"), name="one_view_before_the_result"),
            models.CheckConstraint(condition=~Q(words="") & ~Q(account=""), name="judgement_is_given"),
        )

    def __str__(self) -> str:
        return f"{self.account} on {self.sitting_id}"


class Decision(WrittenOnce):
    """What a person decided about a candidate, and why; a later one stands in front of it and takes nothing away."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    reason = models.TextField()
    by = models.CharField(max_length=200)
    account = models.CharField(max_length=200)
    # Which stored report they had before them.
    report = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects = WrittenOnceRows["Decision"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sitting", "number"), name="decision_number_is_unique"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(by="") & ~Q(account="") & Q(number__gte=1), name="decision_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"decision {self.number} on {self.sitting_id}"


class Answer(WrittenOnce):
    """What a person answered to a candidate who asked for something or contested a reading."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="answers")
    # "human_alternative", "accommodation" or "contest"; and for a contest which moment.
    kind = models.CharField(max_length=30)
    about = models.CharField(max_length=130, blank=True, default="")
    words = models.TextField()
    by = models.CharField(max_length=200)
    account = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = WrittenOnceRows["Answer"].as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(words="") & ~Q(kind=""), name="answer_says_something"),)

    def __str__(self) -> str:
        return f"answer on {self.kind} of {self.sitting_id}"


class StoredReport(WrittenOnce):
    """Every figure of a report as it was printed, without a word of the person; each recomputation adds one."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="reports")
    number = models.PositiveIntegerField()
    # How many events it was computed from, with which library and which program.
    events = models.PositiveIntegerField()
    library = models.CharField(max_length=64)
    program = models.CharField(max_length=60)
    cause = models.CharField(max_length=40)
    printed = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = WrittenOnceRows["StoredReport"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sitting", "number"), name="report_number_is_unique"),
            models.CheckConstraint(condition=Exact(Length("digest"), 64), name="report_digest_is_sha256"),
        )

    def __str__(self) -> str:
        return f"report {self.number} of {self.sitting_id}"
