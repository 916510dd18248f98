"""How Poise runs as a web application: Django's settings, read from the environment.

==================  ==============================  ==================================================================
Variable            Default                         What it sets
==================  ==============================  ==================================================================
POISE_DATA          ``var`` in the current folder   The folder of everything that is kept: the database
                                                    (``poise.sqlite3``), the secret key, the demo's password and
                                                    invitation. It is made with rights for its owner only (0700).
DATABASE_URL        none: SQLite                    A PostgreSQL server that keeps the database in place of the file,
                                                    ``postgresql://user:password@host:5432/name``. What is put behind a
                                                    ``?`` goes to the driver, such as ``sslmode=verify-full``.
POISE_SECRET_KEY    made once and kept in           The key that signs cookies and forms and seals second steps.
                    ``POISE_DATA/secret_key``       Whoever changes it shuts out all who have one. When several
                                                    machines serve the same data, they must share it.
POISE_HOSTS         ``127.0.0.1,localhost,[::1]``   The names under which Poise may be visited, with commas between.
POISE_URL           what the visitor sees           How links in letters begin, such as ``https://poise.example.org``.
POISE_DEBUG         ``off``                         ``on`` shows errors with all their details in the browser. Never
                                                    where real people sit.
POISE_HTTPS         ``off``                         ``on`` when visitors come by HTTPS through a proxy: cookies for
                                                    HTTPS only, HSTS for a year, HTTP sent on to HTTPS. The proxy must
                                                    set ``X-Forwarded-Proto`` and ``X-Forwarded-For`` itself and must
                                                    replace what a visitor sends under these names.
POISE_MAIL_URL      none                            The server that sends mail, ``smtp+tls://user:password@host:587``;
                                                    ``smtps://`` for TLS from the start, ``smtp://`` for none. Without
                                                    it mail waits in the outbox.
POISE_MAIL_FROM     none                            The address that mail comes from; needed with POISE_MAIL_URL.
POISE_OIDC_URL      none                            The address of an OpenID Connect provider by which members may
                                                    sign in, without ``/.well-known/…``; then the next two are needed.
POISE_OIDC_CLIENT   none                            The name that the provider knows this Poise by.
POISE_OIDC_SECRET   none                            The secret that belongs to it.
POISE_OIDC_NAME     ``your organisation’s account`` What the button says after *Sign in with*.
==================  ==============================  ==================================================================

Switches are ``on`` or ``off`` (also ``1``, ``true``, ``yes`` and ``0``, ``false``, ``no``).
"""

import contextlib
import logging
import os
import re
import secrets
import traceback
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError
from django.http import HttpRequest

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

ON, OFF = ("on", "1", "true", "yes"), ("off", "0", "false", "no", "")


def _read_switch(name: str) -> bool:
    value = os.environ.get(name, "off").strip().lower()
    if value not in ON + OFF:
        raise ImproperlyConfigured(f"{name} is {value!r}, expected on or off")
    return value in ON


def _prepare_data() -> Path:
    folder = Path(os.environ.get("POISE_DATA") or "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"POISE_DATA is {str(folder)!r}, expected a folder that can be made and written: {error.strerror}"
        ) from error
    return folder


def _read_secret_key(folder: Path) -> str:
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


def read_provider(given: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the OpenID Connect provider by which members may sign in, if one is set.

    Its key here follows from its address: another provider may call another person by the same name.
    """
    names = ("POISE_OIDC_URL", "POISE_OIDC_CLIENT", "POISE_OIDC_SECRET")
    address, client, secret = (given.get(name, "").strip() for name in names)
    if not (address or client or secret):
        return None
    missing = [name for name in names if not given.get(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(f"{' and '.join(missing)} must be set as well, or none of {', '.join(names)}")
    parts = urlsplit(address)
    if not parts.hostname or not (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost")):
        raise ImproperlyConfigured(f"POISE_OIDC_URL is {address!r}, expected an address that begins with https://")
    return {
        "provider_id": f"oidc-{sha256(address.encode()).hexdigest()[:12]}",
        "name": given.get("POISE_OIDC_NAME", "").strip() or "your organisation’s account",
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": address.rstrip("/")},
    }


def read_account_name(_request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return under which name wrong passwords are counted: the same however an address is written."""
    given = credentials or {}
    return str(given.get("email") or given.get("username") or "").strip().casefold()


def _read_mail() -> dict[str, Any]:
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


def read_forwarded_address(request: HttpRequest) -> str:
    """Return the address of the visitor as the proxy in front of Poise saw it."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))


class DiscreetFormatter(logging.Formatter):
    """Writes where something failed, but neither the words of candidates nor anybody's token.

    The message of an exception may quote what a person wrote, so only those kinds are printed that never do.
    """

    TOKEN = re.compile(r"[\w-]{32,}")
    HARMLESS = (OperationalError, ImproperlyConfigured, ImportError)

    def format(self, record: logging.LogRecord) -> str:
        """Write one line, and the traceback where there is one, with all tokens left out."""
        return self.TOKEN.sub("…", super().format(record))

    def formatException(  # noqa: N802  the name is given by logging
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Write the traceback of an exception and of those that led to it, without their messages."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            message = f": {error}" if isinstance(error, self.HARMLESS) else ""
            frames = "".join(traceback.format_tb(error.__traceback__))
            lines.insert(0, f"{frames}{type(error).__qualname__}{message}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


DEBUG = _read_switch("POISE_DEBUG")
HTTPS = _read_switch("POISE_HTTPS")
POISE_DATA = _prepare_data()
SECRET_KEY = _read_secret_key(POISE_DATA)
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("POISE_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host.strip()
]
POISE_URL = os.environ.get("POISE_URL", "").strip().rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks_db",
    "poise.storage",
    "poise.web",  # before those of allauth, whose pages it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "poise.web.gate.keep_gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "poise.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": read_database(POISE_DATA)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}  # any queue
globals().update(_read_mail())  # EMAIL_BACKEND and what belongs to it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGIN_URL, LOGIN_REDIRECT_URL = "sign_in", "desk"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "poise.settings.read_account_name"
if HTTPS:
    AXES_CLIENT_IP_CALLABLE = "poise.settings.read_forwarded_address"

# Wrong passwords are counted by axes, in the database; allauth counts the rest, in each process by itself.
ACCOUNT_ADAPTER = "poise.web.sign_in_rules.AccountRules"
ACCOUNT_FORMS = {"login": "poise.web.sign_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address was verified by the invitation that was sent there
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/5m/key", "reset_password": "20/m/ip,3/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "poise.web.sign_in_rules.SecondStepRules"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_TOTP_ISSUER = "Poise"
MFA_TOTP_TOLERANCE = 1
OIDC = read_provider(os.environ)
OIDC_KEY = OIDC["provider_id"] if OIDC else "oidc"
SOCIALACCOUNT_ADAPTER = "poise.web.sign_in_elsewhere.ElsewhereRules"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to the provider would be stopped by form-action below
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # an invitation's address holds a token that no other site may learn
SESSION_COOKIE_AGE, SESSION_SERIALIZER = 12 * 3600, "poise.storage.sealing.SealedSessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "poise.settings.DiscreetFormatter",
            "format": "{asctime} {levelname} {message}",
            "style": "{",
        },
        "full": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "full" if DEBUG else "discreet"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django's own handlers would print the same line a second time, with the details.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
