"""Whether canonical data keep the contract of docs/conventions.md: units, signs, axes, time.

Each function looks and says; nothing is changed. All return a list of `Finding`, empty if nothing
is wrong.

===================== ================================================================
`examine_markers`     unit, axes, sides, direction, sampling rate, gait, speed
`examine_standing`    unit and axes of the standing trial; names that are exchanged
`examine_angles`      unit and sign of angle time series, sampling rate, gait
`examine_curves`      unit and sign of curves over the gait cycle, and where they begin
`examine_frames`      markers or angles that jump, and rows that are there again
`examine_curve_jumps` points of single strides that jump
===================== ================================================================
"""

from glutelab.contract.angles import examine_angles, mean_cycle
from glutelab.contract.curves import examine_curves
from glutelab.contract.finding import ERROR, WARNING, Finding
from glutelab.contract.gait import Gait, measure_gait
from glutelab.contract.jumps import examine_curve_jumps, examine_frames
from glutelab.contract.markers import examine_markers
from glutelab.contract.standing import examine_standing

__all__ = [
    "ERROR",
    "WARNING",
    "Finding",
    "Gait",
    "examine_angles",
    "examine_curve_jumps",
    "examine_curves",
    "examine_frames",
    "examine_markers",
    "examine_standing",
    "mean_cycle",
    "measure_gait",
]
