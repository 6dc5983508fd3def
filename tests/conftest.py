"""What many tests share."""

from pathlib import Path

import pytest

# Scripts that made the expected numbers; they need packages that the tests do not.
collect_ignore_glob = ["reference/*"]

ROOT = Path(__file__).resolve().parents[1]

# Files that take long, the longest first, so that no process is left with one of them at the end.
LONG = [
    "test_reporting",
    "test_figures",
    "test_notebooks",
    "test_economy_explorer",
    "test_fit_economy",
    "test_claims",
    "test_fuzz_import",
    "test_cohort_explorer",
    "test_stride_viewer",
    "test_specification",
]


def pytest_collection_modifyitems(items):
    """Long files first; within a file tests keep their order."""
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def raw_sample() -> Path:
    """The raw recordings of two runners that come with the project."""
    return ROOT / "data" / "samples" / "rbds2017_raw"
