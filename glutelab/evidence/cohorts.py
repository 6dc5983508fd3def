"""Results of several cohorts as rows of studies, so that cohorts are pooled and runners are not."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from glutelab.contrasts.caveats import is_simulated, refuse_same_person
from glutelab.contrasts.wording import series
from glutelab.datasets import resource_folder
from glutelab.errors import DataError
from glutelab.evidence.convert import as_rows
from glutelab.sentences import SIMULATED, join, split

__all__ = ["study_rows"]

_ORDER = ["study", "design", "simulated", "exposure", "outcome", "measure", "outcome_measure"]
_ORDER += ["effect", "value", "unit", "ci_low", "ci_high", "confidence", "se", "n", "n_1", "n_2"]
_ORDER += ["speed", "speed_m_s", "adjusted_for", "positive_means", "warning"]
_UNSURE = "Whether somebody is in two of the cohorts was not checked: study_rows(..., runners=...)."
_ONE_HEAP = ("Pools the cohorts", "Confounded with cohort")


def study_rows(
    results: Mapping[str, object] | pd.DataFrame,
    effect: str | None = None,
    *,
    runners: Mapping[str, pd.DataFrame] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The same question asked of several cohorts, one row per cohort, ready for `pool_effects`.

    Parameters
    ----------
    results : dict or DataFrame
        Name of the cohort to what was found there: a table of `compare_groups` or `relate`, or what
        `fit_economy` gives. Or one table of `relate` in which the column ``cohort`` tells them.
    effect : str, optional
        What to take. Of two groups: ``"mean_difference"`` (default), ``"hedges_g"`` or
        ``"percent_change"``. Of a dose: ``"slope"`` (default) or ``"r"``. `relate` gives r,
        `fit_economy` the slope between runners.
    runners : dict or DataFrame, optional
        The tables that the results are from, by cohort or as one. With them, people who are in two
        cohorts (``same_runner_as``) are found. For the built-in cohorts this is known without.

    Returns
    -------
    DataFrame
        One row per cohort and row of its result: ``study, design`` (cohort)``, simulated, exposure,
        outcome, measure, outcome_measure, effect, value, unit, ci_low, ci_high, confidence, se``
        (on the scale of the average: Fisher's z of r, logs of percent changes)``, n, n_1, n_2,
        speed, speed_m_s, adjusted_for, positive_means, warning``. A cohort that has no answer
        keeps its row, without numbers, and its warning says why.

    Raises
    ------
    DataError
        If a result is of several cohorts as one heap, people are in two of the cohorts, or it is
        none of the results above.

    Notes
    -----
    The standard error of a difference is that of its t interval (Welch, or HC3 if adjusted). That
    of g is the large-sample one (Hedges 1982); of adjusted g the difference's own, and that of the
    standard deviation added; of conditions of the same runners Bonett's (2008, doi
    10.1037/1082-989X.13.2.99), with the correlation that t and the standard deviations imply. That
    of a percent change is the delta method on the log of the ratio of means (Hedges 1999, doi
    10.1890/0012-9658(1999)080[1150:TMAORR]2.0.CO;2).

    Examples
    --------
    >>> import glutelab as gl
    >>> rows = {}
    >>> for seed in (1, 2, 3):
    ...     runners = gl.simulate_runners(30, speeds_m_s=[3.5], seed=seed)
    ...     rows[f"Made {seed}"] = gl.relate(runners, "contact_time_s", "energy_cost_j_kg_m")
    >>> table = gl.study_rows(rows)
    >>> table[["study", "effect", "n", "speed", "simulated"]].values.tolist()
    [['Made 1', 'r', 30, '3.5 m/s', True], ['Made 2', 'r', 30, '3.5 m/s', True],
     ['Made 3', 'r', 30, '3.5 m/s', True]]
    """
    cohorts = _by_cohort(results)
    people, sure = _people(runners, list(cohorts))
    if len(people):
        _refuse_shared(people)
    made = {name for name, part in people.groupby("cohort") if is_simulated(part)}
    rows = []
    for name, result in cohorts.items():
        _refuse_heap(name, result)
        for row in as_rows(result, effect):
            said = split(row["warning"])
            simulated = SIMULATED in said or name in made or name == "simulated"
            rows.append(row | {"study": name, "design": "cohort", "simulated": simulated})
            said += [] if sure or simulated or len(cohorts) < 2 else [_UNSURE]
            rows[-1]["warning"] = join(said)
    return pd.DataFrame(rows).reindex(columns=_ORDER)


