"""Scripted representatives serve a customer, and what came of it is laid out: figures of all, a timeline of a few."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from poise.cli.recounting import quote_line
from poise.cli.showing_charts import draw_mood
from poise.content.following import before_in_shift, served_after
from poise.content.library import Library
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.jobfit.tracing import name_acts
from poise.jobfit.transcript import OUTCOME_WORDS, TEMPER_WORDS, desk_label
from poise.roleplay.conversation import Conversation, Turn, needs_open, would_return
from poise.roleplay.customer import would_return as would_return_after
from poise.roleplay.rating import Rating
from poise.roleplay.representatives import Representative, load_representatives, play
from poise.roleplay.representatives import proof as p
from poise.roleplay.understanding import Reader

IN_FULL = ("saint", "mediocre", "short_tempered")
GROUPS = ("hear", "think", "react", "harm")
LEVELS = 4


@dataclass(frozen=True)
class Figure:
    """A rating as it is printed, and the nearest level for its colour."""

    words: str
    level: int


@dataclass(frozen=True)
class MomentSeen:
    """A moment as it was rated: the line of its rubric that fired, and the words that made it fire."""

    quality: str
    short: str
    level: int
    expected: str
    asks: str
    reads: str
    when: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class TurnSeen:
    """An exchange: the customer's words, the desk, the reply, what was read in it, and what it moved."""

    number: int
    customer: str
    desk: tuple[str, ...]
    words: str
    acts: tuple[tuple[str, tuple[str, ...]], ...]
    legible: bool
    anger: int
    returning: str
    met: tuple[str, ...]
    temper: str
    moments: tuple[MomentSeen, ...]


@dataclass(frozen=True)
class TalkLaid:
    """A whole conversation with its timeline."""

    representative: Representative
    mood: str
    turns: tuple[TurnSeen, ...]
    marks: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    whole: tuple[MomentSeen, ...]
    last_words: str
    outcome: str
    returning: str
    needs_open: tuple[str, ...]


@dataclass(frozen=True)
class RowLaid:
    """What came of one representative: the mean over the qualities, each quality, and how the customer left."""

    key: str
    title: str
    rating: Figure
    qualities: tuple[Figure | None, ...]
    returning: str
    outcome: str


@dataclass(frozen=True)
class CasePlayed:
    """A customer served by everybody; `after` names who was served directly before, where a moment rests on that."""

    after: str
    rows: tuple[RowLaid, ...]
    talks: tuple[TalkLaid, ...]
    broken: tuple[str, ...]


def serve_everyone(library: Library, cases: Sequence[Scenario], reader: Reader, wording: int) -> Iterator[p.Served]:
    """Let each representative serve each customer, case by case; the customer has the seed of the wording.

    A customer of a shift is served in their place there, so that the moments carried over from the one before count.
    """
    rates = p.Rates(reader.base_rates, library.beliefs)
    for alone in cases:
        case = served_after(alone, _before(library, alone))
        for one in load_representatives():
            talk = play(one, case, reader, library.appraisal, library.voice, wording=wording, seed=wording)
            yield p.serve(one.key, wording, talk, rates)


def lay_played(served: Sequence[p.Served], library: Library) -> CasePlayed:
    """Lay out what came of one customer with everybody."""
    names = {quality.key: quality.name for quality in library.qualities}
    everyone = {one.key: one for one in load_representatives()}
    known = [one for one in served if one.ratings]
    wrong = p.broken({one.representative: one.rating for one in known}, p.TIE_OF_RATING) if len(known) > 1 else ()
    before = _before(library, served[0].conversation.scenario)
    return CasePlayed(
        after=before.customer.name if before else "",
        rows=tuple(_row(everyone[one.representative], [one]) for one in served),
        talks=tuple(_lay_talk(everyone[one.representative], one, names) for one in served if _in_full(one)),
        broken=tuple(f"{everyone[worse].title} comes out above {everyone[better].title}" for better, worse in wrong),
    )


def lay_everyone(served: Sequence[p.Served]) -> tuple[RowLaid, ...]:
    """Lay out each representative over all customers."""
    return tuple(
        _row(one, [each for each in served if each.representative == one.key]) for one in load_representatives()
    )


