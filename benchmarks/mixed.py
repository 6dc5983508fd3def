"""How long a mixed model takes, against statsmodels in the same run (CPU time, one core).

OPENBLAS_NUM_THREADS=1 python benchmarks/mixed.py
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from calibration_mixed import NAMES, Design, simulate
from statsmodels.regression.mixed_linear_model import MixedLM

from glutelab.models.mixed import bootstrap_mixed, fit_mixed, leave_one_runner_out


def milliseconds(call, repeats: int) -> float:
    """Shortest of five."""
    call()
    times = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            call()
        times.append((time.process_time() - start) / repeats)
    return 1e3 * min(times)


def compare(words: str, design: Design, slope: str | None, repeats: int) -> str:
    y, x, runner = simulate(design, np.random.default_rng(1))
    ones = np.ones(len(y))
    random = None if slope is None else np.column_stack([ones, x[:, NAMES.index(slope)]])

    def here():
        fit = fit_mixed(y, x, runner, names=NAMES, slope=slope)
        return [fit.coefficient(name).p for name in fit.names]

    def there():
        MixedLM(y, np.column_stack([ones, x]), runner, exog_re=random).fit(reml=True)

    mine, theirs = milliseconds(here, repeats), milliseconds(there, 1)
    return f"| {words} | {mine:.1f} ms | {theirs:.0f} ms | {theirs / mine:.0f} |"


def main() -> None:
    warnings.simplefilter("ignore")
    print("| what | here | statsmodels | times faster |\n|---|---|---|---|")
    small, slopes = Design("", 30), Design("", 30, speeds=5, slopes=4.0)
    print(compare("random intercept, 30 runners x 3, Satterthwaite for 5", small, None, 20))
    print(compare("random slope, 30 x 5, the same", slopes, "speed_c", 5))
    print(compare("random intercept, 2,000 x 3", Design("", 2000), None, 3))
    print(compare("random slope, 2,000 x 5", Design("", 2000, 5, slopes=4.0), "speed_c", 1))
    for words, design, slope, n_boot in (
        ("random intercept, 30 x 3", small, None, 2000),
        ("random slope, 30 x 5", slopes, "speed_c", 200),
    ):
        fit = fit_mixed(*simulate(design, np.random.default_rng(1)), names=NAMES, slope=slope)
        boot = milliseconds(lambda fit=fit, n=n_boot: bootstrap_mixed(fit, n_boot=n), 1)
        out = milliseconds(lambda fit=fit: leave_one_runner_out(fit), 1)
        print(f"| {n_boot:,} resamples, {words} | {boot:.0f} ms | | |")
        print(f"| leave each runner out, {words} | {out:.0f} ms | | |")


if __name__ == "__main__":
    main()
