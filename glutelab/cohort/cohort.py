"""The tables of one cohort, its curves, and its card."""

from __future__ import annotations

import difflib
import html
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort.checks import check_curves
from glutelab.cohort.curve_store import CurveStore
from glutelab.cohort.manifest import check_hash
from glutelab.errors import DataError, ProblemList
from glutelab.schema import CURVES, Column
from glutelab.schema.curves import POINTS

__all__ = ["Cohort"]

_KEPT_BYTES = 256e6  # of all curves together


class Cohort:
    """Runners, their trials and strides, and where they come from.

    Made by `read_cohort` and `load_cohort`, which check everything but the curves; those are read,
    and checked, when they are first asked for.

    Attributes
    ----------
    name, title : str
    folder : Path or None
        None if the cohort was made by a program and never written.
    about : dict
        The description (``datapackage.json``): sources, licenses, level mapping, processing.
    simulated : bool
        Whether the numbers were made up by a program, not measured on people.
    runners, legs, trials, strides, ledger : DataFrame
        As the data dictionary says; ``strides`` has the column ``cohort`` in front. ``strides``,
        ``legs`` and ``ledger`` are empty if the cohort came without them.
    curve_variables : tuple of str
        What `curves` can give.

    Examples
    --------
    >>> import glutelab as gl
    >>> cohort = gl.load_cohort("rbds2017")                         # doctest: +SKIP
    >>> cohort.curves("hip_flexion_deg").shape                      # doctest: +SKIP
    (7049, 101)
    """

    def __init__(
        self,
        folder: Path | None,
        about: dict,
        tables: Mapping[str, pd.DataFrame],
        curve_store: CurveStore | None = None,
        warnings: list[str] | None = None,
        notes: list[str] | None = None,
    ):
        self.folder = folder
        self.about = about
        self.name: str = about["name"]
        self.title: str = about.get("title", self.name)
        self.simulated: bool = about.get("simulated", False)
        self.runners = tables["runners"]
        self.legs = tables["legs"]
        self.trials = tables["trials"]
        self.strides = tables["strides"]
        self.ledger = tables["ledger"]
        self.curve_variables = curve_store.variables if curve_store else ()
        self._store = curve_store
        self._warnings = warnings or []
        self._notes = notes or []
        self._curves: dict[str, np.ndarray] = {}
        self._curve_warnings: dict[str, list[str]] = {}
        self._hash_problem: str | None = None

    def curves(
        self,
        variable: str,
        *,
        trials: Collection[str] | None = None,
        runner_ids: Collection[str] | None = None,
    ) -> np.ndarray:
        """Curves of one variable, in the order of ``strides``.

        Parameters
        ----------
        variable : str
            One of `curve_variables`, for example ``"hip_flexion_deg"``.
        trials, runner_ids : collection of str, optional
            Only these trials, or runners; the rows belong to the rows of ``strides`` that have
            them. Of a large cohort only the part of the file that holds them is loaded.

        Returns
        -------
        ndarray, shape (n_strides, 101), float32, read-only
            Degrees at 0..100 % of the gait cycle, both inclusive. NaN in all 101 points of a stride
            that could not be measured. The memory is Arrow's own: nothing is copied, unless the
            cohort is a large one.

        Raises
        ------
        DataError
            If the cohort has no such variable, trial or runner.
        ProblemList
            If the file is not the one the cohort was described with, or its values cannot be.

        Examples
        --------
        >>> cohort.curves("hip_flexion_deg", runner_ids=["RBDS003"])    # doctest: +SKIP
        """
        if variable not in self.curve_variables:
            close = difflib.get_close_matches(variable, self.curve_variables, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            names = ", ".join(self.curve_variables) or "none: it came without curves"
            raise DataError(f"{self.name} has no curves of {variable!r}.{hint} It has {names}.")
        if trials is not None or runner_ids is not None:
            return self._some_curves(variable, trials, runner_ids)
        if variable not in self._curves:
            problems = self._read_curves(variable)
            if problems:
                raise ProblemList(str(self.folder or self.name), problems)
        return self._curves[variable]

    def problems(self) -> list[str]:
        """What is wrong or suspicious, one sentence each, with the likely cause and the remedy.

        Whatever makes a table unusable was already raised when the cohort was read. Here are values
        outside the plausible range of adult running, and everything about the curves, all of which
        are read for it. Suspicious is not the same as wrong: nothing is dropped.

        Returns
        -------
        list of str
            Empty if there is nothing to say.
        """
        sentences = list(self._warnings)
        for variable in self.curve_variables:
            known = variable in self._curve_warnings
            faults = [] if known else self._read_curves(variable, keep=self._small())
            if self._hash_problem:
                return [*sentences, self._hash_problem]
            sentences += faults or self._curve_warnings[variable]
        return sentences

    def notes(self) -> list[str]:
        """What is worth mentioning but not a problem: columns glutelab does not know."""
        return list(self._notes)

    def _small(self) -> bool:
        """Whether all curves may stay in memory only because somebody looked for problems."""
        return len(self.strides) * len(self.curve_variables) * POINTS * 4 <= _KEPT_BYTES

    def _some_curves(self, variable: str, trials, runner_ids) -> np.ndarray:
        wanted = np.ones(len(self.strides), bool)
        for key, names, table in (
            ("trial_id", trials, self.trials),
            ("runner_id", runner_ids, self.runners),
        ):
            if names is None:
                continue
            names = [names] if isinstance(names, str) else list(names)
            known = set(table[key])
            for name in names:
                if name not in known:
                    close = difflib.get_close_matches(str(name), known, 1)
                    hint = f" Did you mean {close[0]!r}?" if close else ""
                    raise DataError(f"{self.name} has no {key} {name!r}.{hint}")
            wanted &= self.strides[key].isin(names).to_numpy()
        places = np.flatnonzero(wanted)
        if variable in self._curves:
            values = self._curves[variable][places]
            values.flags.writeable = False
            return values
        problems = self._check_file()
        if not problems:
            values = self._store.rows(variable, places)
            problems = self._check_values(variable, values, self.strides.iloc[places])[0]
        if problems:
            raise ProblemList(str(self.folder or self.name), problems)
        return values

    def _read_curves(self, variable: str, keep: bool = True) -> list[str]:
        """Read and check one variable; returns its problems, and keeps it if there are none."""
        problems = self._check_file()
        if problems:
            return problems
        try:
            values = self._store.matrix(variable)
        except DataError as error:
            return [str(error)]
        problems, warnings = self._check_values(variable, values, self.strides)
        if not problems:
            self._curve_warnings[variable] = warnings
            if keep:
                self._curves[variable] = values
        return problems

    def _check_file(self) -> list[str]:
        """Whether the file is the one that the cohort was described with; read once."""
        if self._hash_problem is None:
            path = self._store.path
            items = {item["name"]: item for item in self.about["resources"]}
            self._hash_problem = check_hash(path, items["curves"]) if path else ""
        return [self._hash_problem] if self._hash_problem else []

    def _check_values(self, variable, values, strides) -> tuple[list[str], list[str]]:
        path = self._store.path
        column = CURVES[variable] if variable in CURVES else Column(variable, variable, "", "")
        return check_curves(values, column, strides, path.name if path else "curves")

    @property
    def source(self) -> str:
        """Where the data come from, with the DOI; empty if the cohort does not say."""
        return "; ".join(_source(item) for item in self.about.get("sources", []))

    @property
    def license(self) -> str:
        """Under which licences the data may be used; empty if the cohort does not say."""
        return ", ".join(_license(item) for item in self.about.get("licenses", []))

    # --- the card ---------------------------------------------------------------------------------

    def _card(self) -> list[tuple[str, str]]:
        """The card as pairs of heading and text."""
        speeds = ", ".join(f"{speed:.4g}" for speed in sorted(self.trials["speed_m_s"].unique()))
        rows = [
            ("runners", f"{len(self.runners)} ({_counts(self.runners)})"),
            ("trials", f"{len(self.trials)} at {speeds} m/s"),
            ("strides", self._strides_in_and_out()),
            ("curves", f"{len(self.curve_variables)} variables" if self._store else "none"),
            ("source", self.source),
            ("license", self.license),
            ("checks", self._checks()),
        ]
        return [(heading, text) for heading, text in rows if text]

    def _strides_in_and_out(self) -> str:
        kept = len(self.strides)
        if not kept and self.ledger.empty:
            return "none: runners, legs and trials only"
        if self.ledger.empty:
            return f"{kept:,} kept (no ledger: how many were dropped is not known)"
        return f"{len(self.ledger):,} found = {kept:,} kept + {len(self.ledger) - kept:,} dropped"

    def _checks(self) -> str:
        parts = [self._hashed()]
        count = len(self._warnings)
        parts.append(f"{count or 'nothing'} suspicious in the tables: cohort.problems()")
        if self._notes:
            parts.append(f"{len(self._notes)} notes: cohort.notes()")
        return "; ".join(parts)

    def _hashed(self) -> str:
        if self.folder is None:
            return "made by a program, not read from files"
        hashed = sum("hash" in item for item in self.about["resources"])
        return f"{hashed} of {len(self.about['resources'])} files have hashes"

    def _heading(self) -> str:
        return f"{self.name}: {self.title}" + (" [SIMULATED]" if self.simulated else "")

    def __repr__(self) -> str:
        lines = [f"  {heading:<8} {text}" for heading, text in self._card()]
        return "\n".join([f"Cohort {self._heading()}", *lines])

    def _repr_html_(self) -> str:
        cell = "style='text-align:left;vertical-align:top'"
        rows = "".join(
            f"<tr><th {cell}>{heading}</th><td {cell}>{html.escape(text)}</td></tr>"
            for heading, text in self._card()
        )
        return (
            f"<table><caption {cell}><b>{html.escape(self._heading())}</b></caption>{rows}</table>"
        )


def _counts(runners: pd.DataFrame) -> str:
    parts = []
    for name in ("sex", "level"):
        if name in runners:
            counts = runners[name].value_counts()
            parts.append(", ".join(f"{count} {word}" for word, count in counts.items()))
    return "; ".join(part for part in parts if part)


def _source(item: Mapping) -> str:
    link = f"doi:{item['doi']}" if item.get("doi") else str(item.get("path", ""))
    return " ".join(part for part in (str(item.get("title", "")), link) if part)


def _license(item: Mapping) -> str:
    return str(item.get("name") or item.get("title") or "")
