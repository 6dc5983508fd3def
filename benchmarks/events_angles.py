"""How well events from joint angles alone agree with events from force, on all of RBDS.

    python benchmarks/events_angles.py --raw FOLDER            # table of errors
    python benchmarks/events_angles.py --raw FOLDER --refit    # fit the coefficients anew first

FOLDER, reference and tuning runners as in ``benchmarks/events.py``. The angles are those of this
library (markers at 10 Hz, rigid clusters). Spread and penalty, and which channels each event reads,
were chosen by leaving out tuning runners (`--inner`).
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

from glutelab.errors import DataError
from glutelab.events import (
    angle_legs,
    angles,
    events_from_contacts,
    list_contacts_from_angles,
    list_contacts_from_force,
    match_events,
)
from glutelab.formats.rbds import read_markers
from glutelab.frames import AngleFrames
from glutelab.kinematics import joint_angles, relabel_forefoot, track_segments
from glutelab.segments import SIDES, segment_model
from glutelab.signals import low_pass

OFFSETS_S = np.arange(-80, 81, 10) / 1000
# Where the event lies relative to the swing peak of the leg that the angles make, on average.
START_S = {"foot_strike": 0.037, "toe_off": -0.115}
SPREAD_S, PENALTY, COPIES = 0.010, 0.3, 3
READ = ("hip_flexion_deg", "knee_flexion_deg", "ankle_dorsiflexion_deg", "pelvic_tilt_deg")
TILT, ANKLE = ("pelvic_tilt_deg",), ("ankle_dorsiflexion_deg",)
FOLDS = 4


def recordings(folder: Path, cutoff_hz: float = 10.0):
    """Runner, speed, angles frame by frame, contacts by force."""
    for runner, speed, markers, forces in trials(folder):
        standing = next(folder.glob(f"RBDS{runner}static*.txt*"))
        model = segment_model(read_markers(standing, standing=True))
        motion = track_segments(relabel_forefoot(markers, model)[0], model, cutoff_hz=cutoff_hz)
        found = {side: joint_angles(motion, side) for side in SIDES}
        chosen = {side: {name: found[side][name] for name in READ} for side in SIDES}
        yield (
            runner,
            speed,
            AngleFrames(chosen, markers.rate_hz, f"RBDS{runner} {speed:g} m/s"),
            list_contacts_from_force(forces, markers),
        )


def without(*names):
    def change(frames):
        kept = {
            side: {name: values for name, values in there.items() if name not in names}
            for side, there in frames.angles_deg.items()
        }
        return AngleFrames(kept, frames.rate_hz, frames.source)

    return change


def each(work):
    def change(frames):
        new = {
            side: {name: work(name, values) for name, values in there.items()}
            for side, there in frames.angles_deg.items()
        }
        return AngleFrames(new, frames.rate_hz, frames.source)

    return change


def smoothed(cutoff_hz):
    return each(lambda name, values: low_pass(values, 150.0, cutoff_hz))


def resampled(rate_hz):
    def change(frames):
        old = np.arange(len(frames)) / frames.rate_hz
        new = np.arange(0.0, old[-1], 1.0 / rate_hz)

        def again(name, values):
            seen = np.isfinite(values)
            return CubicSpline(old[seen], values[seen])(new)

        return AngleFrames(each(again)(frames).angles_deg, rate_hz, frames.source)

    return change


def fitting_rows(found):
    """Runner, channels, event, leg, true times."""
    rows = []
    for runner, _, frames, contacts in found:
        if runner not in TUNING:
            continue
        events = events_from_contacts(contacts)
        for change in (without(), without(*TILT)):
            for leg in angle_legs.angle_legs(change(frames)):
                own = events[events["side"] == leg.side]
                for event, n_channels in angles.READ.items():
                    times = own.loc[own["event"] == event, "time_s"].to_numpy()
                    rows.append((runner, leg.channels[:n_channels], event, leg, times))
    return rows


def fit(rows, skip=()):
    models = {}
    for channels, event in sorted({(row[1], row[2]) for row in rows}):
        random = np.random.default_rng(1)
        x, y = [], []
        for runner, own, kind, leg, times in rows:
            if (own, kind) != (channels, event) or runner in skip:
                continue
            scatter = random.normal(0.0, SPREAD_S, (COPIES, len(times)))
            read = angles.features(leg, (times + scatter).ravel(), OFFSETS_S, len(channels))
            good = np.isfinite(read).all(axis=1)
            x.append(read[good])
            y.append(-scatter.ravel()[good])
        slope = ridge(np.concatenate(x), np.concatenate(y), PENALTY)
        models[channels, event] = (START_S[event], *slope)
    return models


def save(models, path: Path) -> None:
    rows = [
        ("_".join(channels), event, angles.channel_names(channels), *found)
        for (channels, event), found in models.items()
    ]
    save_models(path, "angles", "events_angles", angle_legs.CUTOFF_HZ, OFFSETS_S, rows)


def inner_table(rows):
    """Errors of tuning runners with models fitted without them (four groups of runners)."""
    errors = []
    for fold in (TUNING[k::FOLDS] for k in range(FOLDS)):
        models = fit(rows, skip=fold)
        for runner, channels, event, leg, times in rows:
            if runner in fold:
                coarse = leg.forward_s if event == "foot_strike" else leg.rearward_s
                model = models[channels, event]
                found = angles.follow(leg, coarse, model, OFFSETS_S, len(channels))
                error = errors_of(found, times)
                read = ", ".join(channels)
                errors.append(pd.DataFrame({"event": event, "read": read, "error_s": error}))
    table = summary(pd.concat(errors).assign(outcome="matched"), ["event", "read"])
    return table.drop(columns=["missed", "extra"])


def judge(found, types, change=None, only_held=False):
    """Pairs of events by angles and by force, of every trial."""
    pairs, spent, refused = [], [], []
    for runner, speed, frames, contacts in found:
        group = "tuning" if runner in TUNING else "held-out"
        if only_held and group == "tuning":
            continue
        reference = events_from_contacts(contacts)
        first, last = reference["time_s"].iloc[[0, -1]] + np.array([-0.02, 0.02])
        changed = change(frames) if change else frames
        begin = time.perf_counter()
        listed = list_contacts_from_angles(changed)
        spent.append(time.perf_counter() - begin)
        refused.append(listed.loc[~listed["kept"], "problem"])
        events = events_from_contacts(listed)
        here = reference[reference["event"].isin(events["event"].unique())]
        paired = match_events(events, here)
        at = paired["reference_s"].fillna(paired["found_s"])
        end = len(frames) / frames.rate_hz - MARGIN_S - 0.05
        judged = at.between(max(MARGIN_S + 0.05, first), min(last, end))
        paired = paired[judged].assign(runner=runner, group=group, speed_m_s=speed)
        paired["strike_type"] = [types[runner, speed, side] for side in paired["side"]]
        pairs.append(paired)
    return pd.concat(pairs), np.array(spent), pd.concat(refused)


def turned(work, *names):
    return each(lambda name, values: work(values) if name in names else values)


MISTAKES = {
    "hip flipped": turned(np.negative, READ[0]),
    "knee flipped": turned(np.negative, READ[1]),
    "hip and knee flipped": turned(np.negative, *READ[:2]),
    "all flipped": turned(np.negative, *READ),
    "180 minus hip": turned(lambda v: 180 - v, READ[0]),
    "180 minus knee": turned(lambda v: 180 - v, READ[1]),
    "hip in radians": turned(np.radians, READ[0]),
    "knee in radians": turned(np.radians, READ[1]),
    "all in radians": turned(np.radians, *READ),
    "ankle flipped": turned(np.negative, READ[2]),
    "ankle in radians": turned(np.radians, READ[2]),
    "pelvic tilt flipped": turned(np.negative, READ[3]),
    "hip of the other leg": lambda frames: AngleFrames(
        {
            side: there | {READ[0]: frames.angles_deg[other][READ[0]]}
            for (side, there), other in zip(
                frames.angles_deg.items(), ("right", "left"), strict=True
            )
        },
        frames.rate_hz,
    ),
    "half the rate": lambda frames: AngleFrames(frames.angles_deg, frames.rate_hz / 2),
    "twice the rate": lambda frames: AngleFrames(frames.angles_deg, frames.rate_hz * 2),
    "nothing": without(),
}


def refusals(found):
    """Trials of which the events are refused, by mistake."""
    rows = []
    for mistake, change in MISTAKES.items():
        refused = 0
        for _, _, frames, _ in found:
            try:
                list_contacts_from_angles(change(frames))
            except DataError:
                refused += 1
        rows.append({"mistake": mistake, "trials": len(found), "refused": refused})
    return pd.DataFrame(rows)


def bias_of_runners(pairs):
    """Spread over runners and legs of the mean error of a leg, and of its contact time."""
    matched = pairs[pairs["outcome"] == "matched"]
    legs = matched.groupby(["runner", "speed_m_s", "side", "event"])["error_s"].mean() * 1000
    wide = legs.unstack("event")
    wide["contact_time"] = wide["toe_off"] - wide["foot_strike"]
    return pd.DataFrame(
        {
            "of": wide.columns,
            "legs": [len(wide)] * wide.shape[1],
            "sd_of_leg_means_ms": wide.std().to_numpy(),
            "largest_leg_mean_ms": wide.abs().max().to_numpy(),
            "within_leg_sd_ms": [
                1000
                * matched[matched["event"] == name]
                .groupby(["runner", "speed_m_s", "side"])["error_s"]
                .std()
                .median()
                if name in set(matched["event"])
                else np.nan
                for name in wide.columns
            ],
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True, help="folder with the raw RBDS files")
    parser.add_argument("--refit", action="store_true", help="fit the coefficients anew first")
    parser.add_argument("--inner", action="store_true", help="tuning runners left out by groups")
    parser.add_argument("--mistakes", action="store_true", help="only which mistakes are refused")
    options = parser.parse_args()
    found, types = list(recordings(options.raw)), strike_types(options.raw)
    if options.mistakes:
        return show("Angles: mistakes in the file", refusals(found))
    if options.refit or options.inner:
        rows = fitting_rows(found)
        if options.inner:
            show("Angles: tuning runners left out in four groups", inner_table(rows))
        if options.refit:
            save(fit(rows), angles.COEFFICIENTS)
            angles._stored.cache_clear()
    pairs, spent, refused = judge(found, types)
    show("Angles: all trials", summary(pairs, ["event", "group"]))
    held = pairs[pairs["group"] == "held-out"]
    show("Angles: held-out runners, by speed", summary(held, ["event", "speed_m_s"]))
    show("Angles: held-out runners, by strike type", summary(held, ["event", "strike_type"]))
    show("Angles: held-out runners, by runner", summary(held, ["event", "runner"]))
    show("Angles: held-out runners, bias of a leg", bias_of_runners(held))
    changes = {
        "no pelvic tilt": without(*TILT),
        "no ankle": without(*ANKLE),
        "neither": without(*TILT, *ANKLE),
        "60 Hz": resampled(60.0),
        "100 Hz": resampled(100.0),
        "250 Hz": resampled(250.0),
        "low-passed at 6 Hz": smoothed(6.0),
        "hip + 10, ankle - 5 degrees": each(
            lambda name, v: v + {"hip_flexion_deg": 10.0, ANKLE[0]: -5.0}.get(name, 0.0)
        ),
        "pelvic tilt flipped": turned(np.negative, *TILT),
        "noise of 1 degree": each(
            lambda name, v: v + np.random.default_rng(len(name)).normal(0, 1, len(v))
        ),
    }
    parts = [
        judge(found, types, change, only_held=True)[0].assign(change=name)
        for name, change in changes.items()
    ]
    rough = list(recordings(options.raw, cutoff_hz=20.0))
    parts.append(judge(rough, types, only_held=True)[0].assign(change="markers at 20 Hz"))
    show("Angles: held-out runners, changed", summary(pd.concat(parts), ["event", "change"]))
    show("Angles: mistakes in the file", refusals(found))
    show(
        "Angles: contacts not used, all trials",
        refused.value_counts().rename_axis("problem").rename("contacts").reset_index(),
    )
    print(f"\n{len(spent)} trials of 30 s: median {1000 * np.median(spent):.0f} ms per trial.")


if __name__ == "__main__":
    main()
