"""Stride curves of the comparison between the BMC and RIC laboratories.

Fukuchi RK, Duarte M, Ferber R: Three-dimensional kinematics dataset of running - interlaboratory
comparison. One tab-separated file per stride, already cut and normalized to 101 points. Hip angles
count **extension**, ankle angles **plantarflexion** as positive, and nothing in the files says so;
this reader turns them.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.named_columns import read_columns
from glutelab.schema.curves import POINTS

__all__ = ["SIGNS", "read_runners", "read_strides"]

# Ours: (theirs, factor). Each factor was settled against rbds2017, which holds the same 23 runners
# of the BMC laboratory: the mean curve of every one of them correlates with the sign given here.
# Knee adduction and rotation do not correlate with ours either way (the knee axes of the two
# processings differ), so they are left out rather than guessed.
SIGNS = {
    "hip_flexion_deg": ("Hip_Z", -1.0),
    "hip_adduction_deg": ("Hip_X", -1.0),
    "hip_internal_rotation_deg": ("Hip_Y", -1.0),
    "knee_flexion_deg": ("Knee_Z", 1.0),
    "ankle_dorsiflexion_deg": ("Ankle_Z", -1.0),
    "ankle_inversion_deg": ("Ankle_X", -1.0),
    "ankle_internal_rotation_deg": ("Ankle_Y", -1.0),
}
LEVELS = {"Recreational": "recreational", "Competitive": "competitive", "Elite": "elite"}
LABORATORIES = {"01": "BMC", "02": "RIC"}
_NAME = re.compile(r"g(\d{2})s(\d{2})t(\d{2,3})\.txt")


def read_strides(folder: str | Path) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """All strides of the set.

    Parameters
    ----------
    folder : path
        Holds ``g01s01t01.txt`` and so on: laboratory (01 BMC, 02 RIC), runner, stride.

    Returns
    -------
    keys : DataFrame
        ``runner_id`` ("BMC01"), ``stride``; one row per file, in order of runner and stride.
    curves : dict of str to ndarray, shape (n_strides, 101)
        Degrees at 0..100 % of the gait cycle, flexion, adduction, inversion and internal rotation
        positive.

    Raises
    ------
    ProblemList
        One sentence per file that is damaged or is not what its name says.
    """
    folder = Path(folder)
    named = {path: _NAME.fullmatch(path.name) for path in sorted(folder.glob("*.txt"))}
    if not any(named.values()):
        expected = "g01s01t01.txt, g01s01t02.txt ..."
        raise ProblemList(str(folder), [say(str(folder), "there are no stride files", expected)])
    theirs = [name for name, _ in SIGNS.values()]
    factors = np.array([factor for _, factor in SIGNS.values()])
    rows, values, problems = [], [], []
    for path, match in named.items():
        if match is None or match[1] not in LABORATORIES:
            expected = "g01s01t01.txt: laboratory 01 or 02, runner, stride"
            problems.append(say(path.name, "the name tells no runner and stride", expected))
            continue
        try:
            values.append(_read_stride(path, theirs) * factors[:, None])
        except DataError as error:
            problems.append(str(error))
            continue
        runner = f"{LABORATORIES[match[1]]}{match[2]}"
        rows.append({"runner_id": runner, "stride": int(match[3])})
    if problems:
        raise ProblemList(str(folder), problems)
    stacked = np.stack(values)
    return pd.DataFrame(rows), {name: stacked[:, k] for k, name in enumerate(SIGNS)}


def _read_stride(path: Path, columns: list[str]) -> np.ndarray:
    """One stride, shape (n_columns, 101), as the file gives it."""
    table = read_columns(path, ["Time", *columns])
    if table.shape[1] != POINTS:
        expected = f"{POINTS}, from 0 to 100 % of the gait cycle"
        raise DataError(say(path.name, f"{table.shape[1]} rows of numbers", expected))
    if not np.array_equal(table[0], np.arange(POINTS)):
        remedy = "Is the stride cut off, or are rows out of order?"
        raise DataError(say(path.name, "Time does not run from 0 to 100", "0, 1 ... 100", remedy))
    if not np.isfinite(table).all():
        line = int(np.flatnonzero(~np.isfinite(table).all(axis=0))[0]) + 2
        raise DataError(say(f"{path.name}, line {line}", "a value is missing", "a number"))
    return table[1:]


def read_runners(folder: str | Path) -> pd.DataFrame:
    """Who the runners are, from ``runners.csv`` and ``runner_levels.csv``.

    Parameters
    ----------
    folder : path

    Returns
    -------
    DataFrame
        ``runner_id, level, source_level, sex, age_years, height_m, mass_kg, laboratory,
        measured_speed_m_s, same_runner_as``. The last names the runner of ``rbds2017`` who is the
        same person, as ``"rbds2017:RBDS001"``.

    Raises
    ------
    DataError
        If a file or column is absent, a level is unknown, or the two files differ.
    """
    folder = Path(folder)
    body = _read_table(folder / "runners.csv", ["ID", "Speed", "Age", "Height", "Mass", "Group"])
    level = _read_table(
        folder / "runner_levels.csv", ["ID", "laboratory", "rbds_subject", "level_as_reported"]
    )
    unknown = sorted(set(level["level_as_reported"].dropna()) - set(LEVELS))
    if unknown or level["level_as_reported"].isna().any():
        found = f"level_as_reported is {', '.join(unknown) or 'empty'}"
        raise DataError(say("runner_levels.csv", found, ", ".join(LEVELS)))
    differing = set(body["ID"]) ^ set(level["ID"])
    if differing:
        found = f"only one of runners.csv and runner_levels.csv has {', '.join(sorted(differing))}"
        raise DataError(say(str(folder), found, "the same runners in both"))
    table = body.merge(level, on="ID", validate="one_to_one")
    elsewhere = table["ID"][table["Group"] != table["laboratory"]]
    if len(elsewhere):
        found = f"the laboratory of {', '.join(elsewhere)} differs between the two files"
        raise DataError(say(str(folder), found, "the same in both"))
    return pd.DataFrame(
        {
            "runner_id": table["ID"],
            "level": table["level_as_reported"].map(LEVELS),
            "source_level": table["level_as_reported"],
            "sex": "male",
            "age_years": table["Age"].astype(float),
            "height_m": (table["Height"] / 100).round(4),
            "mass_kg": table["Mass"].astype(float),
            "laboratory": table["laboratory"],
            "measured_speed_m_s": table["Speed"].round(4),
            "same_runner_as": "rbds2017:" + table["rbds_subject"],
        }
    )


def _read_table(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(say(path.name, "no such file", f"a file in {path.parent}"))
    try:
        table = pd.read_csv(path)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(say(path.name, f"cannot be read as a table ({error})", "CSV")) from error
    absent = [name for name in columns if name not in table]
    if absent:
        raise DataError(say(path.name, f"no column {', '.join(absent)}", ", ".join(columns)))
    twice = table["ID"][table["ID"].duplicated()]
    if len(twice):
        raise DataError(say(path.name, f"{', '.join(twice)} stands in two rows", "one row each"))
    return table[columns]
