"""What the tests of storage begin with."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoDbBlocker
from storage.databases import BOTH, SQLITE, make_tables, on_postgresql
from storage.small_library import build_library

from poise.content.library import Library
from poise.storage import records

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for a database on both kinds, or on those that a mark names."""
    named = metafunc.definition.get_closest_marker("databases")
    if named or metafunc.definition.get_closest_marker("django_db") or "db" in metafunc.fixturenames:
        metafunc.parametrize("database", named.args if named else BOTH, indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def database(
    request: pytest.FixtureRequest,
    django_db_setup: None,  # noqa: ARG001  it must be there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """The kind of database that the test runs on."""
    kind = getattr(request, "param", SQLITE)
    if kind == SQLITE:
        yield kind
        return
    with on_postgresql():
        with django_db_blocker.unblock():
            make_tables()
        yield kind


@pytest.fixture(scope="session")
def small_library() -> Library:
    return build_library()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def library_hash(db: None, small_library: Library) -> str:  # noqa: ARG001  the database must be there
    """Publish the library, and make the open door, two employers and a position at each."""
    records.library.cache_clear()
    records.ensure_organisation("open_door", "Is it for me?", is_open_door=True)
    for key, name in (("harbour", "Harbour"), ("hill", "Hill")):
        records.ensure_organisation(key, name)
        records.ensure_position(key, "desk", "Complaints desk", job="complaints_desk", blueprint="complaints_desk")
    return records.publish_library("open_door", small_library, NOW)
