"""Average the effects of several studies or cohorts, each of which counts as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contrasts.choices import check_confidence, check_number
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.evidence.average import average, spread
from glutelab.evidence.definitions import check_effects, list_mixing, refuse_mixing, refuse_twice
from glutelab.evidence.result import PooledEffects
from glutelab.evidence.scales import SCALES, find_variance
from glutelab.sentences import SIMULATED, split

__all__ = ["pool_effects"]

_COLUMNS = ["study", "design", "n", "value", "ci_low", "ci_high", "confidence", "y", "se"]
_COLUMNS += ["low", "high", "weight_pct", "pooled", "simulated", "reason", "reference", "warning"]
_REFERENCES = ["study", "n_studies", "n", "value", "ci_low", "ci_high", "confidence", "reference"]
# What is said of one cohort's own result; the rest of a cohort's warnings travels along.
_OWN = ("Cannot tell", "Not measured", "Simulated")


def pool_effects(
    effects: pd.DataFrame,
    *,
    mixing: str | Sequence[str] = (),
    with_simulated: bool = False,
    equivalence_margin: float | None = None,
    confidence: float = 0.95,
) -> PooledEffects:
    """Random-effects mean of one effect over studies, and how much studies differ.

    Each study or cohort is one row: runners of several cohorts are never put on one heap. A
    meta-analysis is no study and stands beside the mean. An effect without interval and without
    the counts that would give one is listed with the reason. What so few studies cannot tell, they
    do not: of one nothing is averaged, and below three there is no prediction.

    Parameters
    ----------
    effects : DataFrame
        Rows of `study_rows`, of `published_effects`, or both (``pandas.concat``); or any table with
        ``study, effect, value`` and what is known of ``se`` (on the scale of the average: Fisher's
        z, natural log), ``n, n_1, n_2, ci_low, ci_high, confidence``. `effect` is one of r,
        mean_difference, slope, hedges_g, log_ratio, percent_change.
    mixing : str or list of str
        Definitions that may differ between studies: groups, outcome, speed, adjusted_for. By
        default none. Measure, unit and kind of effect never may.
    with_simulated : bool
        Whether simulated cohorts may be pooled with real ones.
    equivalence_margin : float, optional
        The smallest mean that would matter, in the unit of the effect, stated beforehand.
    confidence : float
        Level of the intervals; its complement is the error rate of the verdict.

    Returns
    -------
    PooledEffects
        Prints as sentences; ``.table`` is one row, ``.studies`` one row per study.

    Raises
    ------
    DataError
        If several questions, one study twice, or simulated with real cohorts would be pooled, or
        the table has values that cannot be; says what to do.

    Notes
    -----
    tau² by REML, interval of Hartung, Knapp, Sidik and Jonkman with t of k - 1, Q-profile interval
    of tau² and I²: equal to metafor's ``rma(yi, vi, test="knha")`` and ``confint``. The prediction
    interval of metafor's ``predict`` (t of k - 1) holds 81 to 97 % instead of 95 % of further
    studies, as it takes tau² for known; it is in the columns ``plugin_...``, and the one that is
    reported is by the confidence distribution of tau² (Nagashima, Noma and Furukawa 2019, doi
    10.1177/0962280218773520). Where studies agree more closely than
    their errors let expect, that interval can be narrower than the usual one; the verdict then asks
    the wider of both (metafor's ``test="adhoc"``). Correlations are averaged as Fisher's z,
    percent changes as logs of ratios. How often intervals hold the truth:
    benchmarks/results/evidence.md.

    Examples
    --------
    >>> import pandas as pd
    >>> import glutelab as gl
    >>> effects = pd.DataFrame(
    ...     {
    ...         "study": ["Lab A", "Lab B", "Lab C", "Lab D"],
    ...         "effect": "r",
    ...         "value": [0.31, 0.12, 0.45, 0.20],
    ...         "n": [28, 46, 19, 60],
    ...     }
    ... )
    >>> pooled = gl.pool_effects(effects)
    >>> pooled.table[["k", "n_runners", "estimate", "ci_low", "ci_high"]].round(2)
       k  n_runners  estimate  ci_low  ci_high
    0  4        153      0.23    0.02     0.41
    """
    mixing = list_mixing(mixing)
    confidence = check_confidence("confidence", confidence)
    if equivalence_margin is not None:
        check_number("equivalence_margin", equivalence_margin, lambda x: 0 < x < np.inf, "above 0")
    table = check_effects(effects)
    beside = table[table["design"] == "meta-analysis"]
    studies = table[table["design"] != "meta-analysis"].reset_index(drop=True)
    directed = studies["effect"] != "r_squared"
    told = refuse_mixing(studies[directed], beside[beside["effect"] != "r_squared"], mixing)
    _refuse_margin(studies, equivalence_margin)
    found = [find_variance(row) for _, row in studies.iterrows()]
    y, v = (np.array([one[k] for one in found], float) for k in (0, 1))
    used = np.isfinite(v)
    refuse_twice(studies[used])
    told += _about_simulated(studies[used], with_simulated)
    told += _about_cohorts(studies[used])
    shown = _list_studies(studies, y, v, [one[2] for one in found], confidence)
    k = int(used.sum())
    mean = average(y[used], v[used], confidence) if k else None
    if k:
        shown.loc[used, "weight_pct"] = 100 * mean.weights
    return PooledEffects(
        **_about(studies[directed] if directed.any() else studies, beside, studies[used]),
        confidence=confidence,
        equivalence_margin=np.nan if equivalence_margin is None else float(equivalence_margin),
        studies=shown,
        references=_list_references(beside, table),
        average=mean,
        spread=spread(y[used], v[used], mean.tau2 if k else np.nan, confidence),
        warnings=tuple(told),
    )


def _refuse_margin(studies: pd.DataFrame, margin: float | None) -> None:
    """A correlation cannot be as large as 1."""
    if margin is not None and margin >= 1 and (studies["effect"] == "r").any():
        raise DataError(f"equivalence_margin is {margin:g}. Expected a correlation below 1.")


def _about_simulated(studies: pd.DataFrame, allowed: bool) -> list[str]:
    made = studies[studies["simulated"]]
    if made.empty:
        return []
    if len(made) == len(studies):
        return [SIMULATED]
    names = ", ".join(made["study"])
    if not allowed:
        raise DataError(
            f"{names}: simulated, and would be pooled with real runners. Leave it out; or, to see "
            "what would come of it, say so: with_simulated=True."
        )
    return [SIMULATED, f"Simulated are {len(made)} of {counted(len(studies), 'study')}: {names}."]


def _about_cohorts(studies: pd.DataFrame) -> list[str]:
    """What cohorts said beside their numbers, each sentence once with those it is of."""
    said: dict[str, list[str]] = {}
    for row in studies.itertuples():
        for sentence in split(row.warning):
            if not sentence.startswith(_OWN):
                said.setdefault(sentence, []).append(row.study)
    everyone = len(studies)
    return [
        sentence if len(names) == everyone > 1 else f"{', '.join(names)}: {sentence}"
        for sentence, names in said.items()
    ]


def _list_studies(
    studies: pd.DataFrame, y: np.ndarray, v: np.ndarray, reasons: list[str], confidence: float
) -> pd.DataFrame:
    """The studies as the result shows them: `low` and `high` are all of one level."""
    se, low, high = np.sqrt(v), np.full(len(v), np.nan), np.full(len(v), np.nan)
    for place in np.flatnonzero(np.isfinite(v)):
        one = average(y[[place]], v[[place]], confidence)
        back = SCALES[studies["effect"][place]].outside
        low[place], high[place] = back(one.low), back(one.high)
    # A t interval of the study's own at the same level is the better one.
    stated = np.isclose(studies["confidence"], confidence) & studies["ci_high"].notna()
    low = np.where(stated, studies["ci_low"], low)
    high = np.where(stated, studies["ci_high"], high)
    shown = studies.assign(
        y=y, se=se, low=low, high=high, weight_pct=np.nan, pooled=np.isfinite(v), reason=reasons
    )
    return shown[_COLUMNS]


def _list_references(beside: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    n = table["n_studies"] if "n_studies" in table else pd.Series(np.nan, table.index)
    return beside.assign(n_studies=n.loc[beside.index])[_REFERENCES].reset_index(drop=True)


def _about(studies: pd.DataFrame, beside: pd.DataFrame, used: pd.DataFrame) -> dict:
    """What was asked, in the words of the rows; of several outcomes or speeds, all."""
    asked = used if len(used) else studies if len(studies) else beside

    def words(name: str) -> str:
        return ", ".join(dict.fromkeys(one for one in asked[name] if one))

    def number(row) -> str:
        return f"{row.speed_m_s:.4g} m/s" if np.isfinite(row.speed_m_s) else row.speed

    return {
        "effect": asked["effect"].iloc[0] if len(asked) else "",
        "unit": words("unit"),
        "measure": words("measure"),
        "exposure": words("exposure"),
        "outcome": words("outcome"),
        "outcome_measure": words("outcome_measure"),
        "speed": ", ".join(dict.fromkeys(filter(None, map(number, asked.itertuples())))),
        "adjusted_for": words("adjusted_for"),
        "positive_means": next((one for one in asked["positive_means"] if one), ""),
    }
