"""What every motion-capture export becomes: markers and forces in one set of axes and units.

Axes are X forward, Y up, Z to the runner's right; lengths are meters, forces newtons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from glutelab.errors import DataError, say

__all__ = ["AngleFrames", "ForceFrames", "MarkerFrames", "check_markers"]


@dataclass(frozen=True)
class MarkerFrames:
    """Marker positions of one recording.

    Attributes
    ----------
    names : tuple of str
        Canonical marker names, for example ``right_asis``.
    positions_m : ndarray, shape (n_frames, n_markers, 3)
        X forward, Y up, Z right, in meters; NaN where a marker was not seen.
    rate_hz : float
        Frames per second.
    source : str
        The file they came from, for error texts.
    """

    names: tuple[str, ...]
    positions_m: np.ndarray
    rate_hz: float
    source: str = ""
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.positions_m.shape[1:] != (len(self.names), 3):
            raise ValueError(
                f"{self.source or 'MarkerFrames'}: positions_m has shape "
                f"{self.positions_m.shape}; expected (frames, {len(self.names)}, 3)."
            )
        object.__setattr__(self, "_index", {name: i for i, name in enumerate(self.names)})

    def __len__(self) -> int:
        return self.positions_m.shape[0]

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def __getitem__(self, name: str) -> np.ndarray:
        """Positions of one marker, shape (n_frames, 3), meters."""
        return self.positions_m[:, self._index[name]]

    def index(self, name: str) -> int:
        """Position of a marker in `names`."""
        return self._index[name]

    def replaced(self, positions_m: np.ndarray) -> MarkerFrames:
        """The same recording with other positions (filled, filtered, shifted)."""
        return MarkerFrames(self.names, positions_m, self.rate_hz, self.source)


@dataclass(frozen=True)
class ForceFrames:
    """Ground reaction force of one recording, acting on the runner.

    Attributes
    ----------
    force_n : ndarray, shape (n_samples, 3)
        X forward, Y up, Z right, newtons.
    cop_m : ndarray, shape (n_samples, 3)
        Center of pressure, meters, in the axes of the markers.
    rate_hz : float
        Samples per second.
    source : str
        The file they came from, for error texts.
    """

    force_n: np.ndarray
    cop_m: np.ndarray
    rate_hz: float
    source: str = ""

    def __len__(self) -> int:
        return self.force_n.shape[0]

    @cached_property
    def missing(self) -> np.ndarray:
        """Whether a component of the force was not recorded, shape (n_samples,)."""
        return np.isnan(self.force_n[:, 0] + self.force_n[:, 1] + self.force_n[:, 2])

    @cached_property
    def unplaced(self) -> np.ndarray:
        """Whether the center of pressure is missing, shape (n_samples,)."""
        return np.isnan(self.cop_m[:, 0] + self.cop_m[:, 1] + self.cop_m[:, 2])


@dataclass(frozen=True)
class AngleFrames:
    """Joint and segment angles of one recording that came as angles, not as markers.

    Attributes
    ----------
    angles_deg : dict of str to dict of str to ndarray, shape (n_frames,)
        ``angles_deg["left"]["hip_flexion_deg"]``: the variables of the curves table, with this
        library's signs; NaN where there is none. Angles of the pelvis stand under both sides.
    rate_hz : float
        Frames per second.
    source : str
        The file they came from, for error texts.
    notes : tuple of str
        What was turned, shifted or derived to make them; they go on to the trial.
    """

    angles_deg: Mapping[str, Mapping[str, np.ndarray]]
    rate_hz: float
    source: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return max((len(v) for side in self.angles_deg.values() for v in side.values()), default=0)


def check_markers(markers: MarkerFrames) -> None:
    """Refuse markers that cannot be meters with X forward, Y up and Z to the right.

    Parameters
    ----------
    markers : MarkerFrames
        With ``{left,right}_asis``, ``_psis`` and ``_heel_bottom``.

    Raises
    ------
    DataError
        One sentence that names the likely cause: unit, axis or side.
    """
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
