"""Would another analyst have found the same? One question under all defensible choices."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from glutelab.contrasts.caveats import (
    find_caveats,
    is_simulated,
    say_same_values,
    say_unmeasured,
)
from glutelab.contrasts.choices import check_confidence, check_whole, list_names
from glutelab.contrasts.membership import DOSE
from glutelab.contrasts.rows import PERSON
from glutelab.contrasts.wording import counted, put_under
from glutelab.errors import DataError
from glutelab.models.economy.checks import about_costs
from glutelab.models.posture import list_postures, name_measure
from glutelab.models.specification.fit import fit_choice
from glutelab.models.specification.permute import permute_curve
from glutelab.models.specification.plan import (
    OUTLIERS,
    Choice,
    Grid,
    build_grid,
    list_choices,
)
from glutelab.models.specification.words import (
    judge,
    list_sentences,
    rank_choices,
    summarize,
)

__all__ = [
    "COVARIATE_SETS",
    "OUTCOMES",
    "SpecificationCurve",
    "specification_curve",
    "specification_steps",
]

COVARIATE_SETS = ((), ("sex",), ("sex", "mass_kg"), ("level", "sex", "mass_kg"))
OUTCOMES = ("energy_cost_j_kg_m", "oxygen_cost_ml_kg_km")


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve:
    """The same question under all defensible choices. Prints as sentences.

    Attributes
    ----------
    table : DataFrame
        One row per specification, sorted by the standardized association, those without an answer
        last: ``specification, posture, outcome, covariates, outliers, speed, speed_m_s, unit,
        relaxed``; ``estimate, ci_low, ci_high, se, df, p`` of cost per unit of the measure between
        runners; ``standardized, standardized_low, standardized_high`` in standard deviations of
        cost and ``pct, pct_low, pct_high`` in % of cost, per standard deviation of the measure in
        the direction of relaxed hip flexors (``relaxed`` -1: that of a smaller value), so that
        negative is better economy with a more relaxed posture whatever the measure; ``n_runners,
        n_rows, n_left_out`` by the outlier rule, ``method, answerable, reason, note``.
    summary : DataFrame
        Shares, medians and ranges, of all specifications and for each option.
    choices : DataFrame
        What each choice alone explains of the differences between specifications.
    permutation : DataFrame or None
        The test of the whole curve.
    verdict : str
        Whether the answer depends on the analyst.
    warnings : tuple of str
    simulated : bool
    confidence : float
    seed : int
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    choices: pd.DataFrame
    permutation: pd.DataFrame | None
    verdict: str
    warnings: tuple[str, ...]
    simulated: bool
    confidence: float
    seed: int

    @property
    def answerable(self) -> bool:
        """Whether any specification has an answer."""
        return bool(self.table["answerable"].any())

    def sentences(self) -> str:
        """What the curve says, in words that claim no cause."""
        return " ".join(self._lines())

    def _lines(self) -> list[str]:
        return list_sentences(self.table, self.choices, self.permutation, self.warnings)

    def __repr__(self) -> str:
        n = counted(len(self.table), "specification")
        return put_under(f"Posture and running economy under {n}", self._lines())


