"""What a report holds beside its notebooks. Something new is one line here.

A maker takes the cohort, the folder of the report and the seed, and writes its files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from glutelab.reporting.checklist import write_checklist
from glutelab.reporting.methods import write_methods
from glutelab.verdicts import claims

__all__ = ["MAKERS"]


def _claims(cohort, folder: Path, seed: int) -> None:
    claims(cohort, seed=seed).save(folder / "claims")


# In this order; the claims sheet is what most readers want, so it is made first.
MAKERS: dict[str, Callable[[object, Path, int], None]] = {
    "claims": _claims,
    "methods": write_methods,
    "checklist": write_checklist,
}
