"""Checks that need more than one table, and the shape of curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from glutelab.errors import say
from glutelab.schema import Column, Shape
from glutelab.schema.causes import curve_causes
from glutelab.schema.check import SHOWN, name_row
from glutelab.schema.curves import CURVE_KEY, POINTS

__all__ = ["check_curve_keys", "check_curves", "check_levels", "check_links"]


def check_links(tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[str]:
    """Whether the tables speak of the same runners, trials and strides.

    Parameters
    ----------
    tables : dict of str to DataFrame
        ``runners, trials, strides``, and if there are any ``legs, ledger``.
    files : dict of str to str
        Table name to file name, for the sentences.

    Returns
    -------
    list of str
    """
    links = (
        ("legs", "runner_id", "runners"),
        ("trials", "runner_id", "runners"),
        ("strides", "trial_id", "trials"),
        ("ledger", "trial_id", "trials"),
    )
    problems = []
    for name, key, target in links:
        if name in tables and target in tables:
            problems.extend(_strangers(tables[name], key, tables[target], files, name, target))
    if problems:
        return problems
    for name in ("strides", "ledger"):
        if name in tables:
            problems.extend(_copies(tables[name], tables["trials"], files[name], files["trials"]))
    if "ledger" in tables:
        problems.extend(_balance(tables, files))
    return problems


def _strangers(frame, key, target_frame, files, name, target) -> list[str]:
    unknown = ~frame[key].isin(target_frame[key]).to_numpy()
    sentences = []
    for value in frame.loc[unknown, key].unique()[:SHOWN]:
        places = np.flatnonzero((frame[key] == value).to_numpy())
        where = name_row(frame, places[0], files[name])
        if len(places) > 1:
            where += f" (and {len(places) - 1:,} more rows)"
        found = f"{key} {value!r} is not in {files[target]}"
        remedy = f"Add the row to {files[target]}, or correct the name."
        sentences.append(say(where, found, "", remedy))
    rest = frame.loc[unknown, key].nunique() - SHOWN
    if rest > 0:
        sentences.append(say(files[name], f"{rest} more {key} are not in {files[target]}"))
    return sentences


def _copies(frame: pd.DataFrame, trials: pd.DataFrame, file: str, trials_file: str) -> list[str]:
    """Columns that repeat what trials says have to say the same."""
    of_trial = trials.set_index("trial_id")
    problems = []
    for name in ("runner_id", "speed_m_s", "slope_pct"):
        if name not in frame or name not in of_trial:
            continue
        truth = of_trial[name].reindex(frame["trial_id"]).to_numpy()
        values = frame[name].to_numpy()
        differs = (values != truth) & ~(pd.isna(values) & pd.isna(truth))
        if differs.any():
            place = int(np.flatnonzero(differs)[0])
            found = f"{name} is {values[place]}, but {trials_file} says {truth[place]}"
            more = f" ({differs.sum() - 1:,} more rows differ)" if differs.sum() > 1 else ""
            problems.append(say(name_row(frame, place, file), found + more, "the same in both"))
    return problems


def _balance(tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[str]:
    """Strides in = kept + dropped: per trial, and stride by stride."""
    ledger, trials = tables["ledger"], tables["trials"]
    key = list(CURVE_KEY)
    strides = tables.get("strides", ledger.iloc[:0])
    kept = pd.MultiIndex.from_frame(ledger.loc[ledger["kept"], key])
    there = pd.MultiIndex.from_frame(strides[key])
    problems = []
    for lost, found in (
        (kept.difference(there), f"is kept in {files['ledger']} but has no row"),
        (there.difference(kept), f"is not among the kept strides of {files['ledger']}"),
    ):
        if len(lost):
            trial, side, stride = lost[0]
            more = f" (and {len(lost) - 1:,} more strides)" if len(lost) > 1 else ""
            where = f"{files['strides']}, trial {trial}, {side} stride {stride}{more}"
            problems.append(say(where, f"the stride {found}", "strides in = kept + dropped"))
    counts = {
        "candidate_strides": ledger.groupby("trial_id").size(),
        "kept_strides": strides.groupby("trial_id").size(),
    }
    for name, count in counts.items():
        if name not in trials:
            continue
        counted = count.reindex(trials["trial_id"], fill_value=0).to_numpy()
        stated = trials[name].to_numpy()
        for place in np.flatnonzero((stated != counted) & ~np.isnan(stated))[:SHOWN]:
            source = files["ledger" if name == "candidate_strides" else "strides"]
            found = f"{name} is {stated[place]:g}, but {source} has {counted[place]}"
            problems.append(say(name_row(trials, place, files["trials"]), found))
    return problems


def check_levels(runners: pd.DataFrame, mapping: object, file: str) -> list[str]:
    """Whether each level is what the cohort's own mapping makes of the source's word."""
    if not isinstance(mapping, dict) or not mapping or "source_level" not in runners:
        return []
    due = runners["source_level"].map(mapping)
    wrong = (due.notna() & (due != runners["level"])).to_numpy()
    return [
        say(
            name_row(runners, place, file),
            f"level is {runners['level'].iloc[place]!r}, but the level mapping of the cohort makes "
            f"{due.iloc[place]!r} of {runners['source_level'].iloc[place]!r}",
            "the same in both",
        )
        for place in np.flatnonzero(wrong)[:SHOWN]
    ]


def check_curve_keys(keys: pd.DataFrame, strides: pd.DataFrame, file: str) -> list[str]:
    """Whether curves and strides have the same rows in the same order."""
    if len(keys) != len(strides):
        return [say(file, f"there are {len(keys):,} rows", f"{len(strides):,}, as in strides")]
    differs = np.zeros(len(keys), dtype=bool)
    for name in CURVE_KEY:
        differs |= keys[name].to_numpy() != strides[name].to_numpy()
    if not differs.any():
        return []
    place = int(np.flatnonzero(differs)[0])
    found, expected = (
        f"trial {row.trial_id}, {row.side} stride {row.stride}"
        for row in (keys.iloc[place], strides.iloc[place])
    )
    remedy = "Curves stand in the order of strides; write both together with write_cohort."
    return [say(f"{file}, record {place + 1}", found, expected, remedy)]


# --- curves ---------------------------------------------------------------------------------------


def check_curves(
    values: np.ndarray, column: Column, strides: pd.DataFrame, file: str
) -> tuple[list[str], list[str]]:
    """Whether the curves of one variable are whole, possible, and shaped like running.

    Parameters
    ----------
    values : ndarray, shape (n_strides, 101)
    column : Column
        The declaration of the variable.
    strides : DataFrame
        Key columns of the rows.
    file : str

    Returns
    -------
    problems, warnings : list of str
    """
    if len(values) == 0:
        return [], []
    missing = np.isnan(values).sum(axis=1)
    partly = np.flatnonzero((missing > 0) & (missing < POINTS))
    if len(partly):
        found = f"{column.name} has {missing[partly[0]]} of {POINTS} points missing"
        more = f" (and {len(partly) - 1:,} more strides)" if len(partly) > 1 else ""
        where = name_row(strides, partly[0], file) + more
        return [say(where, found, "all points, or none of them")], []
    present = missing == 0
    if not present.any():
        return [], []
    low, high = values[present].min(), values[present].max()
    if column.possible and (low < column.possible[0] or high > column.possible[1]):
        extreme = present & (
            (values.min(axis=1) < column.possible[0]) | (values.max(axis=1) > column.possible[1])
        )
        place = int(np.flatnonzero(extreme)[0])
        found = f"{column.name} runs from {low:.4g} to {high:.4g}"
        expected = f"{column.possible[0]:g} to {column.possible[1]:g}"
        return [say(name_row(strides, place, file), found, expected)], []
    means, names = _mean_curves(values[present], strides[present])
    return [], list(_odd_shapes(means, names, column, file))


def _mean_curves(values: np.ndarray, strides: pd.DataFrame) -> tuple[np.ndarray, list[tuple]]:
    """One mean curve per trial and side, shape (n_groups, 101), and the groups' names."""
    groups = strides.groupby(["trial_id", "side"], sort=False)
    codes, places = groups.ngroup().to_numpy(), groups.cumcount().to_numpy()
    counts = np.bincount(codes)
    # The first of each group, then the second of each: several times as fast as group by group.
    sums = np.zeros((len(counts), POINTS))
    order = np.argsort(places, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(places))[:-1]):
        sums[codes[rows]] += values[rows]
    first = strides.iloc[np.flatnonzero(places == 0)]
    names = list(zip(first["trial_id"], first["side"], strict=True))
    return sums / counts[:, None], names


