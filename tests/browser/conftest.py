"""What the tests in a real browser share; without a browser they say so and are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from browser.lab import running_browser, running_lab, why_not

SHOTS = Path(os.environ.get("GLUTELAB_SHOTS", "reports/browser"))


def pytest_collection_modifyitems(items):
    reason = why_not()
    here = Path(__file__).parent
    for item in items:
        if reason and here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser():
    with running_browser() as found:
        yield found


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    with running_lab(home, root, browser) as found:
        yield found


@pytest.fixture
def shot(request):
    """Keep a picture of the page under the name of the test."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def take(page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{request.node.name}_{name}.png")

    return take
