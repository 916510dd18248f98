"""The pages of a library: everything is on them, nothing in it can break them, and what is drawn is what happened."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from poise.cli import showing_charts, showing_pages, showing_played
from poise.cli.commands import app
from poise.cli.showing_cases import lay_remedies
from poise.cli.showing_charts import RemedyPoint, draw_frontier, draw_mood
from poise.cli.showing_pages import Order, write_pages
from poise.cli.showing_pieces import lay_library
from poise.cli.showing_played import IN_FULL, lay_played, serve_everyone
from poise.content.lasting import seconds_in_all
from poise.content.library import Library, LoadedLibrary
from poise.content.passages import passages_of
from poise.content.scenario import Scenario, Standing
from poise.roleplay.remedies import efficient
from poise.roleplay.representatives import load_representatives
from poise.roleplay.representatives.proof import Served
from poise.roleplay.understanding import Reader

VOID = {"meta", "br", "link", "img", "input", "hr"}
PLANTED = "<i onclick=x>&amp;\"'"
STANDINGS: tuple[Standing, ...] = ("allowed", "needs_approval", "forbidden")
TOLD = {"text", "asks", "reads", "label", "title", "about", "scene", "why", "price", "name", "says", "means", "summary"}
SHORT = Console(stderr=True, quiet=True)


class Page(HTMLParser):
    """A page as a browser would see it; complains about tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return flat(" ".join(self.words))

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name))]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, reader: Reader, library: Library) -> None:
    monkeypatch.setattr(Reader, "load", lambda: reader)
    use(monkeypatch, library)