def _odd_shapes(means: np.ndarray, names: list[tuple], column: Column, file: str) -> Iterator[str]:
    """One sentence per cause, for all trials and sides it explains."""
    odd = ~_fits(means, column)
    causes = curve_causes(column)
    while odd.any():
        first = int(np.flatnonzero(odd)[0])
        cause, repair = next(
            (pair for pair in causes if _fits(pair[1](means[[first]]), column)[0]), ("", None)
        )
        same = odd & (_fits(repair(means), column) if repair else _fits_nothing(means, column))
        trials = sorted({names[i] for i in np.flatnonzero(same)})
        sides = {side for _, side in trials}
        if "sign" in cause and len(sides) == 1 and len(trials) > 1:
            cause += f" Only {sides.pop()} sides are affected: were they not mirrored?"
        elif "sign" in cause and "this side" in column.sign:
            cause += " Or are left and right swapped?"
        more = f" (and {len(trials) - 1:,} more)" if len(trials) > 1 else ""
        where = f"{file}, trial {names[first][0]}, {names[first][1]} side{more}"
        yield say(where, *_what_is_odd(means[first], column), cause)
        odd &= ~same


def _fits(means: np.ndarray, column: Column) -> np.ndarray:
    low, high = column.plausible or (-np.inf, np.inf)
    fits = (means.min(axis=1) >= low) & (means.max(axis=1) <= high)
    for shape in column.shape:
        fits &= shape.holds(means)
    return fits & (np.ptp(means, axis=1) > 0.25)  # in radians no joint moves by more than a few


def _fits_nothing(means: np.ndarray, column: Column) -> np.ndarray:
    explained = [_fits(repair(means), column) for _, repair in curve_causes(column)]
    return ~np.any(explained, axis=0)


def _what_is_odd(mean: np.ndarray, column: Column) -> tuple[str, str]:
    """Found and expected: the feature that is not there, or the range."""
    sign = f", {column.sign}" if column.sign else ""
    low, high = column.plausible or (-np.inf, np.inf)
    if mean.min() >= low and mean.max() <= high:
        for shape in column.shape:
            if not shape.holds(mean[None])[0]:
                value = _feature(mean, shape)
                found = f"{column.name} {shape.what} is {value:.3g}"
                return found, f"about {shape.low:g} to {shape.high:g}{sign}"
    found = f"{column.name} runs from {mean.min():.3g} to {mean.max():.3g}"
    return found, f"about {low:g} to {high:g}{sign}"


def _feature(mean: np.ndarray, shape: Shape) -> float:
    window = mean[shape.first : shape.last + 1]
    return float({"mean": np.mean, "min": np.min, "max": np.max}[shape.statistic](window))
