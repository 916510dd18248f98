"""From which network somebody comes, so that tries can be counted for each; it is never stored as it is."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

from poise.settings.signing_in import read_forwarded_address

OF_ONE_HOUSEHOLD = 64
"""The leading bits that the IPv6 addresses of one line have in common."""


def network_of(request: HttpRequest) -> str:
    """Return the network that a request comes from, or nothing where visitors cannot be told apart by it.

    They cannot where a proxy on this machine does not say whom it speaks for: then all would count as one.
    """
    given = read_forwarded_address(request) if settings.HTTPS else str(request.META.get("REMOTE_ADDR", ""))
    try:
        found = ip_address(given)
    except ValueError:
        return ""
    return "" if found.is_loopback else _line_of(found)


def _line_of(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, OF_ONE_HOUSEHOLD), strict=False))
