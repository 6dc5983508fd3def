"""Raw recordings of the Running Biomechanics Data Set (RBDS).

Fukuchi RK, Fukuchi CA, Duarte M (2017) PeerJ 5:e3298, doi 10.7717/peerj.3298.
Tab-separated text: markers at 150 Hz in millimeters, force of the one combined belt at 300 Hz in
newtons. Axes are X forward, Y up, Z right, as everywhere in this library, so only units change.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.errors import DataError, ProblemList, say
from glutelab.formats.content import read_content
from glutelab.formats.named_columns import read_columns
from glutelab.formats.rbds_info import read_info
from glutelab.frames import ForceFrames, MarkerFrames

__all__ = ["find_trials", "read_forces", "read_info", "read_markers"]

MARKER_RATE_HZ = 150.0
FORCE_RATE_HZ = 300.0

_RUNNING = {
    "ASIS": "asis",
    "PSIS": "psis",
    "Iliac.Crest": "iliac_crest",
    "Thigh.Top.Lateral": "thigh_top_lateral",
    "Thigh.Bottom.Lateral": "thigh_bottom_lateral",
    "Thigh.Top.Medial": "thigh_top_medial",
    "Thigh.Bottom.Medial": "thigh_bottom_medial",
    "Shank.Top.Lateral": "shank_top_lateral",
    "Shank.Bottom.Lateral": "shank_bottom_lateral",
    "Shank.Top.Medial": "shank_top_medial",
    "Shank.Bottom.Medial": "shank_bottom_medial",
    "Heel.Top": "heel_top",
    "Heel.Bottom": "heel_bottom",
    "Heel.Lateral": "heel_lateral",
    "MT1": "metatarsal_1",
    "MT5": "metatarsal_5",
}
_STANDING_ONLY = {
    "GTR": "trochanter",
    "Knee": "knee_lateral",
    "Knee.Medial": "knee_medial",
    "HF": "fibula_head",
    "TT": "tibial_tuberosity",
    "Ankle": "ankle_lateral",
    "Ankle.Medial": "ankle_medial",
    "MT2": "metatarsal_2",
}


def read_markers(path: str | Path, standing: bool = False) -> MarkerFrames:
    """Markers of a running or a standing trial.

    Parameters
    ----------
    path : path
        ``RBDS001runT25markers.txt`` or ``RBDS001static.txt``, plain or packed as ``.gz``.
    standing : bool
        Whether it is a standing trial, which has the anatomical landmarks as well.

    Returns
    -------
    MarkerFrames
        Meters, 150 Hz, X forward, Y up, Z right.

    Raises
    ------
    DataError
        If the file is cut off, lacks a marker, or is in other units or axes.
    """
    words = _RUNNING | _STANDING_ONLY if standing else _RUNNING
    names = {
        f"{letter}.{theirs}": f"{side}_{ours}"
        for letter, side in (("R", "right"), ("L", "left"))
        for theirs, ours in words.items()
    }
    values = read_columns(path, [f"{name}{axis}" for name in names for axis in "XYZ"])
    values *= 0.001
    positions = values.reshape(len(names), 3, -1).transpose(2, 0, 1)
    markers = MarkerFrames(tuple(names.values()), positions, MARKER_RATE_HZ, Path(path).name)
    _check_axes(markers)
    return markers


def read_forces(path: str | Path) -> ForceFrames:
    """Ground reaction force of a running trial, both feet in one signal.

    Parameters
    ----------
    path : path
        ``RBDS001runT25forces.txt``, plain or packed as ``.gz``. Its column ``Time`` counts
        samples, not seconds, and is not used.

    Returns
    -------
    ForceFrames
        Newtons and meters, 300 Hz.

    Raises
    ------
    DataError
        If the file is cut off or lacks a column.
    """
    values = read_columns(path, ["Fx", "Fy", "Fz", "COPx", "COPy", "COPz"])
    return ForceFrames(values[:3].T, 0.001 * values[3:].T, FORCE_RATE_HZ, Path(path).name)


def find_trials(folder: str | Path) -> pd.DataFrame:
    """Running trials in a folder of raw files, each with its standing trial.

    Parameters
    ----------
    folder : path
        Folder that holds ``RBDSinfo.txt`` and, there or in folders below, the recordings it lists.

    Returns
    -------
    DataFrame
        ``trial_id, runner_id, speed_m_s, markers, forces, standing`` (paths).

    Raises
    ------
    ProblemList
        One sentence per recording that is listed but not there; or if there is nothing at all.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ProblemList(str(folder), [say(folder, "no such folder", "a folder of raw files")])
    paths = [path for path in sorted(folder.rglob("RBDS*.txt*")) if path.suffix in (".txt", ".gz")]
    files = {path.name.removesuffix(".gz"): path for path in paths}
    if "RBDSinfo.txt" not in files:
        found = f"{len(files)} RBDS files but no RBDSinfo.txt" if files else "no RBDS files"
        remedy = 'Get them with glutelab.raw.fetch_raw("rbds2017").'
        raise ProblemList(str(folder), [say(folder, found, "RBDSinfo.txt and recordings", remedy)])
    trials = []
    problems = [
        say(path, f"there is also {files[name]}", "one file of each name", "Remove one of them.")
        for path in paths
        if files[name := path.name.removesuffix(".gz")] != path
    ]
    runners = set(read_info(files["RBDSinfo.txt"])[0]["runner_id"])
    text = read_content(files["RBDSinfo.txt"]).decode("utf-8-sig")
    listing = pd.read_csv(io.StringIO(text), sep="\t", usecols=["FileName"])["FileName"]
    for row, listed in zip(listing.index + 2, listing.astype(str), strict=True):
        match = re.fullmatch(r"(RBDS\d{3})runT(\d\d)markers\.txt", listed)
        if not match:
            continue
        runner, speed = match[1], match[2]
        if runner not in runners:
            where = f"RBDSinfo.txt, row {row}"
            found = f"lists {listed}, but no Subject is {int(runner[4:])}"
            problems.append(say(where, found, "the number of the file in column Subject"))
            continue
        needed = {
            "markers": listed,
            "forces": f"{runner}runT{speed}forces.txt",
            "standing": f"{runner}static.txt",
        }
        absent = [file for file in needed.values() if file not in files]
        if absent:
            where = f"RBDSinfo.txt, row {row}"
            remedy = "Add the file, or take the runner's rows out of RBDSinfo.txt."
            problems.append(
                say(
                    where, f"lists {listed}, but {', '.join(absent)} is not in {folder}", "", remedy
                )
            )
            continue
        trials.append(
            {
                "trial_id": f"{runner}_T{speed}",
                "runner_id": runner,
                "speed_m_s": int(speed) / 10,
                **{role: files[file] for role, file in needed.items()},
            }
        )
    if not (trials or problems):
        remedy = "Is it the published file?"
        problems = [say("RBDSinfo.txt", "lists no running trial", "names of marker files", remedy)]
    if problems:
        raise ProblemList(str(folder), problems)
    return pd.DataFrame(trials)


