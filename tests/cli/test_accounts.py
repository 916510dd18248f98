"""`poise account` from a shell, on a folder of data."""

from pathlib import Path

from cli.test_backing import run

RESET = ("account", "reset-second-step", "nobody@harbour.example")


def test_it_asks_first_and_refuses_who_is_no_member(tmp_path: Path) -> None:
    assert "the password alone" in run(tmp_path / "var", *RESET, said="n\n").stdout
    assert not (tmp_path / "var").exists(), "nothing is touched before a yes"
    done = run(tmp_path / "var", *RESET, "--yes")
    assert done.returncode == 2
    assert "No member signs in as nobody@harbour.example" in done.stderr
    assert "Traceback" not in done.stderr
