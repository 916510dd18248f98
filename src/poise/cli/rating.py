"""`poise rate`: people rate the moments of finished sittings blind; their ratings as tables, and how far they agree."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import django
from rich.console import Console

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poise.settings")
django.setup()

from django.utils import timezone  # noqa: E402  the settings come first

from poise.cli.asking import ask_level, check_rater, is_time, read_table, tell_agreement_of  # noqa: E402
from poise.cli.terminal import STOP, StoppedError, ask, heading, say  # noqa: E402
from poise.content.library import Library  # noqa: E402
from poise.jobfit.blinding import BlindMoment, tell_case, view_blind  # noqa: E402
from poise.sitting.concordance import Place, read_levels  # noqa: E402
from poise.sitting.journal import JournalUnavailableError, UnknownSittingError  # noqa: E402
from poise.sitting.ratings import (  # noqa: E402
    Known,
    MomentRating,
    Rateable,
    RatingsError,
    has_words,
    list_rateable,
    read_csv,
    shuffle_sittings,
    write_csv,
    write_facets,
)
from poise.sitting.state import State, fold  # noqa: E402
from poise.storage.journal import DjangoJournal  # noqa: E402
from poise.storage.ratings import (  # noqa: E402
    keep_ratings,
    list_finished,
    list_organisations_with_finished,
    list_ratings,
)
from poise.storage.records import DamagedLibraryError  # noqa: E402
from poise.storage.records import library as published  # noqa: E402
from poise.web.serving import prepare  # noqa: E402

WHO = {"customer": "CUSTOMER", "desk": "  [desk]", "candidate": "CANDIDATE"}


@dataclass(frozen=True)
class Sat:
    """A finished sitting as it is stored."""

    key: str
    state: State
    library: Library
    texts: Mapping[str, str] = field(repr=False)

    @cached_property
    def moments(self) -> tuple[Rateable, ...]:
        """The moments that can be rated, conversation by conversation."""
        return list_rateable(self.key, self.state, self.library)

    @property
    def known(self) -> Known:
        """What each moment is about, for a table that names it."""
        return {(one.case.key, one.moment.key): (one.moment.quality, one.reply) for one in self.moments}


@dataclass(frozen=True)
class Store:
    """The finished sittings of one organisation, and what was given for them."""

    organisation: str

    @classmethod
    def at(cls, organisation: str) -> "Store":
        """Bring the store up to date and open it; where several organisations have sittings, one must be named."""
        prepare()
        known = list_organisations_with_finished()
        if not known:
            raise ValueError("There is no finished sitting in this store yet, so there is nothing to rate.")
        if organisation and organisation not in known:
            raise ValueError(f"{organisation!r} has no finished sitting; expected one of {', '.join(known)}")
        if not organisation and len(known) > 1:
            raise ValueError(f"Several organisations have finished sittings: name one with --organisation: {known}")
        return cls(organisation or known[0])

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The hash of each finished sitting's library."""
        return {view.key: view.library for view in list_finished(self.organisation)}

    def load(self, key: str) -> Sat | str:
        """Return a finished sitting, or in words why it cannot be rated."""
        if key not in self.digests:
            return f"there is no finished sitting {key[:60]!r} at {self.organisation}"
        journal = DjangoJournal(self.organisation)
        try:
            library = published(self.digests[key])
            sat = Sat(key, fold(journal.read(key)), library, journal.texts(key))
            _ = sat.moments
        except UnknownSittingError:
            return f"the sitting {key} was deleted a moment ago"
        except (
            DamagedLibraryError,
            KeyError,
            ValueError,
        ) as error:  # a library or events that this version cannot read
            return f"sitting {key} cannot be read by this version: {str(error).splitlines()[0]}"
        return sat

    def load_all(self, keys: Sequence[str]) -> Iterator[Sat]:
        """Load sittings, without those that cannot be read."""
        for key in keys:
            sat = self.load(key)
            if isinstance(sat, Sat):
                yield sat


@dataclass(frozen=True)
class Order:
    """Who rates what, as it was typed."""

    rater: str
    again: bool
    seed: int
    sittings: Sequence[str]
    organisation: str


