"""The tables, curves and description of a cohort, from what was read and processed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from glutelab import __version__
from glutelab.batch import StoredTrials
from glutelab.intake.recipe import Recipe
from glutelab.schema import LEDGER, STRIDES

__all__ = ["CurveBlocks", "describe", "ledger_table", "stride_table"]

_ROUNDED = ("start_s", "end_s", "value", "kinetics_value")


class CurveBlocks:
    """The curves of one trial after the other; only one trial is in memory at a time.

    Variables that some trials lack are NaN there.

    Parameters
    ----------
    processed : mapping of str to ProcessedTrial
    """

    def __init__(self, processed: StoredTrials):
        self._processed = processed
        self.variables = tuple(
            dict.fromkeys(name for trial in processed.values() for name in trial.curves)
        )

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        for trial in self._processed.values():
            empty = np.full((len(trial.strides), 101), np.nan, np.float32)
            yield {name: trial.curves.get(name, empty) for name in self.variables}


def stride_table(trials: pd.DataFrame, processed: Mapping) -> pd.DataFrame:
    """One row per kept stride of all trials, in their order.

    Parameters
    ----------
    trials : DataFrame
    processed : mapping of str to ProcessedTrial

    Returns
    -------
    DataFrame
    """
    parts = [_table(processed, name, "strides").assign(trial_id=name) for name in processed]
    strides = pd.concat(parts, ignore_index=True)
    same = [n for n in ("runner_id", "speed_m_s", "slope_pct", "shoe", "session") if n in trials]
    strides = strides.merge(trials[["trial_id", *same]], on="trial_id", how="left")
    return STRIDES.in_order(strides)


def ledger_table(trials: pd.DataFrame, processed: Mapping) -> pd.DataFrame:
    """One row per candidate stride of all trials.

    Parameters
    ----------
    trials : DataFrame
    processed : mapping of str to ProcessedTrial

    Returns
    -------
    DataFrame
    """
    parts = [_table(processed, name, "ledger").assign(trial_id=name) for name in processed]
    ledger = pd.concat(parts, ignore_index=True)
    ledger = ledger.merge(trials[["trial_id", "runner_id"]], on="trial_id", how="left")
    return LEDGER.in_order(ledger.round(dict.fromkeys(_ROUNDED, 6)))


def _table(processed: Mapping, name: str, which: str) -> pd.DataFrame:
    """Strides or ledger of a trial, without its curves where they lie on disk."""
    if isinstance(processed, StoredTrials):
        return processed.table(name, which)
    return getattr(processed[name], which)


def describe(recipe: Recipe) -> dict:
    """The description that the cohort carries: source, level mapping, signs, processing.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    dict
    """
    about = recipe.cohort
    sources = {"title": about.source, "doi": about.doi}
    return {
        "name": about.name,
        "title": about.title or about.name,
        "version": "1.0.0",
        "simulated": about.simulated,
        "laboratory": about.laboratory,
        "sources": [{k: v for k, v in sources.items() if v}] if about.source or about.doi else [],
        "licenses": [{"name": about.license}] if about.license else [],
        "level_mapping": dict(recipe.runners.words.get("level", {})),
        "sign_changes": _sign_changes(recipe),
        "processing": {
            "imported_with": f"glutelab {__version__}",
            "start": about.start,
            "files": recipe.trials.recordings or recipe.trials.sheet.file,
            **_how(recipe),
            "findings_accepted": list(recipe.checks.accept),
        },
    }


def _how(recipe: Recipe) -> dict[str, str]:
    if recipe.cohort.start == "markers":
        markers = recipe.markers
        return {
            "axes": f"forward was {markers.forward}, up was {markers.up} in the files",
            "filter": "markers: Butterworth, zero-lag, 3 dB down at 10 Hz after both passes",
            "events": recipe.events.source,
        }
    if recipe.cohort.start in ("angles", "curves"):
        return {
            "angles": recipe.angles.preset or "columns of the recipe",
            "filter": "none: as they were exported",
        }
    return {}


def _sign_changes(recipe: Recipe) -> dict[str, str]:
    changed = {}
    for side, columns in recipe.angles.columns.items():
        for name, column in columns.items():
            if column.factor != 1 or column.offset_deg:
                what = f"{column.factor:g} times {column.column} plus {column.offset_deg:g}"
                changed[f"{side} {name}"] = what
    return changed
