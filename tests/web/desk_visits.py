"""What tests of the hirer's desk have in common: who is signed in, and forms sent as a page would send them."""

import re
from html import unescape
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from web.author_pages import BACKEND
from web.finished_sittings import HIRER_OF, PASSWORD

from poise.storage import records

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def signed_in(role: str = "owner", organisation: str = "harbour") -> Client:
    """Return the browser of somebody who works there in a role; the hirer is there already."""
    email = HIRER_OF.format(organisation) if role == "hirer" else f"{role}@{organisation}.example"
    if not User.objects.filter(username=email).exists():
        records.add_member(organisation, email, PASSWORD, role)
    client = Client()
    client.force_login(User.objects.get(username=email), backend=BACKEND)
    return client


def shown(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return unescape(response.content.decode())


def send(client: Client, page: str, action: str, given: dict[str, Any], status: int = 303) -> str:
    """Send the form of a page whose action it is, with its hidden fields, and return what comes."""
    form = form_of(shown(client, page), action)
    return post(client, action, {**form, **given}, status)


def post(client: Client, path: str, given: dict[str, Any], status: int = 303) -> str:
    response = cast("HttpResponse", client.post(path, given))
    assert response.status_code == status, (path, response.status_code, response.content.decode()[:3000])
    return unescape(response.content.decode()) if status != 303 else response["Location"]


def form_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form with this action."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert found is not None, f"no form for {action}"
    return {name: unescape(value) for name, value in HIDDEN.findall(found[1]) if name != "csrfmiddlewaretoken"}
