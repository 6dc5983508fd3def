"""Expected numbers of tests/test_groups.py and tests/test_reliability.py, from other software.

    python tests/reference/groups/make.py      (needs pingouin 0.7.0 and statsmodels)

pingouin is GPL and is never imported by the library or by its tests; only these numbers are.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin as pg
import statsmodels.api as sm

HERE = Path(__file__).parent
pg.options["round.column.CI95"] = None


def draw() -> dict:
    """The samples; rounded, so that the file holds exactly what was compared."""
    rng = np.random.default_rng(20260301)
    first = rng.normal(12, 4, 11).round(3)
    second = rng.normal(9, 6, 19).round(3)
    before = rng.normal(10, 4, 15).round(3)
    after = (before + rng.normal(1.5, 2, 15)).round(3)
    covariates = rng.normal([70, 1.0], [8, 0.3], (30, 2)).round(3)
    base = rng.normal(0, 3, (12, 1))
    scores = (base + rng.normal(0, 1, (12, 3)) + [0.0, 0.5, 1.0]).round(3)
    return {
        name: values.tolist()
        for name, values in {
            "first": first,
            "second": second,
            "before": before,
            "after": after,
            "covariates": covariates,
            "scores": scores,
        }.items()
    }


def two_groups(x, y, *, paired=False) -> dict:
    t = pg.ttest(x, y, paired=paired, correction=not paired).iloc[0]
    return {
        "hedges_g": pg.compute_effsize(x, y, paired=paired, eftype="hedges"),
        "t": t["T"],
        "df": t["dof"],
        "p": t["p_val"],
        "p_equivalence": pg.tost(x, y, 4.0, paired=paired, correction=not paired).iloc[0]["pval"],
    }


def adjusted(data: dict) -> dict:
    y = np.concatenate([data["first"], data["second"]])
    group = np.arange(len(y)) < len(data["first"])
    design = np.column_stack([np.ones(len(y)), group, data["covariates"]])
    fit = sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(0.05)[1]
    return {
        "difference": fit.params[1],
        "t": fit.tvalues[1],
        "df": fit.df_resid,
        "p": fit.pvalues[1],
        "ci_low": low,
        "ci_high": high,
    }


def icc(scores) -> dict:
    n, k = np.shape(scores)
    table = pd.DataFrame(
        {
            "runner": np.repeat(np.arange(n), k),
            "part": np.tile(np.arange(k), n),
            "score": np.ravel(scores),
        }
    )
    found = pg.intraclass_corr(table, targets="runner", raters="part", ratings="score")
    found = found.set_index("Type")
    return {
        kind: {"icc": found.loc[kind, "ICC"], "ci": list(found.loc[kind, "CI95"])}
        for kind in ("ICC(C,1)", "ICC(C,k)", "ICC(A,1)", "ICC(A,k)")
    }


def main() -> None:
    data = draw()
    p = [0.01, 0.04, 0.03, 0.2, 0.002, 0.6]
    x, y = np.array(data["first"]), np.array(data["second"])
    before, after = np.array(data["before"]), np.array(data["after"])
    expected = {
        "made_with": {"pingouin": pg.__version__, "statsmodels": sm.__version__},
        "data": data,
        "two_groups": two_groups(x, y),
        "paired": two_groups(after, before, paired=True),
        "adjusted": adjusted(data),
        "icc": icc(data["scores"]),
        "p": p,
        "holm": pg.multicomp(p, method="holm")[1].tolist(),
        "bh": pg.multicomp(p, method="fdr_bh")[1].tolist(),
    }
    text = json.dumps(expected, indent=1, default=float) + "\n"
    (HERE / "expected.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
