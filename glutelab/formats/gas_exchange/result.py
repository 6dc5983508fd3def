"""What every gas-exchange export becomes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["GasExchange"]


@dataclass(frozen=True, eq=False, repr=False)
class GasExchange:
    """Oxygen uptake and carbon dioxide output of one recording.

    Nothing that tells who was measured is kept: no name, number, date of birth or address, and not
    the name of the file.

    Attributes
    ----------
    breaths : DataFrame
        One row per breath or averaging interval: ``time_s, vo2_ml_min, vco2_ml_min``, and where
        the file has them ``speed_m_s, slope_pct, heart_rate_bpm, ventilation_l_min, power_w``.
        Gas volumes are STPD. A missing value is NaN.
    device : str
        ``"cosmed"``, ``"cortex"``, ``"zan"``, or ``"table"``.
    sampling : str
        ``"breath by breath"`` or ``"averaged"``.
    interval_s : float or None
        Averaging interval, seconds; None where each row is a breath.
    mass_kg : float or None
        Body mass that the file states.
    notes : tuple of str
        What was assumed, left out or found odd, one sentence each.
    simulated : bool
        Whether the numbers come from a model instead of a person.
    """

    breaths: pd.DataFrame
    device: str = "table"
    sampling: str = "breath by breath"
    interval_s: float | None = None
    mass_kg: float | None = None
    notes: tuple[str, ...] = ()
    simulated: bool = False

    def __len__(self) -> int:
        return len(self.breaths)

    def __repr__(self) -> str:
        time = self.breaths["time_s"]
        rows = "breaths" if self.interval_s is None else f"rows, one per {self.interval_s:g} s"
        mass = "mass not stated" if self.mass_kg is None else f"{self.mass_kg:g} kg"
        lines = [
            f"{'Simulated gas' if self.simulated else 'Gas'} exchange ({self.device}): "
            f"{len(self)} {rows}, {time.min():.0f} to {time.max():.0f} s, {mass}",
            f"  columns: {', '.join(self.breaths.columns)}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)
