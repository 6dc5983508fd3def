"""A comparison as the sentences one would write about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.wording import lay_out
from glutelab.errors import DataError
from glutelab.groups.verdict import say_verdict, unit_after
from glutelab.schema import plain_label
from glutelab.sentences import split

__all__ = ["in_words", "lines_of"]

_NEEDED = {
    "measure",
    "unit",
    "speed_m_s",
    "groups",
    "n_1",
    "n_2",
    "difference",
    "ci_low",
    "ci_high",
}
_NEEDED |= {"test", "p_holm", "n_tests", "equivalence_margin", "p_equivalence_holm", "confidence"}
_NEEDED |= {"adjusted_for", "warning"}
_ASKED = "Left out by"  # because other groups were named


def in_words(comparison: pd.DataFrame) -> str:
    """A comparison as lines one would write about it, each with a verdict by the same rule.

    The verdict looks at the interval of the difference and at p corrected for all tests of the
    table (Holm): *higher* or *lower* if both exclude zero, with what the contrast is confounded
    with, or that the runners are too few to rely on it; *too small to matter* if the equivalence
    margin, where one was stated, is excluded (Holm, too); else *cannot tell*, and the interval says
    what is left open. That a difference was not found is never called "no difference".

    Parameters
    ----------
    comparison : DataFrame
        From `compare_groups`, of two groups or conditions.

    Returns
    -------
    str
        Rows of the same contrast and runners under one heading; then what has to be known of the
        runners, each sentence once.

    Raises
    ------
    DataError
        If the table is something else.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.runner_means(gl.load_cohort("rbds2017"))
    >>> row = gl.compare_groups(runners, "cadence_spm", "speed_m_s", groups=(4.5, 2.5))
    >>> print(gl.in_words(row))
    4.5 minus 2.5 (28 pairs)
      Cadence: +21.9 steps/min (95 % CI +18.3 to +25.6). Higher.
    """
    return lay_out(lines_of(comparison))


def lines_of(comparison: pd.DataFrame) -> list[str]:
    """The lines of `in_words`, each as long as it is.

    Parameters
    ----------
    comparison : DataFrame

    Returns
    -------
    list of str
    """
    if not isinstance(comparison, pd.DataFrame) or not _NEEDED.issubset(comparison):
        raise DataError(
            f"a {type(comparison).__name__} was given. Expected the table that "
            "glutelab.compare_groups gives for two groups."
        )
    # Read back from a file, an empty warning is a missing one.
    comparison = comparison.assign(warning=comparison["warning"].astype(object).fillna(""))
    lines, said, heading = [], [], None
    for _, row in comparison.iterrows():
        said += [text for text in _caveats(row["warning"]) if text not in said]
        if _unmeasured(row["warning"]):
            continue
        if (here := _heading(row)) != heading:
            lines.append(here)
            heading = here
        lines.append(f"  {_sentence(row)}")
    absent = comparison.loc[comparison["warning"].map(_unmeasured), "measure"]
    if len(absent):
        labels = [plain_label(name) for name in absent.unique()]
        said.insert(0, f"Not measured in this cohort: {', '.join(labels)}.")
    return [*lines, *said]


def _heading(row: pd.Series) -> str:
    at = f"At {row['speed_m_s']:.4g} m/s, " if row["speed_m_s"] == row["speed_m_s"] else ""
    if "pair" in str(row["test"]) or "sign" in str(row["test"]):
        people = f"{row['n_1']} pairs"
    else:
        people = f"{row['n_1']} and {row['n_2']} runners"
    adjusted = f", adjusted for {row['adjusted_for']}" if row["adjusted_for"] else ""
    return f"{at}{row['groups']} ({people}){adjusted}"


def _sentence(row: pd.Series) -> str:
    label = plain_label(row["measure"])
    if np.isnan(row["difference"]):
        return f"{label}: {_first(row['warning'])}"
    digits = _digits(row)
    difference, low, high = (
        f"{row[name]:+z.{digits}f}" for name in ("difference", "ci_low", "ci_high")
    )
    found = f"{label}: {difference}{unit_after(row)}"
    if np.isnan(row["ci_low"]):
        return f"{found}. Cannot tell: too few runners to say how sure."
    sure = f"{100 * row['confidence']:g}"
    return f"{found} ({sure} % CI {low} to {high}). {say_verdict(row)}"


def _digits(row: pd.Series) -> int:
    """Decimals that show the interval to two figures."""
    width = row["ci_high"] - row["ci_low"]
    size = width if width > 0 else abs(row["difference"])
    return int(np.clip(1 - np.floor(np.log10(size)), 1, 4)) if size > 0 else 1


def _unmeasured(warning: str) -> bool:
    return any(text.startswith("Not measured") for text in split(warning))


def _first(warning: str) -> str:
    return next((text for text in split(warning) if text.startswith("Cannot tell")), "Cannot tell.")


def _caveats(warning: str) -> list[str]:
    """What has to be known of the runners; what is about one measure stands in its line."""
    apart = ("Not measured", "Cannot tell:", _ASKED)
    return [text for text in split(warning) if not text.startswith(apart)]
