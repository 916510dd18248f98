"""Organisations, members, candidates and published libraries, each seen only where they belong."""

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from storage.small_library import build_library

from poise.content.library import Library
from poise.sitting.journal import JournalUnavailableError, UnknownSittingError
from poise.storage import doors, records
from poise.storage.models import PublishedLibrary

pytestmark = pytest.mark.django_db


class TestLibraries:
    def test_a_published_library_comes_back_equal(self, library_hash: str, small_library: Library) -> None:
        back = records.library(library_hash)
        assert back == small_library
        assert back.canonical == small_library.canonical
        assert back.hash == library_hash == small_library.hash

    def test_publishing_twice_stores_once(self, library_hash: str, small_library: Library, now: datetime) -> None:
        later = now + timedelta(days=1)
        assert records.publish_library("harbour", small_library, later, "again") == library_hash
        row = PublishedLibrary.objects.get()
        assert (row.published_at, row.note, row.organisation.key) == (now, "", "open_door")

    def test_the_newest_of_a_key_is_found(self, library_hash: str, now: datetime) -> None:
        assert records.newest_library("small") == library_hash
        newer = records.publish_library("open_door", build_library("2"), now + timedelta(seconds=1))
        assert records.newest_library("small") == newer != library_hash
        assert records.newest_library("large") is None

    def test_a_library_is_read_once(self, library_hash: str) -> None:
        first = records.library(library_hash)
        with CaptureQueriesContext(connection) as queries:
            assert records.library(library_hash) is first
        assert len(queries) == 0

    def test_an_unknown_library_is_said_to_be_unknown(self, library_hash: str, now: datetime) -> None:
        with pytest.raises(KeyError, match="a" * 64):
            records.library("a" * 64)
        records.library(library_hash)
        newer = build_library("2")
        with pytest.raises(KeyError):
            records.library(newer.hash)
        records.publish_library("open_door", newer, now)
        assert records.library(newer.hash) == newer, "a failure is not remembered"

    def test_a_library_that_was_altered_is_refused(self, library_hash: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE storage_publishedlibrary SET canonical = replace(canonical, 'Small', 'Sma1l')")
        with pytest.raises(records.DamagedLibraryError, match=library_hash):
            records.library(library_hash)


class TestMembers:
    def test_a_member_works_for_one_organisation(self, library_hash: str) -> None:  # noqa: ARG002  its rows must be there
        records.add_member("harbour", "ada@harbour.example", "a long secret", "hirer")
        user = User.objects.get(username="ada@harbour.example")
        found = records.membership(user.pk)
        assert found is not None
        assert (found.organisation.key, found.role) == ("harbour", "hirer")
        assert user.check_password("a long secret")
        assert "a long secret" not in user.password
        with pytest.raises(ValueError, match="already"):
            records.add_member("hill", "ada@harbour.example", "another secret", "owner")

    def test_who_was_shut_out_works_for_nobody(self, library_hash: str) -> None:  # noqa: ARG002  as above
        records.add_member("harbour", "ada@harbour.example", "a long secret", "hirer")
        user = User.objects.get()
        user.is_active = False
        user.save()
        assert records.membership(user.pk) is None
        assert records.membership(user.pk + 1) is None

    def test_an_unknown_role_leaves_no_account(self, library_hash: str) -> None:  # noqa: ARG002  as above
        with pytest.raises(ValueError, match="expected one of owner, hirer"):
            records.add_member("harbour", "ada@harbour.example", "a long secret", "emperor")
        with pytest.raises(KeyError, match="nowhere"):
            records.add_member("nowhere", "ada@harbour.example", "a long secret", "hirer")
        assert not User.objects.exists()


class TestEnsuring:
    def test_what_is_there_stays_as_it_is(self, library_hash: str) -> None:  # noqa: ARG002  as above
        assert records.ensure_organisation("harbour", "Other name").name == "Harbour"
        assert records.ensure_position("harbour", "desk", "Other", job="x", blueprint="y").name == "Complaints desk"
        assert [view.key for view in records.list_positions("harbour")] == ["desk"]
        door = records.find_open_door()
        assert door is not None
        assert (door.key, door.is_open_door) == ("open_door", True)


class TestCandidates:
    def test_each_organisation_sees_its_own_in_alphabetical_order(self, library_hash: str, now: datetime) -> None:
        until = now + timedelta(days=1)
        for person in ("zoe", "Åsa", "Ben", "Ada"):
            token = doors.invite("harbour", "desk", person, now=now, expires_at=until)
            if person == "Ben":
                begun = doors.open_sitting_for_invitation(token, library_hash, now).sitting
        doors.invite("hill", "desk", "Eve", now=now, expires_at=until)
        doors.start_open_sitting(library_hash, "is_it_for_me", now)
        seen = records.list_candidates("harbour")
        assert [view.name for view in seen] == ["Ada", "Ben", "zoe", "Åsa"]
        assert [view.sitting for view in seen] == [None, begun, None, None]
        assert begun.version == 1
        assert (begun.started_at, begun.last_at, begun.finished_at) == (now, now, None)
        assert [view.name for view in records.list_candidates("hill")] == ["Eve"]
        assert [view.invitation for view in records.list_candidates("open_door")] == [None]

    def test_a_list_takes_two_questions_however_long_and_reads_no_library(
        self, library_hash: str, now: datetime
    ) -> None:
        for number in range(5):
            until = now + timedelta(days=1)
            token = doors.invite("harbour", "desk", f"Person {number}", now=now, expires_at=until)
            doors.open_sitting_for_invitation(token, library_hash, now)
        with CaptureQueriesContext(connection) as queries:
            assert len(records.list_candidates("harbour")) == 5
        assert len(queries) == 2
        assert not any("canonical" in query["sql"] for query in queries)

    def test_a_record_is_shown_to_its_organisation_only(self, library_hash: str, now: datetime) -> None:
        sitting = doors.start_open_sitting(library_hash, "is_it_for_me", now).sitting
        assert records.sitting_record(sitting.key, "open_door") == sitting
        with pytest.raises(UnknownSittingError):
            records.sitting_record(sitting.key, "harbour")


def test_no_row_of_the_database_leaves_the_room(library_hash: str, now: datetime) -> None:
    token = doors.invite("harbour", "desk", "Ada", now=now, expires_at=now + timedelta(days=1))
    doors.open_sitting_for_invitation(token, library_hash, now)

    def check(value: object) -> None:
        assert not isinstance(value, (models.Model, models.QuerySet))
        if is_dataclass(value):
            for field in fields(value):
                check(getattr(value, field.name))

    for value in (*records.list_candidates("harbour"), doors.find_invitation(token, now), records.find_open_door()):
        check(value)


@pytest.mark.databases("sqlite")
def test_a_database_that_cannot_be_read_is_said_to_be_unavailable(library_hash: str) -> None:  # noqa: ARG001  as above
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE storage_member RENAME TO away")
    with pytest.raises(JournalUnavailableError, match="storage_member"):
        records.membership(1)
