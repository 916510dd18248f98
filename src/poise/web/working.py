"""Background work: what was asked for, and what is due by the clock, until somebody stops it."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from types import FrameType
from typing import Any, ParamSpec

from django_tasks import task

from poise.sitting.journal import JournalUnavailableError

P = ParamSpec("P")
logger = logging.getLogger(__name__)
PAUSE, REST = 1.0, 60.0
"""Seconds between two looks at the queue, and at least so many after a chore that failed."""
HELLO = "Poise works in the background: mail, reminders, retention. Stop it with Ctrl+C."
GOOD_BYE = "The background work has stopped. What was not done yet is done at the next start."
BESIDE = "from poise.web.working import work; work(beside={process})"


class ChoreFailedError(RuntimeError):
    """A chore cannot be done just now; the words say why, and hold none of a person."""


class TaskFailedError(RuntimeError):
    """A task failed; of what it was about only the kind of error is kept, for a message may quote a person's words."""


def background(function: Callable[P, None]) -> Any:  # noqa: ANN401  a task of django_tasks, which is generic
    """Make a function of a module a task, which `poise worker` does soon after ``.enqueue(...)``.

    It is done at least once, so doing it twice must change nothing. What it is given is stored as JSON and kept for a
    week: keys and numbers, never words of a person.
    """

    @wraps(function)
    def do(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:
            logger.exception("A task failed: %s", function.__name__)
            raise TaskFailedError(type(error).__qualname__) from None

    return task()(do)


@dataclass
class Chore:
    """Something that is due again and again: it returns in words what it did, or nothing where there was nothing."""

    name: str
    every: float
    do: Callable[[], str]
    due_at: float = field(default=0.0)


class Work:
    """The loop of a worker: tasks as they come in, chores as they are due."""

    def __init__(self, chores: tuple[Chore, ...], tell: Callable[[str], None], beside: int | None = None) -> None:
        from poise.storage.background import Queue  # noqa: PLC0415  Django must be set up before its models

        self._chores, self._tell, self._beside = chores, tell, beside
        self._queue = Queue()
        self._stopped = threading.Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End what is being done and begin nothing more."""
        self._stopped.set()
        self._queue.stop()

    def run_once(self) -> bool:
        """Do all that waits and is due, and say whether all of it went well."""
        done = [self._try("the queue", self._run_queue)]
        for chore in self._chores:
            if time.monotonic() >= chore.due_at and not self._stopped.is_set():
                went_well = self._try(chore.name, chore.do)
                chore.due_at = time.monotonic() + (chore.every if went_well else max(chore.every, REST))
                done.append(went_well)
        return all(done)

    def run(self) -> None:
        """Work until stopped, or until the server beside which this began is gone."""
        while not self._stopped.is_set() and self._beside in (None, os.getppid()):
            self.run_once()
            self._stopped.wait(PAUSE)

    def _run_queue(self) -> str:
        self._queue.run()
        return ""

    def _try(self, name: str, do: Callable[[], str]) -> bool:
        try:
            told = do()
        except (JournalUnavailableError, ChoreFailedError) as error:
            self._tell(f"Could not do {name}: {error}. It is tried again.")
            return False
        except Exception:  # one chore that fails must not keep the others from being done
            logger.exception("A chore failed: %s", name)
            self._tell(f"Could not do {name}; the log says where. It is tried again.")
            return False
        if told:
            self._tell(told)
        return True


def work(*, once: bool = False, beside: int | None = None) -> int:
    """Do background work until stopped, or once; return the exit code: 1 where something could not be done."""
    from poise.web.serving import STOPS_A_START, bring_up_to_date, set_up  # noqa: PLC0415  it starts this beside it

    try:
        set_up()
        if beside is None:
            bring_up_to_date()
        from poise.web.chores import list_chores  # noqa: PLC0415  Django must be set up before its models

        loop = Work(list_chores(), tell, beside)
    except STOPS_A_START as error:
        sys.stderr.write(f"The background work cannot start, because a part of it is not as it should be:\n{error}\n")
        return 1
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, loop.stop)
    if once:
        return 0 if loop.run_once() else 1
    if beside is None:
        tell(HELLO)
        tell_of_mail()
    loop.run()
    if beside is None:
        tell(GOOD_BYE)
    return 0


def tell_of_mail() -> None:
    """Say it where no mail can be sent."""
    from poise.web.mailing import NO_SERVER, is_set_up  # noqa: PLC0415  as above

    if not is_set_up():
        tell(NO_SERVER)


def tell(words: str) -> None:
    """Print a line with the time, at once."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {words}\n")
    sys.stdout.flush()


def start_beside() -> "subprocess.Popen[bytes]":
    """Start a worker as a process of its own, which ends with this one."""
    return subprocess.Popen([sys.executable, "-c", BESIDE.format(process=os.getpid())])  # noqa: S603  this very program


def stop_beside(worker: "subprocess.Popen[bytes]", patience: float = 15) -> None:
    """Let it end what it is doing; one that does not is killed, and what it did is done again."""
    worker.terminate()
    try:
        worker.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