def run_rating(out: Console, order: Order) -> None:
    """Put moments before a rater, one by one, until all are rated or the rater stops; each rating is kept at once."""
    check_rater(order.rater)
    store = Store.at(order.organisation)
    if unknown := [key for key in order.sittings if key not in store.digests]:
        raise ValueError(f"there is no finished sitting at {store.organisation} called {', '.join(unknown)}")
    session = _Session(out, store, order)
    say(
        out,
        "You see the question, what each level looks like, and the conversation up to the reply that is rated."
        " Rate what the candidate did and wrote, not how it ended.",
        f"Each rating is kept at once. Type {STOP} at any time, and go on later with the same command.",
    )
    try:
        session.rate_all()
    except StoppedError:
        say(out, "", f"{session.kept} ratings are kept. Go on with the same command at any time.")
        return
    again = "" if order.again else " To rate them a second time, some weeks later: add --again."
    say(out, f"Nothing is left to rate. {session.kept} ratings were kept just now.{again}")


class _Session:
    """One rater at work."""

    def __init__(self, out: Console, store: Store, order: Order) -> None:
        self.out, self.store, self.order = out, store, order
        self.round = 2 if order.again else 1
        self.kept = 0
        mine = [one for one in list_ratings(store.organisation) if one.rater == order.rater]
        self.done = {one.place for one in mine if one.round == self.round}
        self.first = {one.place for one in mine if one.round == 1}
        if order.again and not self.first:
            raise ValueError(f"{order.rater} has rated nothing yet; begin without --again")

    def rate_all(self) -> None:
        """Go through the sittings in this rater's own order."""
        keys = self.order.sittings or self.store.digests
        shuffled = shuffle_sittings(keys, self.order.seed, self.order.rater, self.round)
        for place, key in enumerate(shuffled, start=1):
            sat = self.store.load(key)
            if isinstance(sat, str):
                say(self.out, f"Left out: {sat}.")
                continue
            left = [one for one in self.readable(sat) if one.place not in self.done]
            if self.order.again:
                left = [one for one in left if one.place in self.first]
            if left:
                heading(self.out, f"SITTING {place} OF {len(shuffled)}: {len(left)} moments to rate")
                self.rate_sitting(sat, left)

    def readable(self, sat: Sat) -> list[Rateable]:
        """Return the moments whose words can still be read; say where words were erased."""
        readable = [one for one in sat.moments if has_words(sat.state, one.case.key, sat.texts)]
        if len(readable) < len(sat.moments):
            say(self.out, f"Left out of sitting {sat.key}: conversations whose words were erased.")
        return readable

    def rate_sitting(self, sat: Sat, moments: Sequence[Rateable]) -> None:
        """Rate the moments of one sitting; of each conversation only what is new is shown again."""
        case, shown = "", 0
        for one in moments:
            if one.case.key != case:
                case, shown = one.case.key, 0
                heading(self.out, one.case.title)
                say(self.out, one.case.scene)
            view = view_blind(one, sat.state, sat.texts)
            self.show(view, shown)
            shown = len(view.lines)
            self.answer(one, view)

    def show(self, view: BlindMoment, shown: int) -> None:
        """Show the lines that are new."""
        if shown:
            say(self.out, "(The conversation goes on.)" if shown < len(view.lines) else "(The same reply.)")
        for line in view.lines[shown:]:
            number = f" (reply {line.reply})" if line.who == "candidate" else ""
            self.out.print(f"{WHO[line.who]}{number}: {line.words}\n", markup=False)

    def answer(self, one: Rateable, view: BlindMoment) -> None:
        """Ask until the rater gives or skips a rating, and keep it."""
        about = f"Reply {view.reply}" if view.reply else "The whole conversation"
        on_request = {"w": lambda: self.show(view, 0), "c": lambda: say(self.out, *tell_case(one.case))}
        for level in ask_level(self.out, f"{about}. {view.asks}", view.levels, on_request):
            self.keep(one.rated(self.order.rater, self.round, level, timezone.now().isoformat()))

    def keep(self, rating: MomentRating) -> None:
        """Keep a rating, as often as it is tried until the store can be used."""
        while True:
            try:
                self.kept += keep_ratings(self.store.organisation, [rating])
            except RatingsError as error:  # rated in another window meanwhile, or the sitting was deleted
                say(self.out, str(error))
            except JournalUnavailableError:
                say(self.out, "We cannot save just now. Your rating is not saved yet, and it is not lost.")
                ask(self.out, "Wait a few seconds, then press Enter to try again.")
                continue
            return


