"""How often `running_economy` accepts, doubts and refuses stages whose rise is known.

    python benchmarks/economy_gate.py --write benchmarks/results/economy_gate.md

Stages from `simulate_step_test`: after two minutes of standing, or one stage after another. A row
rises by so many ml/min per minute on top of what the kinetics leave. Same seed, same table.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from page import put

from glutelab.economy import running_economy, simulate_step_test
from glutelab.formats.gas_exchange import GasExchange

RISES = (0.0, 50.0, 100.0, 200.0)


@dataclass(frozen=True)
class Case:
    """Stages alike: breath noise, length, and how the recording came about."""

    noise: float
    stage_s: float = 300.0
    window_s: float = 120.0
    speeds_m_s: tuple[float, ...] = (3.5,)  # the last one is judged
    average_s: float = 0.0  # rows are means over so many seconds
    running_mean: int = 1  # each breath is the mean of so many

    def __str__(self) -> str:
        speed = ", then ".join(f"{value:g}" for value in self.speeds_m_s)
        rows = f"means of {self.average_s:g} s" if self.average_s else "breaths"
        if self.running_mean > 1:
            rows = f"running means of {self.running_mean} breaths"
        cells = (speed, f"{self.stage_s:g}", f"{self.window_s:g}", f"{100 * self.noise:g} %", rows)
        return " | ".join(cells)


CASES = (
    *(Case(noise) for noise in (0.02, 0.05, 0.10, 0.12, 0.19)),
    *(Case(noise, window_s=60.0) for noise in (0.05, 0.12)),
    *(Case(0.12, window_s=window, speeds_m_s=(4.5,)) for window in (120.0, 60.0)),
    *(Case(noise, stage_s=240.0) for noise in (0.05, 0.12)),
    *(Case(noise, stage_s=240.0, window_s=60.0) for noise in (0.05, 0.12)),
    *(Case(noise, stage_s=240.0, speeds_m_s=(3.0, 3.5)) for noise in (0.05, 0.12)),
    *(Case(noise, stage_s=360.0) for noise in (0.05, 0.12)),
    *(Case(noise, stage_s=480.0) for noise in (0.05, 0.12, 0.19)),
    Case(0.12, average_s=10.0),
    Case(0.12, average_s=30.0),
    Case(0.12, stage_s=480.0, average_s=30.0),
    Case(0.12, running_mean=5),
    Case(0.12, running_mean=15),
    Case(0.12, stage_s=480.0, running_mean=15),
)


def recording(case: Case, rise: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Breaths (or means of them), and the stage that is judged."""
    gas, truth = simulate_step_test(
        case.speeds_m_s,
        stage_s=case.stage_s,
        noise=case.noise,
        slow_component_ml_min2=rise,
        seed=seed,
    )
    gases = ["vo2_ml_min", "vco2_ml_min"]
    breaths = gas.breaths[["time_s", *gases]]
    if case.running_mean > 1:
        means = breaths[gases].rolling(case.running_mean, min_periods=1).mean()
        breaths = breaths.assign(**means)
    if case.average_s:
        ends = np.ceil(breaths["time_s"] / case.average_s) * case.average_s
        means = breaths.groupby(ends)[gases].mean()
        breaths = means.rename_axis("time_s").reset_index()
    return breaths, truth[["start_s", "end_s", "speed_m_s"]].tail(1)


def rates(case: Case, rise: float, stages: int) -> tuple[int, int, int]:
    """How many stages were accepted in silence, accepted with a caution, refused for VO2."""
    verdicts = [judged(case, rise, seeds) for seeds in np.array_split(range(stages), stages // 50)]
    table = pd.concat(verdicts)
    doubt = table["caution"].str.contains("confirm that")
    refused = table["reason"].str.contains("VO2 rises|VO2 falls")
    counts = (table["accepted"] & ~doubt).sum(), (table["accepted"] & doubt).sum(), refused.sum()
    assert sum(counts) == stages, (case, rise, counts)
    return counts


def judged(case: Case, rise: float, seeds: np.ndarray) -> pd.DataFrame:
    """Many stages in one table of breaths, one recording after the other."""
    parts, truths, start_s = [], [], 0.0
    for seed in seeds:
        breaths, stage = recording(case, rise, seed)
        parts.append(breaths.assign(time_s=breaths["time_s"] + start_s))
        truths.append(stage.assign(**(stage[["start_s", "end_s"]] + start_s)))
        start_s = truths[-1]["end_s"].iloc[0]
    gas = GasExchange(
        pd.concat(parts, ignore_index=True),
        interval_s=case.average_s or None,
        mass_kg=70.0,
        simulated=True,
    )
    return running_economy(gas, pd.concat(truths), window_s=case.window_s, slope_pct=0.0)


def table(stages: int) -> list[str]:
    rises = " | ".join("steady" if rise == 0 else f"+{rise:g}" for rise in RISES)
    unsaid, rising = 0, 0
    lines = [
        f"{stages} stages a cell: accepted in silence / accepted with a caution / refused, in %.",
        "",
        f"| speed, m/s | stage, s | window, s | noise | rows | {rises} |",
        "| --- | --- | --- | --- | --- | " + " | ".join("---" for _ in RISES) + " |",
    ]
    for case in CASES:
        cells = []
        for rise in RISES:
            counts = rates(case, rise, stages)
            if rise >= 100:
                unsaid, rising = unsaid + counts[0], rising + stages
            cells.append(" / ".join(f"{100 * count / stages:.0f}" for count in counts))
        lines.append(f"| {case} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    found = f"{rising:,} stages that rise by 100 or more, accepted in silence: {unsaid}."
    print(found)
    return [*lines, "", found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stages", type=int, default=400, help="a cell; by fifties")
    parser.add_argument("--write", type=Path, help="page whose table is put anew")
    asked = parser.parse_args()
    text = "\n".join(table(asked.stages))
    if asked.write:
        put(asked.write, text, "rates")


if __name__ == "__main__":
    main()
