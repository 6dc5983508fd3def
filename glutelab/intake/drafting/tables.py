"""Of a drafted recipe: which tables hold runners and trials, and what their columns are."""

from __future__ import annotations

from dataclasses import dataclass, field

from glutelab.intake.drafting.file_names import find_id, guess_pattern
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.survey import Seen, Survey
from glutelab.intake.drafting.table_guess import TableGuess, as_id, guess_table
from glutelab.intake.privacy.columns import personal_columns

__all__ = ["Tables", "guess_tables"]

_MOST_NAMES = 400  # of files, to see whose ids are in them


@dataclass
class Tables:
    """What the tables of a folder gave.

    Attributes
    ----------
    ids : frozenset of str
        Runner ids of the table of runners.
    trials : bool
        Whether there is a table of trials.
    """

    ids: frozenset[str] = frozenset()
    trials: bool = False
    trial_columns: set[str] = field(default_factory=set)


def guess_tables(survey: Survey, main: list[Seen], parts) -> Tables:
    """Guess the sections ``[runners]`` and, of a table, ``[trials]``.

    Parameters
    ----------
    survey : Survey
    main : list of Seen
        The recordings that the cohort starts from.
    parts
        Guesses, sentences and questions, added to.
    """
    tables = [seen for seen in survey.files if seen.kind == "table" and seen.table is not None]
    names = [seen.name for seen in main]
    in_names = _runners_in_names(names, tables)
    guesses = {s.label: guess_table(s.table, s.units, in_names) for s in tables}
    for seen in tables:
        column = guesses[seen.label].columns.get("runner_id")
        head = column.value if column else None
        parts.said += personal_columns(seen.table, seen.label, id_column=head)
    runners = _choose(tables, guesses, "of_runners", parts, "runners")
    if runners is None:
        parts.guesses["runners.file"] = Guess(None, NOT_FOUND, "the table of runners")
        parts.questions.append(
            "There is no table of runners: who ran, at which level. Write one (CSV or Excel) with "
            "a row per runner, and name it in [runners]."
        )
        return Tables()
    guess, seen = guesses[runners.label], runners
    others = [s for s in tables if guesses[s.label].of_trials and s is not runners]
    trials = _choose(others, guesses, "of_trials", parts, "trials") if others else None
    if trials is None and guess.of_trials:
        trials = runners
        parts.guesses["trials.file"] = Guess(runners.name, SURE, "it has columns of trials, too")
    _section("runners", seen, guess, lambda name: name not in _trial_names(guess), parts)
    ids = _ids(seen, guess)
    if "runner_id" in guess.columns and len(ids) < len(seen.table) and trials is not runners:
        parts.said.append(f"{seen.label}: {len(seen.table)} rows, but {len(ids)} runners.")
    if trials is not None:
        own = guesses[trials.label]
        wanted = {"runner_id", *_trial_names(own)}
        _section("trials", trials, own, lambda name: name in wanted, parts)
        _compare(ids, _ids(trials, own), seen.label, trials.label, parts)
    columns = _trial_names(guesses[trials.label]) if trials is not None else set()
    return Tables(ids, trials is not None, columns)


def _trial_names(guess: TableGuess) -> set[str]:
    from glutelab.schema import TRIALS

    return {n for n in guess.columns if (n in TRIALS or n == "recording") and n != "runner_id"}


def _ids(seen: Seen, guess: TableGuess) -> frozenset[str]:
    column = guess.columns.get("runner_id")
    if column is None:
        return frozenset()
    return frozenset(as_id(value) for value in seen.table[column.value].dropna())