def use(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    monkeypatch.setattr(showing_pages, "read_library", lambda _: LoadedLibrary(library=library, places={}))


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(one for one in load_representatives() if one.key in IN_FULL)
    for module in (showing_pages, showing_played):
        monkeypatch.setattr(module, "load_representatives", lambda: few)


def run(*words: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["library", "show", *(str(word) for word in words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, library: Library) -> Library:
    """Two short customers and a little of everything else, so that its pages are made at once."""
    cases = sorted(library.scenarios, key=lambda case: len(case.probes))[:2]
    fewer = {name: getattr(library, name)[:4] for name in ("statements", "blocks", "situations", "interview")}
    fewer |= {"jobs": library.jobs[:1], "blueprints": library.blueprints[:1], "scenarios": tuple(cases)}
    made = library.model_copy(update=fewer)
    use(monkeypatch, made)
    monkeypatch.setattr(showing_pages, "find_errors", lambda _: ())
    return made


def shortest(library: Library) -> Scenario:
    return min(library.scenarios, key=lambda case: len(case.probes))


@pytest.fixture(scope="module")
def in_one(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Page:
    target = tmp_path_factory.mktemp("shown") / "library.html"
    with pytest.MonkeyPatch.context() as patch:
        use(patch, library)
        write_pages(Order(target, target, play=False), SHORT)
    return Page(target.read_text())


# Everything is there.


def test_every_text_of_the_library_stands_on_the_page(in_one: Page, library: Library) -> None:
    told = in_one.text
    fewer = {"texts to look up"}  # title and text are joined there
    missing = [one for one in passages_of(library) if one.kind not in fewer and flat(one.text) not in told]
    assert missing == []
    assert library.hash in told
    for form in library.knowledge:
        assert all(flat(section.text) in told for section in form.sections)


def test_every_condition_of_every_rubric_is_shown(in_one: Page, library: Library) -> None:
    told = in_one.text
    for case in library.scenarios:
        for moment in (*case.moments, *(one for carried in case.carried for one in carried.moments)):
            assert all(flat(line.when) in told for line in moment.rubric)


def test_every_remedy_is_in_the_table_and_all_ends_of_the_frontier_are_drawn(library: Library) -> None:
    for case in library.scenarios:
        laid = list(lay_remedies(case))
        assert {one.option.key for one in laid} == {remedy.key for remedy in case.remedies}
        assert [one.number for one in laid] == list(range(1, len(laid) + 1))
        best = efficient(case)
        by_worth = sorted((option for option in case.options if option.what in best), key=lambda one: one.value)
        shown = {one.option.what for one in laid if one.best}
        assert {by_worth[0].what, by_worth[-1].what} <= shown <= best


def test_the_parts_of_a_blueprint_add_up_to_its_minutes(library: Library) -> None:
    for one in lay_library(library).blueprints:
        seconds = sum(int(number) * int(each) for _, number, each, _ in one.parts)
        assert seconds == seconds_in_all(one.blueprint, library)


def test_the_matrix_counts_each_statement_once(library: Library) -> None:
    rows = lay_library(library).matrix
    assert sum(int(row[1].split()[0]) for row in rows) == len(library.statements)
    assert sum(int(row[3]) for row in rows) == len({key for block in library.blocks for key in block.statements})


# It stands alone, and every link leads somewhere.


def test_a_page_needs_nothing_beside_it_and_no_script(in_one: Page) -> None:
    assert not {tag for tag, _ in in_one.tags} & {"script", "link", "img", "iframe", "object", "form"}
    assert not [name for _, attrs in in_one.tags for name in attrs if name.startswith("on") or name == "src"]
    anchors = in_one.values("id")
    assert len(anchors) == len(set(anchors))
    for place in in_one.values("href"):
        assert place.startswith("#")
        assert place[1:] in anchors
    for place in in_one.values("aria-labelledby"):
        assert place in anchors


def test_a_folder_has_an_index_and_a_page_a_customer(tmp_path: Path, small: Library) -> None:
    code, told, complaints = run("--out", tmp_path / "pages", "--no-play")
    assert (code, complaints) == (0, "")
    assert "index.html" in told
    pages = {path.name: Page(path.read_text()) for path in (tmp_path / "pages").iterdir()}
    assert set(pages) == {"index.html", *(f"customer-{case.key}.html" for case in small.scenarios)}
    for name, page in pages.items():
        for place in page.values("href"):
            there, _, anchor = place.partition("#")
            assert not anchor or anchor in pages[there or name].values("id"), place


# Nothing that is written can break it.


def plant(data: Any, name: str = "") -> Any:
    if isinstance(data, dict):
        return {key: plant(value, key) for key, value in data.items()}
    if isinstance(data, list):
        return [plant(value, name) for value in data]
    return data + PLANTED if isinstance(data, str) and name in TOLD else data


@pytest.mark.usefixtures("_few")
def test_what_is_written_is_shown_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Library
) -> None:
    alone = small.model_copy(update={"scenarios": (shortest(small),)})
    strange = Library.model_validate(plant(alone.model_dump(mode="json")))
    use(monkeypatch, strange)
    target = tmp_path / "strange.html"
    write_pages(Order(tmp_path, target), SHORT)
    page = Page(target.read_text())
    assert "i" not in {tag for tag, _ in page.tags}
    assert flat(strange.title) in page.text
    assert flat(strange.statements[0].text) in page.text
    assert flat(strange.scenarios[0].records[0].text) in page.text


def test_a_small_library_of_ones_own_is_shown_without_what_it_has_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Library
) -> None:
    nothing = dict.fromkeys(("attention", "knowledge", "interview", "analysis", "blocks", "situations"), ())
    bare = shortest(small).model_copy(update={"needs": (), "answers": (), "hidden": (), "carried": ()})
    use(monkeypatch, small.model_copy(update={**nothing, "blueprints": (), "scenarios": (bare,)}))
    target = tmp_path / "small.html"
    assert run("--out", target, "--no-play")[0] == 0
    page = Page(target.read_text())
    assert "Job analysis" not in page.text
    assert "Questions on a text" not in page.text


# Served by scripted representatives.


@pytest.fixture(scope="module")
def served(library: Library, reader: Reader) -> list[Served]:
    with pytest.MonkeyPatch.context() as patch:
        few = tuple(one for one in load_representatives() if one.key in IN_FULL)
        patch.setattr(showing_played, "load_representatives", lambda: few)
        return list(serve_everyone(library, [shortest(library)], reader, 0))


def test_a_conversation_is_told_in_full_with_the_line_that_fired(served: list[Served], library: Library) -> None:
    played = lay_played(served, library)
    assert [talk.representative.key for talk in played.talks] == list(IN_FULL)
    for one, talk, row in zip(served, played.talks, played.rows, strict=True):
        told = one.conversation
        assert [turn.words for turn in talk.turns] == [turn.words for turn in told.turns]
        assert [turn.anger for turn in talk.turns] == [turn.answer.state.anger for turn in told.turns]
        seen = [moment for turn in talk.turns for moment in turn.moments] + list(talk.whole)
        assert [(one.level, one.reads) for one in seen] == [(r.line.level, r.line.reads) for r, _ in one.ratings]
        assert row.rating.words == f"{one.rating:.1f}"
        assert row.returning == talk.returning == f"{round(one.would_return / 10)}\N{NO-BREAK SPACE}%"
        assert talk.mood.count("<circle") == talk.mood.count("<rect") == len(told.turns)


def test_the_saint_is_told_to_come_out_above_the_short_tempered(served: list[Served], library: Library) -> None:
    by_key = {row.key: float(row.rating.words) for row in lay_played(served, library).rows}
    assert by_key["saint"] > by_key["short_tempered"]
    swapped = {"saint": "short_tempered", "short_tempered": "saint", "mediocre": "mediocre"}
    turned = [Served(swapped[one.representative], 0, one.conversation, one.ratings) for one in served]
    assert lay_played(served, library).broken == ()
    assert lay_played(turned, library).broken != ()


def test_a_customer_of_a_shift_is_served_in_their_place_and_what_is_carried_over_is_rated(
    library: Library, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(one for one in load_representatives() if one.key in IN_FULL)
    monkeypatch.setattr(showing_played, "load_representatives", lambda: few)
    gentle = library.find(Scenario, "small_letters")
    played = lay_played(list(serve_everyone(library, [gentle], reader, 0)), library)
    assert played.after == library.find(Scenario, "old_flat").customer.name
    alone = {moment.asks for moment in gentle.moments}
    carried = {moment.asks for one in gentle.carried if one.after == "abusive" for moment in one.moments}
    assert carried
    for talk in played.talks:
        rated = {moment.asks for turn in talk.turns for moment in turn.moments} | {one.asks for one in talk.whole}
        assert rated == alone | carried


@pytest.mark.usefixtures("_few")
def test_one_customer_is_played_to_the_same_page_and_another_wording_to_another(tmp_path: Path, small: Library) -> None:
    key = shortest(small).key
    for name, wording in (("one", 0), ("same", 0), ("other", 1)):
        code, _, complaints = run("--out", tmp_path / f"{name}.html", "--scenario", key, "--wording", str(wording))
        assert (code, complaints.strip()) == (0, "")
    one, same, other = ((tmp_path / f"{name}.html").read_text() for name in ("one", "same", "other"))
    assert one == same
    assert one != other
    assert Page(one).text.count("Served by everybody") == 2  # in the contents, and where it stands


# What is refused.


def test_a_library_with_faults_is_refused_unless_it_is_wanted_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    orphan = library.statements[0].model_copy(update={"key": "orphan", "quality": "thrift", "text": "I save string."})
    use(monkeypatch, library.model_copy(update={"statements": (*library.statements, orphan)}))
    target = tmp_path / "faulty.html"
    code, _, complaints = run("--out", target, "--no-play")
    assert code == 1
    assert "thrift" in complaints
    assert "--anyway" in complaints
    assert not target.exists()
    key = shortest(library).key
    assert run("--out", target, "--no-play", "--anyway", "--scenario", key)[0] == 0
    assert "to mend" in Page(target.read_text()).text


@pytest.mark.usefixtures("small")
def test_bad_input_is_refused_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, complaints = run("--out", tmp_path / "x.html", "--no-play", "--scenario", "nobody")
    assert code == 2
    assert "nobody" in complaints
    (tmp_path / "taken").write_text("")
    code, _, complaints = run("--out", tmp_path / "taken" / "x.html", "--no-play")
    assert code == 2
    assert "--out" in complaints
    monkeypatch.undo()
    code, _, complaints = run(tmp_path / "nowhere", "--no-play", "--anyway")
    assert code == 1
    assert "library.yaml" in complaints


# Drawings.


def points() -> st.SearchStrategy[list[RemedyPoint]]:
    number, standings = st.integers(0, 100), st.sampled_from(STANDINGS)
    one = st.builds(RemedyPoint, st.just(1), number, number, standings, st.booleans())
    return st.lists(one, min_size=1, max_size=25)


def marks(drawn: str) -> Iterator[tuple[float, float]]:
    for x, y in re.findall(r'class="number[^"]*" x="([\d.]+)%" y="(-?[\d.]+)"', drawn):
        yield float(x), float(y)


@given(points())
def test_each_remedy_has_a_mark_and_no_two_cover_each_other(found: list[RemedyPoint]) -> None:
    places = list(marks(draw_frontier(found, "title", "words")))
    assert len(places) == len(found)
    assert all(0 < x < 100 for x, _ in places)
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[:number]:
            across, down = abs(x - other_x), abs(y - other_y)
            assert across >= showing_charts.NEAR_ACROSS - 0.02 or down >= showing_charts.NEAR_DOWN - 0.02


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=9))
def test_a_mood_is_drawn_in_the_middle_of_each_column(moods: list[tuple[int, int]]) -> None:
    drawn = draw_mood((500, 500), moods, "<title>")
    assert "<title><title>" not in drawn
    across = [float(x) for x in re.findall(r'<circle class="anger dot" cx="([\d.]+)%"', drawn)]
    assert across == pytest.approx([100 * (place + 0.5) / len(moods) for place in range(len(moods))], abs=0.01)
