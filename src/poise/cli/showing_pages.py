"""Writes the pages of a library: reads it, lets the representatives serve, and fills the templates beside this file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe
from rich.console import Console
from rich.progress import track

from poise.cli.showing_cases import lay_case
from poise.cli.showing_pieces import ASKED, KINDS, lay_library
from poise.cli.showing_played import CasePlayed, RowLaid, lay_everyone, lay_played, serve_everyone
from poise.content.library import Library, LoadedLibrary, read_library
from poise.content.quality import QUALITIES
from poise.content.scenario import Scenario
from poise.content.source import Complaint, LibraryError
from poise.roleplay.check_library import find_errors
from poise.roleplay.representatives import load_representatives
from poise.roleplay.representatives.proof import Served
from poise.roleplay.understanding import Reader

PAGES = Path(__file__).parent / "pages"
INDEX = "index.html"


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    directory: Path
    target: Path
    scenario: str = ""
    wording: int = 0
    play: bool = True
    anyway: bool = False

    @property
    def one_file(self) -> bool:
        """Whether everything goes into one file."""
        return self.target.suffix.lower() in {".html", ".htm"}


@dataclass(frozen=True)
class Written:
    """What was written: in a sentence, and the page to open first."""

    told: str
    first: Path


@dataclass(frozen=True)
class Show:
    """What there is to show: a library, what is wrong with it, the customers to show, and how they were served."""

    library: Library
    complaints: tuple[Complaint, ...]
    cases: tuple[Scenario, ...]
    served: tuple[Served, ...]
    wording: int

    @property
    def played(self) -> dict[str, CasePlayed]:
        """What came of each customer that was served."""
        by_case: dict[str, list[Served]] = {}
        for one in self.served:
            by_case.setdefault(one.scenario, []).append(one)
        return {key: lay_played(served, self.library) for key, served in by_case.items()}


def write_pages(order: Order, err: Console) -> Written:
    """Write what was asked for.

    Raises
    ------
    LibraryError
        With all that is wrong with the library, each with file and line, unless it is to be shown anyway.
    ValueError
        Naming an unknown customer, or a file that cannot be written.
    """
    loaded = read_library(order.directory)
    complaints = find_errors(loaded)
    if complaints and not order.anyway:
        raise LibraryError(complaints)
    cases = _chosen(loaded, order.scenario)
    served = _serve(loaded.library, cases, order.wording, err) if order.play else ()
    pages = lay_pages(Show(loaded.library, complaints, cases, served, order.wording), order)
    try:
        for path, text in pages.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        why = f"{error.filename}: cannot be written ({error.strerror})"
        raise ValueError(f"{why}; name another place with --out") from error
    size = sum(len(text) for text in pages.values()) / 1e6
    told = f"{len(pages)} {'page' if len(pages) == 1 else 'pages'}, {size:.1f} MB, of {loaded.library.title}."
    return Written(told, next(iter(pages)))


def lay_pages(show: Show, order: Order) -> dict[Path, str]:
    """Return each page by its path; the one to open first comes first."""
    played = show.played
    if order.one_file:
        laid = [_case_context(show, case, played) for case in show.cases]
        places = {case.key: f"#case-{case.key}" for case in show.cases}
        if order.scenario:
            return {order.target: _fill("customer.html", show, back="", **laid[0])}
        return {order.target: _fill("index.html", show, **_index_context(show, places), embedded=laid)}
    files = {case.key: f"customer-{case.key}.html" for case in show.cases}
    back = "" if order.scenario else INDEX
    pages = {
        order.target / files[case.key]: _fill("customer.html", show, back=back, **_case_context(show, case, played))
        for case in show.cases
    }
    if order.scenario:
        return pages
    return {order.target / INDEX: _fill("index.html", show, **_index_context(show, files)), **pages}


def _chosen(loaded: LoadedLibrary, key: str) -> tuple[Scenario, ...]:
    cases = loaded.library.scenarios
    chosen = tuple(case for case in cases if key in {"", case.key})
    if key and not chosen:
        there = "\n".join(f"  {case.key}: {case.title}" for case in cases)
        raise ValueError(f"--scenario is {key!r}; this library has no such customer. There are:\n{there}")
    return chosen


def _serve(library: Library, cases: Sequence[Scenario], wording: int, err: Console) -> tuple[Served, ...]:
    whole = len(cases) * len(load_representatives())
    served = serve_everyone(library, cases, Reader.load(), wording)
    return tuple(track(served, description="Serving", total=whole, console=err, transient=True))


def _index_context(show: Show, places: Mapping[str, str]) -> dict[str, Any]:
    figures: dict[str, dict[str, RowLaid]] = {
        key: {row.key: row for row in played.rows} for key, played in show.played.items()
    }
    return {
        "laid": lay_library(show.library),
        "customers": [
            {
                "case": lay_case(case, show.library),
                "place": places[case.key],
                "figures": [figures[case.key].get(key) for key in ("saint", "mediocre", "short_tempered")]
                if case.key in figures
                else [],
            }
            for case in sorted(show.cases, key=lambda case: (case.job, case.purpose, case.key))
        ],
        "everyone": lay_everyone(show.served) if show.served else (),
        "kinds": KINDS,
        "asked": ASKED,
    }


def _case_context(show: Show, case: Scenario, played: Mapping[str, CasePlayed]) -> dict[str, Any]:
    return {"laid_case": lay_case(case, show.library), "played": played.get(case.key)}


def _fill(template: str, show: Show, **context: Any) -> str:  # noqa: ANN401  templates take anything
    """Fill a template; nothing in it is trusted but the drawings and the style sheet, which are the product's own."""
    names = {one.key: one.name for one in show.library.qualities}
    everywhere = {
        "library": show.library,
        "complaints": show.complaints,
        "style": _style(),
        "wording": show.wording,
        "short_qualities": [(key[:3], names.get(key, key)) for key in QUALITIES],
    }
    filled = _engine().get_template(template).render(Context({**everywhere, **context}, use_l10n=False, use_tz=False))
    return "\n".join(line.rstrip() for line in filled.splitlines() if line.strip()) + "\n"


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(PAGES)])


@cache
def _style() -> SafeString:
    return mark_safe((PAGES / "show.css").read_text(encoding="utf-8"))  # noqa: S308  the product's own file
