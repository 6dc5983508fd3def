"""What a reader has chosen to see, and the line of code that shows it again."""

from __future__ import annotations

from dataclasses import dataclass

from glutelab.explore.controls import code_of, conditions_of

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices:
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
    """

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
    def conditions(self) -> dict[str, object]:
        """Speed, slope, shoe and session."""
        return conditions_of(self)

    @property
    def compares(self) -> bool:
        """Whether there is a second stride."""
        return self.against is not None or self.against_speed_m_s is not None

    def code(self, cohort: str, plain: Choices) -> str:
        """The line that makes this view.

        Parameters
        ----------
        cohort : str
            Code that gives the cohort.
        plain : Choices
            What is shown if nothing is asked for; what equals it is left out.

        Returns
        -------
        str

        Examples
        --------
        >>> plain = Choices("A", 3.5)
        >>> Choices("A", 3.5, against_speed_m_s=4.5, at_pct=38).code("data", plain)
        'gl.StrideViewer(data, against_speed_m_s=4.5, at_pct=38)'
        """
        return code_of("StrideViewer", cohort, self, plain)
