"""What tests of the author's desk have in common: signing in, forms as a page would send them, and drafts."""

import re
from html import unescape

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from web.finished_sittings import OWNER_OF

from poise.content.editing import put_piece, rename
from poise.content.library import Library
from poise.content.statement import Statement
from poise.storage import authoring
from poise.storage.authoring import By

BACKEND = "django.contrib.auth.backends.ModelBackend"
DESK = "/desk/library/"
QUESTION = "interview"


def sign_in(organisation: str = "harbour") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=OWNER_OF.format(organisation)), backend=BACKEND)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return unescape(response.content.decode())


def held(draft: str, organisation: str = "harbour") -> Library:
    return authoring.read_draft(organisation, draft.removeprefix("draft-"))[1]


def path_of(edition: str, section: str, key: str, more: str = "") -> str:
    return f"{DESK}{edition}/in/{section}/at/{key}/{more}"


def marked(client: Client, path: str) -> dict[str, str]:
    """Return what the form on a page would send as it is."""
    shown = client.get(path).content.decode()
    text = re.search(r'<textarea id="text".*?>\n(.*?)</textarea>', shown, re.DOTALL)
    mark = re.search(r'name="mark" value="(\w*)"', shown)
    assert mark is not None
    return {"mark": mark[1], "text": unescape(text[1]) if text else ""}


def save(client: Client, path: str, old: str, new: str, status: int = 303) -> str:
    form = marked(client, path)
    assert old in form["text"]
    response = client.post(path, {**form, "text": form["text"].replace(old, new)})
    assert response.status_code == status, response.content.decode()
    return unescape(response.content.decode())


def changed_statement(library: Library, words: str) -> Statement:
    return library.statements[0].model_copy(update={"text": words})


def publish_changed(draft: str, version: str, words: str = "I answer each letter on the day it comes.") -> str:
    """Change a statement of a draft and publish it, past the pages; return the hash of the new version."""
    key = draft.removeprefix("draft-")
    by = By("Ada Quist", "ada@harbour.example", timezone.now())

    def change(library: Library) -> Library:
        return put_piece(library, "statements", changed_statement(library, words), library.statements[0].key)

    seen = authoring.change_draft("harbour", key, change, by).version
    return authoring.publish_draft("harbour", key, seen, version, "Plainer words.", by).hash


def untouched(library: Library, draft: str) -> Library:
    """Return the library as it is in a draft in which nothing was changed."""
    return rename(library, held(draft).key, library.version)
