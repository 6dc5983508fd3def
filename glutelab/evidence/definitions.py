"""What may be pooled with what: one question, each study once, simulated apart from real."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import list_names
from glutelab.contrasts.rows import listed
from glutelab.errors import DataError, ProblemList
from glutelab.evidence.scales import SCALES
from glutelab.schema.check import suggest_name
from glutelab.schema.effects import EFFECT_KINDS

__all__ = ["MIXABLE", "check_effects", "list_mixing", "refuse_mixing", "refuse_twice"]

MIXABLE = ("groups", "outcome", "speed", "adjusted_for")
_NUMBERS = ("value", "ci_low", "ci_high", "confidence", "se", "n", "n_1", "n_2", "speed_m_s")
_WORDS = ("study", "effect", "design", "reference", "exposure", "outcome", "measure", "unit")
_MORE_WORDS = ("outcome_measure", "speed", "adjusted_for", "positive_means", "note", "warning")
_MADE_BY = (
    "Expected rows of glutelab.study_rows(...) or glutelab.published_effects(), or a table with "
    "study, effect and value."
)


def check_effects(effects: object) -> pd.DataFrame:
    """A copy with all columns that pooling looks at; refuses what is no table of effects.

    Raises
    ------
    DataError
        All that is wrong, one sentence each.
    """
    if not isinstance(effects, pd.DataFrame):
        raise DataError(f"a {type(effects).__name__} was given. {_MADE_BY}")
    missing = [name for name in ("study", "effect", "value") if name not in effects]
    if missing:
        raise DataError(f"the table has no column {', '.join(missing)}. {_MADE_BY}")
    table = effects.reset_index(drop=True)
    problems = []
    for name in _NUMBERS:
        given = table[name] if name in table else pd.Series(np.nan, table.index)
        table[name] = pd.to_numeric(given, errors="coerce").astype(float)
        bad = table[name].isna() & given.notna() | np.isinf(table[name])
        problems += [_say(table, at, f"{name} is {given[at]!r}", "a number") for at in _at(bad)]
    for name in (*_WORDS, *_MORE_WORDS):
        given = table[name] if name in table else pd.Series("", table.index)
        table[name] = given.astype(object).where(given.notna(), "").astype(str)
    made = table["simulated"] if "simulated" in table else pd.Series(False, table.index)
    made = made.astype(str).str.lower().isin(["true", "1", "1.0"])
    table["simulated"] = made | (table["study"] == "simulated")
    problems += _impossible(table)
    if problems:
        raise ProblemList("the table of effects", problems)
    return table


def _impossible(table: pd.DataFrame) -> list[str]:
    said = [
        _say(table, at, "study is empty", "the name of the study or cohort")
        for at in _at(table["study"].str.strip() == "")
    ]
    for at in _at(~table["effect"].isin(EFFECT_KINDS)):
        close = suggest_name(table["effect"][at], list(EFFECT_KINDS))
        hint = f" Did you mean {close!r}?" if close else ""
        kinds = ", ".join(EFFECT_KINDS)
        said.append(_say(table, at, f"effect is {table['effect'][at]!r}", f"one of {kinds}") + hint)
    r, value = table["effect"] == "r", table["value"]
    checks = [
        (r & (value.abs() > 1), "value", "a correlation, from -1 to 1"),
        (
            (table["effect"] == "percent_change") & (value <= -100),
            "value",
            "a change of more than -100 %",
        ),
        (table["se"] <= 0, "se", "a standard error above 0"),
        ((table["confidence"] <= 0.5) | (table["confidence"] >= 1), "confidence", "such as 0.95"),
        *(((table[name] < 1) & value.notna(), name, "1 or more") for name in ("n", "n_1", "n_2")),
        (table["ci_low"] > value, "ci_low", "no more than the value"),
        (table["ci_high"] < value, "ci_high", "no less than the value"),
    ]
    for wrong, name, expected in checks:
        said += [_say(table, at, f"{name} is {table[name][at]:g}", expected) for at in _at(wrong)]
    for at in _at(table[["ci_low", "ci_high"]].notna().all(axis=1) & table["confidence"].isna()):
        said.append(_say(table, at, "there is an interval without confidence", "its level, 0.95"))
    return said


def _at(rows: pd.Series) -> list[int]:
    return list(np.flatnonzero(rows.to_numpy(bool)))


def _say(table: pd.DataFrame, at: int, found: str, expected: str) -> str:
    return f"row {at + 1} ({table['study'][at]}): {found}. Expected {expected}."


def list_mixing(given: object) -> list[str]:
    """Which definitions may differ.

    Raises
    ------
    DataError
    """
    names = list_names(given, "mixing")
    for name in names:
        if name not in MIXABLE:
            close = suggest_name(str(name), list(MIXABLE))
            hint = f" Did you mean {close!r}?" if close else ""
            raise DataError(
                f"mixing names {name!r}. Expected some of {', '.join(MIXABLE)}; measure, unit and "
                f"kind of effect are never mixed.{hint}"
            )
    return names


def refuse_mixing(studies: pd.DataFrame, beside: pd.DataFrame, mixing: Sequence[str]) -> list[str]:
    """One question only; sentences on what was mixed because it was asked for.

    Parameters
    ----------
    studies : DataFrame
        Rows that would be pooled, and those that would be but for a missing interval.
    beside : DataFrame
        Meta-analyses: they have to be about the same measure and kind of effect.
    mixing : sequence of str

    Raises
    ------
    DataError
        If studies differ in what they ask.
    """
    both = pd.concat([studies, beside])
    asked = _definitions(both)
    told = []
    for name in ("measure", "effect", "unit"):
        if asked[name].nunique() > 1:
            raise DataError(
                f"these are several questions: {name} of {_series(asked[name])}. Keep one, for "
                f"example effects[effects[{name!r}] == ...], and pool each by itself."
            )
    asked = asked.iloc[: len(studies)]
    for name in MIXABLE:
        if asked[name].nunique() < 2:
            continue
        found = f"{_CALLED[name]} differ between studies: {_series(asked[name])}"
        if name not in mixing:
            raise DataError(
                f"{found}. Keep one of them; or, if they may be taken for one, say so: "
                f"mixing=[{name!r}]."
            )
        told.append(f"{found[:1].upper()}{found[1:]}; they were taken for one on request.")
    return told


_CALLED = {
    "groups": "groups",
    "outcome": "outcomes",
    "speed": "speeds",
    "adjusted_for": "covariates",
}


def _definitions(table: pd.DataFrame) -> pd.DataFrame:
    """What each row asks, in words that are equal if the question is."""
    contrast = table["effect"].map(lambda kind: kind in SCALES and SCALES[kind].contrast)
    speed = table["speed_m_s"].map(lambda one: f"{one:.4g} m/s", na_action="ignore")
    covariates = table["adjusted_for"].map(
        lambda text: ", ".join(sorted(one.strip() for one in text.split(",") if one.strip()))
    )
    empty = table["measure"] == ""
    # A measure without a column of ours goes by the words of the publication.
    words = table["exposure"].where(~contrast, table["outcome"])
    return pd.DataFrame(
        {
            "measure": table["measure"].where(~empty, words),
            "effect": table["effect"],
            "unit": table["unit"],
            "groups": table["exposure"].where(contrast, ""),
            "outcome": table["outcome_measure"]
            .where(table["outcome_measure"] != "", table["outcome"])
            .where(~contrast | (table["outcome_measure"] != ""), ""),
            "speed": speed.astype(object).where(speed.notna(), table["speed"]),
            "adjusted_for": covariates,
        }
    )


def _series(values: pd.Series) -> str:
    return listed(sorted("not stated" if one == "" else one for one in values.unique()))


def refuse_twice(studies: pd.DataFrame) -> None:
    """No study, and no publication, counts twice.

    Raises
    ------
    DataError
    """
    for name, what in (("study", "study"), ("reference", "publication")):
        known = studies[studies[name] != ""]
        again = known[known.duplicated(name)]
        if len(again):
            one = again[name].iloc[0]
            n = int((known[name] == one).sum())
            raise DataError(
                f"{n} effects are of one {what}, {one}: its runners would count {n} times. Keep "
                "one of them (one speed, one measure)."
            )
