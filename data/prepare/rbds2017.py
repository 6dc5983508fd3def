"""Make data/cohorts/rbds2017, and the comparison with the authors' curves, from the raw files.

    python data/prepare/rbds2017.py RAW_FOLDER [--to data/cohorts/rbds2017] [--jobs 2]

RAW_FOLDER holds the published files (glutelab.raw.fetch_raw("rbds2017") gets them). An
interrupted run started again goes on where it stopped. Same files, same result, whatever the
number of jobs.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.batch import process_trials
from glutelab.cohort import write_cohort
from glutelab.errors import DataError
from glutelab.events import (
    events_from_contacts,
    list_contacts_from_force,
    list_contacts_rbds,
)
from glutelab.formats.rbds import (
    FORCE_RATE_HZ,
    MARKER_RATE_HZ,
    find_trials,
    read_forces,
    read_info,
    read_markers,
)
from glutelab.kinematics import ANGLE_NAMES, standing_posture
from glutelab.kinetics import KINETIC_NAMES
from glutelab.processing import ProcessedTrial, process_trial
from glutelab.schema import LEDGER, STRIDES
from glutelab.segments import segment_model

ROUNDED = ("start_s", "end_s", "value", "kinetics_value")
DATA = Path(__file__).resolve().parents[1]
# Columns of the authors' Visual3D files that are compared with ours.
REFERENCE = {
    "hip_flexion_deg": ("hipAngZ", 1.0),
    "knee_flexion_deg": ("kneeAngZ", 1.0),
    "ankle_dorsiflexion_deg": ("ankleAngZ", 1.0),
}
# Their moments are N m/kg: hip flexor, knee extensor and ankle plantarflexor positive. Their power
# is W/kg, generation positive, over all three planes. Column, and the factor that makes it ours.
KINETIC_REFERENCE = {
    "hip_extensor_moment_nm_kg": ("hipMomZ", -1.0),
    "knee_extensor_moment_nm_kg": ("kneeMomZ", 1.0),
    "ankle_plantarflexor_moment_nm_kg": ("ankleMomZ", 1.0),
    "hip_power_3d_w_kg": ("hipPow", 1.0),
    "knee_power_3d_w_kg": ("kneePow", 1.0),
    "ankle_power_3d_w_kg": ("anklePow", 1.0),
}

ABOUT = {
    "name": "rbds2017",
    "version": "1.0.0",
    "description": (
        "Prepared from the raw markers and forces of the Running Biomechanics Data Set by "
        "data/prepare/rbds2017.py. The authors do not endorse the changes."
    ),
    "simulated": False,
    "laboratory": "BMClab, Federal University of ABC, Brazil",
    "sources": [
        {
            "title": (
                "Fukuchi RK, Fukuchi CA, Duarte M (2017) A public dataset of running biomechanics "
                "and the effects of running speed on lower extremity kinematics and kinetics. "
                "PeerJ 5:e3298"
            ),
            "path": "https://doi.org/10.7717/peerj.3298",
        },
        {
            "title": "The raw data set on figshare",
            "path": "https://doi.org/10.6084/m9.figshare.4543435",
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
        {"title": "Claudiane A. Fukuchi", "role": "author"},
        {"title": "Marcos Duarte", "role": "author"},
    ],
    "level_mapping": {"Competitive": "competitive", "Elite": "elite"},
    "sign_changes": {},
    "processing": {
        "gaps": (
            "from three other markers of the cluster, of any length; else up to 20 frames by a "
            "third-order polynomial"
        ),
        "filter": "markers: Butterworth, zero-lag, 3 dB down at 10 Hz after both passes",
        "model": (
            "CODA pelvis, hip centers by regression on the ASIS distance, thigh and shank frontal "
            "planes by least squares, Cardan Z-X-Y angles"
        ),
        "tracking": "rigid clusters, three markers or more",
        "events": "vertical force, zero-lag 50 Hz, 20 N, interpolated",
        "normalization": "foot strike to foot strike, 101 points, local cubic",
        "kinetics": (
            "inverse dynamics in three dimensions, segment inertia of de Leva 1996 by sex; force "
            "of each foot low-passed at 10 Hz like the markers; moments about the mediolateral "
            "axis of the proximal segment"
        ),
        "curves_rounded_to_deg": 2**-7,
        "curves_rounded_to_nm_kg": 2**-9,
        "curves_rounded_to_w_kg": 2**-7,
    },
}


def process_recording(
    markers: Path,
    forces: Path,
    standing: Path,
    speed_m_s: float,
    height_m: float,
    mass_kg: float,
    sex: str,
    authors_cut: bool = False,
) -> ProcessedTrial:
    """One trial from its three files; `authors_cut` takes the authors' contacts and inertia."""
    model = segment_model(read_markers(standing, standing=True))
    moving, ground = read_markers(markers), read_forces(forces)
    contacts = (list_contacts_rbds if authors_cut else list_contacts_from_force)(ground, moving)
    events = events_from_contacts(contacts)
    trial = process_trial(
        moving,
        model,
        events,
        speed_m_s=speed_m_s,
        height_m=height_m,
        mass_kg=mass_kg,
        forces=ground,
        inertia="dempster" if authors_cut else "de_leva",
        sex=sex,
        three_planes=authors_cut,
    )
    # Contacts cut off by the ends of the recording are no loss; all others are said.
    unused = contacts.loc[~contacts["kept"] & ~contacts["problem"].str.contains("record")]
    counts = unused["problem"].str.split(":").str[-1].str.strip().value_counts()
    notes = [f"{count} stretch(es) of force not used: {why}" for why, count in counts.items()]
    return replace(trial, notes=[*trial.notes, *notes])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("raw", type=Path, help="folder of the published raw files")
    parser.add_argument("--to", type=Path, default=DATA / "cohorts" / "rbds2017")
    parser.add_argument(
        "--compared", type=Path, default=DATA / "published" / "rbds2017_visual3d.parquet"
    )
    parser.add_argument("--jobs", type=int, default=-1, help="processes (default: every core)")
    options = parser.parse_args()
    try:
        prepare(options)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def prepare(options: argparse.Namespace) -> None:
    trials = find_trials(options.raw)
    info = next(iter(sorted(options.raw.rglob("RBDSinfo.txt"))))
    runners, legs, patterns = read_info(info)
    runners = runners[runners["runner_id"].isin(trials["runner_id"])]
    legs = legs[legs["runner_id"].isin(trials["runner_id"])]
    work = DATA / "raw" / "work"

    stands = postures(trials)
    processed = run(trials, runners, work, options.jobs)
    write_cohort(
        options.to,
        {
            "runners": with_standing_tilt(runners, stands),
            "legs": with_standing_posture(legs, stands),
            "trials": trial_table(trials, processed),
            "strides": stride_table(trials, processed, patterns),
            "ledger": ledger_table(trials, processed),
        },
        {
            name: np.concatenate([trial.curves[name] for trial in processed.values()])
            for name in (*ANGLE_NAMES, *KINETIC_NAMES)
        },
        {**ABOUT, "title": title(trials)},
    )
    print(f"{sum(len(trial.strides) for trial in processed.values()):,} strides in {options.to}")
    published = {path.name: path for path in options.raw.rglob("RBDS*processed.txt")}
    compared = trials[trials["runner_id"].map(lambda name: f"{name}processed.txt" in published)]
    if len(compared):
        ours = run(compared, runners, work, options.jobs, authors_cut=True)
        angles = visual3d_table(compared, ours, published, REFERENCE)
        kinetics = visual3d_table(compared, ours, published, KINETIC_REFERENCE)
        beside = options.compared.with_stem(f"{options.compared.stem}_kinetics")
        write_table(angles.drop(columns="contact_pct"), options.compared)
        write_table(kinetics, beside)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(".partial")
    table.to_parquet(partial, index=False, compression="zstd")
    partial.replace(path)
    print(f"{len(table):,} pairs of mean curves in {path}")


