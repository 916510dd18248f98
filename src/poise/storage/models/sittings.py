"""Positions, the sittings for them, and what happened in each; words lie apart, so that they can be erased."""
# ruff: noqa: D106  what a class Meta is, Django explains

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from poise.storage.models.libraries import PublishedLibrary
from poise.storage.models.organisations import Organisation
from poise.storage.models.writing_once import WrittenOnce, WrittenOnceRows


class Position(models.Model):
    """A vacancy: which job it is, by which blueprint people are seen, and who may see what comes of it.

    New sittings begin with the `library` that it names; without one, with the library that comes with Poise.
    """

    class Mode(models.TextChoices):
        """Whether incumbents sit to study the instrument, or candidates to be chosen from; as in `hiring.modes`."""

        STUDY = "study"
        SELECTION = "selection"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="positions")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    job = models.CharField(max_length=60)
    blueprint = models.CharField(max_length=60)
    library = models.ForeignKey(PublishedLibrary, models.PROTECT, null=True, blank=True, related_name="positions")
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.STUDY)
    mode_by = models.CharField(max_length=200, blank=True, default="")
    mode_reason = models.TextField(blank=True, default="")
    mode_at = models.DateTimeField(null=True, blank=True)
    # An owner may have candidates ranked though the parameters are provisional; the reason is shown with the ranks.
    ranked_by = models.CharField(max_length=200, blank=True, default="")
    ranked_reason = models.TextField(blank=True, default="")
    ranked_at = models.DateTimeField(null=True, blank=True)
    blind_first_view = models.BooleanField(default=False)
    # The part of the address of the public link; empty where there is none.
    public_key = models.CharField(max_length=64, blank=True, default="")
    public_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=200, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "key"), name="position_key_is_unique"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(job="") & ~Q(blueprint=""), name="position_is_complete"),
            models.CheckConstraint(condition=Q(mode__in=["study", "selection"]), name="mode_is_known"),
            models.CheckConstraint(
                condition=Q(mode="study") | (~Q(mode_by="") & ~Q(mode_reason="") & Q(mode_at__isnull=False)),
                name="selection_was_chosen_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ranked_at__isnull=True) | (~Q(ranked_by="") & ~Q(ranked_reason="")),
                name="ranks_have_a_reason",
            ),
            models.UniqueConstraint(fields=("public_key",), condition=~Q(public_key=""), name="public_key_is_unique"),
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
    # The mode of the position when the sitting began; it never changes. Empty where nobody hires.
    purpose = models.CharField(max_length=20, blank=True, default="")
    resume_hash = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # How it stands, kept beside the events so that a list of thousands need not read them; see `storage.standing`.
    # The last three are what the person waits for: a talk with a person, contested readings, and whatever else.
    stood_at = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    minutes_left = models.PositiveSmallIntegerField(default=0)
    asks_for_person = models.BooleanField(default=False)
    contests = models.PositiveSmallIntegerField(default=0)
    requests = models.PositiveSmallIntegerField(default=0)
    # The newest report on the job of the position in one line, as `jobfit.outline` writes it; see `storage.outlines`.
    outline = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(key=""), name="sitting_has_a_key"),
            models.CheckConstraint(condition=Q(version__gte=1), name="sitting_has_begun"),
            models.CheckConstraint(condition=Exact(Length("resume_hash"), 64), name="resume_hash_is_sha256"),
            models.CheckConstraint(
                condition=Q(door__in=["open", "invitation", "terminal", "simulation"]), name="door_is_known"
            ),
            models.CheckConstraint(condition=Q(purpose__in=["", "study", "selection"]), name="purpose_is_known"),
        )
        indexes = (models.Index(fields=("organisation", "candidate_name"), name="candidates_by_name"),)

    def __str__(self) -> str:
        return self.key


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
