"""Who the runners of the Running Biomechanics Data Set are (``RBDSinfo.txt``)."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

from glutelab.errors import DataError, say
from glutelab.formats.content import read_content

__all__ = ["read_info"]

LEVELS = {"Recreational": "recreational", "Competitive": "competitive", "Elite": "elite"}
SPEEDS = ("25", "35", "45")  # m/s times 10
SEXES = {"M": "male", "F": "female"}
SIDE_WORDS = {"R": "right", "L": "left"}

_RUNNER_COLUMNS = {
    "Age": "age_years",
    "Mass": "mass_kg",
    "Experience": "experience_months",
    "SessionsPerWk": "sessions_per_week",
    "Pace": "pace_min_km",
}
_LEG_COLUMNS = {
    "Thomas": "thomas_test_deg",
    "Ober": "ober_test_deg",
    "HIPEXT": "hip_extension_strength_kg",
    "HIPABD": "hip_abduction_strength_kg",
    "HIPER": "hip_external_rotation_strength_kg",
    "HIPIR": "hip_internal_rotation_strength_kg",
}


def read_info(path: str | Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Who the runners are, from ``RBDSinfo.txt``.

    Returns
    -------
    runners : DataFrame
        One row per runner.
    legs : DataFrame
        One row per runner and side: clinical tests (degrees) and strength (kg).
    patterns : DataFrame
        ``runner_id, speed_m_s, side, foot_strike_pattern`` as the authors labeled them.

    Raises
    ------
    DataError
        If a column is absent, a level is unknown, or rows of one runner contradict each other.
    """
    name = Path(path).name
    try:
        text = read_content(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            say(name, f"not UTF-8 text (byte {error.start + 1})", "UTF-8", "Export it as UTF-8.")
        ) from error
    info = pd.read_csv(io.StringIO(text), sep="\t", keep_default_na=False, na_values=["", "NaN"])
    sides = [f"{letter}{column}" for column in _LEG_COLUMNS for letter in "RL"]
    needed = {"Subject", "FileName", "Height", "Gender", "Dominance", "Level", "Injury", "Volume"}
    patterns = {f"{letter}FSI{speed}" for letter in "RL" for speed in SPEEDS}
    needed |= {*_RUNNER_COLUMNS, "RaceDist", *sides, *patterns} - {"LHIPIR"}
    absent = sorted(needed - set(info.columns))
    if absent:
        raise DataError(
            say(name, f"no column {', '.join(absent)}", "the columns of the published RBDSinfo.txt")
        )
    fixed = info.drop(columns="FileName").drop_duplicates()
    twice = fixed["Subject"][fixed["Subject"].duplicated()].unique()
    if len(twice):
        raise DataError(
            say(
                name,
                f"rows of subject {', '.join(map(str, twice))} contradict each other",
                "the same description in every row of a subject",
                "Mend the rows that differ.",
            )
        )
    for column, words in (("Level", LEVELS), ("Gender", SEXES), ("Dominance", SIDE_WORDS)):
        unknown = sorted(set(fixed[column].astype(str)) - set(words))
        if unknown:
            found = f"{column} is {', '.join(map(repr, unknown))}"
            raise DataError(say(name, found, f"one of {', '.join(words)}"))
    for column in ("Subject", "Height", *_RUNNER_COLUMNS, *sides):
        if column in fixed and not pd.api.types.is_numeric_dtype(fixed[column]):
            numbers = pd.to_numeric(fixed[column], errors="coerce")
            wrong = fixed.loc[numbers.isna() & fixed[column].notna(), column].iloc[0]
            raise DataError(say(name, f"{column} is {wrong!r}", "a number"))
    fixed = fixed.assign(runner_id=fixed["Subject"].map("RBDS{:03d}".format))
    return _runners(fixed), _legs(fixed), _patterns(fixed)


def _runners(info: pd.DataFrame) -> pd.DataFrame:
    volume = info["Volume"].str.replace("km", "").str.replace(" ", "")
    return pd.DataFrame(
        {
            "runner_id": info["runner_id"],
            "level": info["Level"].map(LEVELS),
            "source_level": info["Level"],
            "sex": info["Gender"].map(SEXES),
            "height_m": info["Height"] / 100,
            **{ours: info[theirs].astype(float) for theirs, ours in _RUNNER_COLUMNS.items()},
            "dominant_side": info["Dominance"].map(SIDE_WORDS),
            "weekly_distance_km": volume,
            "race_distance_km": info["RaceDist"].map(_race_distances),
            "injured": info["Injury"].str.lower(),
        }
    ).reset_index(drop=True)


def _race_distances(text: str) -> str:
    return ", ".join(part.strip() for part in re.sub("[Kk]m", "", text).split(",") if part.strip())


def _legs(info: pd.DataFrame) -> pd.DataFrame:
    tables = []
    for letter, side in (("L", "left"), ("R", "right")):
        columns = {ours: info.get(f"{letter}{theirs}") for theirs, ours in _LEG_COLUMNS.items()}
        tables.append(
            pd.DataFrame({"runner_id": info["runner_id"], "side": side, **columns}).astype(
                dict.fromkeys(columns, float)
            )
        )
    return pd.concat(tables).sort_values(["runner_id", "side"], ignore_index=True)


def _patterns(info: pd.DataFrame) -> pd.DataFrame:
    rows = [
        pd.DataFrame(
            {
                "runner_id": info["runner_id"],
                "speed_m_s": int(speed) / 10,
                "side": side,
                "foot_strike_pattern": info[f"{letter}FSI{speed}"].str.lower(),
            }
        )
        for speed in SPEEDS
        for letter, side in (("L", "left"), ("R", "right"))
    ]
    return pd.concat(rows).sort_values(["runner_id", "speed_m_s", "side"], ignore_index=True)