def title(trials: pd.DataFrame) -> str:
    speeds = ", ".join(f"{speed:g}" for speed in sorted(trials["speed_m_s"].unique()))
    count = trials["runner_id"].nunique()
    return f"RBDS: {count} runners on an instrumented treadmill at {speeds} m/s"


def run(trials, runners, work, jobs, authors_cut=False) -> dict[str, ProcessedTrial]:
    body = runners.set_index("runner_id")[["height_m", "mass_kg", "sex"]]
    tasks = {}
    for trial in trials.itertuples():
        name = f"{trial.trial_id}{'_authors_cut' if authors_cut else ''}"
        tasks[name] = {
            "markers": trial.markers,
            "forces": trial.forces,
            "standing": trial.standing,
            "speed_m_s": trial.speed_m_s,
            **body.loc[trial.runner_id].to_dict(),
            "authors_cut": authors_cut,
        }
    return process_trials(process_recording, tasks, work, workers=jobs)


def postures(trials: pd.DataFrame) -> dict[str, dict[str, float]]:
    standing = trials.drop_duplicates("runner_id").set_index("runner_id")["standing"]
    return {
        runner: standing_posture(segment_model(read_markers(path, standing=True)))
        for runner, path in standing.items()
    }


def with_standing_tilt(runners: pd.DataFrame, stands: dict) -> pd.DataFrame:
    tilt = runners["runner_id"].map(lambda runner: stands[runner]["pelvic_tilt_deg"])
    return runners.assign(standing_pelvic_tilt_deg=tilt.round(4))


