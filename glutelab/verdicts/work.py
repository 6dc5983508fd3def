"""Claim 9: whether others do more where the glutes do less of the work."""

from __future__ import annotations

from functools import partial

from glutelab.verdicts.answer import from_dose
from glutelab.verdicts.claim import Claim
from glutelab.verdicts.economy import SHARE_COST

__all__ = ["WORK_CLAIMS"]

HIP = "hip_positive_work_stance_j_kg"
OTHERS = {"knee_positive_work_stance_j_kg": 0.25, "ankle_positive_work_stance_j_kg": 0.25}
_MUSCLES = (
    "Work of a joint is not work of a muscle: hamstrings extend the hip, too, and nobody measured "
    "the glutes."
)


def _others(name: str, joint: str) -> Claim:
    measure = f"{joint}_positive_work_stance_j_kg"
    return Claim(
        name=name,
        sentence=f"Where the hip does less of the work, the {joint} does more.",
        estimand=f"change of the {joint}'s positive work in stance per J/kg of the hip's",
        direction=-1,
        margin=OTHERS[measure],
        why_margin="a quarter of what the hip does less",
        needs=(HIP, measure),
        ask=partial(from_dose, measures=OTHERS, dose=HIP, measure=measure),
        literature="No published value was found.",
        beyond=(
            f"{_MUSCLES} Work, not its share, is compared: shares add up to 100 % and would go "
            "against each other by arithmetic. A center of pressure that is off takes work from "
            "one joint and gives it to another, which looks the same."
        ),
    )


WORK_CLAIMS = (_others("9a", "knee"), _others("9b", "ankle"), SHARE_COST)
