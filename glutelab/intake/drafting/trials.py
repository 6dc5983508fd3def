"""Of a drafted recipe: how recordings are called, and what belongs to them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from glutelab.errors import DataError
from glutelab.intake.drafting.companions import guess_companions
from glutelab.intake.drafting.file_names import NamePattern, guess_pattern
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.speeds import guess_speeds
from glutelab.intake.drafting.survey import Seen, Survey
from glutelab.intake.files import find_by_pattern

__all__ = ["guess_trials"]

_SPEED = re.compile(
    r"(?<![^\W_])[tv]?\d{1,2}(?:[.,p_]\d{1,2})?[ _]?(?:ms|mps|kmh|kph|mph)(?![^\W_])", re.IGNORECASE
)
_TENTHS = re.compile(r"(?<![^\W_])(run|t|v|speed)[ _]?([2-6]\d)(?!\d)", re.IGNORECASE)
_SHOWN = 6


def guess_trials(survey: Survey, main: list[Seen], start: str, tables, parts) -> None:
    """Guess the section ``[trials]``: patterns of file names, and speeds.

    Parameters
    ----------
    survey : Survey
    main : list of Seen
        The recordings that the cohort starts from.
    start : str
    tables : Tables
    parts
        Guesses, sentences and questions, added to.
    """
    by_suffix = defaultdict(list)
    for seen in main:
        by_suffix[Path(seen.name).suffix].append(seen.name)
    suffix, names = max(by_suffix.items(), key=lambda item: (len(item[1]), item[0]))
    if len(by_suffix) > 1:
        counts = ", ".join(f"{len(found)} {end}" for end, found in by_suffix.items())
        parts.questions.append(f"Recordings end differently: {counts}. The draft takes {suffix}.")
    pattern = guess_pattern(names, tables.ids)
    parts.guesses["trials.recordings"] = pattern.pattern
    if pattern.pattern.value is None:
        parts.questions.append(
            f"How are recordings called? For example {names[0]}: replace the runner by "
            "{runner_id}, the speed by {speed}, a number of the trial by {trial}."
        )
    _odd(pattern, names, parts)
    _compare_ids(pattern, tables.ids, parts)
    _companions(survey, pattern, start, parts)
    _overlap(survey, pattern, parts)
    if "speed_m_s" not in tables.trial_columns:
        _speeds(pattern, parts)


def _odd(pattern: NamePattern, names: list[str], parts) -> None:
    if pattern.odd and pattern.pattern.value:
        some = ", ".join(pattern.odd[:_SHOWN])
        more = f" and {len(pattern.odd) - _SHOWN} more" if len(pattern.odd) > _SHOWN else ""
        parts.questions.append(
            f"{len(pattern.odd)} of {len(names)} recordings are called otherwise than "
            f"{pattern.pattern.value}: {some}{more}."
        )
    keys = Counter(tuple(sorted(values.items())) for values in pattern.values.values())
    twice = sum(count for count in keys.values() if count > 1)
    if twice and pattern.runners:
        parts.questions.append(
            f"{twice} recordings cannot be told apart by {pattern.pattern.value}."
        )


def _compare_ids(pattern: NamePattern, ids: frozenset[str], parts) -> None:
    if not ids or not pattern.runners:
        return
    for one, other, words in (
        (pattern.runners - ids, ids, "File names have runners that the table does not have"),
        (ids - pattern.runners, pattern.runners, "The table has runners without recordings"),
    ):
        if one:
            some = ", ".join(sorted(one)[:_SHOWN])
            more = f" and {len(one) - _SHOWN} more" if len(one) > _SHOWN else ""
            hint = _same_but_written_otherwise(one, other)
            parts.questions.append(f"{words}: {some}{more}.{hint}")


def _same_but_written_otherwise(one: set[str], other) -> str:
    def core(text: str) -> str:
        return re.sub(r"[\W_]", "", re.sub(r"(?<!\d)0+(?=\d)", "", text)).casefold()

    forms = {core(text): text for text in sorted(other)}
    for text in sorted(one):
        number = re.sub(r"\D", "", text).lstrip("0")
        match = forms.get(core(text)) or forms.get(number)
        if match:
            return f" Are {text!r} and {match!r} the same? Write them alike, in the table."
    return ""


def _companions(survey: Survey, pattern: NamePattern, start: str, parts) -> None:
    roles = {"forces": "forces", "events": "events"}
    if start == "markers":
        roles = {"standing": "standing", **roles}
    for role in roles:
        files = survey.with_role(role)
        why = ""
        if role == "standing" and not files:
            files, why = survey.with_role("still"), "markers hardly move in them"
        if not files:
            if role == "standing":
                parts.guesses["trials.standing"] = Guess(None, NOT_FOUND, "the standing trial")
            continue
        guess = guess_companions(pattern.values, [seen.name for seen in files], role)
        if why and guess.value:
            guess = Guess(guess.value, GUESS, f"{why}; {guess.why}")
        if role == "events" and guess.value is None:
            continue
        parts.guesses[f"trials.{role}"] = guess
        if guess.value is None:
            parts.questions.append(f"How are the files with the {role} called? {guess.why}.")
        if role == "standing":
            moving = [s.name for s in files if s.looked and s.recording is not None and _moves(s)]
            if moving:
                parts.questions.append(
                    f"{', '.join(moving[:3])} is called a standing trial, but its markers move."
                )


def _moves(seen: Seen) -> bool:
    from glutelab.intake.drafting.axes import is_still

    return seen.recording.points is not None and is_still(seen.recording.points) is False


def _overlap(survey: Survey, pattern: NamePattern, parts) -> None:
    """A pattern of recordings that also fits standing trials would take them for trials."""
    if not pattern.pattern.value:
        return
    others = {s.name: Path(s.name) for s in survey.files if s.role or s.kind == "table"}
    try:
        fits = find_by_pattern(others, pattern.pattern.value, "trials.recordings")
    except DataError:
        return
    if fits:
        found = parts.guesses["trials.recordings"]
        parts.guesses["trials.recordings"] = Guess(
            found.value, GUESS, f"it also fits {fits[0].name}, which is no running trial"
        )


def _speeds(pattern: NamePattern, parts) -> None:
    if pattern.speeds:
        unknown = [word for word, guess in pattern.speeds.items() if guess.value is None]
        for word, guess in pattern.speeds.items():
            parts.guesses[f"trials.speeds.{word}"] = guess
        if unknown:
            words = ", ".join(map(repr, unknown[:_SHOWN]))
            parts.questions.append(f"Which speeds in m/s are {words}?")
        return
    said = _SPEED.search(pattern.pattern.value or "")
    guess = Guess(None, NOT_FOUND, "m/s, if all trials had the same; else {speed} or a table")
    if said:
        found = next(iter(guess_speeds([said[0]]).values()))
        if found.value is not None:
            guess = Guess(found.value, SURE if found.confidence == SURE else GUESS, said[0])
    elif said := _TENTHS.search(pattern.pattern.value or ""):
        why = f"{said[1]}{said[2]} in the names, taken as tenths of m/s"
        guess = Guess(int(said[2]) / 10, GUESS, why)
    parts.guesses["trials.speed_m_s"] = guess
    if guess.value is None:
        parts.questions.append(
            "At which speed did they run? Give speed_m_s, {speed} in recordings, or a table of "
            "trials."
        )
