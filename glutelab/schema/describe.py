"""Labels for axes, and the data dictionary."""

from __future__ import annotations

import difflib

from glutelab.errors import DataError
from glutelab.schema.column import Column, Table
from glutelab.schema.curves import CURVES
from glutelab.schema.effects import EFFECTS
from glutelab.schema.runners import LEGS, RUNNERS
from glutelab.schema.strides import STRIDES
from glutelab.schema.trials import LEDGER, TRIALS

__all__ = [
    "BEGIN",
    "END",
    "TABLES",
    "axis_label",
    "column",
    "data_dictionary",
    "plain_label",
    "unit",
]

TABLES = (RUNNERS, LEGS, TRIALS, STRIDES, LEDGER, CURVES)
_COLUMNS = {column.name: column for table in reversed(TABLES) for column in table}
# Described with the others, but no table of a cohort: its `value` has no unit of its own.
_BESIDE = (EFFECTS,)

# Suffixes of names, for columns a cohort has of its own.
_SUFFIXES = {
    "_nm_s_kg": "N m s/kg",
    "_nm_kg": "N m/kg",
    "_w_kg": "W/kg",
    "_j_kg": "J/kg",
    "_per_s": "1/s",
    "_m_s": "m/s",
    "_kn_m": "kN/m",
    "_n_kg": "N/kg",
    "_min_km": "min/km",
    "_ml_kg_km": "ml/kg/km",
    "_j_kg_m": "J/kg/m",
    "_deg": "°",
    "_pct": "%",
    "_spm": "steps/min",
    "_leg": "leg lengths",
    "_months": "months",
    "_years": "years",
    "_kg": "kg",
    "_km": "km",
    "_hz": "Hz",
    "_m": "m",
    "_s": "s",
    "_n": "N",
}

BEGIN = "<!-- data dictionary: written by glutelab.schema.data_dictionary -->"
END = "<!-- end of the data dictionary -->"


def column(name: str) -> Column:
    """The declaration of a column.

    Parameters
    ----------
    name : str

    Raises
    ------
    DataError
        If no table declares it; names the closest.

    Examples
    --------
    >>> column("hip_range_deg").unit
    '°'
    """
    if name in _COLUMNS:
        return _COLUMNS[name]
    close = difflib.get_close_matches(name, _COLUMNS, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise DataError(
        f"{name!r} is not a column that glutelab knows.{hint} "
        "All of them: print(gl.schema.data_dictionary())."
    )


def unit(name: str) -> str:
    """Unit of a column as printed; read off the name if the column is not declared.

    Examples
    --------
    >>> unit("stride_length_m"), unit("my_own_angle_deg")
    ('m', '°')
    """
    if name in _COLUMNS:
        return _COLUMNS[name].unit
    return next((text for suffix, text in _SUFFIXES.items() if name.endswith(suffix)), "")


def axis_label(name: str) -> str:
    """Label of a column for an axis, with its unit; made from the name if it is not declared.

    Examples
    --------
    >>> axis_label("peak_hip_extension_deg")
    'Peak hip extension (°)'
    >>> axis_label("shoe_mass_kg"), axis_label("n_strides")
    ('Shoe mass (kg)', 'Number of strides')
    """
    if name in _COLUMNS:
        return _COLUMNS[name].axis_label
    for suffix, text in _SUFFIXES.items():
        if name.endswith(suffix) and len(name) > len(suffix):
            return f"{_words(name.removesuffix(suffix))} ({text})"
    return _words(name)


def plain_label(name: str) -> str:
    """Label of a measure without its unit.

    Examples
    --------
    >>> plain_label("peak_hip_extension_deg")
    'Peak hip extension'
    """
    return axis_label(name).removesuffix(f" ({unit(name)})")


def _words(name: str) -> str:
    name = f"number_of_{name.removeprefix('n_')}" if name.startswith("n_") else name
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def data_dictionary() -> str:
    """Every table and column as Markdown, between two marker comments.

    Returns
    -------
    str
        The text that ``data/README.md`` holds; a test keeps the two equal.
    """
    return "\n".join(
        [BEGIN, "", *(line for table in (*TABLES, *_BESIDE) for line in _section(table)), END]
    )


def _section(table: Table) -> list[str]:
    optional = "" if table.required else " A cohort may come without it."
    lines = [
        f"### {table.name}",
        "",
        f"{table.row[0].upper()}{table.row[1:]}. Unique: {', '.join(_code(k) for k in table.key)}."
        + optional,
        "",
        "| column | label | unit | definition | positive | plausible | possible |",
        "|---|---|---|---|---|---|---|",
    ]
    for item in table:
        name = _code(item.name) + (" (required)" if item.required else "")
        source = f" doi:[{item.source}](https://doi.org/{item.source})" if item.source else ""
        allowed = " One of " + ", ".join(item.allowed) + "." if item.allowed else ""
        cells = (
            name,
            item.label,
            item.unit or {"text": "text", "yes_no": "true, false"}.get(item.dtype, ""),
            item.definition + allowed + source,
            item.sign.removesuffix(" positive"),
            _range(item.plausible),
            _range(item.possible),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def _code(name: str) -> str:
    return f"`{name}`"


def _range(limits: tuple[float, float] | None) -> str:
    return f"{limits[0]:.10g} to {limits[1]:.10g}" if limits else ""
