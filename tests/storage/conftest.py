"""What the tests of storage begin with."""

from datetime import UTC, datetime

import pytest
from storage.small_library import build_library

from poise.content.library import Library
from poise.storage import records

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


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
