"""One trial, from what a file holds to strides, curves, measures and the ledger of its strides.

==================  ==============================================================
`process_trial`     from markers, with forces if there are any
`process_angles`    from joint angles frame by frame
`process_curves`    from curves that were cut and normalized elsewhere
==================  ==============================================================

All give a `ProcessedTrial`; strides in = kept + dropped.
"""

from glutelab.processing.angles import process_angles
from glutelab.processing.curves import process_curves
from glutelab.processing.cut import JUMP_DEG, JUMP_REASON, find_jumps
from glutelab.processing.result import ProcessedTrial
from glutelab.processing.trial import process_trial

__all__ = [
    "JUMP_DEG",
    "JUMP_REASON",
    "ProcessedTrial",
    "find_jumps",
    "process_angles",
    "process_curves",
    "process_trial",
]