def _by_cohort(results: object) -> dict[str, object]:
    if isinstance(results, pd.DataFrame) and "cohort" in results:
        return {str(name): part for name, part in results.groupby("cohort", sort=False)}
    if isinstance(results, Mapping) and results:
        wrong = [name for name in results if not isinstance(name, str) or not name.strip()]
        if wrong:
            raise DataError(f"{wrong[0]!r} is no name of a cohort. Expected a word.")
        same: dict[int, str] = {}
        for name, result in results.items():
            if id(result) in same:
                raise DataError(
                    f"{same[id(result)]} and {name} are one and the same result: its runners would "
                    "count twice. Give each cohort its own."
                )
            same[id(result)] = name
        return dict(results)
    raise DataError(
        'which cohorts these are is not told. Expected {"rbds2017": result, "my-lab": result}, '
        "each result from compare_groups, relate or fit_economy."
    )


def _refuse_heap(name: str, result: object) -> None:
    """A result in which runners of several cohorts were put together is no row of a study."""
    cohorts: set = set()
    said: list[str] = []
    if isinstance(result, pd.DataFrame):
        cohorts = set(result["cohort"].dropna()) if "cohort" in result else set()
        said = [one for text in result.get("warning", []) for one in split(text)]
    elif getattr(result, "design", None) is not None and hasattr(result, "posture"):
        cohorts = set(result.design.people["cohort"])
        said = list(result.warnings)
    if len(cohorts) > 1 or any(sentence.startswith(_ONE_HEAP) for sentence in said):
        which = f" ({series(sorted(map(str, cohorts)))})" if len(cohorts) > 1 else ""
        raise DataError(
            f"{name}: this result is of several cohorts{which}. Pooled as one heap, differences "
            "between laboratories look like differences between runners. Ask each cohort by "
            "itself, and give the results by name."
        )


# --- people ---------------------------------------------------------------------------------------


def _people(runners: object, names: list[str]) -> tuple[pd.DataFrame, bool]:
    """Who is in each cohort, as far as it is known, and whether it is known of all."""
    if isinstance(runners, pd.DataFrame):
        tables = [runners]
    elif isinstance(runners, Mapping):
        tables = [table.assign(cohort=name) for name, table in runners.items()]
    elif runners is None:
        tables = [table for name in names if (table := _built_in(name)) is not None]
    else:
        raise DataError(
            f"runners is a {type(runners).__name__}. Expected tables of runner_means, by cohort."
        )
    columns = ["cohort", "runner_id", "same_runner_as", "simulated"]
    if not tables:
        return pd.DataFrame(columns=columns), names == ["simulated"]
    people = pd.concat([table.reindex(columns=columns) for table in tables], ignore_index=True)
    people = people.drop_duplicates()
    return people, set(names) <= {*people["cohort"], "simulated"}


def _built_in(name: str) -> pd.DataFrame | None:
    """Runners of a built-in cohort; None if it is none."""
    try:
        path = resource_folder("cohorts") / name / "runners.csv"
    except DataError:
        return None
    if not path.is_file():
        return None
    return pd.read_csv(path, dtype={"runner_id": str, "same_runner_as": str}).assign(cohort=name)


def _refuse_shared(people: pd.DataFrame) -> None:
    try:
        refuse_same_person(people)
    except DataError as error:
        said = str(error).removesuffix(" Compare within one of the cohorts.")
        raise DataError(
            f"{said} Leave one of the cohorts out; or ask one of them again without these runners, "
            'runners[runners["same_runner_as"].isna()], and give runners= here.'
        ) from None