def _before(library: Library, case: Scenario) -> Scenario | None:
    """Return who is served directly before this customer in a shift, where moments are carried over from them."""
    key = before_in_shift(case, library.blueprints)
    before = next((one for one in library.scenarios if one.key == key), None)
    return before if before and served_after(case, before) is not case else None


def _in_full(one: p.Served) -> bool:
    return one.representative in IN_FULL


def _row(representative: Representative, served: Sequence[p.Served]) -> RowLaid:
    ratings = [rating for one in served for rating, _ in one.ratings]
    by_quality = p.mean_by_quality(ratings, p.expected_level)
    outcomes = [one.conversation.outcome for one in served]
    return RowLaid(
        key=representative.key,
        title=representative.title,
        rating=_figure(fmean(by_quality.values())) if by_quality else Figure("–", 0),
        qualities=tuple(_figure(by_quality[key]) if key in by_quality else None for key in QUALITIES),
        returning=_percent(fmean(one.would_return for one in served)),
        outcome=outcomes[0] if len(outcomes) == 1 and outcomes[0] else f"{outcomes.count('pleased')} pleased",
    )


def _figure(value: float) -> Figure:
    return Figure(f"{value:.1f}", min(LEVELS, max(0, round(value))))


def _percent(thousandths: float) -> str:
    return f"{round(thousandths / 10)}\N{NO-BREAK SPACE}%"


def _lay_talk(representative: Representative, served: p.Served, names: Mapping[str, str]) -> TalkLaid:
    talk = served.conversation
    came_back = would_return_after(talk.scenario, talk.first, (), ())
    after = [(turn.answer.state.anger, turn.answer.would_return) for turn in talk.turns]
    turns = tuple(_lay_turn(talk, turn, served.ratings, names) for turn in talk.turns)
    return TalkLaid(
        representative=representative,
        mood=draw_mood((talk.first.anger, came_back), after, f"How {talk.scenario.customer.name} felt"),
        turns=turns,
        marks=tuple((group, tuple(dict(turn.acts).get(group, ()) for turn in turns)) for group in GROUPS),
        whole=tuple(_lay_moment(talk, rating, 0, names) for rating, number in served.ratings if not number),
        last_words=talk.says[-1],
        outcome=OUTCOME_WORDS[talk.outcome] if talk.outcome else "",
        returning=_percent(would_return(talk)),
        needs_open=tuple(need.reads for need in needs_open(talk)),
    )


def _lay_turn(
    talk: Conversation, turn: Turn, ratings: Sequence[tuple[Rating, int]], names: Mapping[str, str]
) -> TurnSeen:
    case, state = talk.scenario, turn.answer.state
    before = talk.turns[turn.reply - 2].answer.state if turn.reply > 1 else talk.first
    acts = ((group, name_acts(dict(turn.reading.acts), group)) for group in GROUPS) if turn.reading.legible else ()
    return TurnSeen(
        number=turn.reply,
        customer=talk.words_before(turn.reply),
        desk=tuple(desk_label(case, step.do, step.what) for step in turn.desk),
        words=turn.words,
        acts=tuple((group, meanings) for group, meanings in acts if meanings),
        legible=turn.reading.legible,
        anger=state.anger,
        returning=_percent(turn.answer.would_return),
        met=tuple(
            need.reads for need in case.needs if need.key in before.open_needs and need.key not in state.open_needs
        ),
        temper=TEMPER_WORDS.get(turn.answer.temper, ""),
        moments=tuple(_lay_moment(talk, rating, number, names) for rating, number in ratings if number == turn.reply),
    )


def _lay_moment(talk: Conversation, rating: Rating, number: int, names: Mapping[str, str]) -> MomentSeen:
    key = rating.moment.quality
    return MomentSeen(
        quality=names.get(key, key),
        short=key[:3],
        level=rating.line.level,
        expected=f"{p.expected_level(rating):.1f}",
        asks=rating.moment.asks,
        reads=rating.line.reads,
        when=rating.line.when,
        quotes=quote_line(talk, rating, number),
    )