def export_ratings(out: Console, organisation: str, target: Path) -> None:
    """Write all ratings of an organisation as CSV."""
    store = Store.at(organisation)
    ratings = list_ratings(store.organisation)
    _write(target, write_csv(ratings))
    out.print(f"{len(ratings)} ratings written to {target}", markup=False)


def import_ratings(out: Console, organisation: str, path: Path) -> None:
    """Take ratings from CSV into the store, all of them or none."""
    text = read_table(path)
    store = Store.at(organisation)
    found: dict[str, Known | str] = {}

    def moments_of(sitting: str) -> Known | str:
        if sitting not in found:
            sat = store.load(sitting)
            moments = sat if isinstance(sat, str) else sat.known
            found[sitting] = moments or f"sitting {sitting} has no conversation with a customer"
        return found[sitting]

    try:
        ratings = read_csv(text, moments_of, is_time)
        new = keep_ratings(store.organisation, ratings)
    except RatingsError as error:
        raise ValueError(f"{path}: nothing was taken in.\n{error}") from error
    there = len(ratings) - new
    out.print(f"{new} ratings taken in from {path}" + (f", {there} were there already" if there else ""), markup=False)


def export_facets(out: Console, organisation: str, target: Path) -> None:
    """Write first-round ratings as a long table with raters, and beside it which item is of which quality."""
    store = Store.at(organisation)
    ratings = list_ratings(store.organisation)
    item_of = _name_items(store, ratings)
    _write(target, write_facets(ratings, item_of))
    qualities: dict[str, set[str]] = {}
    for one in ratings:
        if one.rating is not None and one.round == 1:
            qualities.setdefault(one.quality, set()).add(item_of(one))
    beside = target.with_name(f"{target.stem}_map.yaml")
    lines = [f"{name}: {json.dumps(sorted(items))}\n" for name, items in sorted(qualities.items()) if len(items) > 1]
    _write(beside, "".join(lines))
    out.print(f"Written to {target}, and which moment is about which quality to {beside}", markup=False)
    if alone := [name for name, items in sorted(qualities.items()) if len(items) == 1]:
        out.print(f"Left out of the map, as only one moment of each was rated: {', '.join(alone)}", markup=False)
    out.print(f"Try: poise calibrate {target} --rater rater --dimensions {beside} --out parameters.json", markup=False)


def _name_items(store: Store, ratings: Sequence[MomentRating]) -> Callable[[MomentRating], str]:
    """Name moments so that two libraries which word a moment's lines differently do not share an item."""
    rubrics: dict[str, set[str]] = {}
    worded: dict[Place, tuple[str, str]] = {}
    for sat in store.load_all(sorted({one.sitting for one in ratings})):
        for moment in sat.moments:
            item = f"{moment.case.key}/{moment.moment.key}"
            rubric = moment.moment.model_dump_json()
            rubrics.setdefault(item, set()).add(rubric)
            worded[moment.place] = (item, sat.library.version)

    def name(one: MomentRating) -> str:
        item, version = worded.get(one.place, (f"{one.scenario}/{one.moment}", "unknown"))
        return item if len(rubrics.get(item, ())) <= 1 else f"{item}@{version}"

    return name


def tell_agreement(out: Console, organisation: str, *, as_json: bool) -> None:
    """Print how far raters agree with each other, with themselves and with the reading."""
    store = Store.at(organisation)
    ratings = list_ratings(store.organisation)
    if not ratings:
        raise ValueError(f"Nobody has rated anything at {store.organisation} yet; see poise rate --rater KEY")
    rated = sorted({one.sitting for one in ratings})
    read: dict[Place, tuple[float, ...]] = {}
    for sat in store.load_all(rated):
        read |= read_levels(sat.key, sat.state, sat.library)
    tell_agreement_of(out, ratings, read, as_json=as_json)


def _write(target: Path, text: str) -> None:
    from poise.cli.calibrating import refuse_target, write_whole  # noqa: PLC0415  it takes a second to import

    refuse_target(target)
    write_whole(target, text)
