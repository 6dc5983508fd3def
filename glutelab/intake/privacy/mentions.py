"""Wherever an id of a runner is mentioned in a cohort: the pseudonym in its place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import pandas as pd

from glutelab.intake.privacy.secret_key import Pseudonyms

__all__ = ["Mentions", "new_trial_ids"]

_SOMEBODY = "(runner)"  # where letters have no one lower case
_SHORTEST = 3  # characters; a shorter id, or one of digits, cannot be told from other text


def new_trial_ids(trials: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Names of trials without the id of their runner.

    Parameters
    ----------
    trials : DataFrame
        ``trial_id, runner_id``.
    names : dict of str to str
        Runner id to pseudonym.

    Returns
    -------
    dict of str to str
        Old to new: the pseudonym and what else the name said, if trials of several runners say it
        (``T25``); else, as it might be a name or a date, a number.
    """
    rests = {}
    for trial, runner in zip(trials["trial_id"], trials["runner_id"], strict=True):
        found = re.search(rf"(?<![^\W_]){re.escape(runner)}(?![^\W_])", trial, re.IGNORECASE)
        found = found or re.match(re.escape(runner), trial, re.IGNORECASE)
        rest = trial[: found.start()] + "\0" + trial[found.end() :] if found else ""
        rests[trial] = (runner, rest.strip("_- "))
    owners = defaultdict(set)
    for runner, rest in rests.values():
        owners[rest].add(runner)
    new, counts = {}, Counter()
    for trial in sorted(rests):
        runner, rest = rests[trial]
        if rest and (len(owners[rest]) > 1 or re.fullmatch(r"\0[_-]?T?\d{1,3}", rest)):
            new[trial] = rest.replace("\0", names[runner])
        else:
            counts[runner] += 1
            new[trial] = f"{names[runner]}_{counts[runner]}"
    twice = [name for name, count in Counter(new.values()).items() if count > 1]
    if twice:  # a number that somebody gave met one of ours
        new = {trial: f"{name}_{k}" for k, (trial, name) in enumerate(sorted(new.items()), 1)}
    return new


class Mentions:
    """Ids of runners and trials, found in columns and texts.

    Parameters
    ----------
    names : dict of str to str
        Runner id to pseudonym.
    trials : dict of str to str
        Old names of trials to new ones.
    pseudonyms : Pseudonyms
        For runners of other cohorts (``same_runner_as``).
    """

    def __init__(self, names: Mapping[str, str], trials: Mapping[str, str], pseudonyms: Pseudonyms):
        self._names, self._trials, self._pseudonyms = names, trials, pseudonyms
        clear, unclear = {}, []
        for old, new in {**names, **trials}.items():
            if len(old) < _SHORTEST or re.fullmatch(r"[\d\W_]+", old):
                unclear.append(old)
            else:
                clear[old.casefold()] = new
        self._clear = clear
        self._find = _any_of(clear)
        self._doubt = _any_of(unclear)
        self._emptied: Counter = Counter()

    def column(self, values: pd.Series, where: str) -> pd.Series:
        """One column of text with every id replaced.

        Parameters
        ----------
        values : Series of str
        where : str
            ``table.column``.
        """
        name = where.split(".")[-1]
        if name == "runner_id":
            return values.map(self._names).astype("str")
        if name == "trial_id":
            return values.map(self._trials).astype("str")
        if name == "same_runner_as":
            return values.map(self._elsewhere, na_action="ignore").astype("str")
        known = {text: self._text(text, where) for text in values.dropna().unique()}
        self._emptied[where] += sum(known[text] is None for text in values.dropna())
        return pd.Series(
            [None if pd.isna(text) else known[text] for text in values], values.index, dtype="str"
        )

    def replaced(self, value: object) -> object:
        """The description of a cohort with every id replaced, in keys and values."""
        if isinstance(value, str):
            return self._text(value, "description") or ""
        if isinstance(value, dict):
            return {self.replaced(k): self.replaced(v) for k, v in value.items()}
        return [self.replaced(item) for item in value] if isinstance(value, list) else value

    def notes(self) -> list[str]:
        """Which texts were left out, one sentence per column."""
        return [
            f"{where}: {count} texts were left out, as a number in them may be the id of a runner."
            for where, count in self._emptied.items()
            if count
        ]

    def _elsewhere(self, text: str) -> str:
        cohort, mark, runner = text.partition(":")
        if not mark:
            return self._pseudonyms.name(text)
        return f"{cohort}:{self._pseudonyms.name(runner)}"

    def _text(self, text: str, where: str) -> str | None:
        new = self._find.sub(lambda found: self._clear.get(found[0].casefold(), _SOMEBODY), text)
        free = where.split(".")[-1] in ("notes", "caveat")
        return None if free and self._doubt.search(new) else new


def _any_of(words) -> re.Pattern:
    """Any of these words, not within another; the longest first."""
    if not words:
        return re.compile(r"(?!)")
    longest = sorted(words, key=len, reverse=True)
    within = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<![^\W_])(?:{within})(?![^\W_])", re.IGNORECASE)
