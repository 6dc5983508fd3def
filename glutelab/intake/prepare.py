"""Everything that a recipe names: read, checked and processed, with all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from glutelab.batch import process_trials
from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.accept import accepted_in, code_of
from glutelab.intake.costs import fill_costs
from glutelab.intake.curve_table import read_curve_table
from glutelab.intake.formulas import formula_cells
from glutelab.intake.job import process_recording, process_table_trial
from glutelab.intake.outcome import describe_trials, say_of_some, summed_up
from glutelab.intake.people import Taken, read_people
from glutelab.intake.prepared import WORK_FOLDER, Prepared, disk_errors
from glutelab.intake.privacy.columns import personal_columns, personal_ids
from glutelab.intake.recipe import FILE_NAME, Recipe, read_recipe
from glutelab.intake.sections import Sheet
from glutelab.intake.speeds import SPRINT, too_fast
from glutelab.intake.trials import Listing, list_trials
from glutelab.schema import LEGS, RUNNERS, TRIALS
from glutelab.schema.check import find_problems, find_warnings

__all__ = ["list_jobs", "prepare", "take_tables"]


def prepare(
    folder: str | Path, *, workers: int = -1, scheduler: str | None = None, progress: bool = True
) -> Prepared:
    """Read, check and process everything that a recipe names.

    Parameters are those of `check_folder`.

    Returns
    -------
    Prepared
        With all problems found on the way.
    """
    with disk_errors(Path(folder)):
        prepared = Prepared(read_recipe(folder))
        listing = take_tables(prepared)
        if prepared.processed:
            _describe_trials(prepared, prepared.processed, {})
        elif jobs := list_jobs(prepared, listing):
            _process(prepared, jobs, workers, scheduler, progress)
    return prepared


def take_tables(prepared: Prepared) -> Listing:
    """Read the tables of people and trials, and find the files of each trial.

    Parameters
    ----------
    prepared : Prepared
        Gets runners, legs and trials, and what is wrong with them.

    Returns
    -------
    Listing
    """
    recipe = prepared.recipe
    try:
        people = read_people(recipe.folder, recipe.runners, "runners", recipe.trials.sheet)
    except DataError as error:
        prepared.problems += _sentences(error)
        people = Taken(pd.DataFrame())
    _take_people(prepared, people)
    if recipe.cohort.start == "curves" and recipe.angles.table.percent:
        listing = _process_table(prepared)
    else:
        listing = list_trials(recipe)
    # Of one table for both, the same is wrong in both.
    prepared.problems += [p for p in listing.problems if p not in prepared.problems]
    prepared.notes += listing.notes
    prepared.warnings += listing.read.warnings if listing.read else []
    _say_what_stays(prepared, people, listing.read)
    if "runner_id" in listing.table and listing.read is None:
        ids = listing.table["runner_id"].unique()
        prepared.warnings += personal_ids(ids, "names of the files")
    _check_ids(prepared, listing)
    prepared.trials = listing.table
    if not listing.problems:
        where = recipe.trials.sheet.file or FILE_NAME
        prepared.trials, notes, warnings = fill_costs(listing.table, where)
        prepared.notes += notes
        prepared.warnings += warnings
    _check_tables(prepared, listing)
    return listing


def _say_what_stays(prepared: Prepared, people: Taken, trials: Taken | None) -> None:
    """Columns that are not copied, and those that nobody should pass on."""
    left_out: dict[str, list[str]] = {}
    for taken, sheet in ((people, prepared.recipe.runners), (trials, prepared.recipe.trials.sheet)):
        if taken is None or taken.source.empty:
            continue
        if sheet.file in left_out:
            before = left_out[sheet.file]
            left_out[sheet.file] = [name for name in before if name in taken.left_out]
            continue
        left_out[sheet.file] = taken.left_out
        prepared.warnings += personal_columns(
            taken.source, sheet.file, id_column=sheet.columns.get("runner_id"), used=_used(sheet)
        )
    for file, names in left_out.items():
        if names:
            listed = ", ".join(map(repr, names))
            what = f"not copied, as the recipe does not name them: {listed}."
            prepared.notes.append(f"{file}: {what}")


def _used(sheet: Sheet) -> list[str]:
    """Columns of a table that its section names."""
    named = [[c] if isinstance(c, str) else list(c.values()) for c in sheet.columns.values()]
    return [name for names in named for name in names]


def _process_table(prepared: Prepared) -> Listing:
    """Trials of one table of curves; that is quick enough to be done here."""
    recipe = prepared.recipe
    try:
        trials, tables = read_curve_table(recipe)
    except DataError as error:
        return Listing(pd.DataFrame(), problems=summed_up(_sentences(error)))
    listing, problems = Listing(trials.assign(**_constants(recipe))), []
    body = _bodies(prepared)
    for trial in trials.itertuples():
        known = body.get(trial.runner_id, {})
        try:
            prepared.processed[trial.trial_id] = process_table_trial(
                tables[trial.trial_id],
                trial.trial_id,
                recipe.angles,
                accepted_in(trial.trial_id, recipe.checks.accept),
                trial.speed_m_s,
                known,
            )
        except DataError as error:
            problems += _sentences(error)
    listing.problems += summed_up(say_of_some(problems, len(tables)))
    return listing


def _constants(recipe: Recipe) -> dict[str, object]:
    values = {name: getattr(recipe.trials, name) for name in ("slope_pct", "surface", "shoe")}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _bodies(prepared: Prepared) -> dict[str, dict]:
    """Height, mass and sex by runner."""
    if "runner_id" not in prepared.runners:
        return {}
    columns = [n for n in ("height_m", "mass_kg", "sex") if n in prepared.runners]
    unique = prepared.runners.drop_duplicates("runner_id").set_index("runner_id")
    return unique[columns].T.to_dict()


def _sentences(error: DataError) -> list[str]:
    return error.problems if isinstance(error, ProblemList) else [str(error)]


def _take_people(prepared: Prepared, people: Taken) -> None:
    file = prepared.recipe.runners.file
    prepared.problems += people.problems
    prepared.warnings += people.warnings
    prepared.notes += people.notes
    frame = people.frame
    if frame.empty:
        return
    # A table may hold several rows per runner, one per trial; the same said twice is said once.
    frame = frame[~frame.duplicated()]
    if "level" not in frame:
        frame = frame.assign(level="unknown")
        prepared.notes.append(f"{file}: the recipe names no column for level; it is 'unknown'.")
    if not people.problems:
        prepared.problems += formula_cells(frame, file)
        prepared.problems += find_problems(RUNNERS, frame, file)
        prepared.warnings += find_warnings(RUNNERS, frame, file)
    prepared.runners = frame.reset_index(drop=True)
    prepared.legs = people.legs


def _check_tables(prepared: Prepared, listing: Listing) -> None:
    """Values that cannot be, or are suspicious; the files are those the values came from."""
    trials = prepared.recipe.trials
    source = trials.sheet.file or trials.recordings
    fast = too_fast(prepared.trials, prepared.recipe, source)
    prepared.problems += fast
    for table, frame, file in (
        (TRIALS, prepared.trials, source),
        (LEGS, prepared.legs, prepared.recipe.runners.file),
    ):
        if len(frame) and not listing.problems:
            prepared.problems += formula_cells(frame, file)
            prepared.problems += find_problems(table, frame, file)
            # What is a problem already is not a warning as well.
            slow = frame.drop(columns=["speed_m_s"]) if fast and table is TRIALS else frame
            prepared.warnings += find_warnings(table, slow, file)


def _check_ids(prepared: Prepared, listing: Listing) -> None:
    """Each trial has a runner, and each runner a trial."""
    if prepared.runners.empty or listing.table.empty or "runner_id" not in prepared.runners:
        return
    known, used = set(prepared.runners["runner_id"]), set(listing.table["runner_id"])
    sheet, trials = prepared.recipe.runners, prepared.recipe.trials.sheet
    file, of = sheet.file, ""
    if trials.file == sheet.file and trials.sheet != sheet.sheet:  # two sheets of one workbook
        file += f", sheet {sheet.sheet!r}" if sheet.sheet else ", its first sheet"
        of = f" of sheet {trials.sheet!r}" if trials.sheet else " of the first sheet"
    strange = sorted(map(str, used - known))
    if strange:
        some = ", ".join(strange[:5]) + (f" and {len(strange) - 5} more" * (len(strange) > 5))
        near = sorted(map(str, known - used))[:3]
        hint = f"It has {', '.join(near)}, without a trial. Are ids written differently?"
        found = f"trials{of} are of {some}, who {'is' if len(strange) == 1 else 'are'} not in it"
        prepared.problems.append(say(file, found, "", hint * bool(near)))
    idle = known - used
    if idle and not strange:
        some = ", ".join(sorted(map(str, idle))[:5])
        more = f" and {len(idle) - 5} more" if len(idle) > 5 else ""
        prepared.notes.append(f"{file}: without a trial, and left out: {some}{more}.")
    if not strange:
        keep = prepared.runners["runner_id"].isin(used)
        prepared.runners = prepared.runners[keep].reset_index(drop=True)
        if len(prepared.legs):
            keep = prepared.legs["runner_id"].isin(used)
            prepared.legs = prepared.legs[keep].reset_index(drop=True)


def list_jobs(prepared: Prepared, listing: Listing) -> dict[str, dict]:
    """What `process_recording` has to be given, by trial; empty if there are tables alone.

    Parameters
    ----------
    prepared : Prepared
    listing : Listing
        From `take_tables`.

    Returns
    -------
    dict of str to dict
    """
    recipe = prepared.recipe
    if recipe.cohort.start == "runners":
        return {}
    body = _bodies(prepared)
    jobs = {}
    for row in listing.table.to_dict("records"):
        files = listing.recordings.get(row["trial_id"])
        if not files or pd.isna(row["speed_m_s"]):
            continue
        jobs[row["trial_id"]] = {
            "files": [(file.path, dict(file.values)) for file in files],
            "beside": listing.beside.get(row["trial_id"], {}),
            "start": recipe.cohort.start,
            "markers": recipe.markers,
            "forces": recipe.forces,
            "angles": recipe.angles,
            "events": recipe.events,
            "accept": accepted_in(row["trial_id"], recipe.checks.accept),
            "speed_m_s": row["speed_m_s"],
            "body": body.get(row["runner_id"], {}),
        }
    return jobs


def _process(
    prepared: Prepared, jobs: Mapping, workers: int, scheduler: str | None, progress: bool
) -> None:
    processed = process_trials(
        process_recording,
        jobs,
        prepared.recipe.folder / WORK_FOLDER,
        workers=workers,
        scheduler=scheduler,
        progress=progress,
        strict=False,
    )
    prepared.processed = processed
    prepared.problems += summed_up(say_of_some(processed.problems.values(), len(jobs)))
    _describe_trials(prepared, processed, jobs)


def _describe_trials(prepared: Prepared, processed: Mapping, jobs: Mapping) -> None:
    """What processing found out about each trial, beside what the recipe says."""
    prepared.trials, findings = describe_trials(prepared.trials, processed, jobs)
    prepared.warnings += summed_up(findings)
    seen = {finding.rpartition("[")[2].rstrip("]") for finding in findings}
    prepared.notes += [
        f"{FILE_NAME}, [checks]: {code!r} is accepted, but no trial that was processed has it."
        for code in prepared.recipe.checks.accept
        if code_of(code) not in seen and code_of(code) != SPRINT
    ]
