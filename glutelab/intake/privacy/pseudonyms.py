"""Pseudonyms in place of runner ids: in one table, or in a whole cohort."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.cohort import Cohort, read_cohort, write_cohort
from glutelab.cohort.manifest import TABLES
from glutelab.errors import DataError, say
from glutelab.intake.privacy.columns import personal_columns
from glutelab.intake.privacy.mentions import Mentions, new_trial_ids
from glutelab.intake.privacy.secret_key import Pseudonyms, open_key, private_place, write_private

__all__ = ["Anonymized", "anonymize", "anonymize_cohort", "small_groups"]

_GROUPED_BY = ("sex", "age_years", "level")
_LINKS = "A pseudonym hides an id. It does not hide a runner whom values tell apart."


@dataclass(frozen=True, repr=False)
class Anonymized:
    """What `anonymize` made; printing it says what was done, and what may still identify somebody.

    Attributes
    ----------
    frame : DataFrame or None
        The table, if a table was given.
    folder : Path or None
        The new cohort, if a cohort was given.
    notes : tuple of str
        What a person should know before passing it on.
    """

    frame: pd.DataFrame | None
    folder: Path | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        what = f"Cohort {self.folder}" if self.folder else f"Table of {len(self.frame)} rows"
        return "\n".join([f"{what}, with pseudonyms", *(f"  {note}" for note in self.notes)])


def anonymize(
    what: pd.DataFrame | Cohort | str | Path,
    *,
    key: str | Path,
    columns: str | Iterable[str] = (),
    to: str | Path | None = None,
    keep_mapping: str | Path | None = None,
    length: int = 8,
) -> Anonymized:
    """Put a stable pseudonym in place of each runner's id.

    Parameters
    ----------
    what : DataFrame, Cohort or folder of a cohort
        It is not changed.
    key : path
        File of the secret key; made if it is not there, for its owner only. The same key gives the
        same runner the same pseudonym in every table and cohort; without it nobody can tell who is
        who, and nobody can add to the cohort later. It must lie outside of the cohort and of git.
    columns : str or list of str
        For a table: the columns that hold runner ids.
    to : path
        For a cohort: the folder of the new one.
    keep_mapping : path, optional
        Where to write who is who (CSV, for its owner only). By default it is written nowhere.
    length : int
        Letters and digits of a pseudonym.

    Returns
    -------
    Anonymized
        With ``frame`` or ``folder``, and notes.

    Raises
    ------
    DataError
        If the key cannot be used, a column is not there, or two runners would become one.

    Notes
    -----
    In a cohort ids are replaced wherever they occur: runners, legs, trials and their names,
    strides, ledger, keys of curves, ``same_runner_as``, notes and the description. Rows are put in
    the order of the pseudonyms, as the old order would tell who is who. Ages become whole years.
    Columns that glutelab does not know, and texts in which an id of digits could not be told from a
    number, are left out, and named. Case, and spaces at the ends, make no difference to an id.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> import glutelab as gl
    >>> key = Path(tempfile.mkdtemp()) / "key.txt"
    >>> table = pd.DataFrame({"runner_id": ["Anna", "Bert", "Anna"], "thomas_test_deg": [8, 3, 7]})
    >>> names = gl.anonymize(table, key=key, columns="runner_id").frame["runner_id"]
    >>> names[0] == names[2], len(names[0]), names.nunique()     # such as R-7F3K-29QD
    (True, 11, 2)
    >>> done = gl.anonymize("my_cohort/", to="shared/", key="~/keys/my_lab.txt")  # doctest: +SKIP
    """
    source = what.folder if isinstance(what, Cohort) else what
    forbidden = [] if isinstance(what, pd.DataFrame) else [f for f in (source, to) if f is not None]
    forbidden = [Path(folder) for folder in forbidden]
    key = Path(key).expanduser()
    mapping = None if keep_mapping is None else Path(keep_mapping).expanduser()
    if mapping is not None:
        private_place(mapping, forbidden, "the list of who is who")
        if mapping.exists():
            raise DataError(say(mapping, "the file is already there", "a new file"))
    # What can be wrong with the input is found before a key is made for it.
    if isinstance(what, pd.DataFrame):
        columns = [columns] if isinstance(columns, str) else list(columns)
        _check_columns(what, columns)
    else:
        _check_target(source, to)
        what = what if isinstance(what, Cohort) else read_cohort(what)
    secret, made = open_key(key, forbidden)
    pseudonyms = Pseudonyms(secret, length)
    notes = [f"{key} was made. Without it nobody can give the same pseudonyms again."] * made
    if isinstance(what, pd.DataFrame):
        frame, names, said = _table(what, columns, pseudonyms)
        result = Anonymized(frame, None, (*notes, *said, _LINKS))
    else:
        names, said = _cohort(what, Path(to), pseudonyms)
        result = Anonymized(None, Path(to), (*notes, *said, _LINKS))
    if mapping is not None:
        _write_mapping(mapping, names)
    return result


def anonymize_cohort(
    cohort: Cohort | str | Path,
    to: str | Path,
    *,
    key: str | Path,
    keep_mapping: str | Path | None = None,
) -> Anonymized:
    """Copy a cohort with pseudonyms: ``glutelab anonymize my_cohort/ --to shared/ --key key.txt``.

    Parameters
    ----------
    cohort, to, key, keep_mapping
        As for `anonymize`.

    Returns
    -------
    Anonymized
    """
    return anonymize(cohort, key=key, to=to, keep_mapping=keep_mapping)


def small_groups(runners: pd.DataFrame) -> list[str]:
    """Runners whom sex, age and level, or body mass and height, tell apart from all others.

    Parameters
    ----------
    runners : DataFrame
        With some of ``sex, age_years, level, mass_kg, height_m``.

    Returns
    -------
    list of str
        Sentences; empty if nobody stands alone.
    """
    sentences = []
    by = [name for name in _GROUPED_BY if name in runners]
    if by:
        keys = runners[by].assign(**{n: np.floor(runners[n]) for n in by if n == "age_years"})
        counts = keys.groupby(by, dropna=False, observed=True).size()
        alone = counts[counts == 1]
        if len(alone):
            some = [" ".join(_word(name, v) for name, v in zip(by, _tuple(group), strict=True))
                    for group in alone.index[:3]]  # fmt: skip
            more = f", and {len(alone) - 3} more" if len(alone) > 3 else ""
            words = ", ".join(name.removesuffix("_years") for name in by)
            sentences.append(
                f"{len(alone)} of {len(runners)} runners are the only one of their {words} "
                f"({'; '.join(some)}{more}). Who knows that much of somebody finds their row."
            )
    exact = [name for name in ("mass_kg", "height_m") if name in runners]
    if len(exact) == 2:
        known = runners[exact].dropna().round({"mass_kg": 1, "height_m": 2})
        alone = int((known.groupby(exact).size() == 1).sum())
        if alone:
            sentences.append(
                f"Body mass and height tell {alone} of {len(runners)} runners from all others."
            )
    return sentences


def _word(name: str, value: object) -> str:
    if pd.isna(value):
        return f"{name.removesuffix('_years')} not known"
    return f"{value:.0f} years" if name == "age_years" else str(value)


def _tuple(value: object) -> tuple:
    return value if isinstance(value, tuple) else (value,)


def _check_columns(frame: pd.DataFrame, columns: list[str]) -> None:
    if not columns:
        remedy = 'For example columns="runner_id".'
        raise DataError(say("anonymize", "no column is named", "those that hold ids", remedy))
    absent = [name for name in columns if list(frame.columns).count(name) != 1]
    if absent:
        known = ", ".join(map(str, frame.columns))
        raise DataError(say("anonymize", f"no column, or several, called {absent[0]!r}", known))


def _check_target(source: Path | str | None, to: Path | str | None) -> None:
    if to is None:
        remedy = 'For example to="shared/".'
        raise DataError(say("anonymize", "to is not given", "the folder of the new cohort", remedy))
    if source is None:
        return
    old, new = Path(source).absolute().resolve(), Path(to).absolute().resolve()
    if new.is_relative_to(old) or old.is_relative_to(new):
        remedy = "The cohort with the true ids stays as it is."
        raise DataError(say(to, f"lies within {source}, or around it", "another folder", remedy))


def _table(frame, columns, pseudonyms):
    ids = [value for name in columns for value in frame[name].dropna()]
    names, notes = pseudonyms.names(ids, "the table")
    frame = frame.copy()
    frame.attrs = {}  # they would be stored with the table
    for name in columns:
        frame[name] = pd.Series(
            [None if pd.isna(value) else names[value] for value in frame[name]],
            index=frame.index,
            dtype="str",
        )
    notes += personal_columns(frame.drop(columns=columns), used=frame.columns)
    return frame, names, notes


def _cohort(cohort: Cohort, to: Path, pseudonyms: Pseudonyms):
    ids = cohort.runners["runner_id"].tolist()
    names, same = pseudonyms.names(ids, "runners")
    if same:
        remedy = "Give one of them another id in the cohort first."
        raise DataError(say(cohort.name, same[0].rstrip("."), "ids that differ", remedy))
    trials = new_trial_ids(cohort.trials, names)
    mentions = Mentions(names, trials, pseudonyms)
    notes, tables = [], {}
    orders = {}
    for name, table in TABLES.items():
        frame = getattr(cohort, name, None)
        if name == "curves" or frame is None or (frame.empty and not table.required):
            continue
        unknown = [c for c in frame if c not in table and c != "cohort"]
        if unknown:
            notes.append(
                f"{name}: left out {', '.join(map(repr, unknown))}, which glutelab does not know."
            )
        frame, order = _renamed(frame[[c for c in frame if c in table]], table, mentions)
        orders[name], tables[name] = order, frame
    if "age_years" in tables["runners"]:
        age = tables["runners"]["age_years"]
        tables["runners"]["age_years"] = np.floor(age)
        if (age != np.floor(age)).fillna(False).any():
            notes.append("runners: ages were cut to whole years.")
    # One variable at a time would be enough; write_cohort takes all.
    curves = {name: cohort.curves(name)[orders["strides"]] for name in cohort.curve_variables}
    about = mentions.replaced({k: v for k, v in cohort.about.items() if k != "resources"})
    kind = "csv" if _strides_file(cohort).endswith(".csv") else "parquet"
    write_cohort(to, tables, curves or None, about, strides_as=kind)
    notes += mentions.notes()
    for column in ("caveat", "notes"):
        for name, frame in tables.items():
            if column in frame and frame[column].notna().any():
                notes.append(f"{name}: {column} is free text. Read it before you pass it on.")
    return names, notes + small_groups(tables["runners"])


def _strides_file(cohort: Cohort) -> str:
    entries = {item["name"]: item["path"] for item in cohort.about.get("resources", [])}
    return entries.get("strides", "strides.parquet")


def _renamed(frame, table, mentions):
    frame = frame.copy()
    frame.attrs = {}
    for column in table:
        if column.name in frame and column.dtype == "text":
            frame[column.name] = mentions.column(frame[column.name], f"{table.name}.{column.name}")
    keys = [name for name in ("runner_id", *table.key) if name in frame]
    order = frame.sort_values(list(dict.fromkeys(keys)), kind="stable").index.to_numpy()
    return frame.loc[order].reset_index(drop=True), order


def _write_mapping(path: Path, names: dict) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["runner_id", "pseudonym"])
    writer.writerows(sorted((str(old), new) for old, new in names.items()))
    try:
        write_private(path, text.getvalue())
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(say(path, f"the list cannot be written ({why})", "a new file")) from error
