"""Walking or running, from the shape of the curves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.contract.reference import running_curves, walking_curves

__all__ = ["looks_like_walking"]


def looks_like_walking(means: Mapping[str, np.ndarray]) -> bool:
    """Whether most of the sagittal curves are those of walking.

    Hip: fully extended at half of the gait cycle or later (running: 30 to 48 %). Knee: nearly
    straight in late stance, and a swing that flexes it by some 60 degrees only, so that its mean
    is low. Ankle: more like the walking than the running curve.

    Parameters
    ----------
    means : dict of str to ndarray, shape (101,)
        Degrees; curves that are missing are not asked.

    Returns
    -------
    bool
    """
    signs = []
    hip = means.get("hip_flexion_deg", means.get("thigh_angle_deg"))
    if hip is not None and np.ptp(hip) > 5.0:
        lowest = 30 + int(hip[30:71].argmin())
        swing = hip[75:96].max() - hip.min()
        signs.append(49 <= lowest <= 66 and swing > 0.7 * np.ptp(hip))
    knee = means.get("knee_flexion_deg")
    if knee is not None and np.ptp(knee) > 5.0:
        peak = 55 + int(knee[55:96].argmax())
        # A knee that is not a walking one decides: turned signs make a hip look like anything.
        signs.append(
            bool(knee.mean() < 30.0)
            and bool(45.0 < knee.max() < 75.0)
            and 66 <= peak <= 80
            and bool(-10.0 < knee[30:51].min() < 15.0)
            and _nearer(knee, "knee_flexion_deg")
        )
        if not signs[-1]:
            return False
    ankle = means.get("ankle_dorsiflexion_deg")
    if ankle is not None and np.ptp(ankle) > 5.0:
        r = [_r(ankle, curves["ankle_dorsiflexion_deg"]) for curves in _both()]
        signs.append(r[1] > r[0] and r[1] > 0.5)
    return sum(signs) > 0.5 * len(signs)


def _both() -> tuple[dict, dict]:
    return running_curves(), walking_curves()


def _nearer(curve: np.ndarray, name: str) -> bool:
    run, walk = (float(((curve - curves[name]) ** 2).mean()) for curves in _both())
    return walk < run


def _r(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.corrcoef(first, second)[0, 1])
