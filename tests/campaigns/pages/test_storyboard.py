"""The storyboard's page: planning, changing shots in place, the price on the button, the press."""

import re

import pytest

from campaigns import drafting, replanning, shot_editing, storyboard
from campaigns.models import Shot, Take
from campaigns.planning.reading import plan_of
from generation.models import Job, LedgerLine
from tests.campaigns.planning.conftest import board, golden  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("shop")


def at(campaign, tail=""):
    return f"/campaigns/{campaign.uid}/storyboard/{tail}"


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def test_x(browser, board):  # noqa: F811
    r = browser.get(at(board))
    assert r.status_code == 200
    print(words(r))
    assert "Generate 1 draft of 10 shots · $1.18" in words(r)
