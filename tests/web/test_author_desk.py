"""The author's desk: what is read, tried, changed, checked and published there, by whom, and what is never lost."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from web.finished_sittings import HIRER_OF, begin_invited, begin_open, invite, publish

from poise.content.editing import mark_of, piece_of, put_piece, rename, write_piece
from poise.content.library import Library
from poise.content.statement import Statement
from poise.storage import authoring, doors, records
from poise.storage.authoring import By
from poise.storage.models import Draft, PublishedLibrary
from poise.web.author_access import draft_ident
from poise.web.publishing import library_for, library_in_use

BACKEND = "django.contrib.auth.backends.ModelBackend"
DESK = "/desk/library/"
QUESTION = "interview"


def sign_in(organisation: str = "harbour") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=HIRER_OF.format(organisation)), backend=BACKEND)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return unescape(response.content.decode())


@pytest.fixture
def digest(db: None, library: Library) -> str:  # noqa: ARG001  the database must be there
    return publish(library)


@pytest.fixture
def author(digest: str) -> Client:  # noqa: ARG001  the account must be there
    return sign_in()


@pytest.fixture
def draft(digest: str) -> str:
    by = By("Ada Quist", "ada@harbour.example", timezone.now())
    return draft_ident(authoring.begin_draft("harbour", digest, by))


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


class TestComingIn:
    def test_only_who_is_signed_in_and_works_for_an_organisation_comes_in(self, digest: str, client: Client) -> None:
        for path in (DESK, f"{DESK}{digest}/", path_of(digest, "statements", "x")):
            assert client.get(path).status_code == 302
        client.force_login(User.objects.create_user("alone@example.org"), backend=BACKEND)
        assert client.get(DESK).status_code == 403

    def test_the_way_to_it_stands_on_the_hirers_desk(self, author: Client) -> None:
        assert f'href="{DESK}"' in page(author, "/desk/")

    def test_nothing_of_it_is_kept_by_a_browser_or_found_by_a_search(self, author: Client, draft: str) -> None:
        for path in (DESK, f"{DESK}{draft}/", f"{DESK}{draft}/check/", f"{DESK}nothing/"):
            response = author.get(path)
            assert "no-store" in response["Cache-Control"]
            assert "noindex" in response["X-Robots-Tag"]

    def test_every_form_needs_its_secret(self, draft: str, library: Library) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(User.objects.get(username=HIRER_OF.format("harbour")), backend=BACKEND)
        key = library.statements[0].key
        for path in (f"{DESK}{draft}/discard/", path_of(draft, "statements", key, "delete/")):
            assert strict.post(path).status_code == 403
        refused = strict.post(path_of(draft, "statements", key, "edit/"), {"text": "My <i>long</i> text."})
        assert refused.status_code == 403
        assert "My &lt;i&gt;long&lt;/i&gt; text." in refused.content.decode()
        assert piece_of(held(draft), "statements", key) is not None


class TestAnotherHouse:
    def test_sees_no_draft_and_no_version_of_this_one(self, draft: str, digest: str, library: Library) -> None:
        other, key = sign_in("other"), library.statements[0].key
        paths = ["", "check/", "publish/", "discard/", "find/?words=a", "in/statements/", "in/statements/add/"]
        paths += [f"in/statements/at/{key}/{more}" for more in ("", "edit/", "delete/", "preview/")]
        for path in paths:
            shown = page(other, f"{DESK}{draft}/{path}", 404)
            assert "We do not know this library" in shown
        assert "Draft from" not in page(other, DESK)
        made = publish_changed(draft, "harbour-1")
        for path in ("", "check/", "in/statements/", f"in/statements/at/{key}/"):
            page(other, f"{DESK}{made}/{path}", 404)
        assert "harbour-1" not in page(other, DESK)
        assert "harbour-1" in page(sign_in(), DESK)
        page(other, f"{DESK}{digest}/")

    def test_changes_nothing_of_this_one(self, draft: str, library: Library) -> None:
        other, statement = sign_in("other"), library.statements[0]
        before, ident = held(draft), f"{DESK}{draft}/"
        text = write_piece(changed_statement(library, "I was never here."))
        forms = {
            f"{ident}in/statements/at/{statement.key}/edit/": {"text": text, "mark": mark_of(statement)},
            f"{ident}in/statements/at/{statement.key}/delete/": {"mark": mark_of(statement)},
            f"{ident}in/statements/add/": {"text": text, "mark": ""},
            f"{ident}publish/": {"version": "x", "name": "x", "note": "x", "seen": "0"},
            f"{ident}discard/": {},
        }
        for path, form in forms.items():
            assert other.post(path, form).status_code == 404, path
        assert held(draft) == before
        made = publish_changed(draft, "harbour-1")
        assert other.post(f"{DESK}{made}/begin/").status_code == 404
        assert other.post(f"{DESK}{made}/position/", {"position": "desk", "use": "this"}).status_code == 404
        assert authoring.named_library("other", "desk") is None
        with pytest.raises(authoring.UnknownEditionError):
            authoring.set_version("other", "desk", made)

    def test_may_give_its_version_the_same_name(self, draft: str, digest: str) -> None:
        publish_changed(draft, "2027-01")
        by = By("Eve", "eve@other.example", timezone.now())
        mine = authoring.begin_draft("other", digest, by)

        def change(library: Library) -> Library:
            return put_piece(library, "statements", changed_statement(library, "Same."), library.statements[0].key)

        authoring.change_draft("other", mine.key, change, by)
        made = authoring.publish_draft("other", mine.key, 1, "2027-01", "n", by)
        assert made.organisation.key == "other"


class TestReading:
    def test_a_version_shows_how_many_there_are_of_each(self, author: Client, digest: str, library: Library) -> None:
        shown = page(author, f"{DESK}{digest}/")
        for name, number in (("Statements", len(library.statements)), ("Customers", len(library.scenarios))):
            assert f'{name} <span class="number">{number}</span>' in shown
        assert "Comes with Poise" in page(author, DESK)

    def test_words_and_quality_narrow_a_list(self, author: Client, digest: str, library: Library) -> None:
        statement = library.statements[0]
        words = " ".join(reversed(statement.text.strip(".").split()[-3:])).upper()
        shown = page(author, f"{DESK}{digest}/in/statements/?words={words}&quality={statement.quality}")
        assert statement.text in shown
        other = next(one.key for one in library.qualities if one.key != statement.quality)
        assert "Nothing holds" in page(author, f"{DESK}{digest}/in/statements/?words={statement.key}&quality={other}")
        assert statement.text in page(author, f"{DESK}{digest}/find/?words={statement.key}")

    def test_every_piece_of_a_long_list_is_on_some_page(self, author: Client, digest: str, library: Library) -> None:
        first = page(author, f"{DESK}{digest}/in/statements/")
        last = int(re.findall(r"Page 1 of (\d+)", first)[0])
        pages = [
            first,
            *(page(author, f"{DESK}{digest}/in/statements/?page={number}") for number in range(2, last + 1)),
        ]
        shown = [key for one in pages for key in re.findall(r"/in/statements/at/(\w+)/\"", one)]
        assert shown == [statement.key for statement in library.statements]

    @pytest.mark.parametrize(
        "section",
        ["statements", "blocks", "situations", "scenarios", "jobs", "blueprints", "qualities", "conditions", "claims"],
    )
    def test_each_kind_of_piece_is_shown_as_its_text(self, author: Client, digest: str, section: str) -> None:
        piece = getattr(records.library(digest), section)[-1]
        assert write_piece(piece) in page(author, path_of(digest, section, piece.key))
        assert piece.key in page(author, f"{DESK}{digest}/in/{section}/?page=99")

    @pytest.mark.parametrize("section", ["beliefs", "consent", "appraisal", "voice", "reference"])
    def test_what_there_is_one_of_is_shown_too(self, author: Client, digest: str, section: str) -> None:
        assert write_piece(getattr(records.library(digest), section)) in page(author, path_of(digest, section, section))

    def test_a_piece_names_who_names_it(self, author: Client, digest: str, library: Library) -> None:
        block = library.blocks[0]
        shown = page(author, path_of(digest, "statements", block.statements[0]))
        assert path_of(digest, "blocks", block.key) in shown

    @pytest.mark.parametrize("path", ["in/nothing/", "in/statements/at/nothing/", "in/voice/", "in/voice/at/other/"])
    def test_what_is_not_there_is_said_to_be_not_there(self, author: Client, digest: str, path: str) -> None:
        assert "This piece is not here" in page(author, f"{DESK}{digest}/{path}", 404)

    @pytest.mark.parametrize("ident", ["draft-", "draft-x", "x" * 64, "%00", "draft-%00", "..%2f"])
    def test_odd_addresses_lead_nowhere(self, author: Client, ident: str) -> None:
        assert author.get(f"{DESK}{ident}/").status_code == 404

    @pytest.mark.parametrize("asked", ["page=x", "page=-1", "quality=<script>", "words=%00", "words=" + "a" * 5000])
    def test_odd_questions_break_nothing(self, author: Client, digest: str, asked: str) -> None:
        assert "<script>" not in page(author, f"{DESK}{digest}/in/statements/?{asked}")


class TestPreview:
    def test_a_candidate_would_see_this_and_nothing_is_stored(
        self, author: Client, digest: str, library: Library
    ) -> None:
        situation, block, case = library.situations[0], library.blocks[0], library.scenarios[0]
        texts = {one.key: one.text for one in library.statements}
        rated = next(one for one in library.statements if one.rated)
        expected = {
            path_of(digest, "situations", situation.key): [situation.text, *(one.text for one in situation.reactions)],
            path_of(digest, "blocks", block.key): [texts[key] for key in block.statements],
            path_of(digest, "statements", rated.key): [rated.text, "mostly"],
            path_of(digest, "scenarios", case.key): [case.scene, case.losing_costs, case.probes[0].says[0]],
        }
        for path, words in expected.items():
            shown = page(author, f"{path}preview/")
            assert "Preview. Nothing is stored." in shown
            for one in words:
                assert one in shown
            main = shown[shown.index("<main") : shown.index("</main>")]
            assert "<form" not in main
            assert author.post(f"{path}preview/", {"answer_x": "1"}).status_code == 405

    def test_it_tells_nothing_that_a_candidate_would_not_be_told(
        self, author: Client, digest: str, library: Library
    ) -> None:
        case, situation = library.scenarios[0], library.situations[0]
        shown = page(author, path_of(digest, "scenarios", case.key, "preview/"))
        for hidden in (*case.truth, *(one.about for one in case.hidden), *(one.why for one in case.remedies)):
            assert hidden not in shown
        shown = page(author, path_of(digest, "situations", situation.key, "preview/"))
        assert not any(reaction.why in shown for reaction in situation.reactions)

    def test_what_no_candidate_sees_alone_has_none(self, author: Client, digest: str, library: Library) -> None:
        page(author, path_of(digest, "jobs", library.jobs[0].key, "preview/"), 404)


class TestEditing:
    def test_a_changed_piece_is_in_the_draft_and_nowhere_else(
        self, author: Client, draft: str, digest: str, library: Library
    ) -> None:
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        save(author, f"{path}edit/", statement.text, "I answer letters on the day they come.")
        assert held(draft).statements[0].text == "I answer letters on the day they come."
        assert held(draft).statements[1:] == library.statements[1:]
        records.library.cache_clear()
        assert records.library(digest) == library
        shown = page(author, path)
        assert "changed in this draft" in shown
        assert "Saved in this draft" in shown
        overview = page(author, f"{DESK}{draft}/")
        assert "(text)" in overview
        assert "hirer@harbour.example" in overview

    def test_a_version_cannot_be_edited(self, author: Client, digest: str, library: Library) -> None:
        statement = library.statements[0]
        path = path_of(digest, "statements", statement.key)
        shown = page(author, path)
        assert "edit/" not in shown
        assert "delete/" not in shown
        page(author, f"{path}edit/", 404)
        assert author.post(f"{path}edit/", {"text": write_piece(statement), "mark": ""}).status_code == 404

    def test_a_fault_is_told_with_its_line_and_the_text_stays(
        self, author: Client, draft: str, library: Library
    ) -> None:
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        shown = save(author, path, f"pole: {statement.pole}", "pole: hgih\nmood: sunny", 422)
        assert "2 things to mend" in shown
        assert re.search(r"Line 3</span> pole: expected 'high' or 'low'<code class=\"quote\">pole: hgih</code>", shown)
        assert re.search(r"Line 4</span> mood: is not a known field", shown)
        assert f"text: {statement.text}" in shown
        assert held(draft) == untouched(library, draft)

    def test_a_new_piece_is_added_and_another_taken_out(self, author: Client, draft: str, library: Library) -> None:
        add = f"{DESK}{draft}/in/statements/add/"
        like = library.statements[3]
        form = marked(author, f"{add}?like={like.key}")
        assert form["mark"] == ""
        text = form["text"].replace("key: \n", "key: patience_new\n").replace(like.text, "I wait.")
        assert author.post(add, {"text": text, "mark": ""}).status_code == 303
        assert author.post(add, {"text": text, "mark": ""}).status_code == 303, "a second click"
        found = [one for one in held(draft).statements if one.key == "patience_new"]
        assert [one.text for one in found] == ["I wait."]
        again = author.post(add, {"text": text.replace("I wait.", "I do not."), "mark": ""})
        assert again.status_code == 422
        assert "is the key of another statement" in unescape(again.content.decode())
        path = path_of(draft, "statements", "patience_new", "delete/")
        assert author.post(path, marked(author, path)).status_code == 303
        assert held(draft) == untouched(library, draft)

    def test_an_empty_form_does_not_pass(self, author: Client, draft: str) -> None:
        for section in ("statements", "blocks", "situations", "interview", "attention", "conditions", "claims"):
            path = f"{DESK}{draft}/in/{section}/add/"
            assert author.post(path, marked(author, path)).status_code == 422

    def test_a_piece_gets_another_key_in_its_place(self, author: Client, draft: str, library: Library) -> None:
        statement = library.statements[2]
        path = path_of(draft, "statements", statement.key, "edit/")
        save(author, path, f"key: {statement.key}", "key: renamed")
        assert held(draft).statements[2].key == "renamed"
        assert len(held(draft).statements) == len(library.statements)
        taken = path_of(draft, "statements", "renamed", "edit/")
        assert "is the key of another statement" in save(
            author, taken, "key: renamed", f"key: {library.statements[0].key}", 422
        )

    def test_every_piece_comes_back_as_it_was(self, author: Client, draft: str, library: Library) -> None:
        sections = ("situations", "scenarios", "jobs", "blueprints")
        for path in [
            *(path_of(draft, section, getattr(library, section)[0].key, "edit/") for section in sections),
            *(path_of(draft, section, section, "edit/") for section in ("beliefs", "voice", "reference")),
        ]:
            form = marked(author, path)
            assert author.post(path, {**form, "text": form["text"].replace("\n", "\r\n")}).status_code == 303
        assert held(draft) == untouched(library, draft)


class TestTwoPeople:
    def test_the_second_sees_both_texts_and_nothing_is_lost(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        first, second = marked(ada, path), marked(bo, path)
        assert (
            ada.post(path, {**first, "text": first["text"].replace(statement.text, "Ada’s words.")}).status_code == 303
        )
        mine = {**second, "text": second["text"].replace(statement.text, "Bo’s <b>words</b>.")}
        response = bo.post(path, mine)
        assert response.status_code == 409
        shown = response.content.decode()
        assert "Somebody else changed this piece" in shown
        assert "Ada’s words." in shown
        assert "Bo’s &lt;b&gt;words&lt;/b&gt;." in shown
        assert held(draft).statements[0].text == "Ada’s words."
        mark = re.search(r'name="mark" value="(\w*)"', shown)
        assert mark is not None
        assert bo.post(path, {**mine, "mark": mark[1]}).status_code == 303
        assert held(draft).statements[0].text == "Bo’s <b>words</b>."

    def test_other_pieces_of_the_draft_are_not_in_the_way(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        paths = [path_of(draft, "statements", library.statements[number].key, "edit/") for number in (0, 1)]
        forms = [marked(ada, paths[0]), marked(bo, paths[1])]
        for client, path, form, number in zip((ada, bo), paths, forms, (0, 1), strict=True):
            text = form["text"].replace(library.statements[number].text, f"Words {number}.")
            assert client.post(path, {**form, "text": text}).status_code == 303
        assert [one.text for one in held(draft).statements[:2]] == ["Words 0.", "Words 1."]

    def test_the_same_text_twice_is_no_quarrel(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key, "edit/")
        form = marked(ada, path)
        form["text"] = form["text"].replace(statement.text, "The same words.")
        assert [client.post(path, form).status_code for client in (ada, bo)] == [303, 303]

    def test_what_was_deleted_meanwhile_can_be_brought_back(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        form = marked(bo, f"{path}edit/")
        assert ada.post(f"{path}delete/", marked(ada, f"{path}delete/")).status_code == 303
        form["text"] = form["text"].replace(statement.text, "Still here.")
        response = bo.post(f"{path}edit/", form)
        assert response.status_code == 409
        assert "deleted this piece" in response.content.decode()
        assert bo.post(f"{path}edit/", {**form, "mark": ""}).status_code == 303
        assert held(draft).statements[-1].text == "Still here."

    def test_a_changed_piece_is_not_deleted_unseen(self, draft: str, library: Library) -> None:
        ada, bo = sign_in(), sign_in()
        statement = library.statements[0]
        path = path_of(draft, "statements", statement.key)
        form = marked(bo, f"{path}delete/")
        save(ada, f"{path}edit/", statement.text, "Better words.")
        assert bo.post(f"{path}delete/", form).status_code == 409
        assert held(draft).statements[0].text == "Better words."

    def test_the_words_outlive_being_signed_out(self, draft: str, library: Library) -> None:
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        response = Client().post(path, {"text": "Not <b>lost</b>.", "mark": ""})
        assert response.status_code == 403
        assert "Not &lt;b&gt;lost&lt;/b&gt;." in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert f"/sign-in/?next={path.replace('/', '%2F')}" in response.content.decode()

    def test_the_words_outlive_a_draft_that_is_gone(self, draft: str, library: Library) -> None:
        author = sign_in()
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        form = marked(author, path)
        authoring.discard_draft("harbour", draft.removeprefix("draft-"))
        response = author.post(path, {**form, "text": "key: mine\ntext: Not lost."})
        assert response.status_code == 404
        assert "Not lost." in response.content.decode()


HOSTILE = [
    ("", "there is no text yet"),
    ("<script>alert(1)</script>", "expected one piece with the fields"),
    ("- a\n- b", "found a list"),
    ("a: &x [1]\nb: *x", "anchors (&amp;) and aliases (*)"),
    ("a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]", "anchors"),
    ("key: !!python/object/apply:os.system ['id']", "tags (!)"),
    ("key: !secret x", "tags (!)"),
    ("key: a\n---\nkey: b", "second document"),
    ("[" * 5000, "nested more than"),
    ("{a: " * 5000, "nested more than"),
    ("key: [", "is not valid YAML"),
    ("key: a\nkey: b", "is not valid YAML"),
    ("\tkey: a", "is not valid YAML"),
    ("? [a, b]\n: c", "is not a known field"),
    ("? {a: b}\n: c", "is not valid YAML: found unhashable key"),
    ("key: 2001-99-99", "key: "),
    ("ease: " + "9" * 6000, "ease: "),
    ("ease: 0x" + "f" * 6000, "ease: "),
    ('key: "a\\0b"', "key: "),
    ("key: a\x00b", "could not be read"),
    ("key: a\ufffdb", "could not be read"),
    ("x" * 150_001, "150,001 characters; at most 150,000"),
    ("<<: {key: a}", "is missing"),
    ("%YAML 9.9\n---\na: b", "YAML"),
]
UNSTORABLE = [
    ("text", '"a \\ud800 b"', "text: "),
    ("text", '"a \\0 b"', "cannot be shown"),
    ("ease", ".nan", "ease"),
    ("ease", ".inf", "ease"),
]


class TestHostileText:
    def test_gets_a_kind_answer_and_stores_nothing(self, author: Client, draft: str) -> None:
        before = held(draft)
        for text, told in HOSTILE:
            response = author.post(f"{DESK}{draft}/in/statements/add/", {"text": text, "mark": ""})
            shown = response.content.decode()
            assert response.status_code == 422, text[:40]
            assert told in shown, text[:40]
            assert "Your text is below" in shown
            assert "<script>alert" not in shown
        assert held(draft) == before

    def test_what_could_not_be_stored_is_refused(self, author: Client, draft: str, library: Library) -> None:
        path = path_of(draft, "statements", library.statements[0].key, "edit/")
        form = marked(author, path)
        for field, value, told in UNSTORABLE:
            line = rf"^{field}: .*(\n  .*)*"
            text = re.sub(line, lambda _found, new=f"{field}: {value}": new, form["text"], flags=re.MULTILINE)  # type: ignore[misc]
            response = author.post(path, {**form, "text": text})
            assert response.status_code == 422
            assert told in response.content.decode()
        assert held(draft) == untouched(library, draft)

    def test_a_number_that_is_none_is_refused_where_no_limit_stands(self, author: Client, draft: str) -> None:
        path = path_of(draft, "beliefs", "beliefs", "edit/")
        form = marked(author, path)
        text = re.sub(r"^conversation_variance: .*$", "conversation_variance: .inf", form["text"], flags=re.MULTILINE)
        response = author.post(path, {**form, "text": text})
        assert response.status_code == 422
        assert "not finite" in response.content.decode()

    def test_markup_is_shown_as_words_everywhere(self, author: Client, draft: str, library: Library) -> None:
        bad = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"
        situation, statement = library.situations[0], library.statements[0]
        save(author, path_of(draft, "statements", statement.key, "edit/"), statement.text, f"'{bad}'")
        form = marked(author, path_of(draft, "situations", situation.key, "edit/"))
        text = form["text"].replace(f"title: {situation.title}", f"title: '{bad}'")
        assert (
            author.post(path_of(draft, "situations", situation.key, "edit/"), {**form, "text": text}).status_code == 303
        )
        paths = [
            f"{DESK}{draft}/in/statements/",
            f"{DESK}{draft}/find/?words=onerror",
            *(path_of(draft, "situations", situation.key, more) for more in ("", "preview/", "edit/", "delete/")),
            *(path_of(draft, "statements", statement.key, more) for more in ("", "preview/", "edit/", "delete/")),
        ]
        for path in paths:
            shown = author.get(path).content.decode()
            assert "<script>alert" not in shown, path
            assert "<img src=x" not in shown, path
        assert "{{ 7*7 }}" in author.get(paths[0]).content.decode()

    def test_two_million_letters_are_too_large_and_another_encoding_is_not_read(
        self, author: Client, draft: str
    ) -> None:
        path = f"{DESK}{draft}/in/statements/add/"
        response = author.post(path, {"text": "x" * 2_000_000})
        assert response.status_code == 413
        assert "too much at once" in response.content.decode()
        author.raise_request_exception = False
        strange = author.generic(
            "POST", path, b"text=x", content_type="application/x-www-form-urlencoded; charset=utf-16"
        )
        assert strange.status_code == 400
        invalid = author.generic("POST", path, b"text=key:+caf%E9", content_type="application/x-www-form-urlencoded")
        assert invalid.status_code == 422
        assert "could not be read" in invalid.content.decode()


class TestChecking:
    def test_all_that_is_wrong_stands_on_one_page_with_the_way_to_it(
        self, author: Client, draft: str, library: Library
    ) -> None:
        block = library.blocks[0]
        for key in block.statements[:2]:
            path = path_of(draft, "statements", key, "delete/")
            author.post(path, marked(author, path))
        shown = page(author, f"{DESK}{draft}/check/")
        for key in block.statements[:2]:
            assert f"statement '{key}' is not known" in shown
        assert path_of(draft, "blocks", block.key) in shown
        assert "to mend" in shown
        assert "It cannot be published yet" in page(author, f"{DESK}{draft}/publish/")
        form = {"version": "x", "name": "Ada", "note": "n", "seen": "2"}
        assert author.post(f"{DESK}{draft}/publish/", form).status_code == 422
        assert Draft.objects.count() == 1

    def test_a_version_can_be_checked_too(self, author: Client, digest: str) -> None:
        assert "to mend" in page(author, f"{DESK}{digest}/check/")


class TestPublishing:
    def change(self, author: Client, draft: str, library: Library) -> None:
        statement = library.statements[0]
        save(author, path_of(draft, "statements", statement.key, "edit/"), statement.text, "I read each letter twice.")

    def test_a_draft_becomes_a_version_with_name_person_and_note(
        self, author: Client, draft: str, digest: str, library: Library
    ) -> None:
        self.change(author, draft, library)
        shown = page(author, f"{DESK}{draft}/publish/")
        assert "end on the version they began with" in shown
        assert library.statements[0].key in shown
        seen = re.search(r'name="seen" value="(\d+)"', shown)
        assert seen is not None
        form = {"version": "2027-01", "name": "Ada Quist", "note": "Plainer <b>words</b>.", "seen": seen[1]}
        response = author.post(f"{DESK}{draft}/publish/", form)
        assert response.status_code == 303
        row = PublishedLibrary.objects.get(version="2027-01")
        assert (row.published_by, row.account) == ("Ada Quist", "hirer@harbour.example")
        assert (row.came_from, row.organisation.key) == (digest, "harbour")
        history = page(author, DESK)
        for words in ("Version 2027-01", "Ada Quist", "hirer@harbour.example", "Plainer <b>words</b>.", "from version"):
            assert words in history
        assert Draft.objects.count() == 0
        version = page(author, response["Location"])
        assert "What changed against version" in version
        assert "(text)" in version
        made = records.library(row.hash)
        assert made.statements[0].text == "I read each letter twice."
        assert (made.key, made.comparable_with) == ("own_harbour", ())

    def test_what_is_missing_is_said_and_the_rest_is_kept(self, author: Client, draft: str, library: Library) -> None:
        self.change(author, draft, library)
        form = {"version": "2027-01", "name": "Ada Quist", "note": "Plainer words.", "seen": "1"}
        for field, value, told in (
            ("version", " ", "Give the new version a name"),
            ("version", "x" * 61, "at most 60"),
            ("version", "a\nb", "on one line"),
            ("name", "", "Write your name"),
            ("name", "x" * 201, "at most 200"),
            ("note", "", "Write what changed"),
            ("note", "x" * 2001, "at most 2000"),
            ("seen", "999", "after you opened this page"),
            ("seen", "x", "after you opened this page"),
            ("seen", "9" * 50, "after you opened this page"),
        ):
            response = author.post(f"{DESK}{draft}/publish/", {**form, field: value})
            shown = response.content.decode()
            assert response.status_code == (409 if field == "seen" else 422)
            assert told in shown
            for other in {"version", "name", "note"} - {field}:
                assert form[other] in shown
        assert Draft.objects.count() == 1

    def test_an_unchanged_draft_and_a_taken_name_are_refused(
        self, author: Client, draft: str, library: Library
    ) -> None:
        form = {"version": "2027-01", "name": "Ada", "note": "n", "seen": "0"}
        assert "Nothing was changed" in author.post(f"{DESK}{draft}/publish/", form).content.decode()
        self.change(author, draft, library)
        taken = author.post(f"{DESK}{draft}/publish/", {**form, "version": library.version, "seen": "1"})
        assert "already" in taken.content.decode()
        assert PublishedLibrary.objects.count() == 1

    def test_sittings_stay_on_their_version_and_new_ones_begin_as_before(self, digest: str, draft: str) -> None:
        running = begin_open(digest).sitting
        made = publish_changed(draft, "2027-01")
        found = records.sitting_record(running.key, running.organisation)
        assert found.library == digest
        assert library_in_use() == digest, "what one organisation publishes is nobody else's"
        client = Client()
        for token in (invite("harbour", "Ann"), invite("other", "Ben")):
            assert client.post(f"/i/{token}/").status_code == 303
            invitation = doors.find_invitation(token, timezone.now()).invitation
            assert invitation is not None
            assert invitation.sitting is not None
            assert invitation.sitting.library == digest != made

    def test_a_version_says_whether_its_scores_compare(self, author: Client, draft: str, library: Library) -> None:
        asked = library.blueprints[0].situations[0]
        path = path_of(draft, "situations", asked, "edit/")
        form = marked(author, path)
        why = re.sub(r"(?m)^    why: .*(\n      .*)*", "    why: Nobody is helped by it.", form["text"], count=1)
        assert author.post(path, {**form, "text": why}).status_code == 303
        shown = page(author, f"{DESK}{draft}/publish/")
        assert "Scores compare</strong> with those of version" in shown
        by = By("Ada", "ada@harbour.example", timezone.now())
        first = authoring.publish_draft("harbour", draft.removeprefix("draft-"), 1, "first", "Reasons.", by)
        assert records.library(first.hash).comparable_with == (library.version,)
        again = draft_ident(authoring.begin_draft("harbour", first.hash, by))
        path = path_of(again, "situations", asked, "edit/")
        form = marked(author, path)
        text = re.sub(r"(?m)^text: .*(\n  .*)*", "text: It rains.", form["text"], count=1)
        assert author.post(path, {**form, "text": text}).status_code == 303
        shown = page(author, f"{DESK}{again}/publish/")
        assert "Scores do not compare</strong> with those of version first" in shown
        assert "people rate it as it stands" in shown
        second = authoring.publish_draft("harbour", again.removeprefix("draft-"), 1, "second", "Rain.", by)
        assert records.library(second.hash).comparable_with == ()

    def test_a_position_may_name_the_new_version(self, author: Client, digest: str, draft: str) -> None:
        before = begin_invited(digest, "harbour", "Early Bird").sitting
        made = publish_changed(draft, "2027-01")
        response = author.post(f"{DESK}{made}/position/", {"position": "desk", "use": "this"}, follow=True)
        assert "New sittings for Complaints desk begin with version 2027-01" in response.content.decode()
        tokens = {name: invite(name, "Ann") for name in ("harbour", "other")}
        client = Client()
        for token in tokens.values():
            assert "minutes" in client.get(f"/i/{token}/").content.decode()
            assert client.post(f"/i/{token}/").status_code == 303
        found = {name: doors.find_invitation(token, timezone.now()).invitation for name, token in tokens.items()}
        began = {name: one.sitting.library for name, one in found.items() if one and one.sitting}
        assert began == {"harbour": made, "other": digest}
        assert records.sitting_record(before.key, "harbour").library == digest
        author.post(f"{DESK}{made}/position/", {"position": "desk", "use": "shipped"})
        (position,) = records.list_positions("harbour")
        assert library_for(position) == digest

    def test_a_version_without_the_blueprint_cannot_be_named(self, author: Client, draft: str) -> None:
        path = path_of(draft, "blueprints", "complaints_desk", "delete/")
        author.post(path, marked(author, path))
        made = publish_changed(draft, "no-desk")
        shown = author.post(
            f"{DESK}{made}/position/", {"position": "desk", "use": "this"}, follow=True
        ).content.decode()
        assert "has no blueprint complaints_desk" in shown
        assert authoring.named_library("harbour", "desk") is None

    def test_a_draft_is_thrown_away_after_a_question(self, author: Client, draft: str) -> None:
        assert "gone for good" in page(author, f"{DESK}{draft}/discard/")
        assert Draft.objects.count() == 1
        assert author.post(f"{DESK}{draft}/discard/").status_code == 303
        assert Draft.objects.count() == 0

    def test_a_draft_is_begun_by_a_press_and_from_an_own_version_too(
        self, author: Client, digest: str, draft: str
    ) -> None:
        assert author.get(f"{DESK}{digest}/begin/").status_code == 405
        made = publish_changed(draft, "2027-01")
        response = author.post(f"{DESK}{made}/begin/")
        assert response.status_code == 303
        assert "Draft from version 2027-01" in page(author, response["Location"])