def _runners_in_names(names: list[str], tables: list[Seen]) -> frozenset[str]:
    """What file names say of runners, found with the column whose values are in most names."""
    some = names[:: max(1, len(names) // _MOST_NAMES)]
    best, most = frozenset(), 0.0
    for seen in tables:
        for place in range(len(seen.table.columns)):
            ids = {as_id(value) for value in seen.table.iloc[:, place].dropna()}
            if not 0 < len(ids) <= 5000 or not some:
                continue
            found = [find_id(name, ids) for name in some]
            # Ages and numbers of weeks are in file names, too: of the runner's, all are there.
            share = sum(map(bool, found)) / len(found) * len(set(found) & ids) / len(ids)
            if share > most:
                best, most = frozenset(ids), share
    if most >= 0.4:
        pattern = guess_pattern(names, best)
        return frozenset(pattern.runners)
    return frozenset(guess_pattern(names).runners) if names else frozenset()


def _choose(tables: list[Seen], guesses, count: str, parts, section: str) -> Seen | None:
    """The table that says most; if another says as much, it is only a guess, and asked."""
    scores = {seen.label: getattr(guesses[seen.label], count) for seen in tables}
    scores = {n: s + ("runner_id" in guesses[n].columns) for n, s in scores.items()}
    best = max(scores.values(), default=0)
    if not best:
        return None
    # A table of trials may repeat what stands of the runners: fewer rows are people.
    first = [seen for seen in tables if scores[seen.label] == best]
    rivals = [seen for seen in tables if scores[seen.label] >= max(2, best - 1)]
    chosen = min(first, key=lambda seen: (len(seen.table), seen.label))
    if len(rivals) > 1:
        names = ", ".join(seen.label for seen in rivals)
        parts.questions.append(
            f"Which is the table of {section}: {names}? {chosen.label} is taken."
        )
        parts.guesses[f"{section}.file"] = Guess(chosen.name, GUESS, f"or one of {names}")
    else:
        sure = best >= 3 and "runner_id" in guesses[chosen.label].columns
        why = f"{best} of its columns are known"
        parts.guesses[f"{section}.file"] = Guess(chosen.name, SURE if sure else GUESS, why)
    return chosen


def _section(section: str, seen: Seen, guess: TableGuess, wanted, parts) -> None:
    key = f"{section}.columns"
    if seen.sheet:
        parts.guesses[f"{section}.sheet"] = Guess(seen.sheet, SURE, "one of several with a table")
    if "runner_id" not in guess.columns:
        parts.guesses[f"{key}.runner_id"] = Guess(None, NOT_FOUND, "the column of the runner's id")
    # The id comes first, for whoever reads it.
    for ours, found in sorted(guess.columns.items(), key=lambda item: item[0] != "runner_id"):
        if not wanted(ours):
            continue
        parts.guesses[f"{key}.{ours}"] = _pair(found) if isinstance(found, dict) else found
        if ours in guess.units:
            parts.guesses[f"{section}.units.{ours}"] = guess.units[ours]
        for word, meaning in guess.words.get(ours, {}).items():
            parts.guesses[f"{section}.words.{ours}.{word}"] = meaning
    if section == "runners" and "level" not in guess.columns:
        parts.guesses["runners.columns.level"] = Guess(None, NOT_FOUND, "the column of the level")
        parts.questions.append(f"{seen.label}: which column is the level of the runners?")
    parts.questions += [
        f"{seen.label}: {sentence}"
        for sentence in guess.asked
        if f"{seen.label}: {sentence}" not in parts.questions
    ]
    used = {
        g.value
        for f in guess.columns.values()
        for g in (f.values() if isinstance(f, dict) else [f])
    }
    left = [str(name) for name in seen.table if str(name) not in used]
    if left:
        sentence = f"{seen.label}: not copied are {', '.join(map(repr, left[:12]))}"
        more = f" and {len(left) - 12} more" if len(left) > 12 else ""
        if f"{sentence}{more}." not in parts.said:
            parts.said.append(f"{sentence}{more}.")


def _pair(sides: dict[str, Guess]) -> Guess:
    confidence = SURE if all(g.confidence == SURE for g in sides.values()) else GUESS
    return Guess({side: guess.value for side, guess in sides.items()}, confidence, "")


def _compare(runners: frozenset, trials: frozenset, one: str, other: str, parts) -> None:
    only = sorted(trials - runners)
    if only and runners:
        some = ", ".join(only[:5]) + (f" and {len(only) - 5} more" if len(only) > 5 else "")
        parts.questions.append(f"{other} has runners that {one} does not have: {some}.")
