"""Data by name: the built-in cohorts, what was published about them, and the raw recordings."""

from __future__ import annotations

import difflib
import fnmatch
import json
import re
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pandas as pd

from glutelab.cohort import Cohort, read_cohort
from glutelab.errors import DataError, ProblemList, say

__all__ = [
    "fetch_raw",
    "list_cohorts",
    "load_cohort",
    "load_published",
    "load_reference",
    "resource_folder",
    "sample_folder",
]

PACKAGE = Path(__file__).resolve().parent
# Where a wheel keeps what a checkout has beside the package.
_INSTALLED = {
    "notebooks": "_notebooks",
    "cohorts": "_data/cohorts",
    "published": "_data/published",
    "samples": "_data/samples",
}
_CHECKED_OUT = {
    "notebooks": "notebooks",
    "cohorts": "data/cohorts",
    "published": "data/published",
    "samples": "data/samples",
}
RAW_DOI = {"rbds2017": "10.6084/m9.figshare.4543435"}


def resource_folder(name: str) -> Path:
    """Folder of something that comes with glutelab, installed or checked out.

    Parameters
    ----------
    name : {"notebooks", "cohorts", "published", "samples"}

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If this installation does not have it.
    """
    places = []
    if name in _INSTALLED:
        places.append(PACKAGE / _INSTALLED[name])
    if name in _CHECKED_OUT:
        places.append(PACKAGE.parent / _CHECKED_OUT[name])
    for place in places:
        if place.is_dir():
            return place
    looked = " or ".join(str(place) for place in places) or f"{name!r} is not known"
    remedy = "It comes with the repository; clone that and install with 'pip install -e .'."
    raise DataError(say(name, "this installation does not have it", looked, remedy))


# --- cohorts --------------------------------------------------------------------------------------


def list_cohorts() -> pd.DataFrame:
    """The built-in cohorts.

    Returns
    -------
    DataFrame
        One row per cohort: ``name, title, runners, trials, strides, speeds_m_s, license, source,
        simulated``.

    Examples
    --------
    >>> list_cohorts().columns.tolist()
    ['name', 'title', 'runners', 'trials', 'strides', 'speeds_m_s', 'license', 'source',
     'simulated']
    """
    rows = []
    for folder in _built_in().values():
        about = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        counts = about.get("summary", {})
        sources = about.get("sources", [])
        rows.append(
            {
                "name": about["name"],
                "title": about.get("title", ""),
                **{key: counts.get(key) for key in ("runners", "trials", "strides")},
                "speeds_m_s": ", ".join(f"{speed:g}" for speed in counts.get("speeds_m_s", [])),
                "license": ", ".join(item.get("name", "") for item in about.get("licenses", [])),
                "source": ", ".join(
                    f"doi:{item['doi']}" if item.get("doi") else item.get("path", "")
                    for item in sources
                ),
                "simulated": about.get("simulated", False),
            }
        )
    columns = ["name", "title", "runners", "trials", "strides", "speeds_m_s"]
    return pd.DataFrame(rows, columns=[*columns, "license", "source", "simulated"])


def load_cohort(name_or_folder: str | Path) -> Cohort:
    """Load a cohort by its name, or from a folder of one's own.

    Parameters
    ----------
    name_or_folder : str or Path
        A name that `list_cohorts` lists, or a folder. A name wins over a folder of the same name;
        ``"./rbds2017"`` is always a folder.

    Returns
    -------
    Cohort

    Raises
    ------
    DataError
        If there is neither such a name nor such a folder; names the closest.
    ProblemList
        All that is wrong in the folder, one sentence each; see `read_cohort`.

    Examples
    --------
    >>> load_cohort("rbds2018")
    Traceback (most recent call last):
    ...
    glutelab.errors.DataError: 'rbds2018' is neither a built-in cohort nor a folder. ...
    """
    built_in = _built_in()
    if isinstance(name_or_folder, str) and name_or_folder in built_in:
        return read_cohort(built_in[name_or_folder])
    if Path(name_or_folder).is_dir():
        return read_cohort(name_or_folder)
    close = difflib.get_close_matches(str(name_or_folder).casefold(), built_in, 2, 0.5)
    hint = f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
    names = ", ".join(built_in) or "none in this installation"
    raise DataError(
        f"{str(name_or_folder)!r} is neither a built-in cohort nor a folder.{hint} "
        f"Built in: {names}. For a cohort of your own give the path of its folder, as in 'my_lab/'."
    )


def _built_in() -> dict[str, Path]:
    """Name to folder of each built-in cohort, by name."""
    try:
        root = resource_folder("cohorts")
    except DataError:
        return {}
    return {path.parent.name: path.parent for path in sorted(root.glob("*/datapackage.json"))}


# --- published values, samples --------------------------------------------------------------------


def load_published(name: str) -> pd.DataFrame:
    """A table of published values that comes with glutelab.

    Parameters
    ----------
    name : str
        Name of the file in ``data/published``, for example ``"cohort_means"``.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        If there is no such table; names those there are.
    """
    folder = resource_folder("published")
    for path, read in (
        (folder / f"{name}.csv", pd.read_csv),
        (folder / f"{name}.parquet", pd.read_parquet),
    ):
        if path.name in {entry.name for entry in folder.iterdir()}:
            return read(path)
    names = ", ".join(sorted(entry.stem for entry in folder.iterdir()))
    raise DataError(say(name, "there is no such table in data/published", names))


def load_reference(cohort: Cohort | str) -> pd.DataFrame:
    """Mean curves that other software gave for trials of a cohort, beside ours.

    Parameters
    ----------
    cohort : Cohort or str
        The cohort, or its name.

    Returns
    -------
    DataFrame
        One row per trial, side and variable: ``trial_id, runner_id, speed_m_s, side, variable,
        n_strides, visual3d, glutelab``; the last two hold 101 points, degrees. Empty if there is
        no reference for this cohort.
    """
    name = cohort.name if isinstance(cohort, Cohort) else cohort
    try:
        return load_published(f"{name}_visual3d")
    except DataError:
        columns = ["trial_id", "runner_id", "speed_m_s", "side", "variable", "n_strides"]
        return pd.DataFrame(columns=[*columns, "visual3d", "glutelab"])


def sample_folder(name: str = "rbds2017") -> Path:
    """Folder of the raw sample that comes with the repository: two runners, as published.

    Parameters
    ----------
    name : str

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If this installation has no samples, or none of that name.
    """
    root = resource_folder("samples")
    samples = {path.name.removesuffix("_raw"): path for path in sorted(root.glob("*_raw"))}
    if name not in samples:
        raise DataError(say(name, "there is no such raw sample", ", ".join(samples)))
    return samples[name]


# --- raw recordings -------------------------------------------------------------------------------


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
