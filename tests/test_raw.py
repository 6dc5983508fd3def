"""Raw files over the network; a server on this computer stands in for it."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from glutelab import datasets, raw
from glutelab.errors import DataError, ProblemList
from glutelab.raw import fetch_raw

FILES = {"RBDS001static.txt": b"standing\n", "RBDS001runT25markers.txt": b"running\n" * 999}


class Handler(SimpleHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self):
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Address of a server that has the files of a small registry."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    package, shelf = tmp_path / "glutelab", tmp_path / "shelf"
    (package / "registries").mkdir(parents=True)
    shelf.mkdir()
    lines = ["# a small registry"]
    for name, content in FILES.items():
        (shelf / name).write_bytes(content)
        lines.append(f"{name} {hashlib.sha256(content).hexdigest()}")
    (package / "registries" / "rbds2017.txt").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(raw, "PACKAGE", package)
    Handler.asked.clear()
    service = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(shelf)))
    thread = threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{service.server_port}", shelf
    service.shutdown()
    service.server_close()
    thread.join()


def fetch(folder, address, **options):
    return fetch_raw("rbds2017", folder, address, progress=False, **options)


def test_files_are_fetched_once(server, tmp_path):
    address, _ = server
    raw = fetch(tmp_path / "raw", address)
    assert raw == tmp_path / "raw"
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == FILES
    assert len(Handler.asked) == 2
    fetch(tmp_path / "raw", address)
    assert len(Handler.asked) == 2


def test_only_some_files(server, tmp_path):
    address, _ = server
    raw = fetch(tmp_path / "raw", address, only="*static*")
    assert [path.name for path in raw.iterdir()] == ["RBDS001static.txt"]
    with pytest.raises(DataError, match=r"no file fits 'RBDS9\*'"):
        fetch(tmp_path / "raw", address, only="RBDS9*")


def test_a_damaged_file_is_removed_and_the_others_stay(server, tmp_path):
    address, shelf = server
    (shelf / "RBDS001static.txt").write_bytes(b"something else")
    with pytest.raises(ProblemList) as caught:
        fetch(tmp_path / "raw", address)
    found = hashlib.sha256(b"something else").hexdigest()
    expected = hashlib.sha256(FILES["RBDS001static.txt"]).hexdigest()
    assert caught.value.problems == [
        f"RBDS001static.txt: came with SHA-256 {found}. Expected SHA-256 {expected}. "
        "The file was removed; call fetch_raw again."
    ]
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["RBDS001runT25markers.txt"]


def test_a_damaged_file_on_this_computer_is_fetched_again(server, tmp_path):
    address, _ = server
    raw = fetch(tmp_path / "raw", address)
    (raw / "RBDS001static.txt").write_bytes(b"cut o")
    fetch(raw, address)
    assert (raw / "RBDS001static.txt").read_bytes() == FILES["RBDS001static.txt"]
    assert len(Handler.asked) == 3


def test_a_file_the_server_does_not_have(server, tmp_path):
    address, shelf = server
    (shelf / "RBDS001static.txt").unlink()
    with pytest.raises(ProblemList) as caught:
        fetch(tmp_path / "raw", address)
    (problem,) = caught.value.problems
    assert f"RBDS001static.txt: the server answers 404 for {address}/RBDS001static.txt" in problem


def test_a_server_that_is_down(server, tmp_path):
    with pytest.raises(ProblemList) as caught:
        fetch(tmp_path / "raw", "http://127.0.0.1:9")
    assert len(caught.value.problems) == 2
    assert "cannot be reached" in caught.value.problems[0]
    assert "call fetch_raw again" in caught.value.problems[0]


class Repository:
    """Stands in for what a DOI leads to."""

    def __init__(self, address):
        self.address = address

    def download_url(self, file):
        return f"{self.address}/{file}"


def test_files_are_found_by_doi(server, tmp_path, monkeypatch):
    address, _ = server
    asked = []

    def lead(doi, **_):
        asked.append(doi)
        return Repository(address)

    monkeypatch.setattr("pooch.downloaders.doi_to_repository", lead)
    raw = fetch(tmp_path / "raw", None)
    assert sorted(path.name for path in raw.iterdir()) == sorted(FILES)
    assert asked == ["10.6084/m9.figshare.4543435"]


def test_a_doi_that_leads_nowhere(server, tmp_path, monkeypatch):
    import requests

    def fail(*_, **__):
        raise requests.ConnectionError("no route")

    monkeypatch.setattr("pooch.downloaders.doi_to_repository", fail)
    with pytest.raises(ProblemList) as caught:
        fetch(tmp_path / "raw", None)
    (problem,) = caught.value.problems
    assert "gives no list of files (no route)" in problem
    assert "download the files by hand from https://doi.org/10.6084/m9.figshare.4543435" in problem


def test_files_put_there_by_hand_are_taken(server, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, content in FILES.items():
        (raw / name).write_bytes(content)
    fetch(raw, None)
    assert Handler.asked == []


def test_the_registry_has_every_raw_file():
    lines = (datasets.PACKAGE / "registries" / "rbds2017.txt").read_text("utf-8").splitlines()
    entries = dict(line.split() for line in lines if not line.startswith("#"))
    assert len(entries) == 225
    assert all(len(sha256) == 64 for sha256 in entries.values())
    with pytest.raises(DataError, match="no such raw set. Expected rbds2017"):
        fetch_raw("rbds2018")
