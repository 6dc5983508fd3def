"""What a reader has chosen to see, and the line of code that shows it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from glutelab.explore.choices import View

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices(View):
    """One view of one stride, or of two.

    Attributes
    ----------
    runner_id : str
    speed_m_s, slope_pct, shoe, session
        The condition.
    side : {"right", "left"}
        The leg of which the stride is: 0 % is its foot strike.
    against : str or None
        A second runner.
    against_speed_m_s : float or None
        Speed of the second stride; of the same runner, if ``against`` is None.
    at_pct : int
        Where in the gait cycle, 0..100.

    Examples
    --------
    >>> plain = Choices("A", 3.5)
    >>> Choices("A", 3.5, against_speed_m_s=4.5, at_pct=38).code("data", plain)
    'gl.StrideViewer(data, against_speed_m_s=4.5, at_pct=38)'
    """

    explorer: ClassVar[str] = "StrideViewer"

    runner_id: str
    speed_m_s: float | None = None
    slope_pct: float | None = None
    shoe: str | None = None
    session: int | None = None
    side: str = "right"
    against: str | None = None
    against_speed_m_s: float | None = None
    at_pct: int = 0

    @property
    def compares(self) -> bool:
        """Whether there is a second stride."""
        return self.against is not None or self.against_speed_m_s is not None
