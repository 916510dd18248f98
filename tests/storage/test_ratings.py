"""Ratings in the store: whole or not at all, written once, exported and deleted with their sitting."""

import json
from dataclasses import replace

import pytest
from django.utils import timezone
from sitting.test_journal import AT

from poise.sitting.events import SittingFinished, SittingOpened
from poise.sitting.journal import Change
from poise.sitting.ratings import MomentRating, RatingsError
from poise.storage.erasure import delete_sitting, export_sitting
from poise.storage.journal import DjangoJournal
from poise.storage.models import HumanRating, ImmutableRowError
from poise.storage.ratings import (
    find_sitting,
    keep_ratings,
    list_finished,
    list_organisations_with_finished,
    list_ratings,
)

RATING = MomentRating("ann", "one", "lamp", "hears", "patience", 1, 1, 3, timezone.now().isoformat())


@pytest.fixture
def sitting(library_hash: str) -> str:
    opened = SittingOpened(at=AT, library=library_hash, blueprint="complaints_desk", seed=7, door="open")
    DjangoJournal("harbour").open("one", Change((opened, SittingFinished(at=AT))))
    DjangoJournal("harbour").open("two", Change((opened,)))
    return "one"


pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_kept_is_listed(sitting: str) -> None:
    none = replace(RATING, moment="ends", rating=None)
    assert keep_ratings("harbour", [RATING, none]) == 2
    assert list_ratings("harbour") == [RATING, none]
    assert list_ratings("hill") == []
    assert [one.key for one in list_finished("harbour")] == [sitting]
    assert list_organisations_with_finished() == ["harbour"]
    found = find_sitting(sitting)
    assert found is not None
    assert (found.organisation, find_sitting("no")) == ("harbour", None)


def test_the_same_again_changes_nothing_and_another_rating_is_refused_with_all_others(sitting: str) -> None:  # noqa: ARG001
    keep_ratings("harbour", [RATING])
    assert keep_ratings("harbour", [RATING]) == 0
    with pytest.raises(RatingsError, match="as 3 and not 1; the first rating stays"):
        keep_ratings("harbour", [replace(RATING, moment="new"), replace(RATING, rating=1)])
    assert keep_ratings("harbour", [replace(RATING, rating=1, round=2), replace(RATING, rating=1, rater="ben")]) == 2
    assert [one.rating for one in list_ratings("harbour")] == [3, 1, 1]


def test_sittings_of_others_cannot_be_rated(sitting: str) -> None:  # noqa: ARG001
    with pytest.raises(RatingsError, match="no sitting 'one'"):
        keep_ratings("hill", [RATING])
    assert HumanRating.objects.count() == 0


def test_ratings_are_written_once(sitting: str) -> None:  # noqa: ARG001
    keep_ratings("harbour", [RATING])
    with pytest.raises(ImmutableRowError):
        HumanRating.objects.update(level=4)
    with pytest.raises(ImmutableRowError):
        HumanRating.objects.get().delete()


def test_they_are_part_of_what_is_kept_of_a_sitting_and_go_with_it(sitting: str) -> None:
    keep_ratings("harbour", [RATING])
    [told] = json.loads(json.dumps(export_sitting(sitting, "harbour")))["ratings"]
    assert (told["rater"], told["moment"], told["level"]) == ("ann", "hears", 3)
    delete_sitting(sitting, "harbour")
    assert list_ratings("harbour") == []
