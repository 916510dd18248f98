"""Starting Poise: what must be there first, and the server itself."""

import errno
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from poise.content.check import load_library
from poise.content.source import LibraryError
from poise.integrations.endpoint import SettingsError, read_settings
from poise.roleplay.understanding import ReaderError, load_heads
from poise.sitting.journal import JournalUnavailableError
from poise.storage.transaction import UNUSABLE, let_go, starting
from poise.web.working import start_beside, stop_beside

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 2
STOPS_A_START = (
    ImproperlyConfigured,
    LibraryError,
    ReaderError,
    SettingsError,
    JournalUnavailableError,
    *UNUSABLE,
    OSError,
)
OTHER_KEY = (
    "Accounts whose second step cannot be checked, as it was set up under another secret key: {number}.\n"
    "Put that key back (POISE_SECRET_KEY, or the file secret_key), or let each member in by\n"
    "poise account reset-second-step EMAIL\n"
)
GOOD_BYE = "Poise has stopped. Everything is saved."


@dataclass(frozen=True)
class Doors:
    """The three ways in, as they are printed at the start."""

    invitation: str
    hirer: str
    password: str | None


def prepare() -> Doors:
    """Bring the database up to date, publish the starter library, and make what is missing of the demo."""
    set_up()
    from poise.storage.backup import end_restoring  # noqa: PLC0415  Django must be set up before its models
    from poise.storage.demo import OPEN_DOOR, ensure_demo  # noqa: PLC0415  as above
    from poise.storage.records import publish_library  # noqa: PLC0415  as above
    from poise.storage.traces import wipe_left_traces  # noqa: PLC0415  as above

    bring_up_to_date()
    end_restoring()
    wipe_left_traces()
    now = timezone.now()
    demo = ensure_demo(now)
    publish_library(OPEN_DOOR, load_library(), now, note="The library that Poise comes with.")
    let_go()
    return Doors(demo.invitation, demo.hirer, demo.password)


def set_up() -> None:
    """Set Django up, by the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poise.settings")
    django.setup()


def bring_up_to_date() -> None:
    """Make the tables of the database, or change them to what this version needs."""
    if database := file_of_database():
        database.touch(mode=0o600)  # else others on this machine could read it where the folder was there before
    with starting():
        call_command("migrate", verbosity=0, interactive=False)


def file_of_database() -> Path | None:
    """Return the file that holds the database; none where a server keeps it."""
    from django.conf import settings  # noqa: PLC0415  the settings are read when they are asked for

    default = settings.DATABASES["default"]
    return Path(default["NAME"]) if default["ENGINE"].endswith("sqlite3") else None


def describe_doors(doors: Doors, port: int) -> str:
    """Return what is printed at the start: the three links, and how to stop."""
    base = f"http://{HOST}:{port}"
    password = doors.password or "the password you have set yourself"
    return (
        f"Poise is running. Open one of these in a browser:\n\n"
        f"  Is it for me?       {base}/\n"
        f"  An invitation       {base}/i/{doors.invitation}/\n"
        f"  The hirer's desk    {base}/sign-in/\n"
        f"                      user {doors.hirer}, password {password}\n\n"
        f"Stop it with Ctrl+C.\n"
    )


def is_free(port: int) -> bool:
    """Say whether a server can listen at this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def serve(port: int, workers: int = WORKERS, *, beside: bool = True) -> int:
    """Serve with so many processes until stopped, and return the exit code: 1 where the port cannot be used.

    A worker for background work is started beside the server, where it is wanted, and stopped with it.
    """
    if not is_free(port):
        sys.stderr.write(
            f"Port {port} cannot be used: another program listens there, perhaps a Poise that is still running.\n"
            f"Stop that one, or choose another port: poise serve --port {port + 1}\n"
        )
        return 1
    try:
        read_settings(os.environ)  # a wrong one is said here; each process opens its own voice later
        doors = prepare()
        _look_at_second_steps()
        load_heads()  # what is wrong with them is said here in plain words; each process loads its own reader later
    except STOPS_A_START as error:
        sys.stderr.write(f"Poise cannot start, because a part of it is not as it should be:\n{error}\n")
        return 1
    sys.stdout.write(describe_doors(doors, port))
    sys.stdout.flush()
    worker = start_beside() if beside else None
    own_process = os.getpid()
    try:
        Server(port, workers).run()
    except SystemExit as stopped:
        if os.getpid() != own_process:  # a process that answers, which ends in its own way
            raise
        if not stopped.code:
            sys.stdout.write(f"\n{GOOD_BYE}\n")
        return int(stopped.code or 0)
    finally:
        if worker and os.getpid() == own_process:
            stop_beside(worker)
    return 0


def _look_at_second_steps() -> None:
    """Tell whoever starts Poise where members will be shut out, because the secret key is another one."""
    from poise.storage.accounts import count_unreadable_second_steps  # noqa: PLC0415  Django must be set up first

    shut_out = count_unreadable_second_steps()
    if shut_out:
        sys.stderr.write(OTHER_KEY.format(number=shut_out))
    let_go()


def _load_reader(_worker: object) -> None:
    """Load the reader and the library in each process by itself: the reader has threads, and a fork would lose them."""
    from poise.storage.records import library  # noqa: PLC0415  as above
    from poise.web.publishing import library_in_use, reader  # noqa: PLC0415  Django must be set up before its models

    reader()
    library(library_in_use())
    let_go()


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log without what a visitor sent: of a request it cannot read it would quote words and tokens."""

    UNREADABLE = "Invalid request from ip="

    def setup(self, cfg: object) -> None:
        """Write the lines as the pages' own log does."""
        from poise.settings.log import DiscreetFormatter  # noqa: PLC0415  the settings are read when they are asked for

        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(DiscreetFormatter("{asctime} {levelname} {message}", style="{"))

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        """Warn, without quoting what could not be read."""
        told = msg.partition(": ")[0] if msg.startswith(self.UNREADABLE) else msg
        super().warning(told, *args, **kwargs)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn on this machine only: a few processes and threads."""

    def __init__(self, port: int, workers: int) -> None:
        self._port, self._workers = port, workers
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen = {
            "bind": f"{HOST}:{self._port}",
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "timeout": 60,
            "graceful_timeout": 10,
            "post_worker_init": _load_reader,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401  a WSGI application
        """Return the application."""
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415  Django must be set up first

        return get_wsgi_application()
