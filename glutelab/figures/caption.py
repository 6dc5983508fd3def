"""Drafts of captions: what is shown, of whom, tested how, dropped what, and from where."""

from __future__ import annotations

from collections.abc import Iterable

from glutelab.arguments import check_cohort
from glutelab.provenance import say_data, say_strides
from glutelab.sentences import SIMULATED

__all__ = ["write_caption"]

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
