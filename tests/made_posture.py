"""Runners whose posture has a known effect on cost."""

from glutelab.simulate import simulate_runners

TILT, RUNNING, HIP = "standing_pelvic_tilt_deg", "pelvic_tilt_mean_deg", "peak_hip_extension_deg"


COST, LEAN = "energy_cost_j_kg_m", "trunk_lean_mean_deg"


PLANTED = {"hip_extension_on_cost_j_kg_m": -0.03, "posture_on_cost_j_kg_m": 0.01}


LOW = (2.5, 3.5, 4.5)


def people(n=24, speeds=LOW, effects=PLANTED, seed=1, **options):
    options = {"levels": {"competitive": 1}} | options
    return simulate_runners(n, speeds_m_s=speeds, effects=effects, seed=seed, **options)


def changed(table=None, runner="S002", **values):
    """The table with some values of one runner set."""
    table = people() if table is None else table.copy()
    for name, value in values.items():
        table.loc[table["runner_id"] == runner, name] = value
    return table


def between(fit):
    return fit.posture.iloc[0]