def _check_axes(markers: MarkerFrames) -> None:
    """Refuse what cannot be meters with X forward, Y up and Z right; names a likely cause."""
    some = markers.positions_m[:: max(1, len(markers) // 200)]  # enough for a mean
    middle = {
        name: np.nanmean(some[:, markers.index(name)], axis=0)
        for side in ("left", "right")
        for name in (f"{side}_asis", f"{side}_psis", f"{side}_heel_bottom")
        if not np.isnan(some[:, markers.index(name)]).all()
    }
    if len(middle) < 6:
        return  # a marker that is never seen is reported where it is needed
    front = 0.5 * (middle["left_asis"] + middle["right_asis"])
    back = 0.5 * (middle["left_psis"] + middle["right_psis"])
    heels = 0.5 * (middle["left_heel_bottom"] + middle["right_heel_bottom"])
    depth = float(np.linalg.norm(front - back))
    source = markers.source or "markers"
    if not 0.08 < depth < 0.35:
        units = {0.001: "meters read as millimeters", 1000.0: "millimeters read as meters"}
        cause = next(
            (
                f"Are these {text}?"
                for factor, text in units.items()
                if 0.08 < depth / factor < 0.35
            ),
            "Are units and marker names right?",
        )
        raise DataError(
            say(source, f"ASIS and PSIS are {depth:.3g} m apart", "0.08 to 0.35 m", cause)
        )
    up, forward = front - heels, front - back
    right = middle["right_asis"] - middle["left_asis"]
    wrong = [
        (
            up[1] < 0.4,
            "the pelvis is not above the heels along Y",
            "Is Y up, and is its sign right?",
        ),
        (forward[0] < 0, "the PSIS lie ahead of the ASIS along X", "Does the runner face -X?"),
        (right[2] < 0, "the right ASIS lies to the left along Z", "Are left and right swapped?"),
    ]
    for failed, found, cause in wrong:
        if failed:
            raise DataError(say(source, found, "X forward, Y up, Z to the right", cause))
