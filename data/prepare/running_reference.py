"""Make glutelab/contract/reference.json, the mean curves of running, from the built-in cohort.

python data/prepare/running_reference.py
"""

from __future__ import annotations

import json

import numpy as np

import glutelab
from glutelab.contract.reference import STORED, TOLERANCES


def build() -> dict:
    """Mean over trials and sides of the mean curve of each, degrees, two decimals."""
    cohort = glutelab.load_cohort("rbds2017")
    groups = cohort.strides.groupby(["trial_id", "side"], sort=True).indices
    mean = {}
    for name in TOLERANCES:
        values = cohort.curves(name)
        curves = [np.asarray(values[rows], dtype=float).mean(axis=0) for rows in groups.values()]
        mean[name] = np.round(np.mean(curves, axis=0), 2).tolist()
    return {
        "source": "rbds2017, 28 runners at 2.5, 3.5 and 4.5 m/s, both sides; CC BY 4.0",
        "mean_deg": mean,
    }


if __name__ == "__main__":
    STORED.write_text(json.dumps(build(), indent=0) + "\n", encoding="utf-8")
    print(f"{len(TOLERANCES)} curves in {STORED}")
