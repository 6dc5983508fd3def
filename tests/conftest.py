"""What many tests share."""

from pathlib import Path

import pytest

# Scripts that made the expected numbers; they need packages that the tests do not.
collect_ignore_glob = ["reference/*"]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def raw_sample() -> Path:
    """The raw recordings of two runners that come with the project."""
    return ROOT / "data" / "samples" / "rbds2017_raw"
