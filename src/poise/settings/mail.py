"""The server that sends mail, where there is one."""

import os
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read_mail() -> dict[str, Any]:
    """Return Django's settings of mail, by POISE_MAIL_URL; a wrong one is not quoted, because it holds a password."""
    address, sender = (os.environ.get(name, "").strip() for name in ("POISE_MAIL_URL", "POISE_MAIL_FROM"))
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    try:
        parts = urlsplit(address)
        port = parts.port or ports[parts.scheme]
    except (ValueError, KeyError):
        parts, port = urlsplit(""), 0
    if not parts.hostname:
        raise ImproperlyConfigured("POISE_MAIL_URL cannot be read, expected smtp+tls://user:password@host:587")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", sender):
        raise ImproperlyConfigured(f"POISE_MAIL_FROM is {sender!r}, expected an address like poise@example.com")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
