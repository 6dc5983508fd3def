"""Data by name: the built-in cohorts, and what was published about them."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pandas as pd

from glutelab.cohort import Cohort, read_cohort
from glutelab.cohort.manifest import FILE_NAME
from glutelab.errors import DataError, say

__all__ = [
    "list_cohorts",
    "load_cohort",
    "load_published",
    "load_reference",
    "resource_folder",
    "sample_folder",
]

SIMULATED = "simulated"  # made when it is asked for; there are no files of it
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
    """The built-in cohorts; "simulated" is made when it is loaded.

    Returns
    -------
    DataFrame
        One row per cohort: ``name, title, runners, trials, strides, speeds_m_s, license, source,
        simulated``.

    Examples
    --------
    >>> import glutelab as gl
    >>> gl.list_cohorts().columns.tolist()
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
                "speeds_m_s": ", ".join(f"{speed:.4g}" for speed in counts.get("speeds_m_s", [])),
                "license": ", ".join(item.get("name", "") for item in about.get("licenses", [])),
                "source": ", ".join(
                    f"doi:{item['doi']}" if item.get("doi") else item.get("path", "")
                    for item in sources
                ),
                "simulated": about.get("simulated", False),
            }
        )
    from glutelab.simulate import built_in_entry  # here, not above: it takes a while to import

    rows.append(built_in_entry())
    columns = ["name", "title", "runners", "trials", "strides", "speeds_m_s"]
    return pd.DataFrame(rows, columns=[*columns, "license", "source", "simulated"])


def load_cohort(name_or_folder: str | Path) -> Cohort:
    """Load a cohort by its name, or from a folder of one's own.

    Parameters
    ----------
    name_or_folder : str or Path
        A name that `list_cohorts` lists, or a folder. A name wins over a folder of the same name;
        ``"./rbds2017"`` is always a folder. Of a folder of exports it is the cohort that
        ``glutelab import`` made in it.

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
    >>> import glutelab as gl
    >>> gl.load_cohort("rbds2018")
    Traceback (most recent call last):
    ...
    glutelab.errors.DataError: 'rbds2018' is neither a built-in cohort nor a folder. ...
    """
    built_in = _built_in()
    if isinstance(name_or_folder, str) and name_or_folder in built_in:
        return read_cohort(built_in[name_or_folder])
    if isinstance(name_or_folder, str) and name_or_folder == SIMULATED:
        from glutelab.simulate import built_in_cohort

        return built_in_cohort()
    folder = Path(name_or_folder)
    if folder.is_dir():
        imported = folder / "cohort"  # where `glutelab import` puts it
        if not (folder / FILE_NAME).exists() and (imported / FILE_NAME).is_file():
            folder = imported
        return read_cohort(folder)
    known = [*built_in, SIMULATED]
    close = difflib.get_close_matches(str(name_or_folder).casefold(), known, 2, 0.5)
    hint = f" Did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
    names = ", ".join(known)
    raise DataError(
        f"{str(name_or_folder)!r} is neither a built-in cohort nor a folder.{hint} "
        f"Built in: {names}. For a cohort of your own give the path of its folder, as in 'my_lab/' "
        f"(looked for {Path(name_or_folder).resolve()})."
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


def load_reference(cohort: Cohort | str, what: str = "angles") -> pd.DataFrame:
    """Mean curves that other software gave for trials of a cohort, beside ours.

    Parameters
    ----------
    cohort : Cohort or str
        The cohort, or its name.
    what : {"angles", "kinetics"}
        Joint angles, or joint moments and power.

    Returns
    -------
    DataFrame
        One row per trial, side and variable: ``trial_id, runner_id, speed_m_s, side, variable,
        n_strides, visual3d, glutelab``; the last two hold 101 points, in the unit and sign of the
        variable. Kinetics also have ``contact_pct``, the last percent of the gait cycle with
        contact. Empty if there is no reference for this cohort.

    Raises
    ------
    DataError
        If `what` is neither.
    """
    suffixes = {"angles": "visual3d", "kinetics": "visual3d_kinetics"}
    if what not in suffixes:
        raise DataError(say("load_reference", f"what is {what!r}", " or ".join(suffixes)))
    name = cohort.name if isinstance(cohort, Cohort) else cohort
    try:
        return load_published(f"{name}_{suffixes[what]}")
    except DataError:
        columns = ["trial_id", "runner_id", "speed_m_s", "side", "variable", "n_strides"]
        columns += ["contact_pct"] * (what == "kinetics")
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

    Examples
    --------
    >>> import glutelab as gl
    >>> sorted(path.name for path in gl.sample_folder("my_lab").iterdir())
    ['c3d', 'runners.csv']
    """
    root = resource_folder("samples")
    folders = [path for path in sorted(root.iterdir()) if path.is_dir()]
    samples = {path.name.removesuffix("_raw"): path for path in folders}
    if name not in samples:
        raise DataError(say(name, "there is no such sample", ", ".join(samples)))
    return samples[name]
