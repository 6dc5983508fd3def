"""Make expected.json: what spm1d and MNE say about the curves in runners.csv.

    pip install spm1d==0.4.55 mne==1.13.2
    python tests/reference/curves/make_expected.py

The curves are made up (seeded). spm1d is GPL and is needed by nobody else: the tests read
expected.json. Everything is over 101 points, without closing the cycle, as these programs do it.
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import mne
import numpy as np
import pandas as pd
import spm1d

HERE = Path(__file__).parent
N = 8
EFFECT_DEG = 12


def curves() -> np.ndarray:
    """Eight runners of each group; the first group differs in late stance and early swing."""
    rng = np.random.default_rng(20261123)
    percent = np.arange(101)
    waves = [np.cos(2 * np.pi * k * percent / 100) / (k + 1) for k in range(7)]
    waves += [np.sin(2 * np.pi * k * percent / 100) / (k + 1) for k in range(1, 7)]
    values = rng.normal(0, 4, (2 * N, len(waves))) @ np.array(waves)
    values[:N] += EFFECT_DEG * np.exp(-(((percent - 55) / 9) ** 2))
    return values.round(4)


def enumerated(first: np.ndarray, second: np.ndarray) -> list[float]:
    """p of the clusters, over all relabelings, the cycle not closed."""
    test = spm1d.stats.nonparam.ttest2(first, second)
    found = test.inference(0.05, two_tailed=True, iterations=-1, force_iterations=True)
    return [float(p) for p in found.p]


def exact(first: np.ndarray, second: np.ndarray, z_star: float) -> list[float]:
    """The same by brute force: spm1d's own measure of clusters, of both signs, in all relabelings.

    Observed clusters are measured at their points, as those of the relabelings are.
    """
    test = spm1d.stats.nonparam.ttest2(first, second)
    values = np.vstack([first, second])
    measure = spm1d.stats.nonparam.metrics.MaxClusterIntegral()
    largest = []
    for chosen in combinations(range(2 * N), N):
        labels = np.ones(2 * N, int)
        labels[list(chosen)] = 0
        z = test.mgr.calc.teststat(values, labels)
        largest.append(max(measure.get_max_metric(sign * z, z_star) for sign in (1, -1)))
    z = test.mgr.calc.teststat(values, np.repeat([0, 1], N))
    found = [measure.get_all_cluster_metrics(sign * z, z_star) for sign in (1, -1)]
    found = [one for part in found for one in part if one > 0]
    return [float(np.mean(np.array(largest) >= one * (1 - 1e-9))) for one in found]


def main() -> None:
    values = curves()
    pd.DataFrame(values).to_csv(HERE / "runners.csv", index=False, lineterminator="\n")
    first, second = values[:N], values[N:]
    dose = np.arange(2 * N) ** 1.5
    rng = np.random.default_rng(5)
    labels = np.array([rng.permutation(np.repeat([0, 1], N)) for _ in range(300)])

    test = spm1d.stats.nonparam.ttest2(first, second)
    fields = np.array([test.mgr.calc.teststat(values, one) for one in labels])
    whole = test.inference(0.05, two_tailed=True, iterations=-1, force_iterations=True)
    all_z_star = float(whole.zstar)
    test.mgr.ZZ = fields
    paired = mne.stats.permutation_cluster_1samp_test(
        first - second,
        threshold=2.5,
        n_permutations="all",
        tail=0,
        out_type="mask",
        rng=0,
        verbose=False,
    )
    expected = {
        "spm1d": spm1d.__version__,
        "mne": mne.__version__,
        "t_groups": spm1d.stats.ttest2(first, second, equal_var=True).z.tolist(),
        "t_pairs": spm1d.stats.ttest_paired(first, second).z.tolist(),
        "t_dose": spm1d.stats.regress(values, dose).z.tolist(),
        "dose": dose.tolist(),
        # 1: this runner is labeled as one of the second group.
        "labels": ["".join(map(str, one)) for one in labels],
        "maxima": np.abs(fields).max(axis=1).tolist(),
        "z_star": float(test.mgr.inference(0.05, two_tailed=True)),
        # Cluster p of spm1d, enumerated, groups in either order: they should be the same.
        "spm1d_p_first_second": enumerated(first, second),
        "spm1d_p_second_first": enumerated(second, first),
        "exact_p": exact(first, second, all_z_star),
        "exact_z_star": all_z_star,
        "mne_pairs_mass": [float(np.abs(paired[0][mask]).sum()) for mask in paired[1]],
        "mne_pairs_p": paired[2].tolist(),
        "mne_pairs_threshold": 2.5,
    }
    text = json.dumps(expected, indent=0)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")
    print(
        {
            name: expected[name]
            for name in expected
            if "_p_" in name or "star" in name or name[-2:] == "_p"
        }
    )


if __name__ == "__main__":
    main()
