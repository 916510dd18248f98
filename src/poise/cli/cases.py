"""The commands for customers' cases: `poise case copy`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from poise.cli.complaining import Complaining
from poise.cli.copying import open_own, refuse_key, write_new
from poise.cli.jobs import find_job
from poise.content.library import Library, LoadedLibrary
from poise.content.scenario import PolicySection, Remedy, Scenario
from poise.content.source import Complaint, LibraryError, Source, read_source

case_app = typer.Typer(help="Change a customer's case.", no_args_is_help=True)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


@case_app.command()
def copy(
    scenario: Annotated[str, typer.Argument(help="The key of the case to copy.")],
    key: Annotated[str, typer.Option(help="The key of the new case.")],
    library: Annotated[Path, typer.Option(help="The folder of your own library; see poise library copy.")],
    policy: Annotated[Path | None, typer.Option(help="Your policy: a YAML list, as in a case.")] = None,
    remedies: Annotated[Path | None, typer.Option(help="Your remedies: a YAML list, as in a case.")] = None,
    job: Annotated[str, typer.Option(help="The job that the new case belongs to; else that of the old one.")] = "",
) -> None:
    """Copy a case with one's own policy and remedies in it; its scores do not compare with the original's."""
    from poise.content.adapting import adapt_case, find_other_standing  # noqa: PLC0415  keeps `poise --help` quick
    from poise.content.editing import write_piece  # noqa: PLC0415

    with Complaining(err):
        refuse_key(key)
        if policy is None and remedies is None:
            raise ValueError("expected --policy, --remedies or both; a case with neither would be the same case")
        own = open_own(library)
        original = _find_case(own, scenario)
        if any(one.key == key for one in own.scenarios):
            raise ValueError(f"--key: the library has a case {key!r} already; name another")
        if job:
            find_job(own, job)
        sections, offers = _read_own(policy, remedies)
        adapted = adapt_case(own, original, key, sections, offers, job)
        path = library / "scenarios" / f"{key}.yaml"
        comment = f"# Adapted from {original.key}: scores on this case do not compare with scores on that one.\n"
        write_new(path, comment + write_piece(adapted))
        _tell_frontier(adapted)
        for words in find_other_standing(original, adapted):
            out.print(f"Note: {words}.", markup=False)
        out.print(
            f"Written: {path}. Not comparable with {original.key}. Read scene, truth, records, probes and endings"
            " again: they may name sums, times and rules of the old policy. Then name the case in a blueprint.",
            markup=False,
        )
        _refuse_to_serve(own, read_source(path, library), adapted)


def _find_case(library: Library, key: str) -> Scenario:
    try:
        return library.find(Scenario, key)
    except KeyError as error:
        raise ValueError(str(error.args[0])) from error


def _read_own(policy: Path | None, remedies: Path | None) -> tuple[tuple[PolicySection, ...], tuple[Remedy, ...]]:
    """Read both files; all that is wrong in either is said at once."""
    from poise.content.adapting import read_parts  # noqa: PLC0415

    complaints: list[Complaint] = []
    parts: dict[str, tuple[object, ...]] = {}
    for head, path in (("read_policy", policy), ("offered", remedies)):
        try:
            parts[head] = read_parts(read_source(path, path.parent), head) if path else ()
        except LibraryError as error:
            complaints += error.complaints
    if complaints:
        raise LibraryError(complaints)
    sections = tuple(one for one in parts["read_policy"] if isinstance(one, PolicySection))
    return sections, tuple(one for one in parts["offered"] if isinstance(one, Remedy))


def _tell_frontier(case: Scenario) -> None:
    from poise.roleplay.remedies import frontier_of  # noqa: PLC0415

    frontier = frontier_of(case, [])
    points = {point.what: point for point in frontier.points}
    table = Table("remedy", "worth", "cost", "in the end", "standing", "frontier", box=MARKDOWN)
    for option in case.options:
        table.add_row(
            option.what,
            str(option.value),
            str(option.cost),
            f"{points[option.what].final_cost:g}",
            option.standing.replace("_", " "),
            "yes" if option.what in frontier.efficient else "",
        )
    out.print(table)


def _refuse_to_serve(own: Library, source: Source, adapted: Scenario) -> None:
    """Say what must be mended before the case can be served, each with file and line; then the command fails."""
    lost = _lost_names(source, adapted)
    complaints = [str(one) for one in _complaints_about(own, source, adapted) if " names no " not in one.message]
    for words in (*lost, *complaints):
        err.print(words, markup=False)
    if lost or complaints:
        err.print(f"{len(lost) + len(complaints)} to mend before it can be served.")
        raise typer.Exit(1)


def _lost_names(source: Source, adapted: Scenario) -> list[str]:
    """Say of each name that conditions use and the case does not have where it stands, and what to do."""
    from poise.content.adapting import advise, find_lost  # noqa: PLC0415

    places: dict[str, list[str]] = {}
    for lost in find_lost(adapted):
        places.setdefault(lost.fact, []).append(f"  {source.file}:{source.line_of(lost.place)}: {lost.inside}")
    return ["\n".join([f"{advise(fact, adapted)}. It stands in", *lines]) for fact, lines in places.items()]


def _complaints_about(own: Library, source: Source, adapted: Scenario) -> list[Complaint]:
    """Return what is wrong with one case, without looking at all the others once more."""
    from poise.content.check import cross_check  # noqa: PLC0415
    from poise.roleplay.check import check_customers  # noqa: PLC0415

    alone = own.model_copy(update={"scenarios": (adapted,), "situations": (), "blueprints": (), "analysis": ()})
    places = {f"scenarios/{adapted.key}": (source.file, source.line_of(("key",)))}
    loaded = LoadedLibrary(library=alone, places=places)
    return sorted(one for one in (*cross_check(loaded), *check_customers(loaded)) if one.file == source.file)
