"""The pictures of the README: a claims sheet and an explorer, as they stand in JupyterLab.

    python -m nox -s pictures

Needs a chromium of the system. Each notebook is opened in a JupyterLab of its own, all its cells
are run, and the output of one cell is photographed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser.lab import running_browser, running_lab, why_not  # noqa: E402

# picture: notebook, the line that begins the cell, size of the window, height of the picture
PICTURES = {
    "claims": ("12_evidence.ipynb", "found = gl.claims(", (1240, 2600), 1005),
    "explorer": ("00_start_here.ipynb", "gl.CohortExplorer(", (1240, 1100), 880),
}
SETTLED_MS = 4000


def main() -> None:
    """Photograph both."""
    if reason := why_not():
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as home, running_browser() as browser:
        root = Path(home, "notebooks")
        shutil.copytree(ROOT / "notebooks", root, ignore=shutil.ignore_patterns(".*"))
        with running_lab(Path(home), root, browser) as lab:
            for name, wanted in PICTURES.items():
                photograph(lab, name, *wanted)


def photograph(lab, name: str, notebook: str, line: str, size: tuple[int, int], high: int) -> None:
    """One cell with what it gave, from its top on."""
    with lab.opened(notebook, *size) as page:
        page.keyboard.press("Control+b")  # without the list of files
        cell = page.locator(".jp-CodeCell", has_text=line).first
        cell.locator(".jp-OutputArea-output").first.wait_for(timeout=180_000)
        page.get_by_text("| Idle").first.wait_for(timeout=180_000)
        cell.scroll_into_view_if_needed()
        page.wait_for_timeout(SETTLED_MS)
        box = cell.bounding_box()
        page.screenshot(path=HERE / f"{name}.png", clip=box | {"height": min(high, box["height"])})


if __name__ == "__main__":
    main()
