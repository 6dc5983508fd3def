"""Tables of curves without a format of their own: CSV, TSV or Parquet, wide or long.

========== ==================================================================================
layout     what a row is
========== ==================================================================================
channels   a frame, or a percent of the gait cycle; one column per channel. Columns such as
           ``runner``, ``trial``, ``side`` and ``stride`` may stand beside them
strides    one curve: columns such as ``trial``, ``side``, ``variable``, and then 101 columns
           ``0`` to ``100`` (also ``p0``, ``pct_0``, ``0%``)
long       one value: ``variable`` and ``value``, the frame, time or percent, and such columns
========== ==================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from glutelab.errors import DataError, say
from glutelab.formats.event_names import side_of
from glutelab.formats.plain_clock import clock_of, find_clock, key_of
from glutelab.formats.recording import Channels, Recording
from glutelab.formats.table import PlainTable, read_table
from glutelab.formats.text import delimiter_of, head_text, split_lines
from glutelab.formats.units import unit_in

__all__ = ["looks_like_plain", "read_plain"]

LAYOUTS = ("channels", "strides", "long")
MOST_CURVES = 200_000
_PLACE = re.compile(r"\D{0,12}?(\d{1,3})\s*(%|pct|percent)?")
_VALUE = {"value", "values", "wert"}
_VARIABLE = {"variable", "signal", "channel", "curve", "measure", "name", "joint"}
_SIDE = {"side", "leg", "limb", "foot", "seite"}
_WHO = {
    "cohort",
    "runner",
    "runnerid",
    "subject",
    "subjectid",
    "sub",
    "participant",
    "id",
    "proband",
}
_WHICH = {"trial", "trialid", "file", "session", "condition", "speed", "speedms", "stride", "step"}
_WHICH |= {"strideid", "strideno", "stridenumber", "rep", "repetition", "slope", "slopepct", "shoe"}
_IDENTITY = _WHO | _WHICH


def looks_like_plain(head: bytes) -> bool:
    """Whether a file can be a table: Parquet, or text whose lines split into several cells.

    Every delimited text can; ask the readers of formats first.
    """
    if head.startswith(b"PAR1"):
        return True
    text = head_text(head)
    return not text.lstrip().startswith(("{", "[", "<")) and bool(delimiter_of(split_lines(text)))


def read_plain(
    path: str | Path,
    layout: str | None = None,
    *,
    decimal: str | None = None,
    rate_hz: float | None = None,
) -> Recording:
    """Channels of a table, whatever its separators, decimal mark, encoding and layout.

    Parameters
    ----------
    path : path
        Delimited text (may be packed as ``.gz``) or Parquet.
    layout : str, optional
        ``channels``, ``strides`` or ``long``; found out if not given.
    decimal : str, optional
        ``","`` or ``"."``; found out if not given.
    rate_hz : float, optional
        Frames per second, where the file does not say.

    Returns
    -------
    Recording
        ``channels``: named as the columns, or as in the column ``variable``; where there is a
        column of sides, the name ends with it (``hip left``). Other columns that say whose curve
        it is are joined in ``trials`` (``R01/T2/5``). Rows that go from 0 to 100 are
        ``normalized``.

    Raises
    ------
    DataError
        With line and column, if a number is none; if the clock is uneven, a name comes twice,
        columns cannot be told apart, or the file is damaged.
    """
    if layout not in (None, *LAYOUTS):
        raise DataError(say("layout", repr(layout), ", ".join(LAYOUTS)))
    if rate_hz is not None and not 1 <= rate_hz <= 100_000:
        raise DataError(say("rate_hz", f"{rate_hz!r}", "frames per second"))
    table = read_table(path, decimal)
    layout = layout or _layout(table)
    if layout == "strides":
        channels, notes = _strides(table)
    else:
        channels, notes = _by_rows(table, layout, rate_hz)
    about = {"layout": layout}
    return Recording(table.where, "plain", None, channels, (), None, about, (*table.notes, *notes))


def _layout(table: PlainTable) -> str:
    keys = {key_of(name) for name in table.names}
    if keys & _VALUE and keys & _VARIABLE:
        return "long"
    return "strides" if _places(table) else "channels"


def _places(table: PlainTable) -> list[int]:
    """Columns 0 to 100 of a table with one curve per row; empty if there are none."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(table.names):
        match = _PLACE.fullmatch(name.strip())
        if match:
            stem = name[: match.start(1)]
            found.setdefault(stem, []).append((int(match[1]), place))
    for places in found.values():
        percents = [percent for percent, _ in places]
        if percents in (list(range(101)), list(range(1, 102))):
            return [place for _, place in places]
    return []


