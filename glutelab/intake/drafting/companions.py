"""Files that belong to a recording: of a standing trial, of forces, of events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from glutelab.intake.drafting.file_names import bounded, find_id, stem_of
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess

__all__ = ["guess_companions"]


def guess_companions(
    recordings: Mapping[str, Mapping[str, str]], others: Sequence[str], role: str
) -> Guess:
    """The pattern of files that belong to recordings: standing trials, forces, events.

    Parameters
    ----------
    recordings : dict of str to dict of str to str
        File to what its name says.
    others : list of str
        Files of that role.
    role : str
        ``standing`` belongs to a runner, and therefore has no speed and trial.

    Returns
    -------
    Guess
        Sure if every recording has one.
    """
    votes: Counter[str] = Counter()
    by_runner: dict[str, list[str]] = {}
    runners = {values.get("runner_id", "") for values in recordings.values()} - {""}
    for other in others:
        by_runner.setdefault(find_id(other, runners), []).append(other)
    some = list(recordings.items())[:: max(1, len(recordings) // 60)]
    for _, values in some:
        wanted = ("runner_id",) if role == "standing" else tuple(values)
        for other in by_runner.get(values.get("runner_id", ""), [])[:200]:
            pattern = stem_of(other)
            for name in filter(values.get, wanted):
                pattern = _put(pattern, values[name], name)
            votes[pattern + other.removeprefix(stem_of(other))] += 1
    there, best, most = set(others), "", 0
    for pattern, _ in votes.most_common(40):
        if "runner_id" not in pattern:
            continue
        hits = sum(_filled(pattern, values) in there for values in recordings.values())
        if hits > most:
            best, most = pattern, hits
    if best:
        why = f"{most} of {len(recordings)} recordings have one"
        return Guess(best, SURE if most == len(recordings) else GUESS, why)
    if len(recordings) == len(others) == 1 and not runners:
        return Guess(others[0], GUESS, "the only file of its kind")
    return Guess(None, NOT_FOUND, f"{len(others)} files, but no common pattern")


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], "\0"), pattern)


def _put(pattern: str, value: str, name: str) -> str:
    """A field in place of a value, outside of the fields that are there already."""
    parts = re.split(r"(\{\w+\})", pattern)
    expression = bounded(value)
    return "".join(
        part if part.startswith("{") else expression.sub(f"{{{name}}}", part) for part in parts
    )
