"""How long a specification curve takes, and the same models one by one in statsmodels.

python benchmarks/specifications.py

Processor time, in one run. statsmodels fits the models of one shuffle, with statistics by z where
speeds are several; the curve also leaves out outliers and shuffles postures 500 times.
"""

from __future__ import annotations

import itertools

import statsmodels.formula.api as smf
from timing import HEAD, compare

import glutelab as gl

POSTURES = ("standing_pelvic_tilt_deg", "thomas_test_deg", "pelvic_tilt_mean_deg")
POSTURES += ("pelvic_tilt_from_standing_deg",)
SETS = ("", " + C(sex)", " + C(sex) + mass_kg", " + C(level) + C(sex) + mass_kg")
COSTS = ("energy_cost_j_kg_m", "oxygen_cost_ml_kg_km")


def by_hand(runners) -> None:
    """The same questions, without outlier rules: one speed by HC3, all speeds mixed."""
    rows = runners[runners["side"] == "both"].dropna(subset=[*POSTURES, *COSTS])
    for posture, cost, more in itertools.product(POSTURES, COSTS, SETS):
        formula = f"{cost} ~ {posture}{more}"
        for _, part in rows.groupby("speed_m_s"):
            smf.ols(formula, part).fit(cov_type="HC3")
        every = f"{formula} + speed_m_s + I(speed_m_s**2)"
        smf.mixedlm(every, rows, groups=rows["runner_id"]).fit()


def main() -> None:
    runners = gl.runner_means(gl.load_cohort("simulated"))
    count = len(gl.specification_curve(runners, n_permutations=0).table)
    print(HEAD)
    for what, shuffles in (("without shuffles", 0), ("with 500 shuffles", 500)):
        compare(
            f"{count} specifications, {what}",
            lambda n=shuffles: gl.specification_curve(runners, n_permutations=n),
            lambda: by_hand(runners),
            f"statsmodels, {count // 3} of them",
            "5 s for 200",
        )


if __name__ == "__main__":
    main()
