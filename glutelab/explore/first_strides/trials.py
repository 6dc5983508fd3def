"""Where the strides come from: trials just processed, made when asked for, or a cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort import Cohort
from glutelab.cohort.checks import check_curves
from glutelab.errors import DataError
from glutelab.explore.choices import cohort_code
from glutelab.processing import ProcessedTrial
from glutelab.schema import CURVES

__all__ = ["PANELS", "Trials"]

# In the order in which they are looked at.
PANELS = (
    "hip_flexion_deg",
    "knee_flexion_deg",
    "ankle_dorsiflexion_deg",
    "pelvic_tilt_deg",
    "thigh_angle_deg",
)
Findings = Mapping[str, Sequence[str]] | Callable[[str], Sequence[str]] | None


class Trials:
    """Trials by name, each read when it is first shown.

    Parameters
    ----------
    given : folder, Cohort, ProcessedTrial, or mapping of str to ProcessedTrial
        A folder of exports with its recipe, whose trials are processed when they are shown, also
        those that an import would refuse. A value of the mapping may be a function that gives the
        trial.
    findings : mapping or callable, optional
        Sentences on a trial, by its name. By default what the schema finds odd in its curves.
    speeds_m_s : float or mapping of str to float, optional
        By default that of the cohort, or stride length by stride time.
    """

    def __init__(self, given, findings: Findings = None, speeds_m_s: float | Mapping | None = None):
        if isinstance(given, ProcessedTrial):
            given = {"trial": given}
        folder = str(given) if isinstance(given, str | Path) else ""
        if folder:
            from glutelab.intake.preview import Preview  # not needed for a cohort

            given = Preview(folder)
            speeds_m_s = given.speeds_m_s if speeds_m_s is None else speeds_m_s
            findings = self._noted if findings is None else findings
        if isinstance(given, Cohort):
            self.names = given.strides["trial_id"].drop_duplicates().tolist()
            self.code, self.simulated = cohort_code(given), bool(given.simulated)
        elif isinstance(given, Mapping):
            self.names, self.simulated = [str(name) for name in given], False
            self.code = repr(folder) if folder else "trials"
        else:
            raise DataError(
                f"trials are a {type(given).__name__}. Expected a cohort, a folder with a recipe, "
                "or processed trials by name, as in {'S01_T35': process_angles(angles, events)}."
            )
        if not self.names:
            raise DataError("there are no trials to show.")
        self._given, self._findings, self._speeds = given, findings, speeds_m_s
        self._read: dict[str, ProcessedTrial] = {}
        self._said: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, name: str) -> ProcessedTrial:
        if name not in self._read:
            if isinstance(self._given, Cohort):
                self._read = {name: _of_cohort(self._given, name)}  # one at a time is kept
            else:
                found = self._given[name]
                found = found() if callable(found) else found
                if not isinstance(found, ProcessedTrial):
                    kind = type(found).__name__
                    raise DataError(f"{name} is a {kind}. Expected a ProcessedTrial.")
                self._read = {name: found}
        return self._read[name]

    def findings(self, name: str) -> tuple[str, ...]:
        """What looks odd in a trial, in sentences."""
        if name not in self._said:
            if self._findings is None:
                said = _odd(self[name])
            elif callable(self._findings):
                said = self._findings(name)
            else:
                said = self._findings.get(name, ())
            self._said[name] = (said,) if isinstance(said, str) else tuple(said)
        return self._said[name]

    def _noted(self, name: str) -> list[str]:
        """Findings of an import, which stand in the notes; and why there are no strides."""
        trial = self[name]
        return [note for note in trial.notes if note.endswith("]") or trial.strides.empty]

    def speed(self, name: str) -> float:
        """Running speed, m/s; NaN if nothing says it."""
        given = self._speeds.get(name) if isinstance(self._speeds, Mapping) else self._speeds
        if given is not None and not pd.isna(given):
            return float(given)
        if isinstance(self._given, Cohort):
            table = self._given.trials
            return float(table.loc[table["trial_id"] == name, "speed_m_s"].iloc[0])
        strides = self[name].strides
        if {"stride_length_m", "stride_time_s"} <= set(strides) and len(strides):
            return float((strides["stride_length_m"] / strides["stride_time_s"]).median())
        return np.nan


def _of_cohort(cohort: Cohort, name: str) -> ProcessedTrial:
    rows = (cohort.strides["trial_id"] == name).to_numpy()
    curves = {one: cohort.curves(one)[rows] for one in PANELS if one in cohort.curve_variables}
    trial = cohort.trials[cohort.trials["trial_id"] == name].iloc[0]
    notes = trial.get("notes", "")
    ledger = cohort.ledger
    if ledger is None or "trial_id" not in ledger:
        ledger = pd.DataFrame({"kept": [True] * int(rows.sum()), "rule": ""})
    else:
        ledger = ledger[ledger["trial_id"] == name]
    method = trial.get("event_method", "")
    return ProcessedTrial(
        cohort.strides[rows].reset_index(drop=True),
        ledger,
        curves,
        "" if pd.isna(method) else str(method),
        np.nan,
        [] if pd.isna(notes) or not notes else [str(notes)],
    )


def _odd(trial: ProcessedTrial) -> list[str]:
    """What the data dictionary finds odd in the curves of each side."""
    said = []
    keys = trial.strides[["side", "stride"]].assign(trial_id="", runner_id="", speed_m_s=np.nan)
    for name, values in trial.curves.items():
        if name not in CURVES:
            continue
        for side in keys["side"].unique():
            rows = (keys["side"] == side).to_numpy()
            problems, warnings = check_curves(
                np.asarray(values, float)[rows], CURVES[name], keys[rows], ""
            )
            # Where it is, is known here: only the side is left to say.
            said += [f"{side} leg: {text.partition(': ')[2]}" for text in (*problems, *warnings)]
    return said
