"""Webhooks: what is told, how it is signed, when it is tried again, and where it may never go."""

import hashlib
import hmac
import ipaddress
import json
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

Kind = Literal[
    "invitation.opened",
    "sitting.finished",
    "report.changed",
    "reading.contested",
    "person.asked",
    "decision.made",
    "sitting.deleted",
    "webhook.tried",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_URL = 500
WAITS = tuple(timedelta(seconds=one) for one in (30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600))
"""How long is waited after each failure; after the last one the message is given up."""
TOLERANCE = timedelta(minutes=5)
"""A receiver should refuse a signature older than this, so that a message cannot be replayed later."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?", re.IGNORECASE)


class TargetError(ValueError):
    """A webhook cannot lead there; the message says why and what is expected."""


def check_target(url: str) -> str:
    """Return the address of a webhook, where it is one that may be called as far as its words tell.

    Whether its name leads to an address inside the house can only be seen when it is called: see `is_public`.

    Raises
    ------
    TargetError
        It is no https address, holds a name and password, or is plainly an address inside the house.
    """
    url, expected = url.strip(), "expected an address like https://example.com/poise"
    try:
        parts, host = urlsplit(url), urlsplit(url).hostname or ""
        port = parts.port
    except ValueError:
        raise TargetError(f"This cannot be read as an address; {expected}.") from None
    if len(url) > LONGEST_URL or not re.fullmatch(r"[!-~]+", url):
        raise TargetError(f"The address has spaces, or more than {LONGEST_URL} characters; {expected}.")
    if parts.scheme != "https" or not host or port == 0:
        raise TargetError(f"The address must begin with https:// and name a server; {expected}.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise TargetError(f"The address must hold no user, password or #; {expected}. Messages are signed instead.")
    literal = _read_address(host)
    if literal is not None and not is_public(host):
        raise TargetError("This address lies inside a house or a machine. Messages go to public addresses only.")
    if literal is None and (not _NAME.fullmatch(host) or "." not in host.rstrip(".") or _is_inside(host)):
        raise TargetError(f"{host} is not the name of a public server; {expected}.")
    return url


def is_public(address: str) -> bool:
    """Say whether an IP address may be called: not this machine, not a private net, not a special one."""
    read = _read_address(address)
    if read is None:
        return False
    inner = getattr(read, "ipv4_mapped", None) or getattr(read, "sixtofour", None)
    if inner is not None:
        return is_public(str(inner))
    return read.is_global and not (read.is_multicast or read.is_reserved or read.is_unspecified)


def check_kinds(kinds: Iterable[str]) -> tuple[Kind, ...]:
    """Return what a webhook is to be told, each once; raises TargetError where something is not told at all."""
    asked = tuple(dict.fromkeys(kinds))
    unknown = [one for one in asked if one not in KINDS]
    if unknown:
        raise TargetError(f"Nothing is told about {', '.join(unknown)}. Choose from: {', '.join(KINDS)}.")
    chosen = tuple(kind for kind in KINDS if kind in asked)
    if not chosen:
        raise TargetError("Choose at least one thing that this address is to be told.")
    return chosen


def write_payload(kind: Kind, ident: str, at: str, about: dict[str, str | int]) -> str:
    """Return the text of a message: its kind, its own number, when it happened, and keys; never names or words."""
    return json.dumps({"kind": kind, "id": ident, "at": at, "about": about}, sort_keys=True, separators=(",", ":"))


def sign(secret: str, payload: str, seconds: int) -> str:
    """Return the signature of a message sent at this second: ``t=SECONDS,v1=HEX``, HMAC-SHA256 of ``SECONDS.TEXT``."""
    digest = hmac.new(secret.encode(), f"{seconds}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def verify(secret: str, payload: str, signature: str, seconds: int) -> bool:
    """Say whether a signature is right and not older than five minutes: what a receiver should do."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", signature, re.ASCII)
    if found is None or abs(seconds - int(found[1])) > TOLERANCE.total_seconds():
        return False
    return hmac.compare_digest(sign(secret, payload, int(found[1])), signature)


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None where the message is given up."""
    return WAITS[attempts - 1] if 0 < attempts <= len(WAITS) else None


def _read_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _is_inside(host: str) -> bool:
    name = host.rstrip(".").lower()
    inside = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home", ".corp", ".home.arpa")
    return name.endswith(inside) or re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", name) is not None
