"""The reference is what the source says, and what it names can be imported without waiting for compilation."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import poise.measurement

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "make_reference.py"


def run_script(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)


def test_the_reference_is_what_the_source_says() -> None:
    done = run_script(SCRIPT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_signature_that_changes_is_seen(tmp_path: Path) -> None:
    for part in ("docs/make_reference.py", "docs/reference_source.py", "docs/reference_topics.py"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_text((ROOT / part).read_text())
    room = tmp_path / "src" / "poise" / "measurement"
    shutil.copytree(ROOT / "src" / "poise" / "measurement", room, ignore=shutil.ignore_patterns("__pycache__"))
    copied = tmp_path / "docs" / "make_reference.py"
    assert run_script(copied).returncode == 0
    assert run_script(copied, "--check").returncode == 0
    priors = (room / "grid" / "priors.py").read_text()
    (room / "grid" / "priors.py").write_text(priors.replace("limit_sd", "limit_spread"))
    done = run_script(copied, "--check")
    assert done.returncode == 1
    assert "limit_spread: float = 1.0" in done.stdout
    (room / "grid" / "priors.py").write_text(priors.replace("limit_sd: float", "limit_spread: float"))
    done = run_script(copied, "--check")
    assert done.returncode == 1
    assert "Priors in grid/priors.py: the docstring tells of limit_sd, which is not there" in done.stderr
    assert "Priors in grid/priors.py: the docstring does not tell of limit_spread" in done.stderr


@pytest.mark.parametrize("name", poise.measurement.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(poise.measurement, name) is not None
    assert name in dir(poise.measurement)


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match=r"poise\.measurement.*no_such_thing"):
        _ = poise.measurement.no_such_thing


def test_nothing_is_compiled_for_who_only_answers() -> None:
    code = (
        "import sys, poise.measurement as m; assert 'numba' not in sys.modules;"
        "[getattr(m, n) for n in m.__all__ if n not in sum(m.LATER.values(), ())];"
        "assert 'numba' not in sys.modules; m.calibrate; assert 'numba' in sys.modules"
    )
    done = run_script("-c", code)
    assert done.returncode == 0, done.stderr


def test_what_is_imported_later_is_what_type_checkers_are_told() -> None:
    tree = ast.parse(Path(poise.measurement.__file__ or "").read_text())
    [checking] = [node for node in tree.body if isinstance(node, ast.If)]
    told = {
        (node.module.removeprefix("poise.measurement."), alias.name)
        for node in checking.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert told == {(module, name) for module, names in poise.measurement.LATER.items() for name in names}
