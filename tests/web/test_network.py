"""Visitors of one line count together, and those whom a proxy hides are not taken for one."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from poise.web.network import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_a_line_is_one_network_and_this_machine_is_none(address: str, network: str) -> None:
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_what_a_proxy_says_counts_only_where_one_is_declared(settings: Settings) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7"})
    assert network_of(request) == ""
    settings.HTTPS = True
    assert network_of(request) == "203.0.113.7"
