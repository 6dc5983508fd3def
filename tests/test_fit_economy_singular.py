"""Few runners at several speeds: rows are not runners, and a doubtful verdict says so itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from glutelab.models.economy import fit_economy
from glutelab.models.mixed import fit_mixed

TILT, COST = "standing_pelvic_tilt_deg", "oxygen_cost_ml_kg_km"


def study(rng, n=8, speeds=(3.0, 4.0), runner_sd=0.5, effect=0.0):
    """Runners whose cost hardly differs beyond what is measured with error."""
    tilt, own = rng.normal(10, 4, n), rng.normal(0, runner_sd, n)
    rows = pd.DataFrame(
        [(f"R{i}", v, tilt[i], own[i]) for i in range(n) for v in speeds],
        columns=["runner_id", "speed_m_s", TILT, "own"],
    )
    rows[COST] = 200 + rows["own"] + effect * rows[TILT] + 4 * (rows["speed_m_s"] - 3.5)
    rows[COST] += rng.normal(0, 2, len(rows))
    return rows.drop(columns="own").assign(cohort="made", side="both")


def by_rows(table):
    """p as lmerTest has it: in a singular fit rows count as runners."""
    x = table[[TILT, "speed_m_s"]].to_numpy()
    fit = fit_mixed(table[COST].to_numpy(), x, table["runner_id"], names=["tilt", "speed"])
    return fit, fit.coefficient("tilt")


def test_a_singular_fit_has_no_more_degrees_of_freedom_than_runners():
    rng = np.random.default_rng(4)
    fits = [(by_rows(table), fit_economy(table, TILT)) for table in (study(rng) for _ in range(12))]
    assert {mixed.singular for (mixed, _), _ in fits} == {True, False}
    for (mixed, rows), fit in fits:
        row = fit.coefficients.set_index("term")
        assert row.loc[TILT, "estimate"] == pytest.approx(rows.value)
        assert row.loc[TILT, "se"] == pytest.approx(rows.se)
        expected = 8 - 2 if mixed.singular else rows.df
        assert row.loc[TILT, "df"] == pytest.approx(expected)
        assert row.loc["speed_m_s", "df"] == pytest.approx(mixed.coefficient("speed").df)
        if mixed.singular:
            p = 2 * stats.t.sf(abs(rows.t), 6)
            assert row.loc[TILT, "p"] == pytest.approx(p)
            assert "at most as many as there are runners" in " ".join(fit.method)


def test_a_covariate_of_the_runner_costs_a_degree_of_freedom():
    rng = np.random.default_rng(4)
    table = study(rng, n=12, runner_sd=0.0)
    while not by_rows(table)[0].singular:
        table = study(rng, n=12, runner_sd=0.0)
    mass = dict(zip(table["runner_id"].unique(), rng.normal(70, 8, 12), strict=True))
    fit = fit_economy(
        table.assign(mass_kg=table["runner_id"].map(mass)), TILT, adjust_for="mass_kg"
    )
    assert fit.fit.singular
    assert fit.posture["df"].iloc[0] == 12 - 3


@pytest.mark.parametrize("studies", [100, pytest.param(400, marks=pytest.mark.slow)])
def test_a_null_in_eight_runners_is_found_no_more_often_than_stated(studies):
    """Of studies without effect; printed with -s."""
    rng = np.random.default_rng(20)
    singular, before, after = [], [], []
    for _ in range(studies):
        table = study(rng)
        mixed, rows = by_rows(table)
        singular.append(mixed.singular)
        before.append(rows.p < 0.05)
        after.append(fit_economy(table, TILT).posture["p"].iloc[0] < 0.05)
    singular, before, after = map(np.array, (singular, before, after))
    for name, found in (("rows", before), ("runners", after)):
        only = found[singular].mean()
        print(f"df by {name}: p < 0.05 in {found.mean():.4f}, of singular fits {only:.4f}")
    assert singular.mean() > 0.3
    assert after.sum() <= before.sum()
    assert after.mean() < stats.binom.ppf(0.999, studies, 0.05) / studies


def test_a_verdict_says_itself_what_weakens_it():
    rng = np.random.default_rng(2)
    fits = [fit_economy(study(rng, effect=0.35), TILT) for _ in range(20)]
    found = [fit for fit in fits if fit.verdict.startswith("goes with")]
    doubtful = [fit for fit in found if fit.doubts]
    assert doubtful
    for fit in doubtful:
        line = next(
            line for line in " ".join(str(fit).split()).split(". ") if "goes with h" in line
        )
        assert f"between runners ({fit.doubts}): " in line
        assert fit.verdict_with_doubts == f"{fit.verdict} ({fit.doubts})"
        assert ("underpowered" in fit.doubts) == fit.underpowered
        assert ("single runners" in fit.doubts) == fit.decides.startswith("The verdict rests on")
    for fit in (fit for fit in fits if fit not in found):
        assert not fit.doubts
