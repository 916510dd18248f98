"""What must hold of the rows holds in the database itself."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction
from sitting.test_journal import AT, name

from poise.sitting.events import SittingOpened
from poise.sitting.journal import Change
from poise.storage.journal import DjangoJournal
from poise.storage.models import (
    Event,
    ImmutableRowError,
    Invitation,
    Organisation,
    Position,
    PublishedLibrary,
    Sitting,
    Tally,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(library_hash: str) -> Sitting:
    key = name()
    opened = SittingOpened(at=AT, library=library_hash, blueprint="complaints_desk", seed=7, door="open")
    DjangoJournal("harbour").open(key, Change((opened,)))
    return Sitting.objects.get(key=key)


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_every_row_belongs_to_an_organisation_from_the_first_migration_on() -> None:
    for model in apps.get_app_config("storage").get_models():
        if model not in {Organisation, Tally}:  # a tally tells neither of whom nor at whose door
            field = model._meta.get_field("organisation")  # noqa: SLF001  Django documents it
            assert field.related_model is Organisation
            assert not field.null


class TestWrittenOnce:
    def test_a_published_library_cannot_be_changed(self, library_hash: str) -> None:
        row = PublishedLibrary.objects.get(hash=library_hash)
        row.canonical = "{}"
        with pytest.raises(ImmutableRowError, match="cannot be changed"):
            row.save()
        with pytest.raises(ImmutableRowError, match="cannot be changed"):
            row.save(update_fields=["note"])
        with pytest.raises(ImmutableRowError, match="note"):
            PublishedLibrary.objects.filter(hash=library_hash).update(note="changed")
        assert PublishedLibrary.objects.get(hash=library_hash).canonical != "{}"

    def test_a_published_library_cannot_be_deleted(self, library_hash: str) -> None:
        row = PublishedLibrary.objects.get(hash=library_hash)
        with pytest.raises(ImmutableRowError, match="cannot be deleted"):
            row.delete()
        with pytest.raises(ImmutableRowError, match="cannot delete"):
            PublishedLibrary.objects.all().delete()
        assert PublishedLibrary.objects.count() == 1

    def test_a_copy_under_the_same_number_cannot_replace_it(self, library_hash: str) -> None:
        row = PublishedLibrary.objects.get(hash=library_hash)
        twin = PublishedLibrary(
            pk=row.pk,
            organisation=row.organisation,
            hash="e" * 64,
            key="k",
            version="2",
            canonical="{}",
            published_at=row.published_at,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()
        assert PublishedLibrary.objects.get(pk=row.pk).hash == library_hash

    def test_an_event_cannot_be_changed_or_deleted(self, sitting: Sitting) -> None:
        row = Event.objects.get(sitting=sitting)
        row.kind = "something_else"
        with pytest.raises(ImmutableRowError):
            row.save()
        with pytest.raises(ImmutableRowError):
            row.delete()
        with pytest.raises(ImmutableRowError):
            sitting.events.all().delete()
        with pytest.raises(ImmutableRowError):
            sitting.events.update(number=2)


class TestConstraints:
    def test_there_is_one_open_door(self, library_hash: str) -> None:  # noqa: ARG002  its rows must be there
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(key="second", name="Second", is_open_door=True)

    def test_positions_are_told_apart_within_an_organisation(self, library_hash: str) -> None:  # noqa: ARG002  as above
        harbour = Organisation.named("harbour")
        with pytest.raises(IntegrityError), transaction.atomic():
            Position.objects.create(organisation=harbour, key="desk", name="Again", job="j", blueprint="b")
        with pytest.raises(IntegrityError), transaction.atomic():
            Position.objects.create(organisation=harbour, key="other", name="", job="j", blueprint="b")

    def test_events_have_each_their_number(self, sitting: Sitting) -> None:
        first = Event.objects.get(sitting=sitting)
        for number in (1, 0):
            twin = Event(
                organisation=first.organisation, sitting=sitting, number=number, kind="k", data="{}", at=first.at
            )
            with pytest.raises(IntegrityError), transaction.atomic():
                twin.save()

    @pytest.mark.parametrize(
        "change", [{"version": 0}, {"resume_hash": "short"}, {"door": "window"}, {"key": ""}], ids=str
    )
    def test_a_sitting_is_refused(self, sitting: Sitting, change: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Sitting.objects.filter(pk=sitting.pk).update(**change)

    def test_an_invitation_is_refused(self, sitting: Sitting, now: datetime) -> None:
        position = Position.objects.get(organisation=sitting.organisation, key="desk")
        good = {
            "organisation": sitting.organisation,
            "position": position,
            "candidate_name": "Ada",
            "token_hash": "a" * 64,
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        }
        for change in ({"token_hash": "plain"}, {"expires_at": now}, {"sitting": sitting, "opened_at": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Invitation.objects.create(**{**good, **change})
        Invitation.objects.create(**{**good, "sitting": sitting, "opened_at": now})
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(**{**good, "token_hash": "b" * 64, "sitting": sitting, "opened_at": now})
