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

from poise.settings.database import *  # noqa: F403  Django reads all settings from this one module
from poise.settings.environment import *  # noqa: F403  as above
from poise.settings.environment import DEBUG
from poise.settings.log import *  # noqa: F403  as above
from poise.settings.mail import read_mail
from poise.settings.protection import *  # noqa: F403  as above
from poise.settings.signing_in import *  # noqa: F403  as above

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

globals().update(read_mail())  # EMAIL_BACKEND and what belongs to it

LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
