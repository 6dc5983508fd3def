"""A body of lines in the sagittal plane, by forward kinematics from the hip down.

X forward, Y up, the hip joint at (0, 0). Angles have the signs of docs/conventions.md. It is a
schematic: proportions are those of a mean body, the hip is held still, and angles are means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["ANKLE", "FOREFOOT", "PARTS", "Lengths", "arc", "leg_points", "pelvis_points"]

PARTS = ("hip", "knee", "ankle", "heel", "forefoot", "toe")
ANKLE, FOREFOOT = PARTS.index("ankle"), PARTS.index("forefoot")

# De Leva (1996), men: thigh 422 mm, shank 434 mm and foot 258 mm at a height of 1741 mm.
LEG_PER_HEIGHT = (422.2 + 434.0) / 1741
THIGH_PER_LEG = 422.2 / (422.2 + 434.0)
FOOT_PER_LEG = 258.1 / (422.2 + 434.0)
# Of the foot: the ankle above its sole and ahead of its heel, and the heads of the metatarsals.
ANKLE_HEIGHT, ANKLE_FORWARD, FOREFOOT_FORWARD = 0.26, 0.25, 0.70
# The hip joint as docs/conventions.md has it, in distances between the ASIS; and these per leg.
ASIS_FORWARD, ASIS_UP, PELVIS_DEPTH = 0.19, 0.30, 0.62
ASIS_PER_LEG = 0.28


@dataclass(frozen=True)
class Lengths:
    """Lengths of the segments, m.

    Attributes
    ----------
    thigh, shank : float
        Hip to knee, knee to ankle.
    foot : float
        Heel to toe.
    """

    thigh: float
    shank: float
    foot: float

    @classmethod
    def of_leg(cls, leg_m: float) -> Lengths:
        """A leg of this length, hip to knee to ankle, in mean proportions.

        Examples
        --------
        >>> lengths = Lengths.of_leg(0.9)
        >>> round(lengths.thigh + lengths.shank, 6), round(lengths.foot, 3)
        (0.9, 0.271)
        """
        thigh = THIGH_PER_LEG * leg_m
        return cls(thigh, leg_m - thigh, FOOT_PER_LEG * leg_m)

    @property
    def leg(self) -> float:
        """Hip to knee to ankle."""
        return self.thigh + self.shank


def leg_points(
    thigh_deg: np.ndarray,
    shank_deg: np.ndarray | None,
    foot_deg: np.ndarray | None,
    lengths: Lengths,
) -> np.ndarray:
    """Where the parts of a leg are.

    Parameters
    ----------
    thigh_deg : ndarray, shape (n,)
        Against the vertical, knee ahead of the hip positive.
    shank_deg : ndarray or None
        Against the vertical, knee ahead of the ankle positive; without it the leg ends at the knee.
    foot_deg : ndarray or None
        Against the horizontal, toes up positive; without it the leg ends at the ankle.
    lengths : Lengths

    Returns
    -------
    ndarray, shape (n, 6, 2)
        Hip, knee, ankle, heel, forefoot, toe; NaN where the leg has ended.

    Examples
    --------
    >>> standing = leg_points(*np.zeros((3, 1)), Lengths(0.4, 0.4, 0.2))
    >>> [round(float(one), 6) + 0.0 for one in standing[0, ANKLE]]
    [0.0, -0.8]
    """
    thigh = np.radians(np.asarray(thigh_deg, float))
    points = np.full((len(thigh), len(PARTS), 2), np.nan)
    points[:, 0] = 0.0
    points[:, 1] = lengths.thigh * np.column_stack([np.sin(thigh), -np.cos(thigh)])
    if shank_deg is None:
        return points
    shank = np.radians(np.asarray(shank_deg, float))
    ankle = points[:, 1] - lengths.shank * np.column_stack([np.sin(shank), np.cos(shank)])
    points[:, ANKLE] = ankle
    if foot_deg is None:
        return points
    foot = np.radians(np.asarray(foot_deg, float))
    along = lengths.foot * np.column_stack([np.cos(foot), np.sin(foot)])
    up = lengths.foot * np.column_stack([-np.sin(foot), np.cos(foot)])
    for part, forward in (("heel", 0.0), ("forefoot", FOREFOOT_FORWARD), ("toe", 1.0)):
        place = (forward - ANKLE_FORWARD) * along - ANKLE_HEIGHT * up
        points[:, PARTS.index(part)] = ankle + place
    return points


def pelvis_points(tilt_deg: float, lengths: Lengths) -> np.ndarray:
    """PSIS and ASIS; the line between them is what tilts.

    Parameters
    ----------
    tilt_deg : float
        Against the horizontal, ASIS below PSIS positive.
    lengths : Lengths

    Returns
    -------
    ndarray, shape (2, 2)

    Examples
    --------
    >>> psis, asis = pelvis_points(10.0, Lengths.of_leg(0.9))
    >>> drop, run = psis[1] - asis[1], asis[0] - psis[0]
    >>> round(float(np.degrees(np.arctan2(drop, run))), 6)
    10.0
    """
    width = ASIS_PER_LEG * lengths.leg
    level = np.array([[ASIS_FORWARD - PELVIS_DEPTH, ASIS_UP], [ASIS_FORWARD, ASIS_UP]]) * width
    tilt = np.radians(tilt_deg)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    return level @ turn.T


def arc(start_deg: float, end_deg: float, radius: float, steps: int = 24) -> np.ndarray:
    """Part of a circle about the hip; angles from straight down, forward positive.

    The hip angle goes from minus the pelvic tilt, which is where the pelvis points, to the thigh.

    Returns
    -------
    ndarray, shape (steps, 2)

    Examples
    --------
    >>> arc(0.0, 90.0, 2.0, 2).round(6).tolist()
    [[0.0, -2.0], [2.0, -0.0]]
    """
    angle = np.radians(np.linspace(start_deg, end_deg, steps))
    return radius * np.column_stack([np.sin(angle), -np.cos(angle)])
