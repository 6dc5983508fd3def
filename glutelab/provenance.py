"""What is said beneath a figure or a table: strides, source, license, and what made it."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from glutelab.measures import count_strides

__all__ = ["cell_code", "count_dropped", "say_data", "say_strides"]


def count_dropped(cohort, speed_m_s: float | None = None) -> pd.DataFrame | None:
    """`count_strides`, of one speed if one is given; None without a ledger."""
    if cohort.ledger.empty:
        return None
    counts = count_strides(cohort)
    if speed_m_s is not None and np.isfinite(speed_m_s):
        trials = cohort.trials
        here = trials.loc[np.isclose(trials["speed_m_s"], speed_m_s), "trial_id"]
        counts = counts[counts["trial_id"].isin(here)]
    return counts


def say_strides(cohort, speed_m_s: float | None = None) -> str:
    """Strides in, kept, and dropped by which rule.

    Examples
    --------
    >>> import glutelab as gl
    >>> say_strides(gl.load_cohort("rbds2017"))
    'Strides: 7,051 found, 7,049 kept, 2 dropped (cluster 2)'
    """
    counts = count_dropped(cohort, speed_m_s)
    if counts is None:
        return "How many strides were dropped is not known"
    total = counts[["candidates", "kept", "dropped"]].sum()
    rules = counts.columns[6:]
    lost = [f"{rule} {counts[rule].sum():,}" for rule in rules if counts[rule].sum()]
    why = f" ({', '.join(lost)})" if lost else ""
    return (
        f"Strides: {total['candidates']:,} found, {total['kept']:,} kept, "
        f"{total['dropped']:,} dropped{why}"
    )


def say_data(cohort) -> str:
    """Source with its DOI, and license."""
    source = cohort.source or "made by a program" if cohort.simulated else cohort.source
    said = f"Data: {cohort.name}, {source}" if source else f"Data: {cohort.name}"
    return f"{said}; license {cohort.license}" if cohort.license else said


def cell_code() -> str:
    """The cell that runs, in a notebook, as it was typed; elsewhere nothing."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    # Not In: there "%%time" has become a call with the cell as a text.
    history = getattr(shell, "history_manager", None)
    cells = getattr(history, "input_hist_raw", [])
    return cells[-1].strip() if cells else ""
