"""`poise simulate sittings --style`: the honest beside fakers and careless people."""

import re

import pytest
from sitting.plain_reader import PlainReader
from typer.testing import CliRunner, Result

from poise.cli.commands import app


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", "sittings", *words])


def bias_of(printed: str, people: str) -> float:
    found = re.search(rf"\| {people} +\|(?:[^|]*\|){{4}} *([-+][\d.]+)", printed)
    assert found, printed
    return float(found[1])


def test_fakers_are_told_apart_from_the_honest_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poise.cli.simulating.Reader.load", PlainReader)
    done = simulate("--number", "8", "--style", "faker=.5:3", "--style", "straight", "--share", ".25", "--seed", "2")
    assert done.exit_code == 0, done.output
    assert "equal to the uninterrupted run" in done.output
    assert bias_of(done.output, "4 faker") > bias_of(done.output, "2 honest") + 0.4
    bias_of(done.output, "2 straight")


def test_a_style_that_is_none_is_refused() -> None:
    done = simulate("--number", "3", "--style", "liar")
    assert done.exit_code == 2
    assert "got 'liar', expected one of honest" in done.output
