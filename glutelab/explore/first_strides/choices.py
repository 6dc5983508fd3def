"""What the view of the first strides shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from glutelab.errors import DataError
from glutelab.explore.choices import View, one_of
from glutelab.explore.first_strides.band import band_speeds

__all__ = ["MOST", "SIDES", "Choices", "checked"]

MOST = 20
SIDES = ("both", "left", "right")


@dataclass(frozen=True)
class Choices(View):
    """One view of one trial.

    Attributes
    ----------
    trial : str
    n_strides : int
        How many strides of each side.
    side : {"both", "left", "right"}
    band_m_s : float or None
        Speed of the runners behind; None for the speed nearest to that of the trial.

    Examples
    --------
    >>> Choices("B", 3).code("trials", Choices("A"))
    "gl.FirstStrides(trials, trial='B', n_strides=3)"
    """

    explorer: ClassVar[str] = "FirstStrides"

    trial: str
    n_strides: int = 5
    side: str = "both"
    band_m_s: float | None = None


def checked(choices: Choices, trials) -> Choices:
    """The choices, if they can be shown; else an error that says what could be."""
    one_of("trial", choices.trial, trials.names, "There are")
    one_of("side", choices.side, SIDES, "There are")
    if choices.band_m_s is not None:
        one_of("band_m_s", choices.band_m_s, band_speeds(), "The reference has")
    try:
        count = int(choices.n_strides)
    except (TypeError, ValueError):
        count = 0
    if count != choices.n_strides or not 1 <= count <= MOST:
        raise DataError(f"n_strides is {choices.n_strides!r}. Expected 1 to {MOST}.")
    return replace(choices, n_strides=count)
