"""A shift that is cut off between two customers goes on with the right one."""

import os
import subprocess
import sys
from pathlib import Path

from sitting.shift_library import ASKER, QUEUE, REPLIES

SERVING = Path(__file__).with_name("serving_a_shift.py")


def start(data: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "POISE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "poise.settings",
        "PYTHONPATH": os.pathsep.join([str(SERVING.parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    command = [sys.executable, str(SERVING), "one", *arguments]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_whoever_is_killed_between_two_customers_goes_on_with_the_next(tmp_path: Path) -> None:
    step = f"meet/{ASKER}"
    with start(tmp_path, step) as first:
        assert first.stdout is not None
        assert first.stdout.readline().strip() == step
        first.kill()
    assert first.returncode == -9, "it waited in front of the customer"
    out, _ = start(tmp_path).communicate(timeout=60)
    due, served = out.splitlines()
    assert due == step
    assert served == " ".join(f"{customer}:{REPLIES}" for customer in QUEUE)
