"""What people gave for moments of sittings, beside the events: added whole, never changed, gone with the sitting."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import IntegrityError

from poise.sitting.ratings import MomentRating, RatingsError
from poise.storage.models import HumanRating, Organisation, Sitting
from poise.storage.transaction import reading, writing
from poise.storage.views import SittingView, sittings, view_sitting

Key = tuple[str, str, str, str, int]


def keep_ratings(organisation: str, ratings: Sequence[MomentRating]) -> int:
    """Store ratings of this organisation's sittings, all of them or none, and return how many are new.

    Those that are there already with the same rating are passed over.

    Raises
    ------
    RatingsError
        Somebody gave another rating to the same moment in the same round before, or a sitting is not there (any more).
    """
    try:
        with writing():
            return _insert(Organisation.named(organisation), ratings)
    except IntegrityError as error:
        raise RatingsError(
            ["Some of this was rated in another window just now. Nothing was stored; try again."]
        ) from error


def _insert(owner: Organisation, ratings: Sequence[MomentRating]) -> int:
    wanted = {one.sitting for one in ratings}
    rows = {row.key: row for row in Sitting.objects.filter(organisation=owner, key__in=wanted)}
    there = dict(_given(owner, wanted))
    complaints = [f"there is no sitting {key!r} (any more)" for key in sorted(wanted - set(rows))]
    complaints += [
        f"{one.rater} rated {one.scenario}/{one.moment} of sitting {one.sitting} in round {one.round} before,"
        f" as {_say(there[one.key])} and not {_say(one.rating)}; the first rating stays"
        for one in ratings
        if one.key in there and there[one.key] != one.rating
    ]
    if complaints:
        raise RatingsError(complaints)
    new = [one for one in ratings if one.key not in there]
    HumanRating.objects.bulk_create(
        HumanRating(
            organisation=owner,
            sitting=rows[one.sitting],
            scenario=one.scenario,
            moment=one.moment,
            quality=one.quality,
            reply=one.reply,
            rater=one.rater,
            round=one.round,
            level=one.rating,
            at=_moment(one.at),
        )
        for one in new
    )
    return len(new)


def _given(owner: Organisation, sittings_named: Iterable[str]) -> list[tuple[Key, int | None]]:
    rows = HumanRating.objects.filter(organisation=owner, sitting__key__in=list(sittings_named))
    told = rows.values_list("sitting__key", "scenario", "moment", "rater", "round", "level")
    return [((sitting, case, moment, rater, number), level) for sitting, case, moment, rater, number, level in told]


def list_ratings(organisation: str) -> list[MomentRating]:
    """Return all ratings of this organisation's sittings, in the order in which they came."""
    with reading():
        rows = HumanRating.objects.filter(organisation__key=organisation).select_related("sitting").order_by("pk")
        return [_view(row) for row in rows]


def list_finished(organisation: str) -> list[SittingView]:
    """Return the finished sittings of an organisation in the order of their keys."""
    with reading():
        rows = sittings().filter(organisation__key=organisation, finished_at__isnull=False).order_by("key")
        return [view_sitting(row) for row in rows]


def list_organisations_with_finished() -> list[str]:
    """Return the keys of the organisations that have finished sittings."""
    with reading():
        rows = Organisation.objects.filter(sittings__finished_at__isnull=False).distinct().order_by("key")
        return list(rows.values_list("key", flat=True))


def find_sitting(key: str) -> SittingView | None:
    """Return the sitting with this key, of whatever organisation; for somebody who works at the store itself."""
    with reading():
        row = sittings().filter(key=key).first()
    return view_sitting(row) if row else None


def _view(row: HumanRating) -> MomentRating:
    return MomentRating(
        rater=row.rater,
        sitting=row.sitting.key,
        scenario=row.scenario,
        moment=row.moment,
        quality=row.quality,
        reply=row.reply,
        round=row.round,
        rating=row.level,
        at=row.at.isoformat(),
    )


def _say(level: int | None) -> str:
    return "no opportunity" if level is None else str(level)


def _moment(at: str) -> datetime:
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
