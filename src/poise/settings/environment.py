"""What the environment says of the whole program: its switches, its folder, its secret key, and its names."""

import contextlib
import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ImproperlyConfigured

ON, OFF = ("on", "1", "true", "yes"), ("off", "0", "false", "no", "")


def read_switch(name: str) -> bool:
    """Return whether a variable is on; raises ImproperlyConfigured where it is neither on nor off."""
    value = os.environ.get(name, "off").strip().lower()
    if value not in ON + OFF:
        raise ImproperlyConfigured(f"{name} is {value!r}, expected on or off")
    return value in ON


def prepare_folder() -> Path:
    """Return the folder of everything that is kept, made where it was not there."""
    folder = Path(os.environ.get("POISE_DATA") or "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"POISE_DATA is {str(folder)!r}, expected a folder that can be made and written: {error.strerror}"
        ) from error
    return folder


def read_secret_key(folder: Path) -> str:
    """Return the key of the environment, or the one in the data folder, made there on the first start."""
    given = os.environ.get("POISE_SECRET_KEY", "").strip()
    if given:
        return given
    kept = folder / "secret_key"
    try:
        if not kept.exists():
            _make_secret_key(folder, kept)
        key = kept.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"POISE_DATA is {str(folder)!r}, expected a folder that can be written, for {kept.name}: {error.strerror}"
        ) from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(
            f"{kept} holds no text, expected the secret key; delete it and a new one is made"
        ) from error
    if not key:
        raise ImproperlyConfigured(f"{kept} is empty, expected the secret key; delete it and a new one is made")
    return key


def _make_secret_key(folder: Path, kept: Path) -> None:
    with NamedTemporaryFile("w", dir=folder, prefix="secret_key.", encoding="ascii") as draft:
        draft.write(secrets.token_urlsafe(64))
        draft.flush()
        os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, kept)  # whole or not at all, and only one of several starting processes wins


DEBUG = read_switch("POISE_DEBUG")
HTTPS = read_switch("POISE_HTTPS")
POISE_DATA = prepare_folder()
SECRET_KEY = read_secret_key(POISE_DATA)
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("POISE_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host.strip()
]
POISE_URL = os.environ.get("POISE_URL", "").strip().rstrip("/")
