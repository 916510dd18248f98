"""Who may sign in and how: passwords, the second step, the organisation's own accounts, and how often one may try."""

import os
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from poise.settings.environment import HTTPS


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


def read_forwarded_address(request: HttpRequest) -> str:
    """Return the address of the visitor as the proxy in front of Poise saw it."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))


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
AXES_USERNAME_CALLABLE = "poise.settings.signing_in.read_account_name"
if HTTPS:
    AXES_CLIENT_IP_CALLABLE = "poise.settings.signing_in.read_forwarded_address"

# Wrong passwords are counted by axes, in a table of its own; allauth counts the rest, in the cache of all processes.
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
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to the provider would be stopped by form-action
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}}
