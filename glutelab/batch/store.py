"""Finished trials on disk, each in a folder of its own, read when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import pyarrow as pa

from glutelab.errors import DataError, say
from glutelab.processing import ProcessedTrial

__all__ = ["StoredTrials", "save_trial"]

_UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile, pa.ArrowException)


class StoredTrials(Mapping[str, ProcessedTrial]):
    """Trials by name; each is read when it is asked for, and not kept.

    Parameters
    ----------
    folders : dict of str to Path
        Trial name to the folder of its result.
    problems : dict of str to str
        Trials that could not be processed, and why.

    Attributes
    ----------
    problems : dict of str to str
    """

    def __init__(self, folders: Mapping[str, Path], problems: Mapping[str, str] | None = None):
        self._folders = dict(folders)
        self.problems = dict(problems or {})

    def __getitem__(self, name: str) -> ProcessedTrial:
        return replace(self.without_curves(name), curves=self.curves(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)

    def __repr__(self) -> str:
        return f"StoredTrials({len(self)} trials, {len(self.problems)} with problems)"

    def without_curves(self, name: str) -> ProcessedTrial:
        """A trial whose curves, nearly all of what is stored of it, are not read."""
        tables = (self.table(name, which) for which in ("strides", "ledger"))
        return ProcessedTrial(*tables, {}, **self.about(name))

    def table(self, name: str, which: str) -> pd.DataFrame:
        """One table of a trial, without reading its curves.

        Parameters
        ----------
        name : str
        which : {"strides", "ledger"}

        Returns
        -------
        DataFrame

        Raises
        ------
        DataError
            If the stored file cannot be read.
        """
        return self._read(name, f"{which}.parquet", pd.read_parquet)

    def curves(self, name: str) -> dict[str, np.ndarray]:
        """Curves of a trial, shape (n_kept, 101) each, without reading its tables."""
        return self._read(name, "curves.npz", _read_curves)

    def about(self, name: str) -> dict:
        """What else is known of a trial: ``event_method, duration_s, notes, kinetics_method``."""
        return self._read(name, "about.json", lambda path: json.loads(path.read_text("utf-8")))

    def _read(self, name: str, file: str, reader):
        path = self._folders[name] / file
        try:
            return reader(path)
        except _UNREADABLE as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            found = f"what was stored of it cannot be read ({file}: {reason})"
            remedy = f"Remove the folder {path.parent} and start again; only this is done anew."
            raise DataError(say(f"trial {name}", found, "", remedy)) from error


def _read_curves(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def save_trial(trial: ProcessedTrial, folder: Path) -> None:
    """Write a trial into an empty folder; the same trial gives the same bytes."""
    trial.strides.to_parquet(folder / "strides.parquet")
    trial.ledger.to_parquet(folder / "ledger.parquet")
    np.savez(folder / "curves.npz", **trial.curves)
    about = {
        "event_method": trial.event_method,
        "duration_s": trial.duration_s,
        "notes": list(trial.notes),
        "kinetics_method": trial.kinetics_method,
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
