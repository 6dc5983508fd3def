"""What processing found out about the trials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from glutelab.batch import StoredTrials

__all__ = ["describe_trials", "say_of_some", "summed_up"]

_FLIPPED = "Change its sign. [sign]"
_OF_SOME = "Mend this file: a factor in the recipe would turn all trials. [sign]"


def describe_trials(
    trials: pd.DataFrame, processed: Mapping, jobs: Mapping
) -> tuple[pd.DataFrame, list[str]]:
    """The table of trials with what processing found out, beside what the recipe says.

    Parameters
    ----------
    trials : DataFrame
    processed : mapping of str to ProcessedTrial
    jobs : dict of str to dict
        What each trial was made of; empty for a table of curves.

    Returns
    -------
    trials : DataFrame
    findings : list of str
        That did not stop their trial.
    """
    rows, findings = {}, []
    stored = isinstance(processed, StoredTrials)
    for name in processed:
        trial = processed.without_curves(name) if stored else processed[name]
        rows[name] = {
            "duration_s": trial.duration_s,
            "event_method": trial.event_method,
            "candidate_strides": len(trial.ledger),
            "kept_strides": len(trial.strides),
            "kinetics_method": trial.kinetics_method or None,
            "notes": _without_files("; ".join(trial.notes), jobs.get(name)) or None,
        }
        findings += [note for note in trial.notes if note.endswith("]")]
    found = pd.DataFrame.from_dict(rows, orient="index")
    if found.empty:
        return trials, findings
    trials = trials.set_index("trial_id")
    if "notes" in trials:
        own = trials["notes"].reindex(found.index)
        both = own.str.cat(found["notes"], sep="; ")
        found["notes"] = both.fillna(found["notes"]).fillna(own)
    new = found.drop(columns=[n for n in found if n in trials and n != "notes"])
    trials = trials.drop(columns=["notes"], errors="ignore").join(new)
    return trials.dropna(axis=1, how="all").reset_index(), findings


def _without_files(notes: str, job: Mapping | None) -> str:
    """Notes without the names of files: those may hold the name of a person."""
    if job is None:
        return notes
    paths = [*(path for path, _ in job["files"]), *job["beside"].values()]
    for stem in {path.name.partition(".")[0] for path in paths} - {""}:
        name = rf"(?<!\w){re.escape(stem)}[\w()-]*(\.[A-Za-z]\w*)+"
        notes = re.sub(rf"{name}: ", "", notes)
        notes = re.sub(name, "the file", notes)
    return notes


def say_of_some(sentences: Iterable[str], n_trials: int) -> list[str]:
    """Of signs that only some trials have flipped: the recipe would turn them all.

    Parameters
    ----------
    sentences : iterable of str
        What stops trials.
    n_trials : int
        How many there are.

    Returns
    -------
    list of str

    Examples
    --------
    >>> say_of_some(["a.csv: flipped. Change its sign. [sign]"], 8)
    ['a.csv: flipped. Mend this file: a factor in the recipe would turn all trials. [sign]']
    """
    listed = list(sentences)
    flipped = sum(_FLIPPED in sentence for sentence in listed)
    if not 0 < flipped < n_trials:
        return listed
    return [sentence.replace(_FLIPPED, _OF_SOME) for sentence in listed]


def summed_up(sentences: Iterable[str]) -> list[str]:
    """What is wrong with many files in the same way, said once.

    Parameters
    ----------
    sentences : iterable of str
        Each begins with the file it is about.

    Returns
    -------
    list of str
    """
    places: dict[str, list[str]] = {}
    for sentence in sentences:
        where, mark, rest = sentence.partition(": ")
        places.setdefault(f"{mark}{rest}", []).append(where)
    return [
        where[0] + (f" (and {len(where) - 1:,} more)" if len(where) > 1 else "") + rest
        for rest, where in places.items()
    ]
