"""How often the intervals of fit_economy hold the truth, over simulated studies.

    python benchmarks/calibration_economy.py --write benchmarks/results/models.md

Runners of one level from `simulate_runners`. A 95 % interval should hold the planted association in
93 to 97 % of the studies, and leave out zero in 3.5 to 6.5 % where nothing is planted. "too small"
is how often a null is called too small to matter. Same seed, same table.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from page import put

from glutelab.models.economy import fit_economy
from glutelab.simulate import simulate_runners

HEADING = "## fit_economy"
STANDING, HIP = "standing_pelvic_tilt_deg", "peak_hip_extension_deg"
PLANTED = {
    STANDING: {"hip_extension_on_cost_j_kg_m": -0.03, "posture_on_cost_j_kg_m": 0.01},
    HIP: {"hip_extension_on_cost_j_kg_m": -0.03, "posture_on_cost_j_kg_m": 0.0},
}
LOW, MIDDLE = (2.5, 3.5, 4.5), (3.5,)
T, BOOT, BODY = "satterthwaite", "bootstrap", ["sex", "mass_kg"]
CASES = (
    (30, MIDDLE, STANDING, [], T),
    (30, MIDDLE, STANDING, BODY, T),
    (12, MIDDLE, STANDING, [], T),
    (30, LOW, STANDING, [], T),
    (30, LOW, STANDING, BODY, T),
    (12, LOW, STANDING, [], T),
    (30, LOW, HIP, [], T),
    (12, LOW, HIP, [], T),
    (30, MIDDLE, STANDING, [], BOOT),
    (30, LOW, STANDING, [], BOOT),
    (12, LOW, STANDING, [], BOOT),
)


def one_study(rows, posture: str, truth: float, options: dict) -> list[list[float]]:
    """Of each part of posture: held, found, error, standard error, too small, own slopes."""
    fit = fit_economy(rows, posture, **options)
    return [
        [
            row.ci_low <= truth <= row.ci_high,
            row.ci_low > 0 or row.ci_high < 0,
            row.estimate - truth,
            row.se,
            fit.verdict == "too small to matter",
            "on speed, of their own" in fit.method[0],
        ]
        for row in fit.posture.itertuples()
    ]


def run_studies(n, speeds, posture, effects, options, studies: int, jobs: int) -> np.ndarray:
    """Shape (studies, parts of posture, 6)."""
    table = simulate_runners(
        n, studies=studies, speeds_m_s=speeds, levels={"competitive": 1}, effects=effects, seed=n
    )
    known = table.attrs["truth"]
    truth = known["effects"]["hip_extension_on_cost_j_kg_m"]
    truth = known["total_j_kg_m"] if posture == STANDING else truth
    done = Parallel(jobs)(
        delayed(one_study)(rows, posture, truth, options | {"seed": int(study)})
        for study, rows in table.groupby("study")
    )
    return np.array(done, float)


def cell(value: float, low: float, high: float) -> str:
    return f"{value:.1f}" if low <= value <= high else f"**{value:.1f}**"


def rows_of(case, studies: int, n_boot: int, jobs: int) -> list[str]:
    """Lines of the table, one per part of posture."""
    n, speeds, posture, covariates, inference = case
    options = {"inference": inference, "n_boot": n_boot, "adjust_for": covariates}
    planted = PLANTED[posture]
    start = time.perf_counter()
    there, null = (
        run_studies(n, speeds, posture, effects, options, studies, jobs)
        for effects in (planted, dict.fromkeys(planted, 0.0))
    )
    seconds = jobs * (time.perf_counter() - start) / 2 / studies
    several = len(speeds) > 1
    word = "bootstrap" if inference == BOOT else "Satterthwaite t" if several else "HC3, t"
    lines = []
    for part, a, b in zip(
        ("between", "within"), there.swapaxes(0, 1), null.swapaxes(0, 1), strict=False
    ):
        cells = [
            f"{n} x {len(speeds)}",
            f"{posture}, {part}",
            ", ".join(covariates) or "nothing",
            word,
            f"{studies}",
            cell(100 * a[:, 0].mean(), 93, 97),
            f"{a[:, 2].mean() / a[:, 3].mean():+.2f}",
            f"{100 * a[:, 1].mean():.0f}",
            cell(100 * b[:, 1].mean(), 3.5, 6.5),
            f"{100 * b[:, 4].mean():.0f}" if part == "between" else "",
            f"{100 * a[:, 5].mean():.0f}" if several else "",
            f"{seconds:.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return lines


def table(studies: int, n_boot: int, jobs: int) -> list[str]:
    lines = [
        "| runners x speeds | posture | adjusted for | inference | studies | coverage | bias (SE) "
        "| found | false findings | null too small | own slopes kept | s per study |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in CASES:
        lines += rows_of(case, studies, n_boot, jobs)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=500)
    parser.add_argument("--n-boot", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    lines = table(given.studies, given.n_boot, given.jobs)
    if given.write:
        put(given.write, "\n".join(lines), "calibration of fit_economy", HEADING)


if __name__ == "__main__":
    main()
