"""Versions and drafts in the database: each seen only where it belongs, and the tables can be led back."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from storage.small_library import build_library

from poise.content.editing import rename
from poise.content.library import Library
from poise.storage import authoring, records
from poise.storage.authoring import By, DraftMovedError, NotPublishableError, UnknownEditionError


def by(now: datetime) -> By:
    return By("Ada", "ada@harbour.example", now)


def change(library: Library) -> Library:
    return library.model_copy(update={"claims": ()})


@pytest.mark.django_db
class TestOwners:
    def test_a_draft_is_not_there_for_another_house(self, library_hash: str, now: datetime) -> None:
        draft = authoring.begin_draft("harbour", library_hash, by(now))
        assert [one.key for one in authoring.list_drafts("harbour")] == [draft.key]
        assert authoring.list_drafts("hill") == []
        for attempt in (
            lambda: authoring.read_draft("hill", draft.key),
            lambda: authoring.change_draft("hill", draft.key, change, by(now)),
            lambda: authoring.discard_draft("hill", draft.key),
            lambda: authoring.publish_draft("hill", draft.key, 0, "2", "n", by(now)),
        ):
            with pytest.raises(UnknownEditionError):
                attempt()
        assert authoring.read_draft("harbour", draft.key)[0] == draft

    def test_what_one_house_published_is_not_there_for_another(self, library_hash: str, now: datetime) -> None:
        own = records.publish_library("harbour", rename(build_library(), "own_harbour", "h"), now)
        assert {one.hash for one in authoring.list_versions("harbour")} == {library_hash, own}
        assert {one.hash for one in authoring.list_versions("hill")} == {library_hash}
        with pytest.raises(UnknownEditionError):
            authoring.begin_draft("hill", own, by(now))

    def test_a_library_of_a_house_is_never_the_one_in_use(self, library_hash: str, now: datetime) -> None:
        records.publish_library("harbour", build_library("9"), now.replace(year=now.year + 1))
        assert records.newest_library("small") == library_hash

    @pytest.mark.parametrize("organisation", ["starter", "a-b", "9lives", "x" * 60])
    def test_an_own_key_is_a_key_and_no_shipped_one(self, organisation: str) -> None:
        assert rename(build_library(), authoring.own_key(organisation), "1").key.startswith("own_")


@pytest.mark.django_db
class TestPublishing:
    def test_what_changed_since_it_was_seen_is_not_published(self, library_hash: str, now: datetime) -> None:
        draft = authoring.begin_draft("harbour", library_hash, by(now))
        with pytest.raises(NotPublishableError, match="Nothing was changed"):
            authoring.publish_draft("harbour", draft.key, 0, "2", "n", by(now))
        authoring.change_draft("harbour", draft.key, lambda one: one, by(now))
        with pytest.raises(DraftMovedError):
            authoring.publish_draft("harbour", draft.key, 0, "2", "n", by(now))

    def test_a_change_that_fails_leaves_the_draft_as_it_was(self, library_hash: str, now: datetime) -> None:
        draft = authoring.begin_draft("harbour", library_hash, by(now))

        def fail(_library: Library) -> Library:
            raise KeyError("moved")

        with pytest.raises(KeyError):
            authoring.change_draft("harbour", draft.key, fail, by(now))
        assert authoring.read_draft("harbour", draft.key)[0].version == 0


@pytest.mark.django_db(transaction=True)
def test_the_tables_can_be_led_back_and_forth(library_hash: str, now: datetime) -> None:
    authoring.begin_draft("harbour", library_hash, by(now))
    authoring.set_version("harbour", "desk", records.publish_library("harbour", build_library("own"), now))
    call_command("migrate", "storage", "0002", verbosity=0)
    assert "storage_draft" not in connection.introspection.table_names()
    call_command("migrate", "storage", verbosity=0)
    assert authoring.list_drafts("harbour") == []
    assert authoring.named_library("harbour", "desk") is None
    records.library.cache_clear()
    assert records.library(library_hash) == build_library()
