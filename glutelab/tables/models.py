"""Models of an article: coefficients, intervals, p, what is explained and predicted."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from glutelab.errors import DataError
from glutelab.models.economy import EconomyFit
from glutelab.models.mixed import MixedFit
from glutelab.models.pathways import PosturePathway
from glutelab.provenance import cell_code
from glutelab.tables.fits import lay_fits
from glutelab.tables.relations import lay_changes, lay_pathways, lay_relations
from glutelab.tables.sheet import PrintTable
from glutelab.tables.words import call

__all__ = ["table_models"]

_EXPECTED = (
    "Expected what fit_economy or posture_pathway gives, one or several, or the table of relate or "
    "change_with_speed"
)


def table_models(
    results,
    *,
    cohort=None,
    caption: str = "",
    code: str = "",
) -> PrintTable:
    r"""Models and associations as an article prints them, with what has to be read beside them.

    Parameters
    ----------
    results : EconomyFit, MixedFit, PosturePathway, a list or dict of these, or DataFrame
        What `fit_economy`, `fit_mixed` or `posture_pathway` gives; the keys of a dict are the
        headings. Or the table of `relate` or of `change_with_speed`.
    cohort : Cohort, optional
        Adds the count of strides, source and license.
    caption : str
        In place of the draft.
    code : str
        What made it; by default the cell of a notebook, elsewhere the call.

    Returns
    -------
    PrintTable
        ``.data`` (the strings), ``.caption``, ``.footnotes``, ``.notes``, ``.code`` and
        ``.save("tables/table_3")``. Of each model: coefficients with interval and p, numbers of
        runners and rows, R² and the error for runners left out; warnings and the verdict are
        footnotes.

    Raises
    ------
    DataError
        If it is given something else, or kinds of models are mixed.

    Notes
    -----
    R² of a mixed model: marginal and conditional, see `glutelab.models.explained`.

    Examples
    --------
    >>> import glutelab as gl
    >>> runners = gl.simulate_runners(40, speeds_m_s=[3.5], seed=3)
    >>> table = gl.table.models(gl.fit_economy(runners, "thomas_test_deg", adjust_for=["sex"]))
    >>> table.caption
    'SIMULATED. Models of energy cost.'
    >>> print(table.data.iloc[2, :3].str.replace("\xa0", " ").tolist())
    ['Modified Thomas test (J/kg/m per °)', '0.003 [−0.015, 0.022]', '0.73']
    """
    line = code or cell_code() or call("table.models", _given_name(results), {"cohort": cohort})
    if isinstance(results, pd.DataFrame):
        if results.empty:
            raise DataError(f"the table has no rows. {_EXPECTED}.")
        if {"x", "y", "r", "ci_low", "ci_high", "p", "warning"} <= set(results):
            return lay_relations(results, cohort, caption, line)
        if {"measure", "per_m_s", "ci_low", "ci_high", "warning"} <= set(results):
            return lay_changes(results, cohort, caption, line)
        hint = " A table of compare_groups is for gl.table.results." if "groups" in results else ""
        raise DataError(f"this table has none of their columns. {_EXPECTED}.{hint}")
    named = _as_mapping(results)
    kinds = {type(one) for one in named.values()}
    if kinds == {PosturePathway}:
        return lay_pathways(named, cohort, caption, line)
    if kinds <= {EconomyFit, MixedFit}:
        return lay_fits(named, cohort, caption, line)
    names = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise DataError(f"{names} was given. {_EXPECTED}, and of one kind.")


def _as_mapping(results: object) -> dict[str, object]:
    if isinstance(results, Mapping):
        named = {str(name): one for name, one in results.items()}
    elif isinstance(results, list | tuple):
        named = {f"\0{k}": one for k, one in enumerate(results)}  # no heading of their own
    else:
        named = {"\0": results}
    if not named:
        raise DataError(f"no model was given. {_EXPECTED}.")
    return named


def _given_name(results: object) -> str:
    if isinstance(results, pd.DataFrame):
        return "table"
    return "models" if isinstance(results, Mapping | list | tuple) else "fit"
