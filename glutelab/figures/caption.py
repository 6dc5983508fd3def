"""Drafts of captions: what is shown, of whom, tested how, dropped what, and from where."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from glutelab.arguments import check_cohort
from glutelab.measures import count_strides
from glutelab.sentences import SIMULATED

__all__ = ["count_dropped", "say_data", "say_strides", "write_caption"]

SIGNS = ".!?"


def _sentence(text: str) -> str:
    text = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    if not any(sign.isdigit() for sign in text.split()[0]):  # the name of a cohort stays
        text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in SIGNS else f"{text}."


def write_caption(
    heading: dict,
    shown: Iterable[str] = (),
    *,
    simulated: bool = False,
    cohort=None,
    speed_m_s: float | None = None,
) -> str:
    """One paragraph: title, what is seen, conditions, what has to be known, strides, source.

    Parameters
    ----------
    heading : dict
        ``title, subtitle, notes`` of the figure of the screen.
    shown : iterable of str
        What the marks mean, and the test.
    simulated : bool
        Whether the runners were made by a program.
    cohort : Cohort, optional
        Whose strides, source and license are named.
    speed_m_s : float, optional
        Only the strides of this speed are counted.

    Returns
    -------
    str
    """
    simulated = simulated or bool(getattr(cohort, "simulated", False))
    title = heading["title"].removeprefix("SIMULATED. ")
    parts = ["SIMULATED" if simulated else "", title, heading["subtitle"], *shown]
    parts += [note for note in heading["notes"] if note != SIMULATED or not simulated]
    if simulated:
        parts.append("The runners were made by a program; they are not measurements of people")
    if cohort is not None:
        check_cohort(cohort)
        parts += [say_strides(cohort, speed_m_s), say_data(cohort)]
    said: dict[str, None] = {}
    for part in filter(None, parts):
        said.setdefault(_sentence(part))
    return " ".join(said)


def count_dropped(cohort, speed_m_s: float | None = None):
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
