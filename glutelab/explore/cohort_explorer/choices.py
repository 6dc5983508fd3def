"""What a reader has chosen to see, and the line of code that shows it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from glutelab.explore.choices import View

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices(View):
    """One view of a cohort.

    Attributes
    ----------
    x, y : str
        Measures of the scatter.
    curve : str
        Variable of the curves; empty if the cohort has none.
    by : str
        Column that makes the groups; empty for none.
    speed_m_s, slope_pct, shoe, session
        The one condition that is shown; None is that of trials that do not state it.
    side : str
    filters : mapping
        Column to the words, or to the lowest and highest number, that are let in.
    selected : tuple of str
        Runners, in the order of the table.

    Examples
    --------
    >>> plain = Choices("mass_kg", "hip_range_deg")
    >>> view = Choices("mass_kg", "cadence_spm", filters={"sex": ("female",)}, selected=("A",))
    >>> view.code("data", plain)
    "gl.CohortExplorer(data, y='cadence_spm', filters={'sex': ['female']}, selected=['A'])"
    """

    explorer: ClassVar[str] = "CohortExplorer"

    x: str
    y: str
    curve: str = ""
    by: str = "level"
    speed_m_s: float | None = None
    slope_pct: float | None = None
    shoe: str | None = None
    session: int | None = None
    side: str = "both"
    filters: Mapping[str, tuple] = field(default_factory=dict)
    selected: tuple[str, ...] = ()

    def code(self, load: str, plain: Choices) -> str:
        """The line that makes this view again; see `View.code`."""
        filters = {name: _listed(inside) for name, inside in self.filters.items()}
        return View.code(replace(self, filters=filters), load, plain)


def _listed(inside: tuple) -> object:
    """Words as a list, two numbers as they are."""
    return list(inside) if all(isinstance(one, str) for one in inside) else tuple(inside)