def with_standing_posture(legs: pd.DataFrame, stands: dict) -> pd.DataFrame:
    columns = {
        "leg_length_m": "leg_length_m",
        "standing_hip_flexion_deg": "hip_flexion_deg",
        "standing_thigh_angle_deg": "thigh_angle_deg",
        "standing_knee_flexion_deg": "knee_flexion_deg",
    }
    return legs.assign(
        **{
            ours: [
                round(stands[leg.runner_id][f"{leg.side}_{name}"], 4) for leg in legs.itertuples()
            ]
            for ours, name in columns.items()
        }
    )


def identity(trials: pd.DataFrame) -> pd.DataFrame:
    return trials[["trial_id", "runner_id", "speed_m_s"]].assign(slope_pct=0.0)


def trial_table(trials: pd.DataFrame, processed: dict[str, ProcessedTrial]) -> pd.DataFrame:
    return identity(trials).assign(
        surface="treadmill",
        marker_rate_hz=MARKER_RATE_HZ,
        force_rate_hz=FORCE_RATE_HZ,
        duration_s=[trial.duration_s for trial in processed.values()],
        event_method=[trial.event_method for trial in processed.values()],
        candidate_strides=[len(trial.ledger) for trial in processed.values()],
        kept_strides=[len(trial.strides) for trial in processed.values()],
        kinetics_method=[trial.kinetics_method for trial in processed.values()],
        notes=["; ".join(trial.notes) for trial in processed.values()],
    )


def stride_table(trials, processed, patterns) -> pd.DataFrame:
    strides = pd.concat(
        [trial.strides.assign(trial_id=name) for name, trial in processed.items()],
        ignore_index=True,
    )
    strides = strides.merge(identity(trials), on="trial_id", how="left")
    strides = strides.merge(patterns, on=["runner_id", "speed_m_s", "side"], how="left")
    return STRIDES.in_order(strides)


def ledger_table(trials, processed) -> pd.DataFrame:
    ledger = pd.concat(
        [trial.ledger.assign(trial_id=name) for name, trial in processed.items()],
        ignore_index=True,
    )
    ledger = ledger.merge(identity(trials)[["trial_id", "runner_id"]], on="trial_id", how="left")
    return LEDGER.in_order(ledger.round(dict.fromkeys(ROUNDED, 6)))


def visual3d_table(trials, processed, published, reference) -> pd.DataFrame:
    """Mean curves of both programs, one row per trial, side and variable."""
    rows = []
    for trial in trials.itertuples():
        theirs = pd.read_csv(published[f"{trial.runner_id}processed.txt"], sep="\t")
        ours = processed[f"{trial.trial_id}_authors_cut"]
        for side in ("left", "right"):
            chosen = (ours.strides["side"] == side).to_numpy()
            suffix = f"{trial.speed_m_s * 10:.0f}"
            # They give the ground reaction in contact only.
            contact = theirs[f"{side[0].upper()}grfY{suffix}"].notna().sum() - 1
            for variable, (column, factor) in reference.items():
                curves = ours.curves[variable][chosen]
                curves = curves[~np.isnan(curves[:, 0])]
                rows.append(
                    {
                        "trial_id": trial.trial_id,
                        "runner_id": trial.runner_id,
                        "speed_m_s": trial.speed_m_s,
                        "side": side,
                        "variable": variable,
                        "n_strides": len(curves),
                        "contact_pct": int(contact),
                        "visual3d": (
                            factor * theirs[f"{side[0].upper()}{column}{suffix}"]
                        ).to_numpy(np.float32),
                        "glutelab": curves.mean(axis=0),
                    }
                )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    sys.exit(main())
