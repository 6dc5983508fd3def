"""Joint moments and power against the authors' Visual3D, what the rest is due to, what they cost.

    python benchmarks/kinetics.py [RAW_FOLDER] [--rounds 20] > benchmarks/results/kinetics.md

RAW_FOLDER holds the published raw files; by default the sample of two runners that comes along.
The first table needs nothing but the curves that ship with the project.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import glutelab as gl
from glutelab.events import events_from_contacts, list_contacts_rbds
from glutelab.formats.rbds import find_trials, read_forces, read_info, read_markers
from glutelab.kinematics import relabel_forefoot
from glutelab.kinetics import foot_contacts, ground_loads, joint_kinetics, segment_inertia
from glutelab.segments import SIDES

ROOT = Path(__file__).resolve().parents[1]
MOMENTS = (
    "hip_extensor_moment_nm_kg",
    "knee_extensor_moment_nm_kg",
    "ankle_plantarflexor_moment_nm_kg",
)


def no_mass(bodies, model):
    return {
        s: {n: b._replace(mass_kg=0.0, tensor_kg_m2=0.0 * b.tensor_kg_m2) for n, b in of.items()}
        for s, of in bodies.items()
    }


def knee_between_epicondyles(bodies, model):
    return change(
        bodies,
        "shank",
        lambda side, body: body._replace(
            top_m=model[f"{side}_shank"].axes.T
            @ (
                model[f"{side}_thigh"].points_m[f"{side}_knee_center"]
                - model[f"{side}_shank"].points_m[f"{side}_ankle_center"]
            )
        ),
    )


def hip_on_pelvis(bodies, model):
    return change(
        bodies,
        "thigh",
        lambda side, body: body._replace(
            origin="hip_center", top_m=np.zeros(3), center_m=body.center_m - body.top_m
        ),
    )


def hip_moved(forward_m):
    def move(bodies, model):
        return change(
            bodies,
            "thigh",
            lambda side, body: body._replace(
                top_m=body.top_m + model[f"{side}_thigh"].axes.T @ [forward_m, 0.0, 0.0]
            ),
        )

    return move


def change(bodies, name, how):
    return {side: {**of, name: how(side, of[name])} for side, of in bodies.items()}


# What is varied; everything else is as in the first row.
VARIATIONS = {
    "as compared: Dempster, 10 Hz, proximal axes": {},
    "inertia of de Leva": {"inertia": "de_leva"},
    "segments without mass": {"bodies": no_mass},
    "markers and force 15 Hz": {"markers_hz": 15.0, "force_hz": 15.0},
    "markers and force 20 Hz": {"markers_hz": 20.0, "force_hz": 20.0},
    "markers 10 Hz, force 20 Hz": {"force_hz": 20.0},
    "markers 10 Hz, force 50 Hz": {"force_hz": 50.0},
    "center of pressure 5 mm forward": {"shift_m": (0.005, 0.0, 0.0)},
    "center of pressure 10 mm forward": {"shift_m": (0.010, 0.0, 0.0)},
    "center of pressure 10 mm to the right": {"shift_m": (0.0, 0.0, 0.010)},
    "force one sample (3.3 ms) late": {"late": 1},
    "distal axes": {"frame": "distal"},
    "laboratory axes": {"frame": "laboratory"},
    "hip center carried by the pelvis": {"bodies": hip_on_pelvis},
    "knee center between the epicondyles": {"bodies": knee_between_epicondyles},
    "hip center 4 mm back": {"bodies": hip_moved(-0.004)},
    "hip center 4 mm forward": {"bodies": hip_moved(0.004)},
}


def markdown(table: pd.DataFrame) -> str:
    cells = [list(table.columns), ["---"] * len(table.columns), *table.astype(str).values.tolist()]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def agreement() -> None:
    reference = gl.datasets.load_reference("rbds2017", "kinetics")
    for phase in ("stance", "swing"):
        table = gl.agreement.summarize_kinetic_agreement(reference, phase)
        rounded = table.round({"median_r": 4, "p10_r": 4, "offset": 3})
        for name in ("median_pct", "p90_pct", "largest_pct"):
            rounded[name] = table[name].map("{:.1f}".format)
        print(f"\n### {phase.capitalize()}\n\n{markdown(rounded)}")


def positive_work(power: np.ndarray, until_pct: float = 100.0) -> float:
    """Integral of generated power over percent of the stride, to a whole percent."""
    generated = np.maximum(np.asarray(power, float), 0.0)
    return float(0.5 * (generated[:-1] + generated[1:])[: int(until_pct)].sum())


def shares() -> None:
    """Hip share of positive work of both programs, from the mean curves of power."""
    reference = gl.datasets.load_reference("rbds2017", "kinetics")
    powers = reference[reference["variable"].str.endswith("power_3d_w_kg")]
    rows = []
    for (runner, speed, _), legs in powers.groupby(["runner_id", "speed_m_s", "side"]):
        for program in ("visual3d", "glutelab"):
            for phase in ("stance", "stride"):
                work = {
                    row.variable.split("_")[0]: positive_work(
                        getattr(row, program), row.contact_pct if phase == "stance" else 100.0
                    )
                    for row in legs.itertuples()
                }
                share = 100 * work["hip"] / sum(work.values())
                rows.append((runner, speed, phase, program, share))
    table = pd.DataFrame(rows, columns=["runner", "speed", "phase", "program", "share"])
    table = table.pivot_table(values="share", index=["phase", "speed", "runner"], columns="program")
    table["difference"] = table["glutelab"] - table["visual3d"]
    strides = gl.load_cohort("rbds2017").strides
    work = [f"{joint}_positive_work_j_kg" for joint in ("hip", "knee", "ankle")]
    strides = strides.assign(
        stance=strides["hip_positive_work_share_stance_pct"],
        stride_=100 * strides[work[0]] / strides[work].sum(axis=1, skipna=False),
    )
    key = ["runner_id", "speed_m_s"]
    ours = strides.groupby([*key, "side"])[["stance", "stride_"]].mean().groupby(key).mean()
    lines = []
    for phase in ("stance", "stride"):
        sagittal = ours["stance" if phase == "stance" else "stride_"]
        for speed, part in table.loc[phase].groupby("speed"):
            here = sagittal.xs(speed, level="speed_m_s")
            lines.append((phase, f"{speed:g} m/s", part, here))
        runners = table.loc[phase].groupby("runner").mean()
        lines.append((phase, "all, per runner", runners, sagittal.groupby("runner_id").mean()))
    shown = [
        {
            "positive work in": "the whole stride" if phase == "stride" else phase,
            "speed": speed,
            "Visual3D, %": spread(part["visual3d"]),
            "glutelab, %": spread(part["glutelab"]),
            "difference, points": spread(part["difference"], "+"),
            f"cohort, sagittal ({strides['runner_id'].nunique()} runners), %": spread(here),
        }
        for phase, speed, part, here in lines
    ]
    count = powers["runner_id"].nunique()
    print(f"\n## The hip's share of positive work (mean \u00b1 SD of {count} runners)\n")
    print(
        "Hip as a part of hip, knee and ankle. The first three columns are of power over all three "
        "planes, from the mean curves that both programs have (Dempster's inertia, the authors' "
        "contacts); the last is the cohort as it ships: sagittal power, stride by stride, inertia "
        "of de Leva. The whole stride is stance and swing.\n"
    )
    print(markdown(pd.DataFrame(shown)))


def spread(values: pd.Series, sign: str = "") -> str:
    return f"{values.mean():{sign}.1f} \u00b1 {values.std():.1f}"


def load(trials: pd.DataFrame, runners: pd.DataFrame) -> list[dict]:
    recordings = []
    for trial in trials.itertuples():
        model = gl.segments.segment_model(read_markers(trial.standing, standing=True))
        markers, forces = read_markers(trial.markers), read_forces(trial.forces)
        contacts = list_contacts_rbds(forces, markers)
        events = events_from_contacts(contacts)
        recordings.append(
            {
                "trial": trial,
                "model": model,
                "markers": relabel_forefoot(markers, model)[0],
                "forces": forces,
                "events": events,
                "strides": gl.strides.cut_strides(events),
                "body": runners.loc[trial.runner_id],
            }
        )
    return recordings


def mean_curves(
    recording,
    motion,
    inertia="dempster",
    bodies=None,
    force_hz=10.0,
    shift_m=(0, 0, 0),
    late=0,
    frame="proximal",
    **_,
) -> dict:
    """Mean curve of every joint and side, cut as the authors cut."""
    model, body, forces = (recording[name] for name in ("model", "body", "forces"))
    segments = {
        side: segment_inertia(model, side, body["mass_kg"], inertia=inertia, sex=body["sex"])
        for side in SIDES
    }
    if bodies is not None:
        segments = bodies(segments, model)
    moved = replace(
        forces,
        force_n=np.roll(forces.force_n, late, axis=0),
        cop_m=np.roll(forces.cop_m, late, axis=0) + np.array(shift_m),
    )
    n_frames = len(recording["markers"])
    contacts = foot_contacts(recording["events"], n_frames / motion.rate_hz)
    ground = ground_loads(moved, contacts, n_frames, motion.rate_hz, cutoff_hz=force_hz)
    signals = joint_kinetics(motion, segments, ground, body["mass_kg"], frame=frame)
    result = {}
    for side in SIDES:
        strides = recording["strides"].query("side == @side and rule == ''")
        start, end = (strides[name].to_numpy() * motion.rate_hz for name in ("start_s", "end_s"))
        values = np.array([signals[side][name] for name in MOMENTS])
        cut = gl.strides.time_normalize(values, start, end)
        for name, curves in zip(MOMENTS, np.nanmean(cut, axis=1), strict=True):
            result[side, name] = curves
    return result


def variations(recordings: list[dict]) -> None:
    reference = gl.datasets.load_reference("rbds2017", "kinetics")
    reference = reference[reference["variable"].isin(MOMENTS)]
    here = [r for r in recordings if r["trial"].trial_id in set(reference["trial_id"])]
    found = {name: [] for name in VARIATIONS}
    for recording in here:
        rows = reference[reference["trial_id"] == recording["trial"].trial_id]
        tracked = {}
        for name, settings in VARIATIONS.items():
            hz = settings.get("markers_hz", 10.0)
            if hz not in tracked:
                tracked[hz] = gl.kinematics.track_segments(
                    recording["markers"], recording["model"], cutoff_hz=hz
                )
            means = mean_curves(recording, tracked[hz], **settings)
            ours = [means[row.side, row.variable] for row in rows.itertuples()]
            found[name].append(rows.assign(glutelab=ours))
    lines = []
    for name, parts in found.items():
        table = gl.agreement.summarize_kinetic_agreement(pd.concat(parts)).set_index("variable")
        swing = gl.agreement.summarize_kinetic_agreement(pd.concat(parts), "swing").set_index(
            "variable"
        )
        line = {"what is varied": name}
        for variable in MOMENTS:
            joint = variable.split("_")[0]
            line[f"{joint}, %"] = f"{table.loc[variable, 'median_pct']:.1f}"
            line[f"{joint}, r"] = f"{table.loc[variable, 'median_r']:.4f}"
        line["hip in swing, %"] = f"{swing.loc[MOMENTS[0], 'median_pct']:.1f}"
        lines.append(line)
    count = 2 * len(here)
    print(f"\n## What the rest is due to ({count} pairs of curves, medians, stance)\n")
    print(markdown(pd.DataFrame(lines)))


def cost(recordings: list[dict], rounds: int) -> None:
    seconds = {False: [], True: []}
    for recording in recordings[:6]:
        body = recording["body"]
        given = {
            "speed_m_s": recording["trial"].speed_m_s,
            "height_m": body["height_m"],
            "mass_kg": body["mass_kg"],
        }
        more = {"forces": recording["forces"], "sex": body["sex"]}
        raw = recording["markers"], recording["model"], recording["events"]
        for _ in range(rounds):
            for kinetics in (False, True):
                start = time.process_time()
                gl.processing.process_trial(*raw, **given, **(more if kinetics else {}))
                seconds[kinetics].append(time.process_time() - start)
    ratios = [more / less for less, more in zip(seconds[False], seconds[True], strict=True)]
    print("\n## Cost\n")
    print(
        f"`process_trial` with forces takes {100 * (statistics.median(ratios) - 1):.0f} % more CPU "
        f"time than without, reading not counted (median of {len(ratios)} pairs of calls)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sample = ROOT / "data" / "samples" / "rbds2017_raw"
    parser.add_argument("raw", type=Path, nargs="?", default=sample)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    print("# Joint moments and power against the authors' Visual3D\n")
    print(__doc__.splitlines()[2].strip().join(["Printed by `", "`."]))
    print(
        "Root mean square difference of mean curves, as a percentage of the published curve's "
        "peak-to-peak range in stance. Extensor and plantarflexor moments and generated power are "
        "positive."
    )
    agreement()
    shares()
    trials = find_trials(options.raw)
    info = next(iter(sorted(options.raw.rglob("RBDSinfo.txt"))))
    recordings = load(trials, read_info(info)[0].set_index("runner_id"))
    variations(recordings)
    cost(recordings, options.rounds)


if __name__ == "__main__":
    main()
