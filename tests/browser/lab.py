"""A JupyterLab of its own on a folder of notebooks, and a browser that looks at it.

The tests of this folder and ``benchmarks/explorers.py`` drive pages with it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

# What chromium needs where there is no screen and no network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
THEMES = "apputils-extension/themes"
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    THEMES: '{"theme": "JupyterLab Light"}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}
FOLDERS = ("SETTINGS_DIR", "WORKSPACES_DIR")


def why_not() -> str:
    """Reason why no browser can be driven here, or nothing."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed; python -m nox -s browser installs it"
    return "" if find_chromium() else "no chromium or chrome was found on this machine"


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator:
    """A chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield found
        finally:
            found.close()


class Lab:
    """JupyterLab on a folder of notebooks."""

    def __init__(self, root: Path, url: str, browser):
        self.root, self.url, self.browser = root, url, browser

    def write(self, name: str, *sources: str) -> None:
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.root / name)

    def end_kernels(self) -> None:
        """What opens next begins with a kernel of its own."""
        server, token = self.url.split("/lab/")[0], {"Authorization": "token T"}
        listing = urllib.request.Request(f"{server}/api/sessions", headers=token)
        for session in json.load(urllib.request.urlopen(listing)):
            address = f"{server}/api/sessions/{session['id']}"
            request = urllib.request.Request(address, headers=token, method="DELETE")
            urllib.request.urlopen(request)

    @contextmanager
    def opened(self, name: str, width: int = 1500, height: int = 1300):
        """A page on which all cells of the notebook were started; console errors are kept."""
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.faults = []
        page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(self.url.format(name))
        # The toolbar says idle before the kernel listens; a click then is lost.
        page.get_by_text("| Idle").first.wait_for(timeout=90_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).first.click()
        try:
            yield page
        finally:
            page.close()


@contextmanager
def running_lab(home: Path, root: Path, browser, theme: str = "Light") -> Iterator[Lab]:
    """A server with settings of its own in ``home``, on the notebooks in ``root``."""
    names = [f"JUPYTERLAB_{name}" for name in FOLDERS]
    names += ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
    own = {name: str(home / name.lower()) for name in names}
    for folder in own.values():
        Path(folder).mkdir()
    settings = SETTINGS | {THEMES: f'{{"theme": "JupyterLab {theme}"}}'}
    for name, text in settings.items():
        path = Path(own["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", f"{name}.jupyterlab-settings")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=T"]
    command += [f"--ServerApp.root_dir={root}", "--allow-root"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status?token=T", home / "log")
        yield Lab(root, f"http://127.0.0.1:{port}/lab/tree/{{}}?token=T&reset", browser)
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url)
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(log.read_text())
