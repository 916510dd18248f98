"""The queue of background work: what was asked for and is done by `poise worker`, at least once each."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db import close_old_connections
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from poise.storage.transaction import reading, writing

GIVEN_UP_AFTER = timedelta(hours=1)
"""No task may take that long: one that is still running then was left by a worker that was killed."""
KEPT_FOR = timedelta(days=7)


class Queue:
    """What waits to be done, for one worker."""

    def __init__(self) -> None:
        name = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0.2,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
        )

    def run(self) -> None:
        """Do all that waits, one after another; raises JournalUnavailableError."""
        with reading():
            close_old_connections()
            if DBTaskResult.objects.ready().exists():
                self._worker.run()

    def stop(self) -> None:
        """Begin nothing more; what is being done is ended."""
        self._worker.running = False


def take_back_lost(now: datetime) -> int:
    """Let tasks be done again that a killed worker had begun, and return how many."""
    with reading():
        lost = DBTaskResult.objects.running().filter(started_at__lt=now - GIVEN_UP_AFTER)
        if not lost.exists():
            return 0
    with writing():
        return lost.update(status=TaskResultStatus.READY)


def forget_done(now: datetime) -> int:
    """Delete what is kept of tasks that ended a week ago, and return how many."""
    with reading():
        old = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_FOR)
        if not old.exists():
            return 0
    with writing():
        return int(old.delete()[0])
