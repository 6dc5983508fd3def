"""What is accepted hides nothing else."""

from __future__ import annotations

import pytest

from glutelab.contract import Finding
from glutelab.errors import ProblemList
from glutelab.intake.accept import EVERYTHING, accepted_in, is_accepted, judge


def flipped(*names, severity="error"):
    return Finding("sign", ", ".join(names), "left", "flipped", severity=severity)


@pytest.mark.parametrize(
    ("entry", "trial", "accepted"),
    [
        ("sign", "R07_T25", True),
        ("sign: R07_T25", "R07_T25", True),
        ("sign: R07_*", "R07_T25", True),
        ("sign: R08_*", "R07_T25", False),
        ("sign: ankle_dorsiflexion_deg", "R07_T25", True),
        ("sign: knee_flexion_deg", "R07_T25", False),
        ("signs", "R07_T25", False),
    ],
)
def test_an_entry_accepts_what_it_names(entry, trial, accepted):
    finding = flipped("ankle_dorsiflexion_deg")
    assert is_accepted(finding, accepted_in(trial, [entry])) is accepted


def test_a_flipped_ankle_does_not_hide_a_flipped_knee():
    accept = accepted_in("R07", ["sign: ankle_dorsiflexion_deg"])
    ankle, knee = flipped("ankle_dorsiflexion_deg"), flipped("knee_flexion_deg")
    assert len(judge([ankle], accept)) == 1
    for found in ([ankle, knee], [knee, ankle], [flipped("ankle_dorsiflexion_deg", "knee")]):
        with pytest.raises(ProblemList, match="flipped"):
            judge(found, accept)
    assert len(judge([ankle, knee], EVERYTHING)) == 1
