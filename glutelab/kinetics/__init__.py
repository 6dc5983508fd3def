"""Inverse dynamics of both legs: joint moments, powers and work from markers and force.

=====================  ===========================================================================
`trial_kinetics`       a whole trial; what `process_trial` uses when it is given forces
`segment_inertia`      foot, shank and thigh as rigid bodies: de Leva 1996 or Dempster, by name
`ground_loads`         the combined force shared out to the feet, and low-passed like the markers
`joint_kinetics`       Newton and Euler, from the ground up: moments and powers, frame by frame
`kinetic_measures`     peaks, impulse, work and shares of strides
`kinetics_verdicts`    strides that have no kinetics, and why
`kinetics_notes`       the same in a sentence, where it is all strides of a side
`force_lag`            how the upper body follows the force: were both recorded together?
=====================  ===========================================================================

Hip and knee extensor and ankle plantarflexor moments are positive, and so is power that is
generated. Moments are net: what all muscles and ligaments of a joint do together.
"""

from glutelab.kinetics.ground import foot_contacts, ground_loads
from glutelab.kinetics.inertia import INERTIA_SETS, segment_inertia
from glutelab.kinetics.joints import KINETIC_NAMES, THREE_PLANES, joint_kinetics
from glutelab.kinetics.measures import kinetic_measures
from glutelab.kinetics.synchrony import Lag, check_synchrony, force_lag
from glutelab.kinetics.trial import TrialKinetics, trial_kinetics
from glutelab.kinetics.verdicts import (
    VERDICT_COLUMNS,
    kinetics_notes,
    kinetics_verdicts,
    no_verdicts,
)

__all__ = [
    "INERTIA_SETS",
    "KINETIC_NAMES",
    "THREE_PLANES",
    "VERDICT_COLUMNS",
    "Lag",
    "TrialKinetics",
    "check_synchrony",
    "foot_contacts",
    "force_lag",
    "ground_loads",
    "joint_kinetics",
    "kinetic_measures",
    "kinetics_notes",
    "kinetics_verdicts",
    "no_verdicts",
    "segment_inertia",
    "trial_kinetics",
]
