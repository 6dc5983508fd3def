"""Data for the comparison with R: python make.py, then Rscript mixed.R mixed.json.

Seeded; one file per design. The designs are what runners make of a plan: some come to fewer trials,
some models are too rich for their data.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
rng = np.random.default_rng(20240)


def study(n, speeds, *, between=8.0, slopes=0.0, together=0.0, residual=3.0, lost=0.0):
    """Oxygen cost (ml/kg/km) by speed (m/s) and posture (deg), between and within runners."""
    runner = np.repeat(np.arange(n), len(speeds))
    speed = np.tile(speeds, n).astype(float)
    posture = rng.normal(12, 4, n)[runner] + 0.8 * speed + rng.normal(0, 1.5, len(runner))
    deviations = rng.normal(size=(n, 2)) @ np.array([[1, together], [0, (1 - together**2) ** 0.5]])
    cost = (
        195
        + between * deviations[runner, 0]
        + (5 + slopes * deviations[runner, 1]) * (speed - 3.5)
        + 0.5 * posture
        + rng.normal(0, residual, len(runner))
    )
    table = pd.DataFrame({"runner": runner, "speed": speed, "posture": posture, "cost": cost})
    if lost:
        kept = (rng.random(len(table)) > lost) | (table.groupby("runner").cumcount() < 2)
        table = table[kept]
    means = table.groupby("runner")["posture"].transform("mean")
    table["posture_between"], table["posture_within"] = means, table["posture"] - means
    table["speed_c"] = table["speed"] - 3.5
    table["speed_c2"] = table["speed_c"] ** 2
    names = np.array([f"R{k:03d}" for k in range(n)])
    table["runner"] = names[table["runner"]]
    return table.drop(columns="posture")


three, five, six = (2.5, 3.5, 4.5), (2.5, 3, 3.5, 4, 4.5), (2.5, 3, 3.5, 4, 4.5, 5)
designs = {
    "balanced": study(12, three),
    "split": study(30, three),
    "unbalanced": study(20, six, lost=0.5),
    "eight_runners": study(8, three, between=5),
    "little_between": study(15, three, between=1.2),
    "nearly_all_between": study(12, three, between=20, residual=0.4),
    "singular": study(10, three, between=0.0),
    "slope": study(20, five, slopes=3.0, together=0.3),
    "slope_unbalanced": study(16, six, slopes=3.0, together=-0.5, lost=0.4),
    "slope_eight_runners": study(8, five, slopes=3.0),
    "many": study(150, three, lost=0.3),
}
rng = np.random.default_rng(3)  # slopes come out equal: the factor's last element is 0
designs["slope_singular"] = study(12, three, slopes=0.0)
for name, table in designs.items():
    table.round(4).to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
