"""`poise case copy`: one's own policy and remedies in a shipped case."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from poise.cli.commands import app
from poise.content.editing import read_piece
from poise.content.library import STARTER, Library, LoadedLibrary
from poise.content.scenario import Scenario

EXAMPLES = Path(__file__).parents[2] / "examples" / "own_case"
POLICY, REMEDIES = EXAMPLES / "policy.yaml", EXAMPLES / "remedies.yaml"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library) -> Path:
    """Return the folder of a library of one's own, which is not read from its files again for each command."""
    loaded = LoadedLibrary(library=library, places={})
    monkeypatch.setattr("poise.cli.copying.read_library", lambda _: loaded)
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


def written(own: Path, key: str = "our_lamp") -> Scenario:
    case = read_piece("scenarios", (own / "scenarios" / f"{key}.yaml").read_text())
    assert isinstance(case, Scenario)
    return case


def copy(own: Path, *words: str | Path, key: str = "our_lamp") -> tuple[int, str]:
    named = ["case", "copy", "late_lamp", "--key", key, "--library", own, *words]
    done = CliRunner().invoke(app, [str(word) for word in named])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_worked_example_can_be_served_at_once(own: Path) -> None:
    code, printed = copy(own, "--policy", POLICY, "--remedies", REMEDIES)
    assert code == 0, printed
    case = written(own)
    assert case.adapted_from is not None
    assert case.adapted_from.scenario == "late_lamp"
    assert [section.key for section in case.policy] == ["damage", "refunds", "word", "fitting"]
    assert re.search(r"shade_courier +\| 74 +\| 11 +\| 25\.3 +\| allowed +\| yes", printed)
    assert "Not comparable with late_lamp" in printed


def test_lost_names_are_told_with_their_lines_in_the_file_that_is_to_be_mended(own: Path, tmp_path: Path) -> None:
    changed = tmp_path / "remedies.yaml"
    changed.write_text(REMEDIES.read_text().replace("key: claim_again", "key: the_form"))
    code, printed = copy(own, "--remedies", changed)
    assert code == 1
    assert "offered.claim_again names no remedy of yours" in printed
    places = re.findall(r"scenarios/our_lamp\.yaml:(\d+): moment (\w+), level 1", printed)
    lines = (own / "scenarios" / "our_lamp.yaml").read_text().splitlines()
    assert [name for _, name in places] == ["lamp_bend", "lamp_solution"]
    for number, _ in places:
        assert "offered.claim_again" in " ".join(lines[int(number) - 1 : int(number) + 2])
    assert "1 to mend before it can be served." in printed


def test_a_frontier_that_shows_nothing_is_told(own: Path, tmp_path: Path) -> None:
    changed = tmp_path / "remedies.yaml"
    changed.write_text(REMEDIES.read_text().replace("standing: forbidden", "standing: allowed"))
    _, printed = copy(own, "--remedies", changed)
    assert "Note: remedy 'refund_keep' was forbidden and is allowed now" in printed
    poor = re.sub(r"value: (74|80|78)", "value: 30", REMEDIES.read_text())
    changed.write_text(poor.replace("value: 46", "value: 31"))
    code, printed = copy(own, "--remedies", changed, key="poor_lamp")
    assert code == 1
    assert re.search(r"scenarios/poor_lamp\.yaml:\d+: poor_lamp: no allowed remedy .* worth 50 or more", printed)


def test_bad_input_is_told_and_nothing_is_written(own: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- key: x\n  title: X\n")
    (tmp_path / "few.yaml").write_text(REMEDIES.read_text().split("- key: fitter")[0])
    for words, key, expected in (
        ((), "our_lamp", "expected --policy, --remedies or both"),
        (
            ("--policy", tmp_path / "bad.yaml", "--remedies", tmp_path / "bad.yaml"),
            "our_lamp",
            "bad.yaml:1: text: Field",
        ),
        (("--policy", tmp_path / "none.yaml"), "our_lamp", "none.yaml:1: cannot be read"),
        (("--remedies", tmp_path / "few.yaml"), "our_lamp", "at least 4 items"),
        (("--policy", POLICY), "late_lamp", "has a case 'late_lamp' already"),
        (("--policy", POLICY), "Our Lamp", "is no key"),
        (("--policy", POLICY, "--job", "baker"), "our_lamp", "no job 'baker'"),
    ):
        code, printed = copy(own, *words, key=key)
        assert (code, expected in printed) == (2, True), printed
    assert list(own.iterdir()) == []
    code, printed = copy(STARTER, "--policy", POLICY)
    assert (code, "make a copy: poise library copy" in printed) == (2, True)
