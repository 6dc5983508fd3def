"""The raw recordings behind a cohort, from where their authors published them."""

from __future__ import annotations

import fnmatch
import re
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from glutelab.errors import DataError, ProblemList, say

__all__ = ["fetch_raw"]

PACKAGE = Path(__file__).resolve().parent
RAW_DOI = {"rbds2017": "10.6084/m9.figshare.4543435"}


def fetch_raw(
    name: str = "rbds2017",
    folder: str | Path | None = None,
    base_url: str | None = None,
    *,
    only: str = "*",
    workers: int = 4,
    progress: bool = True,
) -> Path:
    """Get the raw recordings of a cohort from where its authors published them.

    Files that are already there and whole are not fetched again, so that an interrupted download
    goes on where it stopped. Each file is checked against its SHA-256.

    Parameters
    ----------
    name : str
        ``"rbds2017"``: doi 10.6084/m9.figshare.4543435.
    folder : path, optional
        Where to put the files; by default this system's cache folder.
    base_url : str, optional
        A mirror to fetch from: ``base_url/<file name>``.
    only : str
        Pattern of file names, for example ``"RBDS00[12]*"`` for two runners.
    workers : int
        Files fetched at the same time.
    progress : bool

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ProblemList
        One sentence per file that could not be fetched, or came damaged. All others are kept.
    DataError
        If there is no such raw set, or no file fits the pattern.

    Examples
    --------
    >>> fetch_raw("rbds2017", only="RBDS001*")                      # doctest: +SKIP
    """
    import pooch
    from tqdm.auto import tqdm

    if name not in RAW_DOI:
        raise DataError(say(name, "there is no such raw set", ", ".join(RAW_DOI)))
    pooch.get_logger().setLevel("WARNING")  # the progress bar says what is fetched
    store = pooch.create(
        path=Path(folder) if folder is not None else pooch.os_cache("glutelab") / name,
        base_url=base_url or f"doi:{RAW_DOI[name]}",
    )
    store.load_registry(PACKAGE / "registries" / f"{name}.txt")
    wanted = [file for file in store.registry if fnmatch.fnmatch(file, only)]
    if not wanted:
        some = ", ".join([*list(store.registry)[:3], "..."])
        raise DataError(say(name, f"no file fits {only!r}", some))
    left = [file for file in wanted if not _is_whole(store.path / file, store.registry[file])]
    if left:
        if base_url is None:
            store.urls = _addresses(name, left, store.path)
        fetch = _fetcher(store)
        problems = []
        with (
            ThreadPoolExecutor(max_workers=max(workers, 1)) as pool,
            tqdm(total=len(wanted), initial=len(wanted) - len(left), disable=not progress) as bar,
        ):
            tasks = {pool.submit(fetch, file): file for file in left}
            try:
                for task in as_completed(tasks):
                    bar.update()
                    if sentence := task.result():
                        problems.append((tasks[task], sentence))
            finally:  # after Ctrl-C, what has not begun is not begun
                pool.shutdown(wait=False, cancel_futures=True)
        if problems:
            raise ProblemList(str(store.path), [sentence for _, sentence in sorted(problems)])
    return Path(store.path)


def _is_whole(path: Path, sha256: str) -> bool:
    import pooch

    return path.is_file() and pooch.file_hash(str(path)) == sha256


def _addresses(name: str, files: list[str], folder: Path) -> dict[str, str]:
    """Address of each file in the repository its DOI leads to, asked for once."""
    import requests
    from pooch.downloaders import doi_to_repository

    doi = RAW_DOI[name]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # no version in the DOI: hashes decide
            repository = doi_to_repository(doi, timeout=30)
            return {file: repository.download_url(file) for file in files}
    except (requests.RequestException, ValueError, KeyError, IndexError) as error:
        found = f"the repository gives no list of files ({_first_line(error)})"
        raise ProblemList(
            str(folder), [say(f"doi:{doi}", found, "", _by_hand(name, folder))]
        ) from error


def _fetcher(store) -> Callable[[str], str]:
    """A function that fetches one file and returns a sentence if that did not work."""
    import pooch
    import requests

    def fetch(file: str) -> str:
        address = store.get_url(file)
        try:
            store.fetch(file, downloader=pooch.HTTPDownloader(timeout=60))
        except requests.HTTPError as error:
            status = error.response.status_code
            return say(
                file,
                f"the server answers {status} for {address}",
                "the file",
                "Is the address of the mirror right?",
            )
        except requests.RequestException as error:
            return say(
                file,
                f"{address} cannot be reached ({type(error).__name__})",
                "",
                "Check the connection and call fetch_raw again; it goes on from here.",
            )
        except ValueError as error:
            hashes = re.findall(r"\b[0-9a-f]{64}\b", str(error))
            found = f"came with SHA-256 {hashes[-1]}" if hashes else f"came damaged ({error})"
            return say(
                file,
                found,
                f"SHA-256 {store.registry[file]}",
                "The file was removed; call fetch_raw again.",
            )
        except OSError as error:
            where = f"{store.path / file}"
            return say(
                file, f"{where} cannot be written ({error.strerror})", "", "Is the disk full?"
            )
        return ""

    return fetch


def _by_hand(name: str, folder: Path) -> str:
    return (
        f"Check the connection, or download the files by hand from https://doi.org/{RAW_DOI[name]} "
        f"into {folder} and call fetch_raw again; it checks them."
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text and len(text[0]) < 200 else type(error).__name__
