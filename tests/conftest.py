"""Keeps the tests away from real data: everything they store lies in a folder that goes when they end.

pytest-django reads the settings before this file, so they are pointed elsewhere here, before any test asks for the
database. The environment is set as well, for the programs that tests start.
"""

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings

from poise.content.check import load_library
from poise.content.library import Library
from poise.roleplay.understanding import Reader
from poise.settings.database import read_database

_FOLDER = tempfile.TemporaryDirectory(prefix="poise-tests-")
DATA = Path(_FOLDER.name)

os.environ["POISE_DATA"] = str(DATA)
os.environ.pop("DATABASE_URL", None)
settings.POISE_DATA = DATA
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file and not memory, so that threads and other processes meet in it as they do in earnest.
_DEFAULT = settings.DATABASES["default"]
_DEFAULT.update({"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "CONN_MAX_AGE": 0, **read_database(DATA)})
_DEFAULT.setdefault("TEST", {})["NAME"] = str(DATA / "test.sqlite3")

# A deadline would measure how busy the machine is. CI tries the same cases at every run, so that it judges the change
# and not its luck; on a developer's machine every run looks for new ones.
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.register_profile("judge", deadline=None, derandomize=True)
hypothesis.settings.load_profile("judge" if os.environ.get("CI") else "search")


@pytest.fixture(scope="session")
def library() -> Library:
    """The library that is shipped."""
    return load_library()


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The reader that is shipped."""
    return Reader.load()
