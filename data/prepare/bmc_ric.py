"""Make data/cohorts/bmc-ric from the published stride files.

    python data/prepare/bmc_ric.py FOLDER [--to data/cohorts/bmc-ric]

FOLDER holds runners.csv, runner_levels.csv and strides/. Same files, same result.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort import write_cohort
from glutelab.formats.bmc_ric import LEVELS, SIGNS, read_runners, read_strides
from glutelab.measures import curve_measures
from glutelab.processing import JUMP_DEG, JUMP_REASON, find_jumps

DATA = Path(__file__).resolve().parents[1]
SPEED_M_S = 2.5
SWING_FROM = 50  # percent: toe-off, which is unknown, is earlier in every runner at this speed

ABOUT = {
    "name": "bmc-ric",
    "title": "BMC and RIC: 46 men at about 2.5 m/s from two laboratories, as curves",
    "version": "1.0.0",
    "description": (
        "Prepared from the published stride curves by data/prepare/bmc_ric.py. The authors do not "
        "endorse the changes. Level is confounded with laboratory: BMC has 2 elite and 21 "
        "competitive runners, RIC 21 recreational and 2 competitive ones; and 18 of the 23 RIC "
        "runners had a recorded injury. A difference between levels in this cohort may as well be "
        "one between laboratories, their treadmills, markers and examiners, or between injured and "
        "uninjured runners. The 23 BMC runners also are runners of rbds2017 (same_runner_as), from "
        "which their absolute hip angle differs by 9 degrees because the processing differs: "
        "never pool the two."
    ),
    "simulated": False,
    "laboratory": (
        "BMClab, Federal University of ABC, Brazil (BMC); Running Injury Clinic, University of "
        "Calgary, Canada (RIC)"
    ),
    "sources": [
        {
            "title": (
                "Fukuchi RK, Duarte M, Ferber R. Three-dimensional kinematics dataset of running - "
                "interlaboratory comparison"
            ),
            "path": "https://github.com/BMClab/datasets/tree/master/BMC_RIC",
        },
        {
            "title": (
                "Level of the RIC runners: Ferber R, Brett A, Fukuchi RK, Hettinga B, Osis ST "
                "(2024) A biomechanical dataset of 1,798 healthy and injured subjects during "
                "treadmill walking and running. Scientific Data 11:1232"
            ),
            "path": "https://doi.org/10.1038/s41597-024-04011-7",
        },
        {
            "title": (
                "Level of the BMC runners: Fukuchi RK, Fukuchi CA, Duarte M (2017) A public "
                "dataset of running biomechanics. PeerJ 5:e3298"
            ),
            "path": "https://doi.org/10.7717/peerj.3298",
        },
    ],
    "licenses": [
        {
            "name": "CC-BY-4.0",
            "title": "Creative Commons Attribution 4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
        }
    ],
    "contributors": [
        {"title": "Reginaldo K. Fukuchi", "role": "author"},
        {"title": "Marcos Duarte", "role": "author"},
        {"title": "Reed Ferber", "role": "author"},
    ],
    "level_mapping": LEVELS,
    "sign_changes": {
        name: f"{theirs}, sign {'changed' if factor < 0 else 'kept'}"
        for name, (theirs, factor) in SIGNS.items()
    },
    "processing": {
        "start": "the authors' curves, cut and normalized by them; nothing was filtered here",
        "side": (
            "right; the files do not say. The BMC runners' curves fit their right leg in rbds2017 "
            "better than their left (shape of the hip curve: 1.5 against 2.6 degrees, medians)"
        ),
        "speed": (
            "speed_m_s is the speed at which the laboratories were matched; what the authors give "
            "per runner (2.43 to 2.57 m/s) is measured_speed_m_s in runners"
        ),
        "dropped": (
            f"strides whose hip angle jumps by more than {JUMP_DEG:g} degrees within 1 % of the "
            "gait cycle; each is a row of the ledger"
        ),
        "left_out": (
            "knee adduction and rotation: their sign cannot be told from the files, and does not "
            "follow from the comparison with rbds2017"
        ),
        "events": "not part of the published files; toe-off is unknown",
        "curves_rounded_to_deg": 2**-7,
    },
}
RIC_CAVEAT = "18 of the 23 runners of the laboratory RIC had a recorded injury"


def ledger_table(keys: pd.DataFrame, jumps: np.ndarray) -> pd.DataFrame:
    dropped = jumps > JUMP_DEG
    return keys[["trial_id", "runner_id", "side", "stride"]].assign(
        kept=~dropped,
        rule=pd.Series(np.where(dropped, "jump", None), dtype="str"),
        value=np.where(dropped, jumps.round(3), np.nan),
        threshold=np.where(dropped, JUMP_DEG, np.nan),
        reason=pd.Series(np.where(dropped, JUMP_REASON, None), dtype="str"),
    )


def trial_table(runners: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    trials = runners[["runner_id"]].assign(trial_id=runners["runner_id"] + "_T25")
    by_trial = ledger.groupby("trial_id")["kept"]
    candidates, kept = by_trial.size(), by_trial.sum()
    lost = trials["trial_id"].map(candidates - kept)
    return trials[["trial_id", "runner_id"]].assign(
        speed_m_s=SPEED_M_S,
        slope_pct=0.0,
        surface="treadmill",
        event_method="as published",
        candidate_strides=trials["trial_id"].map(candidates).astype(float),
        kept_strides=trials["trial_id"].map(kept).astype(float),
        notes=["" if n == 0 else f"the pelvis was lost in {n} strides" for n in lost],
    )


def build(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, np.ndarray]]:
    """Tables and curves of the cohort, from the published files."""
    runners = read_runners(folder)
    keys, curves = read_strides(folder / "strides")
    if set(keys["runner_id"]) != set(runners["runner_id"]):
        raise SystemExit("runners.csv and strides/ do not hold the same runners")
    keys = keys.assign(
        trial_id=keys["runner_id"] + "_T25", speed_m_s=SPEED_M_S, slope_pct=0.0, side="right"
    )
    ledger = ledger_table(keys, find_jumps(curves["hip_flexion_deg"]))
    kept = ledger["kept"].to_numpy()
    strides = pd.concat([keys, curve_measures(curves, toe_off_pct=SWING_FROM).round(5)], axis=1)[
        kept
    ]
    front = ["runner_id", "trial_id", "speed_m_s", "slope_pct", "side", "stride"]
    strides = strides[front + [name for name in strides if name not in front]]
    caveat = np.where(runners["laboratory"] == "RIC", RIC_CAVEAT, None)
    tables = {
        "runners": runners.assign(caveat=pd.Series(caveat, dtype="str")),
        "trials": trial_table(runners, ledger),
        "strides": strides.reset_index(drop=True),
        "ledger": ledger,
    }
    return tables, {name: values[kept] for name, values in curves.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the published files")
    parser.add_argument("--to", type=Path, default=DATA / "cohorts" / "bmc-ric")
    options = parser.parse_args()
    tables, curves = build(options.folder)
    write_cohort(options.to, tables, curves, ABOUT)
    found, kept = len(tables["ledger"]), len(tables["strides"])
    print(f"{found:,} strides found, {kept:,} kept, {found - kept:,} dropped, in {options.to}")


if __name__ == "__main__":
    main()
