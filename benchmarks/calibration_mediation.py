"""How often the intervals of mediate hold the truth, over simulated studies.

    python benchmarks/calibration_mediation.py --write benchmarks/results/models.md

Every study is drawn from a known truth; a 95 % interval should hold it in 93 to 97 % of the
studies. "found" is how often the interval leaves out zero: power, or false findings where nothing
is planted. Same seed, same table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from page import put

from glutelab.models.mediation import mediate
from glutelab.simulate import simulate_runners

HEADING = "## Mediation"
KINDS = ("interval", "percentile", "bca")

# Standardized slopes: posture -> hip extension, hip extension -> cost, posture -> cost directly
# (0: another value moves total and direct, and every interval of them, by as much).
SCENARIOS = {
    "as in RBDS (-0.6), through hip extension -0.3": (-0.6, -0.3, 0.0, {}),
    "large: -0.6, -0.6": (-0.6, -0.6, 0.0, {}),
    "small: -0.3, -0.3": (-0.3, -0.3, 0.0, {}),
    "no mediator -> cost (-0.6, 0)": (-0.6, 0.0, 0.0, {}),
    "no posture -> mediator (0, -0.4)": (0.0, -0.4, 0.0, {}),
    "nothing (0, 0)": (0.0, 0.0, 0.0, {}),
    "skewed residuals, -0.6, -0.3": (-0.6, -0.3, 0.0, {"skewed": True}),
    "3 speeds per runner, -0.6, -0.3": (-0.6, -0.3, 0.0, {"speeds": 3}),
}


def draw(rng, n, a, b, direct, *, skewed=False, speeds=1):
    """One study: posture, mediator, outcome, two covariates, runner."""

    def noise(size):
        return (rng.gamma(2.0, size=size) - 2) / 2**0.5 if skewed else rng.normal(size=size)

    covariates = rng.normal(size=(n, 2))
    x = rng.normal(size=n) + 0.3 * covariates[:, 0]
    m = a * x + 0.3 * covariates[:, 1] + np.sqrt(1 - a**2) * noise(n)
    y = direct * x + b * m + 0.3 * covariates[:, 0] + 0.9 * noise(n)
    runner = np.repeat(np.arange(n), speeds)
    if speeds == 1:
        return x, m, y, covariates, runner
    speed = np.tile(np.linspace(-1, 1, speeds), n)
    moved = 0.5 * noise(n * speeds)  # of the mediator, from speed to speed
    many_m = m[runner] + speed + moved
    many_y = y[runner] + b * (many_m - m[runner]) + 0.2 * speed + 0.4 * noise(n * speeds)
    return x[runner], many_m, many_y, np.column_stack([covariates[runner], speed]), runner


def scenario(n, a, b, direct, kind, *, studies, n_boot) -> dict[str, float]:
    rng = np.random.default_rng(n)
    hits = {f"{path} {kind}": 0 for path in ("indirect", "total") for kind in KINDS}
    found = 0
    for study in range(studies):
        *data, runner = draw(rng, n, a, b, direct, **kind)
        result = mediate(*data, runner=runner, n_boot=n_boot, seed=study)
        for path, truth in (("indirect", a * b), ("total", direct + a * b)):
            for name in KINDS:
                low, high = getattr(getattr(result, path), name)
                hits[f"{path} {name}"] += low <= truth <= high
        low, high = result.indirect.interval
        found += low > 0 or high < 0
    return {key: 100 * value / studies for key, value in (hits | {"found": found}).items()}


def cohort_table(studies: int, n_boot: int) -> list[str]:
    """Studies of simulate_runners: real spreads, one or several speeds."""
    lines = [
        "| simulated runners | indirect: interval | total: interval | indirect found | "
        "total found |",
        "|---|---|---|---|---|",
    ]
    planted = {"hip_extension_on_cost_j_kg_m": -0.03, "posture_on_cost_j_kg_m": 0.01}
    nothing = dict.fromkeys(planted, 0.0)
    for effects, word in ((planted, "planted"), (nothing, "no cost effect")):
        for n, speeds in ((12, (2.5, 3.5, 4.5)), (30, (2.5, 3.5, 4.5)), (30, (3.5,)), (60, (3.5,))):
            row = cohorts(n, speeds, effects, studies=studies, n_boot=n_boot)
            cells = [cell(value) for value in row[:2]] + [f"{value:.1f}" for value in row[2:]]
            name = f"{n} runners, {len(speeds)} speed{'s' if len(speeds) > 1 else ''}, {word}"
            lines.append(f"| {name} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
    return lines


def cohorts(n, speeds, effects, *, studies, n_boot) -> np.ndarray:
    table = simulate_runners(
        n, studies=studies, speeds_m_s=speeds, levels={"competitive": 1}, effects=effects, seed=n
    )
    truth, hits = table.attrs["truth"], []
    for study, rows in table.groupby("study"):
        speed = rows["speed_m_s"].to_numpy() - 3.5
        result = mediate(
            rows["standing_pelvic_tilt_deg"],
            rows["peak_hip_extension_deg"],
            rows["energy_cost_j_kg_m"],
            np.column_stack([speed, speed**2]) if len(speeds) > 1 else None,
            runner=rows["runner_id"],
            n_boot=n_boot,
            seed=int(study),
        )
        held, found = [], []
        for name in ("indirect", "total"):
            low, high = getattr(result, name).interval
            held.append(low <= truth[f"{name}_j_kg_m"] <= high)
            found.append(low > 0 or high < 0)
        hits.append(held + found)
    return 100 * np.mean(hits, axis=0)


def cell(value: float) -> str:
    return f"{value:.1f}" if 93 <= value <= 97 else f"**{value:.1f}**"


def table(studies: int, n_boot: int) -> list[str]:
    lines = [
        "| planted slopes | runners | indirect: interval | percentile | BCa | total: interval | "
        "percentile | BCa | indirect found |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for n in (30, 60):
        for name, (a, b, direct, kind) in SCENARIOS.items():
            row = scenario(n, a, b, direct, kind, studies=studies, n_boot=n_boot)
            found = row.pop("found")
            cells = " | ".join(cell(value) for value in row.values())
            lines.append(f"| {name} | {n} | {cells} | {found:.1f} |")
            print(lines[-1], flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--n-boot", type=int, default=2000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    lines = table(given.studies, given.n_boot)
    lines += ["", *cohort_table(given.studies, given.n_boot)]
    if given.write:
        put(given.write, "\n".join(lines), "calibration of mediation", HEADING)


if __name__ == "__main__":
    main()
