"""A comparison as the sentences one would write about it."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema import column

__all__ = ["in_words", "lay_out"]

ALPHA = 0.05
_ANSWERS = ("Not measured", "Cannot tell")
_ASKED = "Left out by"  # because other groups were named


def in_words(comparison: pd.DataFrame) -> str:
    """One sentence per row of a comparison, each with a verdict by the same rule.

    The verdict looks at the interval of the difference and at p corrected for all tests of the
    table (Holm): *higher* or *lower* if both exclude zero; *too small to matter* if the equivalence
    margin, where one was stated, is excluded; else *cannot tell*, with what the interval leaves
    open. That a difference was not found is never called "no difference".

    Parameters
    ----------
    comparison : DataFrame
        From `compare_groups`, of two groups or conditions.

    Returns
    -------
    str

    Raises
    ------
    DataError
        If the table is something else.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> row = gl.compare_groups(runners, "cadence_spm", "speed_m_s", groups=(4.5, 2.5))
    >>> print(in_words(row))
    Cadence (steps/min), 4.5 minus 2.5: +21.9 (95 % CI +18.3 to +25.6; 28 pairs). Higher.
    """
    needed = {"measure", "groups", "difference", "ci_low", "p_holm", "n_1", "warning"}
    if not isinstance(comparison, pd.DataFrame) or not needed <= set(comparison):
        raise DataError(
            f"a {type(comparison).__name__} was given. Expected the table that "
            "glutelab.compare_groups gives for two groups."
        )
    lines, said = [], []
    for _, row in comparison.iterrows():
        lines.append(_sentence(row))
        said += [text for text in _caveats(row["warning"]) if text not in said]
    return lay_out([*lines, *said])


def lay_out(lines: list[str]) -> str:
    """Lines as a paragraph each, at most 98 characters wide; a mean keeps its deviation.

    Parameters
    ----------
    lines : list of str

    Returns
    -------
    str
    """
    lay = textwrap.TextWrapper(98, subsequent_indent="    ", break_on_hyphens=False)
    kept = [line.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}") for line in lines]
    return "\n".join(lay.fill(line) for line in kept).replace("\N{NO-BREAK SPACE}", " ")


def _sentence(row: pd.Series) -> str:
    at = f" at {row['speed_m_s']:g} m/s" if row["speed_m_s"] == row["speed_m_s"] else ""
    what = f"{_name(row)}{at}, {row['groups']}"
    if np.isnan(row["difference"]):
        return f"{what}: {_first(row['warning'])}"
    digits = _digits(row)
    difference, low, high = (
        f"{row[name]:+.{digits}f}" for name in ("difference", "ci_low", "ci_high")
    )
    people = _people(row)
    if np.isnan(row["ci_low"]):
        return f"{what}: {difference} ({people}). Cannot tell: too few to say how sure."
    return f"{what}: {difference} (95 % CI {low} to {high}; {people}). {_verdict(row, low, high)}"


def _name(row: pd.Series) -> str:
    label = column(row["measure"]).label
    return f"{label} ({row['unit']})" if row["unit"] else label


def _people(row: pd.Series) -> str:
    if "pair" in str(row["test"]) or "sign" in str(row["test"]):
        return f"{row['n_1']} pairs"
    return f"{row['n_1']} and {row['n_2']} runners"


def _verdict(row: pd.Series, low: str, high: str) -> str:
    away = row["ci_low"] > 0 or row["ci_high"] < 0
    if away and row["p_holm"] <= ALPHA:
        return "Higher." if row["difference"] > 0 else "Lower."
    if row["p_equivalence"] <= ALPHA:
        return (
            f"Too small to matter: less than {row['equivalence_margin']:g} {row['unit']}".rstrip()
            + "."
        )
    if away:
        tests = int(row["n_tests"])
        return f"Cannot tell: one of {tests} tests, and corrected for that p = {row['p_holm']:.2g}."
    return f"Cannot tell: anything from {low} to {high} is possible."


def _digits(row: pd.Series) -> int:
    """Decimals that show the interval to two figures."""
    width = row["ci_high"] - row["ci_low"]
    size = width if width > 0 else abs(row["difference"])
    return int(np.clip(1 - np.floor(np.log10(size)), 0, 4)) if size > 0 else 1


def _first(warning: str) -> str:
    for text in warning.split(". "):
        if text.startswith(_ANSWERS):
            return text.rstrip(".") + "."
    return "Cannot tell."


def _caveats(warning: str) -> list[str]:
    """What has to be known of the runners; what is about one measure stands in its sentence."""
    sentences = [text.rstrip(".") for text in warning.split(". ") if text]
    return [f"{text}." for text in sentences if not text.startswith((*_ANSWERS, _ASKED))]
