"""Keeps the tests away from real data: everything they store lies in a folder that goes when they end.

pytest-django reads the settings before this file, so they are pointed elsewhere here, before any test asks for the
database. The environment is set as well, for the programs that tests start.
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings

_FOLDER = tempfile.TemporaryDirectory(prefix="poise-tests-")
DATA = Path(_FOLDER.name)

os.environ["POISE_DATA"] = str(DATA)
settings.POISE_DATA = DATA
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A file and not memory, so that threads and other processes meet in it as they do in earnest.
settings.DATABASES["default"]["NAME"] = DATA / "poise.sqlite3"
settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(DATA / "test.sqlite3")
