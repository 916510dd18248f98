"""The page for the first hour is done as it stands, every line of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from walks.conftest import LiveServer
from walks.page_follower import Follower, Line, read_lines

PAGE = Path(__file__).parents[2] / "docs" / "first-hour.md"
LINES = 45


def test_whoever_follows_the_page_gets_there(browser: Browser, own_server: LiveServer) -> None:
    follower = Follower(browser, own_server)
    lines = list(read_lines(PAGE))
    for line in lines:
        follower.follow(line)
    assert len(follower.done) == len(lines) >= LINES - 5
    numbered = [one for one in PAGE.read_text().splitlines() if one[:1].isdigit()]
    assert len(numbered) == len(lines)


def test_a_line_that_nobody_can_follow_is_found(browser: Browser, server: LiveServer) -> None:
    with pytest.raises(AssertionError, match="nobody can follow"):
        Follower(browser, server).follow(Line("Think of something nice."))
