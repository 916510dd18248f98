"""The table of candidates: how far each is, and what narrowing and sorting leave."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from poise.hiring.candidates import PAGE, SORTS, STAGES, Line, Wanted, cut_page, narrow, pages_of, stage_of

NOW = datetime(2026, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def line(name: str, **more: object) -> Line:
    return Line(name, "desk", "Desk", **{"invited_at": NOW - DAY, "expires_at": NOW + DAY, **more})  # type: ignore[arg-type]


LINES = [
    line("Zoë Adler"),
    line("ada Quist", sitting="a", percent=30, started_at=NOW, last_at=NOW),
    line("Bo Lindgren", sitting="b", finished_at=NOW, last_at=NOW - DAY, contests=1, revoked_at=NOW),
    line("Óla Berg", expires_at=NOW),
    line("Cy Known", revoked_at=NOW),
    line("Dot Fine", sitting="d", percent=80, last_at=NOW, asks_for_person=True),
]


def names(**wanted: object) -> list[str]:
    return [one.name.split()[0] for one in narrow(LINES, Wanted(**wanted), NOW)]  # type: ignore[arg-type]


def test_each_stage_is_told_from_what_happened() -> None:
    assert [stage_of(one, NOW) for one in LINES] == ["invited", "begun", "finished", "expired", "withdrawn", "begun"]


def test_capitals_and_accents_do_not_move_a_name() -> None:
    assert names() == ["ada", "Bo", "Cy", "Dot", "Óla", "Zoë"]


def test_sorting_by_progress_puts_the_finished_first_and_the_withdrawn_last() -> None:
    assert names(sort="progress") == ["Bo", "Dot", "ada", "Zoë", "Óla", "Cy"]


def test_narrowing_leaves_who_is_meant() -> None:
    assert names(name="OLA") == ["Óla"]
    assert names(stage="begun") == ["ada", "Dot"]
    assert names(waits="answer") == ["Bo"]
    assert names(waits="person") == ["Dot"]
    assert names(position="other") == []


@given(st.permutations(LINES), st.sampled_from(SORTS), st.sampled_from(["", *STAGES]))
def test_the_order_in_which_they_are_stored_never_shows(lines: list[Line], sort: str, stage: str) -> None:
    wanted = Wanted(sort=sort, stage=stage)  # type: ignore[arg-type]
    assert narrow(lines, wanted, NOW) == narrow(LINES, wanted, NOW)


@given(st.integers(0, 400))
def test_pages_hold_everybody_once(number: int) -> None:
    lines = [line(f"P{one}") for one in range(number)]
    pages = [cut_page(lines, page) for page in range(1, pages_of(number) + 1)]
    assert [one for page in pages for one in page] == lines
    assert all(len(page) <= PAGE for page in pages)
    assert cut_page(lines, 10_000) == pages[-1]
