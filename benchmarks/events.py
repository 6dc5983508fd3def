"""How well events from markers alone agree with events from force, on all of RBDS.

    python benchmarks/events.py --raw FOLDER            # table of errors
    python benchmarks/events.py --raw FOLDER --refit    # fit the coefficients anew, then the table

FOLDER holds RBDSxxxrunTyymarkers.txt and ...forces.txt (or .txt.gz) and RBDSinfo.txt, as published
(doi 10.6084/m9.figshare.4543435). Reference: vertical force, 50 Hz zero-lag, 20 N, interpolated.
The coefficients are fitted to the tuning runners only. What could be chosen (channels, offsets,
cut-off, spread, penalty) was chosen by leaving out one tuning runner at a time (`--inner`).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from event_errors import (
    MARGIN_S,
    TUNING,
    errors_of,
    ridge,
    save_models,
    show,
    strike_types,
    summary,
    trials,
)
from scipy.interpolate import CubicSpline

from glutelab.events import (
    events_from_contacts,
    legs,
    list_contacts_from_force,
    list_contacts_from_markers,
    match_events,
    motion,
)
from glutelab.formats.rbds import read_markers
from glutelab.frames import MarkerFrames
from glutelab.kinematics import joint_angles, track_segments
from glutelab.segments import segment_model
from glutelab.strides import sample

OFFSETS_S = np.arange(-60, 61, 10) / 1000
# Where the event lies relative to the swing peak, on average.
START_S = {"foot_strike": 0.024, "toe_off": -0.082}
# Spread of the guesses around the event that the model is fitted for, and the ridge penalty (on
# standardized features). Wider spreads cost accuracy; far guesses are brought in step by step.
SPREAD_S = 0.004
PENALTY = 0.1
COPIES = 3
# Markers hidden in a further copy of each trial, so that the model does not lean on any single one.
HIDDEN = (
    (),
    ("metatarsal_1", "shank_top_medial", "heel_lateral"),
    ("metatarsal_5", "shank_bottom_lateral", "heel_top"),
)


def hide(markers, parts):
    if not parts:
        return markers
    positions = markers.positions_m.copy()
    for name in markers.names:
        if name.split("_", 1)[1] in parts:
            positions[:, markers.index(name)] = np.nan
    return markers.replaced(positions)


def fitting_rows(folder):
    """Runner, event, leg (also with markers hidden), true times, whether all markers show."""
    rows = []
    for runner, _, markers, forces in trials(folder):
        if runner not in TUNING:
            continue
        events = events_from_contacts(list_contacts_from_force(forces, markers))
        for parts in HIDDEN:
            for leg in legs.leg_motions(hide(markers, parts)):
                own = events[events["side"] == leg.side]
                for event in START_S:
                    times = own.loc[own["event"] == event, "time_s"].to_numpy()
                    rows.append((runner, event, leg, times, parts == ()))
    return rows


def sampled(rows, event, n_clusters):
    """Features at guesses scattered around the true times, and how far away the event is."""
    random = np.random.default_rng(1)
    x, y = [], []
    for _, kind, leg, times, _ in rows:
        if kind != event:
            continue
        scatter = random.normal(0.0, SPREAD_S, (COPIES, len(times)))
        found = motion.features(leg, (times + scatter).ravel(), OFFSETS_S, n_clusters)
        good = np.isfinite(found).all(axis=1)
        x.append(found[good])
        y.append(-scatter.ravel()[good])
    return np.concatenate(x), np.concatenate(y)


def fit(rows, without=()):
    """Start, intercept and coefficients by number of clusters and event."""
    rows = [row for row in rows if row[0] not in without]
    models = {}
    for n_clusters in (3, 2):
        for event, start_s in START_S.items():
            x, y = sampled(rows, event, n_clusters)
            models[n_clusters, event] = (start_s, *ridge(x, y, PENALTY))
    return models


def save(models, path: Path) -> None:
    rows = []
    for (n_clusters, event), found in models.items():
        clusters = "_".join(list(legs.CLUSTERS)[:n_clusters])
        rows.append((clusters, event, motion.channel_names(n_clusters), *found))
    save_models(path, "motion", "events", legs.CUTOFF_HZ, OFFSETS_S, rows)


def inner_table(rows):
    """Errors of each tuning runner with the model fitted to the other tuning runners."""
    errors = []
    for runner in TUNING:
        models = fit(rows, without=(runner,))
        for who, event, leg, times, all_shown in rows:
            if who != runner or not all_shown:
                continue
            coarse = leg.forward_s if event == "foot_strike" else leg.rearward_s
            for n_clusters in (3, 2):
                model = models[n_clusters, event]
                found = motion.follow(leg, coarse, model, OFFSETS_S, n_clusters)
                error = errors_of(found, times)
                errors.append(
                    pd.DataFrame({"event": event, "forefoot": n_clusters == 3, "error_s": error})
                )
    table = summary(pd.concat(errors).assign(outcome="matched"), ["event", "forefoot"])
    return table.drop(columns=["missed", "extra"])  # not counted here


def judge(folder: Path, change=None, only=None):
    """Pairs of marker and force events of every trial, and what was not used."""
    types = strike_types(folder)
    pairs, notes, spent = [], [], []
    for runner, speed, markers, forces in trials(folder):
        if only and runner not in only:
            continue
        group = "tuning" if runner in TUNING else "held-out"
        contacts = list_contacts_from_force(forces, markers)
        reference = events_from_contacts(contacts)
        # A contact cut off by the end of the record has no reference: judge from the first
        # reference event to the last.
        first, last = reference["time_s"].iloc[[0, -1]] + np.array([-0.02, 0.02])
        forces_s = len(forces) / forces.rate_hz
        if change:
            markers = change(markers)
        else:
            named = contacts.assign(runner=runner, speed=speed, source="force")
            notes.append(named[~named["kept"]])
        for rule in motion.RULES if change is None else ("trained",):
            begin = time.perf_counter()
            found = list_contacts_from_markers(markers, rule=rule)
            if rule == "trained":
                spent.append(time.perf_counter() - begin)
                named = found.assign(runner=runner, speed=speed, source="markers")
                notes.append(named[~named["kept"]])
            paired = match_events(events_from_contacts(found), reference)
            at = paired["reference_s"].fillna(paired["found_s"])
            judged = at.between(max(MARGIN_S, first), min(last, forces_s - MARGIN_S))
            paired = paired[judged].assign(rule=rule, runner=runner, group=group, speed_m_s=speed)
            paired["strike_type"] = [types[runner, speed, side] for side in paired["side"]]
            pairs.append(paired)
    return pd.concat(pairs), pd.concat(notes), np.array(spent)


def hip_error_table(folder: Path, pairs: pd.DataFrame) -> pd.DataFrame:
    """Error in hip extension at toe-off that comes from the error in the time of toe-off.

    One row per speed: errors of single strides, and of the mean of each runner and side.
    """
    rows = []
    for runner, speed, markers, _ in trials(folder):
        here = pairs[
            (pairs["runner"] == runner)
            & (pairs["speed_m_s"] == speed)
            & (pairs["event"] == "toe_off")
            & (pairs["outcome"] == "matched")
        ]
        if here.empty:
            continue
        standing = next(iter(sorted(folder.glob(f"RBDS{runner}static.txt*"))))
        moving = track_segments(markers, segment_model(read_markers(standing, standing=True)))
        for side, part in here.groupby("side"):
            hip = joint_angles(moving, side)["hip_flexion_deg"][None]
            at = sample(hip, part[["found_s", "reference_s"]].to_numpy() * markers.rate_hz)[0]
            error = at[:, 1] - at[:, 0]  # extension is minus flexion
            rows.append(pd.DataFrame({"speed": speed, "leg": f"{runner} {side}", "error": error}))
    errors = pd.concat(rows)
    of_legs = errors.groupby(["speed", "leg"])["error"].mean()
    result = []
    for speed, part in errors.groupby("speed"):
        means = of_legs.loc[speed]
        result.append(
            {
                "speed_m_s": speed,
                "n": len(part),
                "MAE_deg": part["error"].abs().mean(),
                "bias_deg": part["error"].mean(),
                "P95_deg": part["error"].abs().quantile(0.95),
                "legs": len(means),
                "sd_of_leg_means_deg": means.std(),
                "largest_leg_mean_deg": means.abs().max(),
            }
        )
    return pd.DataFrame(result)


def resampled(rate_hz):
    """A change of the markers to another rate: what a camera of that rate would have seen."""

    def change(markers):
        n_frames, n_markers, _ = markers.positions_m.shape
        old = np.arange(n_frames) / markers.rate_hz
        new = np.arange(0.0, old[-1], 1.0 / rate_hz)
        out = np.full((len(new), n_markers, 3), np.nan)
        for i in range(n_markers):
            seen = np.isfinite(markers.positions_m[:, i, 0])
            if seen.sum() > 3:
                spline = CubicSpline(old[seen], markers.positions_m[seen, i])
                out[:, i] = spline(new)
                out[~seen[np.rint(new * markers.rate_hz).astype(int).clip(0, n_frames - 1)], i] = (
                    np.nan
                )
        return MarkerFrames(markers.names, out, rate_hz, markers.source)

    return change


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True, help="folder with the raw RBDS files")
    parser.add_argument("--refit", action="store_true", help="fit the coefficients anew first")
    parser.add_argument("--inner", action="store_true", help="leave-one-out among tuning runners")
    options = parser.parse_args()

    if options.refit or options.inner:
        rows = fitting_rows(options.raw)
        if options.inner:
            show("Tuning runners, each with the model of the others", inner_table(rows))
        if options.refit:
            save(fit(rows), motion.COEFFICIENTS)
            motion._stored.cache_clear()

    pairs, notes, spent = judge(options.raw)
    show("All trials", summary(pairs, ["rule", "event", "group"]))
    held = pairs[(pairs["group"] == "held-out") & (pairs["rule"] == "trained")]
    show("Held-out runners, trained rule, by speed", summary(held, ["event", "speed_m_s"]))
    show("Held-out runners, trained rule, by strike type", summary(held, ["event", "strike_type"]))
    show("Held-out runners, trained rule, by runner", summary(held, ["event", "runner"]))
    show(
        "Held-out runners, trained rule: error carried into hip extension at toe-off",
        hip_error_table(options.raw, held),
    )
    physical = pairs[(pairs["group"] == "held-out") & (pairs["rule"] == "physical")]
    show(
        "Held-out runners, physical rule, by strike type",
        summary(physical, ["event", "strike_type"]),
    )
    held_out = sorted(set(held["runner"]))
    changes = {
        "100 Hz": resampled(100.0),
        "300 Hz": resampled(300.0),
        "no metatarsal markers": lambda m: hide(m, ("metatarsal_1", "metatarsal_5")),
        "metatarsal 5 only": lambda m: hide(m, ("metatarsal_1",)),
        "one heel, two shank markers": lambda m: hide(
            m, ("heel_top", "heel_lateral", "shank_top_medial", "shank_bottom_lateral")
        ),
    }
    changed = [
        judge(options.raw, change, held_out)[0].assign(change=name)
        for name, change in changes.items()
    ]
    show(
        "Held-out runners, trained rule, changed recordings",
        summary(pd.concat(changed), ["event", "change"]),
    )
    notes["problem"] = notes["problem"].str.replace(
        r"only \d+ N, usual peak \d+ N: ", "", regex=True
    )
    counted = notes.groupby(["source", "problem"]).size().rename("contacts").reset_index()
    show("Contacts not used, all trials", counted)
    print(
        f"\n{len(spent)} trials of 30 s, trained rule: median {1000 * np.median(spent):.0f} ms "
        "per trial (gap filling and filter included)."
    )


if __name__ == "__main__":
    main()
