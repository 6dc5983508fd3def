"""Words that the tables of an article share: heads, notes, data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from glutelab.arguments import check_cohort
from glutelab.datasets import list_cohorts
from glutelab.errors import DataError
from glutelab.provenance import say_data, say_strides
from glutelab.schema import RUNNERS, axis_label, column
from glutelab.sentences import SIMULATED
from glutelab.tables.people import BMI

__all__ = [
    "call",
    "ended",
    "head_of",
    "in_print",
    "name_of",
    "say_kept",
    "say_sources",
    "without_simulated",
]

_COLUMN = re.compile(r"(?<![\w/.\"'])[A-Za-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/])")
_OWN = {BMI: "Body mass index (kg/m²)"}


def head_of(name: str) -> str:
    """A column with its unit, as the head of a row.

    Examples
    --------
    >>> head_of("standing_pelvic_tilt_deg"), head_of("body_mass_index_kg_m2")
    ('Standing pelvic tilt (°)', 'Body mass index (kg/m²)')
    >>> head_of("sessions_per_week")
    'Sessions per week'
    """
    text = _OWN.get(name) or axis_label(name)
    label, _, tail = text.rpartition(" (")
    # Where the label says the unit already, or the unit is its own, once is enough.
    return label if label and label.endswith(tail.removesuffix(")")) else text


def in_print(word: object, name: str | None) -> str:
    """A word of a column: declared ones with a capital, classes of numbers with a dash.

    Examples
    --------
    >>> in_print("elite", "level"), in_print("26-35", "weekly_distance_km"), in_print("aB", None)
    ('Elite', '26–35', 'aB')
    """
    text = str(word)
    if name in RUNNERS and text.partition(" or ")[0] in (RUNNERS[name].allowed or ()):
        return text[:1].upper() + text[1:]
    return re.sub(r"(?<=\d)-(?=\d)", "–", text) if name in RUNNERS else text


def name_of(name: str) -> str:
    """A column within a sentence.

    Examples
    --------
    >>> name_of("peak_hip_extension_deg")
    'peak hip extension'
    """
    try:
        text = column(name).label
    except DataError:
        return name
    return text[:1].lower() + text[1:]


def in_words(text: str) -> str:
    """A sentence in which columns are called what they are; in quotes they are code, and stay.

    Examples
    --------
    >>> in_words("Left out, no energy_cost_j_kg_m: 5 runners.")
    'Left out, no energy cost: 5 runners.'
    >>> in_words("Thomas_test_deg is coupled with my_own_deg.")
    'Modified Thomas test is coupled with my_own_deg.'
    """
    return _COLUMN.sub(_called, text)


def _called(found: re.Match) -> str:
    given = found[0]
    name = given[:1].lower() + given[1:]
    words = name_of(name)
    if words == name:
        return given
    return words[:1].upper() + words[1:] if given != name else words


def ended(text: str) -> str:
    """A sentence with its full stop, beginning with a capital; a name keeps its letters."""
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?" else f"{text}."


def say_sources(cohort=None, rows: pd.DataFrame | None = None) -> list[str]:
    """Source, DOI and license: of the cohort, or of the built-in cohorts that rows name.

    Parameters
    ----------
    cohort : Cohort, optional
    rows : DataFrame, optional
        With a column ``cohort``.
    """
    if cohort is not None:
        check_cohort(cohort)
        return [ended(say_data(cohort))]
    if rows is None or "cohort" not in rows:
        return []
    known = list_cohorts().set_index("name")
    said = []
    for name in map(str, rows["cohort"].dropna().unique()):
        if name in known.index:
            one = known.loc[name]
            said.append(f"{name}, {one['source'] or 'made by a program'}; license {one['license']}")
        elif name:
            said.append(name)
    return [ended(f"Data: {'. '.join(said)}")] if said else []


def say_kept(cohort, speed_m_s: float | None = None) -> list[str]:
    """How many strides stand behind the numbers, if the cohort is known."""
    if cohort is None:
        return []
    check_cohort(cohort)
    return [ended(say_strides(cohort, speed_m_s))]


def without_simulated(sentences: Iterable[str]) -> list[str]:
    """What is said on the face of the table is not said again in a footnote."""
    return [sentence for sentence in sentences if sentence != SIMULATED]


def call(function: str, first: str, given: Mapping[str, object]) -> str:
    """The line that made a table; what was left at its default is left out.

    Examples
    --------
    >>> call("table.runners", "cohort", {"by": "level", "columns": None})
    'gl.table.runners(cohort, by="level")'
    """
    said = [first]
    for name, value in given.items():
        if value is None or value is False or (isinstance(value, list | tuple) and not value):
            continue
        if isinstance(value, str):
            text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        elif isinstance(value, list | tuple | dict | int | float):
            text = repr(value)
        else:
            text = name  # a table, a cohort, a rule of one's own
        said.append(f"{name}={text}")
    return f"gl.{function}({', '.join(said)})"
