"""What a reader has chosen to ask, and the line of code that asks it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glutelab.explore.choices import View
from glutelab.models.specification.plan import ALL
from glutelab.models.specification.plan import Choice as Specification

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices(View):
    """One question to the runners of a cohort.

    Attributes
    ----------
    posture, outcome : str
    adjust_for : tuple of str
    speed_m_s : float or None
        None is all speeds, by a mixed model.
    slope_pct, shoe, session
        The one condition that is looked at; None is that of trials that do not state it.
    side : str
    selected : tuple of str
        Runners, in the order in which they were chosen.

    Examples
    --------
    >>> plain = Choices("thomas_test_deg")
    >>> Choices("thomas_test_deg", adjust_for=("sex",), speed_m_s=3.5).code("data", plain)
    "gl.EconomyExplorer(data, adjust_for=['sex'], speed_m_s=3.5)"
    """

    explorer: ClassVar[str] = "EconomyExplorer"

    posture: str
    outcome: str = "energy_cost_j_kg_m"
    adjust_for: tuple[str, ...] = ()
    speed_m_s: float | None = None
    slope_pct: float | None = None
    shoe: str | None = None
    session: int | None = None
    side: str = "both"
    selected: tuple[str, ...] = ()

    @property
    def specification(self) -> Specification:
        """The same as one of the specifications of a curve."""
        speed = ALL if self.speed_m_s is None else self.speed_m_s
        return Specification(self.posture, self.outcome, self.adjust_for, "none", speed)