def specification_curve(
    runners: pd.DataFrame,
    postures: str | Sequence[str] | None = None,
    outcomes: str | Sequence[str] = OUTCOMES,
    *,
    covariate_sets: Sequence[Sequence[str]] = COVARIATE_SETS,
    speeds: Sequence[float | str] | None = None,
    outliers: Sequence[str] = OUTLIERS,
    side: str = "both",
    n_permutations: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> SpecificationCurve:
    """Association of posture with cost between runners, under every combination of choices.

    One speed: least squares with HC3 standard errors, t with n - k degrees of freedom. All speeds:
    a mixed model with speed and its square, posture between and within runners, a random intercept
    and Satterthwaite's t (`fit_economy` gives runners a slope on speed, too, where that can be
    estimated, which changes standard errors a little). Simonsohn, Simmons and Nelson 2020,
    doi 10.1038/s41562-020-0912-z. Names of columns are never evaluated. The specifications share
    their runners: their number adds nothing to the evidence, which is what the test of the whole
    curve allows for.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means` or `simulate_runners`: one row per runner and speed.
    postures : str or sequence of str, optional
        Measures of posture, by default those of `list_postures` that were measured. One that was
        not measured gives rows that say so.
    outcomes : str or sequence of str
        Units of cost.
    covariate_sets : sequence of sequences of str
        An empty one is no adjustment.
    speeds : sequence of float or "all", optional
        m/s, each looked at alone; "all" is the mixed model. By default each there is, and all.
    outliers : sequence of {"none", "3 MAD", "Cook"}
        Runners left out: nobody; those whose posture or cost is more than 3 scaled median absolute
        deviations from the median; those with a Cook's distance beyond 4 / n, a rule of thumb
        (Bollen and Jackman 1990).
    side : {"both", "left", "right"}
    n_permutations, seed : int
        Of the test of the whole curve; 0 for none. That postures are shuffled over runners is our
        choice: benchmarks/results/models.md.
    confidence : float

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    DataError
        If a column, a rule or a speed is misspelled, or rows would be pooled.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(40, effects={"posture_on_cost_j_kg_m": 0.05}, seed=2)
    >>> curve = gl.specification_curve(runners, n_permutations=200, seed=1)
    >>> len(curve.table), bool(curve.table["answerable"].all())
    (384, True)
    >>> curve.choices.loc[0, "choice"]
    'posture'
    """
    steps = specification_steps(
        runners,
        postures,
        outcomes,
        covariate_sets=covariate_sets,
        speeds=speeds,
        outliers=outliers,
        side=side,
        n_permutations=n_permutations,
        confidence=confidence,
        seed=seed,
    )
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def specification_steps(
    runners: pd.DataFrame,
    postures: str | Sequence[str] | None = None,
    outcomes: str | Sequence[str] = OUTCOMES,
    *,
    covariate_sets: Sequence[Sequence[str]] = COVARIATE_SETS,
    speeds: Sequence[float | str] | None = None,
    outliers: Sequence[str] = OUTLIERS,
    side: str = "both",
    n_permutations: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
    known: dict[Choice, dict] | None = None,
) -> Generator[tuple[int, int], None, SpecificationCurve]:
    """`specification_curve` one specification at a time, for whoever shows how far it is.

    Parameters
    ----------
    runners, postures, outcomes, covariate_sets, speeds, outliers, side : various
    n_permutations, confidence, seed : various
        As in `specification_curve`.
    known : dict, optional
        Rows of specifications of the same runners, side and confidence that were fitted before;
        those that are fitted now are added.

    Yields
    ------
    tuple of int
        Specifications that are done, and all.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    DataError
        As `specification_curve`.
    """
    postures, skipped = _postures(runners, postures)
    outcomes = list_names(outcomes, "outcomes")
    sets = [(one,) if isinstance(one, str) else tuple(one) for one in covariate_sets]
    outliers = list_names(outliers, "outliers")
    if not (postures and outcomes and sets):
        raise DataError("postures, outcomes or covariate_sets is empty: nothing to look at.")
    check_confidence("confidence", confidence)
    check_whole("n_permutations", n_permutations, 0, "0 or more")
    grid = build_grid(runners, postures, outcomes, sets, side)
    specified = list_choices(grid, postures, outcomes, sets, speeds, outliers)
    known = {} if known is None else known
    for number, choice in enumerate(specified, start=1):
        if choice not in known:
            known[choice] = fit_choice(grid, choice, confidence)
            yield number, len(specified)
    rows = [known[choice] for choice in specified]
    answered = [choice for choice, row in zip(specified, rows, strict=True) if row["answerable"]]
    table = _sorted(rows)
    permutation = None
    if answered and n_permutations:
        permutation = permute_curve(
            grid, answered, n_permutations=n_permutations, seed=seed, confidence=confidence
        )
    unmeasured = say_unmeasured(list(map(name_measure, skipped)))
    return SpecificationCurve(
        table=table,
        summary=summarize(pd.DataFrame(rows)),
        choices=rank_choices(table),
        permutation=permutation,
        verdict=judge(table, permutation),
        warnings=(*_caveats(grid, postures, outcomes), *([unmeasured] if unmeasured else [])),
        simulated=is_simulated(grid.rows),
        confidence=confidence,
        seed=seed,
    )


def _postures(runners: pd.DataFrame, postures) -> tuple[list[str], list[str]]:
    """Measures to look at, and those that were left out as nobody has them."""
    if postures is not None:
        return list_names(postures, "postures"), []
    listed = list_postures(runners)
    there = listed["measured"]
    if not there.any():
        return listed["posture"].tolist(), []
    return listed.loc[there, "posture"].tolist(), listed.loc[~there, "posture"].tolist()


def _sorted(rows: list[dict]) -> pd.DataFrame:
    table = pd.DataFrame(rows).sort_values("standardized", kind="stable", ignore_index=True)
    table.insert(0, "specification", range(1, len(table) + 1))
    return table


def _caveats(grid: Grid, postures: Sequence[str], outcomes: Sequence[str]) -> list[str]:
    """What has to be known of these runners; a confounder of one measure names it."""
    said: dict[str, list[str]] = {}
    for posture in postures:
        rows = grid.rows[grid.rows[posture].notna()]
        if rows.empty:
            continue
        each = rows.assign(**{posture: rows.groupby(PERSON)[posture].transform("mean")})
        each = each.drop_duplicates(PERSON)
        for text in find_caveats(each, each[posture].astype(float), [DOSE], posture):
            said.setdefault(text, []).append(posture)
    told = [
        f"{text.rstrip('.')} ({', '.join(map(name_measure, which))})." if "dose" in text else text
        for text, which in said.items()
    ]
    twice = [
        text
        for posture, outcome in product(postures, outcomes)
        for text in say_same_values(grid.rows, [posture, outcome])
    ]
    return [*told, *dict.fromkeys(twice), *about_costs(grid.rows)]
