"""`poise converse` with a voice: live it speaks, in a script it does not."""

from pathlib import Path

import pytest
from integrations.stand_in import standing_in
from typer.testing import CliRunner

from poise.cli import conversing
from poise.cli.commands import app
from poise.content.library import Library
from poise.roleplay.understanding import Reader

EXAMPLE = Path(__file__).parents[2] / "examples" / "lamp_script.yaml"
ENDING = " That is so."


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, reader: Reader, library: Library) -> None:
    monkeypatch.setattr(Reader, "load", lambda: reader)
    monkeypatch.setattr(conversing, "load_library", lambda _folder: library)


def test_live_it_speaks_and_a_script_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    script = ["converse", "late_lamp", "--script", str(EXAMPLE), "--json"]
    with standing_in() as server:
        server.says = lambda told: "\n".join(one + ENDING for one in told["line"].split("\n"))
        without = CliRunner().invoke(app, script).output
        monkeypatch.setenv("POISE_VOICE_URL", server.url())
        assert CliRunner().invoke(app, script).output == without
        assert server.payloads == []
        live = CliRunner().invoke(app, ["converse", "late_lamp"], input="I am sorry about the lamp.\n/stop\n")
    assert live.exit_code == 0
    assert len(server.payloads) == 2
    assert ENDING.strip() in " ".join(live.output.split())


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POISE_VOICE_URL", "voice.example")
    done = CliRunner().invoke(app, ["converse", "late_lamp"], input="/stop\n")
    assert done.exit_code != 0
    assert "POISE_VOICE_URL" in done.output