def _strides(table: PlainTable) -> tuple[Channels, list[str]]:
    places = _places(table)
    if not places:
        found = "no 101 columns in the order 0 to 100"
        raise DataError(say(table.where, found, "one curve per row", "Is it another layout?"))
    rest = [k for k in range(len(table.names)) if k not in set(places)]
    ids, notes = _split_ids(table, rest)
    if len(table) > MOST_CURVES:
        raise DataError(say(table.where, f"{len(table)} curves", f"at most {MOST_CURVES}"))
    values = table.numbers(places).T
    variable = ids.pop("variable", None)
    names = variable or ["curve"] * len(table)
    names, trials = _names(names, ids, len(table))
    if len(set(zip(names, trials, strict=True))) < len(table) and not ids:
        notes.append(f"{table.where}: no column tells the curves apart; they are in file order.")
    units = tuple(unit_in(name.removesuffix(" left").removesuffix(" right")) for name in names)
    return Channels(names, values, units, np.nan, True, trials), notes


def _split_ids(table: PlainTable, rest: Sequence[int]) -> tuple[dict[str, list[str]], list[str]]:
    """Columns that say whose curve it is, as text, and a note about those that are left out."""
    ids: dict[str, list[str]] = {}
    odd = []
    for place in rest:
        key = key_of(table.names[place])
        kind = "variable" if key in _VARIABLE else "side" if key in _SIDE else table.names[place]
        if key in _IDENTITY or kind in ("variable", "side"):
            if kind in ids:
                raise DataError(say(table.where, f"two columns of {kind}", "one", "Remove one."))
            ids[kind] = table.texts(place)
        else:
            odd.append(table.names[place])
    notes = []
    if odd:
        more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
        notes = [
            f"{table.where}: columns without a curve were left out: {', '.join(odd[:5])}{more}."
        ]
    return ids, notes


def _names(
    names: Sequence[str], ids: dict[str, list[str]], count: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sides = ids.get("side")
    if sides:
        names = [f"{n} {side_of(s) or s}" if s else n for n, s in zip(names, sides, strict=True)]
    others = [texts for key, texts in ids.items() if key != "side"]
    trials = ["/".join(row) for row in zip(*others, strict=True)] if others else [""] * count
    return tuple(names), tuple(trials)


def _by_rows(table: PlainTable, layout: str, rate_hz: float | None) -> tuple[Channels, list[str]]:
    found = find_clock(table.names)
    keys = [key_of(name) for name in table.names]
    rest = [k for k in range(len(keys)) if found is None or k not in found.places]
    if layout == "long":
        data = [k for k in rest if keys[k] in _VALUE]
        if len(data) != 1 or not set(keys) & _VARIABLE:
            there = f"columns {', '.join(table.names[:8])}"
            remedy = "Name the columns, or state another layout."
            raise DataError(say(table.where, there, "one 'variable' and one 'value'", remedy))
        ids, notes = _split_ids(table, [k for k in rest if k not in data])
    else:
        is_id = {k for k in rest if keys[k] in _IDENTITY | _SIDE}
        data = [k for k in rest if k not in is_id]
        words = {k for k in data if table.is_words(k)}
        data = [k for k in data if k not in words]
        ids, notes = _split_ids(table, sorted(is_id | words))
    if not data:
        raise DataError(say(table.where, "no column of numbers beside the clock", "channels"))
    groups = _groups(ids, len(table))
    if len(groups) * len(data) > MOST_CURVES:
        raise DataError(say(table.where, f"{len(groups)} series", f"at most {MOST_CURVES}"))
    clock = table.numbers(found.places[:1])[:, 0] if found else None
    values = table.numbers(data)
    rate, normalized = clock_of(clock, found, groups, table.where, rate_hz, notes)
    rows = max(len(group) for group in groups)
    if rows * len(groups) * len(data) > 4 * values.size + 1_000_000:
        remedy = "Put them into separate files."
        raise DataError(say(table.where, "series of very different length", "alike", remedy))
    out = np.full((rows, len(groups) * len(data)), np.nan)
    for g, group in enumerate(groups):
        out[: len(group), g * len(data) : (g + 1) * len(data)] = values[group]
    firsts = [group[0] for group in groups]
    own = {key: [texts[k] for k in firsts] for key, texts in ids.items()}
    variables = own.pop("variable", None)
    names, trials, units = [], [], []
    for k in data:
        bases = variables or [table.names[k]] * len(groups)
        some, which = _names(bases, own, len(groups))
        names.append(some)
        trials.append(which)
        units.append([unit_in(b) for b in bases] if variables else [table.units[k]] * len(groups))
    turn = [(d, g) for g in range(len(groups)) for d in range(len(data))]
    return Channels(
        tuple(names[d][g] for d, g in turn),
        out,
        tuple(units[d][g] for d, g in turn),
        rate,
        normalized,
        tuple(trials[d][g] for d, g in turn) if own.keys() - {"side"} else (),
    ), notes


def _groups(ids: dict[str, list[str]], count: int) -> list[np.ndarray]:
    """Rows of each series, in the order of the file."""
    if not ids:
        return [np.arange(count)]
    rows: dict[tuple, list[int]] = {}
    for k, key in enumerate(zip(*ids.values(), strict=True)):
        rows.setdefault(key, []).append(k)
    return [np.array(group) for group in rows.values()]
