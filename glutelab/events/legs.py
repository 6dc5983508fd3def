"""How both legs move: velocities, and when each heel is farthest forward and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from glutelab import segments
from glutelab.errors import DataError, say
from glutelab.events.swings import swing_times
from glutelab.frames import MarkerFrames
from glutelab.gaps import fill_gaps
from glutelab.segments import PELVIS_CLUSTER, SIDES
from glutelab.signals import low_pass, runs

__all__ = ["CLUSTERS", "CUTOFF_HZ", "LegMotion", "leg_motions"]

# Impact shows up to about 30 Hz; the same cut-off at every rate keeps 100 and 300 Hz comparable.
CUTOFF_HZ = 25.0
_LEAST_RATE_HZ = 80.0
_LONGEST_GAP_S = 20 / 150
# Of the forefoot, the mean: labels of metatarsal 1 and 5 are swapped in several real trials.
CLUSTERS = {
    "heel": segments.CLUSTERS["foot"],
    "shank": segments.CLUSTERS["shank"],
    "forefoot": segments.FOREFOOT,
}
# Where a marker set has none of these: markers that move alike. Of the shank, its ankle end is not
# what the model was fitted to; see `detect_events_from_markers`.
_INSTEAD = {
    "heel": (("heel",), ("foot_1", "foot_2", "foot_3", "foot_4")),
    "shank": (
        ("shank_1", "shank_2", "shank_3", "shank_4"),
        ("fibula_head", "tibial_tuberosity", "ankle_lateral", "ankle_medial"),
        ("ankle_lateral", "ankle_medial"),
    ),
    "forefoot": (("metatarsal_2",), ("toe",)),
}


@dataclass(frozen=True)
class LegMotion:
    """What the fine step reads of one leg.

    Attributes
    ----------
    side : str
        left or right.
    velocity : CubicSpline
        Of time in seconds, 6 channels: heel, shank, forefoot, each forward and up, m/s.
    unseen : ndarray of bool, shape (n_frames, 3)
        Frames in which no marker of the heel, shank, forefoot was seen.
    rate_hz : float
        Frames per second.
    forward_s, rearward_s : ndarray
        When the heel is farthest forward and farthest back relative to the pelvis, seconds.
    """

    side: str
    velocity: CubicSpline
    unseen: np.ndarray
    rate_hz: float
    forward_s: np.ndarray
    rearward_s: np.ndarray


def leg_motions(markers: MarkerFrames, *, needs_shank: bool = True) -> list[LegMotion]:
    """Velocities and coarse swing times of both legs (left, right)."""
    where = markers.source or "markers"
    if markers.rate_hz < _LEAST_RATE_HZ:
        raise DataError(
            say(
                where,
                f"{markers.rate_hz:g} frames per second",
                f"at least {_LEAST_RATE_HZ:g}",
                "Events from markers need a faster recording.",
            )
        )
    time_s = np.arange(len(markers)) / markers.rate_hz
    wanted = {
        (side, cluster): _present(markers, side, (names, *_INSTEAD[cluster]))
        for side in SIDES
        for cluster, names in CLUSTERS.items()
    }
    groups = _filtered(markers, {("", "pelvis"): [*PELVIS_CLUSTER, "sacrum"], **wanted})
    pelvis = groups["", "pelvis"]
    _check_markers(where, pelvis, groups, needs_shank)
    pelvis_m = _steady_mean(pelvis)
    _check_axes(where, markers, pelvis_m, _steady_mean(groups["left", "heel"]))
    pelvis_speed = np.nanmean(np.diff(pelvis_m[0])) * markers.rate_hz

    legs = []
    for side in SIDES:
        heel = groups[side, "heel"]
        groups[side, "forefoot"] = _plausible_forefoot(groups[side, "forefoot"], heel)
        velocity = np.full((6, len(markers)), np.nan)
        for row, cluster in enumerate(CLUSTERS):
            velocity[2 * row : 2 * row + 2] = _cluster_velocity(groups[side, cluster], time_s)
        velocity[0::2] -= pelvis_speed
        unseen = np.isnan(velocity[0::2]).T
        swing = _steady_mean(heel)[0] - pelvis_m[0]
        forward, rearward = swing_times(swing, markers.rate_hz)
        legs.append(
            LegMotion(
                side,
                CubicSpline(time_s, np.nan_to_num(velocity), axis=1),
                unseen,
                markers.rate_hz,
                forward,
                rearward,
            )
        )
    if not any(len(leg.forward_s) for leg in legs):
        raise DataError(
            say(
                where,
                "no stride was found: neither heel swings fore and aft under the pelvis",
                "at least one second of running",
                "Is this a standing trial, or shorter than one stride?",
            )
        )
    return legs


def _present(markers: MarkerFrames, side: str, options: tuple) -> list[str]:
    """The first set of names of which any has a column."""
    for names in options:
        here = [f"{side}_{name}" for name in names if f"{side}_{name}" in markers]
        if here:
            return here
    return []


def _filtered(markers: MarkerFrames, groups: dict) -> dict:
    """Forward and up per group, gaps filled and low-passed: arrays (n_seen, 2, n_frames)."""
    names = [name for group in groups.values() for name in group if name in markers]
    chosen = markers.positions_m[:, [markers.index(name) for name in names], :2]
    channels = np.ascontiguousarray(chosen.transpose(1, 2, 0))
    seen = np.isfinite(channels).all(axis=1).any(axis=-1)
    names = [name for name, flag in zip(names, seen, strict=True) if flag]
    flat = channels[seen].reshape(-1, len(markers))
    filled = fill_gaps(flat, longest=round(_LONGEST_GAP_S * markers.rate_hz))
    smooth = low_pass(filled, markers.rate_hz, CUTOFF_HZ).reshape(-1, 2, len(markers))
    row = {name: i for i, name in enumerate(names)}
    return {
        key: smooth[np.array([row[name] for name in group if name in row], dtype=int)]
        for key, group in groups.items()
    }


def _check_markers(where: str, pelvis, groups, needs_shank: bool) -> None:
    needed = {f"{side}_{part}": groups[side, part] for side in SIDES for part in ("heel", "shank")}
    if not needs_shank:
        needed = {name: group for name, group in needed.items() if "heel" in name}
    lacking = [name.replace("_", " ") for name, group in needed.items() if len(group) == 0]
    lacking += ["pelvis"] * (len(pelvis) == 0)
    if lacking:
        remedy = "Check the marker names"
        if all("shank" in name for name in lacking):
            remedy += ', or use rule="physical", which needs no shank markers'
        raise DataError(
            say(where, f"no marker of the {', '.join(lacking)} was seen", "", f"{remedy}.")
        )


def _check_axes(where: str, markers: MarkerFrames, pelvis_m, heel_m) -> None:
    rise = np.nanmean(pelvis_m[1] - heel_m[1])
    if not rise > 0.3:
        raise DataError(
            say(
                where,
                f"the pelvis is {rise:.2f} m above the heel",
                "0.5 to 1.2 m, Y up, meters",
                "Check which axis is vertical, and the unit.",
            )
        )
    front = [markers[name][:, 0] for name in PELVIS_CLUSTER[:2] if name in markers]
    back = [markers[name][:, 0] for name in (*PELVIS_CLUSTER[2:], "sacrum") if name in markers]
    if front and back:
        lead = np.nanmedian(np.stack(front)) - np.nanmedian(np.stack(back))
        if lead < 0.0:
            raise DataError(
                say(
                    where,
                    f"the front of the pelvis is {-lead:.2f} m behind its back along X",
                    "a runner who faces the way X points",
                    "Turn the axes: change the sign of X and Z.",
                )
            )


def _mean_seen(group: np.ndarray) -> np.ndarray:
    """Mean over the markers seen in each frame, (2, n_frames); NaN where none was."""
    count = np.isfinite(group).sum(axis=0)
    return np.nansum(group, axis=0) / np.where(count > 0, count, np.nan)


def _steady_mean(group: np.ndarray) -> np.ndarray:
    """Mean position of the markers seen throughout, so that it cannot jump; else of those seen."""
    whole = np.isfinite(group).all(axis=(1, 2))
    return _mean_seen(group[whole] if whole.any() else group)


def _plausible_forefoot(forefoot: np.ndarray, heel: np.ndarray) -> np.ndarray:
    """Without markers whose distance from the heel cannot be that of a forefoot."""
    distance = np.linalg.norm(forefoot - _mean_seen(heel), axis=1)
    usual = np.array([np.nanmedian(row) for row in distance])
    return forefoot[(usual > 0.06) & (usual < 0.35)]


def _cluster_velocity(group: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Mean velocity of the markers seen, (2, n_frames); NaN where none was.

    The derivative of a cubic spline hardly depends on the rate, unlike differences.
    """
    if len(group) and np.isfinite(group).all():
        return CubicSpline(time_s, group.mean(axis=0), axis=-1)(time_s, 1)
    # Each marker by itself, or the mean would jump where one comes and goes.
    velocity = np.full(group.shape, np.nan)
    for row, marker in enumerate(group):
        for start, stop in runs(np.isfinite(marker).all(axis=0)):
            if stop - start > 3:
                spline = CubicSpline(time_s[start:stop], marker[:, start:stop], axis=-1)
                velocity[row, :, start:stop] = spline(time_s[start:stop], 1)
    return _mean_seen(velocity)
