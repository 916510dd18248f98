import json

from web.conftest import Person

SECRET = "Zanzibar umbrella sentence that stands nowhere else."


def test_the_link_page_shows_the_link_and_what_can_be_done(person: Person) -> None:
    page = person.get(f"/s/{person.token}/link/").content.decode()
    assert f"http://testserver/s/{person.token}/" in page
    for words in ("Download", "Delete everything", "Nothing that you wrote is stored"):
        assert words in page


def test_export_holds_all_events_and_words(person: Person) -> None:
    person.walk("reply")
    person.post({"words": SECRET})
    response = person.get(f"/s/{person.token}/export/")
    assert response["Content-Disposition"].startswith("attachment")
    data = json.loads(response.content)
    assert len(data["events"]) == person.stored
    assert SECRET in data["texts"].values()
    assert person.token not in response.content.decode()


def test_words_are_erased_only_after_a_yes_and_also_those_written_later(person: Person) -> None:
    person.walk("reply")
    path = f"/s/{person.token}/erase/"
    for number in range(2):
        person.post({"words": f"{SECRET} {number}"})
        person.get(path)
        assert SECRET in json.dumps(person.visit.journal.texts(person.visit.sitting.key))
        response = person.client.post(path)
        assert response.status_code == 303
        assert not person.visit.journal.texts(person.visit.sitting.key)
    page = person.get(person.path()).content.decode()
    assert SECRET not in page
    assert "Your words were erased" in page


def test_deleting_everything_leaves_nothing_and_the_link_leads_nowhere(person: Person) -> None:
    path = f"/s/{person.token}/delete/"
    assert "Delete everything?" in person.get(path).content.decode()
    response = person.client.post(path)
    assert response["Location"] == "/deleted/"
    assert "Everything is deleted" in person.get("/deleted/").content.decode()
    assert person.client.get(f"/s/{person.token}/").status_code == 404
    assert person.client.post(path).status_code == 404
