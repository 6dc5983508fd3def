"""What a card says in words: its heading, one sentence per measure, and what it does not show."""

from __future__ import annotations

import pandas as pd

from glutelab.explore.card.choose import Chosen
from glutelab.explore.card.panel import HIP_WORK
from glutelab.explore.card.strip import say_value
from glutelab.explore.card.table import (
    BETWEEN,
    GIVEN,
    HIGHER,
    LOWER,
    NO_DIFFERENCE,
    WITHIN,
)
from glutelab.explore.words import say_side
from glutelab.selection import ENOUGH
from glutelab.sentences import split

__all__ = [
    "heading",
    "notes",
    "say_cohort",
    "say_conditions",
    "say_error",
    "say_percentile",
    "say_row",
    "say_sources",
    "say_too_few",
    "say_why",
    "tally",
]

QUESTION = "Are my glutes engaging?"
NOT_SHOWN = (
    "No sensor measured the activity of the glutes or of any other muscle in these runners. "
    "Angles and reach say where pelvis and leg were, not which muscle took them there."
)
NO_TARGET = (
    "A percentile is a place among these runners. It is no target, and no end is called good."
)
_DIRECTION = "less forward tilt, more extension, the leg further behind."
_ARROW = (
    "The arrow points the way of the article (relax the hip flexors, let the leg flow back): "
    + _DIRECTION
)
_IN_WORDS = "The article (relax the hip flexors, let the leg flow back) describes " + _DIRECTION
_ERRORS = {
    WITHIN: "SEM is that within one session: first against second half of the recording, markers "
    "in place. It is the least error there is. With markers set anew, on another day, it is "
    "larger; how much is not known for these runners and has to be measured.",
    BETWEEN: "SEM is that between sessions of the same runners.",
    GIVEN: "MDC95 marked as given rests on an SEM stated by whoever made this card.",
}


def heading(chosen: Chosen) -> str:
    """Runner and speed."""
    return f"{chosen.runner['runner_id']} at {chosen.conditions['speed_m_s']:.4g} m/s"


def say_conditions(chosen: Chosen) -> str:
    """Side, strides and whatever else the recording was made under."""
    slope = chosen.conditions.get("slope_pct")
    parts = [say_side(chosen.side), f"{chosen.runner['n_strides']:g} strides"]
    if slope is not None and slope == slope and slope:
        parts.append(f"slope {slope:g} %")
    for name in ("shoe", "session"):
        value = chosen.conditions.get(name)
        if isinstance(value, str) or (value is not None and value == value):
            parts.append(f"{name} {value}")
    return ", ".join(parts)


def say_cohort(chosen: Chosen) -> str:
    """Beside whom the runner is set."""
    return f"beside {len(chosen.others)} other {chosen.against}, same speed and side"


def say_percentile(row: pd.Series) -> str:
    """The percentile with its interval: ``35 [33, 37]``."""
    if pd.isna(row["percentile"]):
        return ""
    text = f"{row['percentile']:.0f}"
    if pd.isna(row["percentile_low"]):
        return text
    return f"{text} [{row['percentile_low']:.0f}, {row['percentile_high']:.0f}]"


def say_why(row: pd.Series) -> str:
    """The difference beside the error it has to exceed, for the small line of a verdict."""
    if pd.isna(row["difference"]):
        return ""
    found, error = _difference(row, brief=True)
    if not error:
        return found
    if row["unit"] != "°":  # once is enough
        found = found.split("\u00a0")[0]
    return f"{found}, MDC95 {error}" + (" (given)" if row["error_source"] == GIVEN else "")


def _difference(row: pd.Series, *, brief: bool) -> tuple[str, str]:
    """Difference and MDC95; a verdict that hangs on the next decimal shows it."""
    names = ("difference", "mdc95")
    found, error = (say_value(row, name, brief=brief) for name in names)
    if found.lstrip("+−") == error:
        found, error = (say_value(row, name, brief=brief, fine=True) for name in names)
    return found, error


