"""Whose card it is, and the line of code that makes it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from glutelab.explore.choices import View

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices(View):
    """One card.

    Attributes
    ----------
    runner_id : str
    speed_m_s, slope_pct, shoe, session
        The condition. None is the middle speed, or the only one there is.
    side : str
    against : str, sequence of str, mapping or None
        Which others, as in `RunnerCard`.
    measures, sem
        As in `RunnerCard`; they stay what they are.
    """

    explorer: ClassVar[str] = "RunnerCard"

    runner_id: str
    speed_m_s: float | None = None
    slope_pct: float | None = None
    shoe: str | None = None
    session: str | None = None
    side: str = "both"
    against: str | Sequence[str] | Mapping | None = None
    measures: str | Sequence[str] | None = None
    sem: Mapping[str, float] | None = None

    def code(self, load: str) -> str:
        """The line that makes this card.

        Examples
        --------
        >>> Choices("A1", speed_m_s=3.5, against="elite").code("cohort")
        "gl.RunnerCard(cohort, 'A1', speed_m_s=3.5, against='elite')"
        """
        return super().code(f"{load}, {self.runner_id!r}", Choices(self.runner_id))
