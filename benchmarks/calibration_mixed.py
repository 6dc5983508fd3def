"""Error rates and coverage of the mixed model over simulated studies.

    python benchmarks/calibration_mixed.py [--studies 2000] [--jobs 2] [--write FILE.md]

Every study is drawn from a known truth. Under no effect a test should find one in 5 % of the
studies, and a 95 % interval should hold a planted effect in 95 %. Same seed, same table, whatever
the number of jobs. The bootstrap, which takes most of the time, is run in every second study.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from page import put

from glutelab.models.mixed import bootstrap_mixed, fit_mixed

NAMES = ("posture_between", "posture_within", "speed_c", "speed_c2")
WAYS = ("Satterthwaite t", "plain z", "bootstrap, studentized", "bootstrap, percentile")
EFFECTS = ("posture_between", "posture_within")


@dataclass(frozen=True)
class Design:
    """Cost (ml/kg/km) of `n` runners at 2.5 .. 4.5 m/s; standard deviations of each part."""

    words: str
    n: int
    speeds: int = 3
    effect: float = 0.0  # ml/kg/km per degree, between and within
    between: float = 8.0
    slopes: float = 0.0  # per m/s
    residual: float = 3.0
    lost: float = 0.0
    fit_slope: bool = False
    n_boot: int = 999


DESIGNS = (
    Design("12 runners x 3 speeds, no effect", 12),
    Design("12 x 3, effect 0.5", 12, effect=0.5),
    Design("30 x 3, no effect", 30),
    Design("30 x 3, effect 0.5", 30, effect=0.5),
    Design("8 x 3, no effect", 8),
    Design("20 x 5, half of the trials lost, no effect", 20, speeds=5, lost=0.5),
    Design("12 x 3, runners hardly differ (SD 1), no effect", 12, between=1.0),
    Design("30 x 3, slopes differ (SD 4 per m/s) and are left out, no effect", 30, slopes=4.0),
    Design(
        "30 x 5, slopes differ (SD 4) and are fitted, no effect",
        *(30, 5),
        slopes=4.0,
        fit_slope=True,
        n_boot=0,
    ),
)


def simulate(design: Design, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    runner = np.repeat(np.arange(design.n), design.speeds)
    speed = np.tile(np.linspace(-1, 1, design.speeds), design.n)
    posture = rng.normal(12, 4, design.n)[runner] + 0.8 * speed + rng.normal(0, 1.5, len(runner))
    own = rng.normal(size=(2, design.n))[:, runner]
    cost = (
        195
        + design.between * own[0]
        + (5 + design.slopes * own[1]) * speed
        + rng.normal(0, design.residual, len(runner))
        + design.effect * posture
    )
    if design.lost:
        kept = (rng.random(len(runner)) > design.lost) | (
            np.tile(np.arange(design.speeds), design.n) < 2
        )
        runner, speed, posture, cost = runner[kept], speed[kept], posture[kept], cost[kept]
    mean = (np.bincount(runner, posture) / np.bincount(runner))[runner]
    return cost, np.column_stack([mean, posture - mean, speed, speed**2]), runner


def study(design: Design, key: tuple[int, ...]) -> dict[tuple[str, str], float]:
    """Does each interval hold the truth? And how did the fit go?"""
    rng = np.random.default_rng(key)
    slope = "speed_c" if design.fit_slope else None
    fit = fit_mixed(*simulate(design, rng), names=NAMES, slope=slope)
    found = {("", "singular"): fit.singular, ("", "not converged"): not fit.converged}
    again = None
    if design.n_boot and key[-1] % 2 == 0:  # takes most of the time
        again = bootstrap_mixed(fit, n_boot=design.n_boot, seed=key[-1])
    for effect in EFFECTS:
        estimate = fit.coefficient(effect)
        z = 1.959964 * estimate.se
        intervals = [estimate.interval(), (estimate.value - z, estimate.value + z)]
        if again:
            intervals += [again.interval(effect), again.interval(effect, kind="percentile")]
        for way, (low, high) in zip(WAYS, intervals, strict=False):
            held = np.nan if np.isnan(low) else low <= design.effect <= high
            found[effect, way] = float(held)
    return found


def run(studies: int, *, seed: int = 2024, workers: int = 1, show=print) -> pd.DataFrame:
    rows = {}
    for number, design in enumerate(DESIGNS):
        found = Parallel(workers)(delayed(study)(design, (seed, number, k)) for k in range(studies))
        rows[design.words] = pd.DataFrame(found).mean()
        show(f"{design.words}: {rows[design.words].round(3).to_dict()}")
    return pd.DataFrame.from_dict(rows, orient="index")


def as_markdown(table: pd.DataFrame) -> str:
    lines = [
        f"| design | effect of | {' | '.join(WAYS)} | singular | not converged |",
        "|---|---|" + "---|" * (len(WAYS) + 2),
    ]
    for design in DESIGNS:
        row = table.loc[design.words]
        for effect in EFFECTS:
            cells = [_cell(design, row.get((effect, way), np.nan)) for way in WAYS]
            ends = [f"{100 * row['', name]:.1f}" for name in ("singular", "not converged")]
            lines.append(f"| {' | '.join([design.words, effect, *cells, *ends])} |")
    return "\n".join(lines)


def _cell(design: Design, held: float) -> str:
    """Errors if there is no effect, else coverage; bold where not 5 +- 1.5, or 93 to 97."""
    if np.isnan(held):
        return ""
    value, good = (held, 0.93 <= held <= 0.97) if design.effect else (1 - held, held >= 0.935)
    good = good and held <= (0.97 if design.effect else 0.965)
    return f"{100 * value:.1f}" if good else f"**{100 * value:.1f}**"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", type=Path, help="put the table into this Markdown file")
    given = parser.parse_args()
    text = as_markdown(run(given.studies, workers=given.jobs))
    print(text)
    if given.write:
        put(given.write, text, "calibration of mixed")


if __name__ == "__main__":
    main()
