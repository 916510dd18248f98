"""Where everything is kept, and what every transaction promises."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from poise.settings.environment import POISE_DATA

# Every transaction takes the write lock at its start, so that none fails half-way because another one wrote.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;"
        "PRAGMA temp_store=MEMORY"
    ),
}
# The same promises: what is acknowledged is on disk, and nobody waits for a lock longer than five seconds.
POSTGRESQL_OPTIONS = "-c synchronous_commit=on -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"


def read_database(folder: Path) -> dict[str, Any]:
    """Return Django's settings of the database: a file in the data folder, or the server that DATABASE_URL names.

    What is wrong with the address is said without quoting it, because it holds a password.
    """
    address = os.environ.get("DATABASE_URL", "").strip()
    if not address:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "poise.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    expected = "expected postgresql://user:password@host:5432/name, or nothing for SQLite"
    try:
        found: dict[str, Any] = {**dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True)}
    except ValueError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read, {expected}; write signs such as @ : / # in a password as %40 %3A %2F %23"
        ) from error
    if found["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"DATABASE_URL begins with {address.partition(':')[0]!r}, {expected}")
    if not found["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL names no database, {expected}")
    options = found.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    options["options"] = f"{POSTGRESQL_OPTIONS} {options.get('options', '')}".strip()
    return found


DATABASES: dict[str, dict[str, Any]] = {"default": read_database(POISE_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}  # any queue

# What is tried too often is counted there too, so that all processes count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "storage_tally",
        "KEY_FUNCTION": "poise.storage.tallies.name_tally",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
