"""What every motion-capture export becomes: markers and forces in one set of axes and units.

Axes are X forward, Y up, Z to the runner's right; lengths are meters, forces newtons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

__all__ = ["AngleFrames", "ForceFrames", "MarkerFrames"]


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