def say_row(row: pd.Series, *, alone: bool = True) -> str:
    """One measure as a sentence; not alone, that there is no verdict was said for all at once."""
    if pd.isna(row["value"]):
        return f"{row['label']}: {_small(row['verdict'])}."
    found = f"{row['label']}: {say_value(row)}"
    if not alone:
        return f"{found}."
    if row["verdict"] not in (HIGHER, LOWER, NO_DIFFERENCE):
        place = f" Percentile {say_percentile(row)}." if say_percentile(row) else ""
        return f"{found}. {row['verdict']}.{place}"
    difference, error = _difference(row, brief=False)
    return (
        f"{found}, {row['verdict']} ({say_value(row, 'median')}): {difference}, MDC95 {error}. "
        f"Percentile {say_percentile(row)}, {row['position']}."
    )


def tally(table: pd.DataFrame) -> str:
    """How many measures are higher, lower, no different, or without an answer."""
    kinds = {
        HIGHER: "higher",
        LOWER: "lower",
        NO_DIFFERENCE: "no different beyond error",
    }
    counts = table["verdict"].map(kinds).fillna("without an answer").value_counts()
    order = [*kinds.values(), "without an answer"]
    said = ", ".join(f"{counts[kind]} {kind}" for kind in order if kind in counts)
    return f"Against the middle of the others: {said}."


def say_too_few(table: pd.DataFrame, chosen: Chosen) -> str:
    """One sentence for the whole card, if no measure has enough other runners; else empty."""
    known = table[table["value"].notna()]
    if known.empty or (known["n_runners"] >= ENOUGH).any():
        return ""
    n = int(known["n_runners"].max())
    whom = chosen.against.removeprefix("runners of ")
    return (
        f"Cannot tell: {n} other runner{'' if n == 1 else 's'} of {whom}, at this speed and side. "
        f"Percentiles and verdicts need {ENOUGH} or more."
    )


def say_error(table: pd.DataFrame) -> str:
    """Which error a difference had to exceed, in one sentence."""
    sources = set(table["error_source"])
    said = {
        WITHIN: "within one session (between days it is larger, and not known for these runners)",
        BETWEEN: "between sessions",
        GIVEN: "as given",
    }
    kinds = [text for source, text in said.items() if source in sources]
    return f"The error is that {' or '.join(kinds)}." if kinds else ""


def notes(table: pd.DataFrame, chosen: Chosen, *, drawn: bool = True) -> list[tuple[str, str]]:
    """What has to be read with the numbers, as pairs of lead-in and text.

    Parameters
    ----------
    table : DataFrame
    chosen : Chosen
    drawn : bool
        Whether there are arrows to explain.
    """
    sources = [source for source in _ERRORS if source in set(table["error_source"])]
    errors = " ".join(_ERRORS[source] for source in sources)
    if {"standing_pelvic_tilt_deg", "pelvic_tilt_from_standing_deg"} & set(table["measure"]):
        errors += " Standing was recorded once; its error is in none of these numbers."
    share = table[table["measure"] == HIP_WORK]
    if share["value"].notna().any() and share["sem"].isna().all():
        errors += (
            " What the hip's share of work is most wrong by is where force was measured (5 mm of "
            "the center of pressure move it by some 3 points); halves of a recording share that."
        )
    beyond = " Only a difference beyond MDC95 (1.96 √2 SEM) is told." if sources else ""
    read = (
        "Percentile: how many in 100 of the other runners are lower (of equal ones one half; the "
        "runner is not among them), and its range at the value ± 1.96 SEM. "
        + (_ARROW if drawn else _IN_WORDS)
    )
    cautions = [*chosen.notes, *split(table["warning"].iloc[0])]
    said = [
        (QUESTION, f"This card cannot say. {NOT_SHOWN} {NO_TARGET}"),
        ("How to read it.", read),
        ("Measurement error.", (errors + beyond).strip() or "It is not known here."),
        ("These runners.", " ".join(cautions)),
    ]
    return [(lead, text) for lead, text in said if text]


def say_sources(cohort) -> str:
    """Where the data come from, without addresses."""
    names = []
    for source in cohort.about.get("sources", []):
        doi = f"doi {source['doi']}" if source.get("doi") else ""
        names.append(", ".join(part for part in (str(source.get("title", "")), doi) if part))
    licenses = ", ".join(
        str(item.get("name") or item.get("title") or "")
        for item in cohort.about.get("licenses", [])
    )
    return "; ".join(part for part in (*names, licenses) if part)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
