"""What the two benchmarks of events share: the trials, the fit of a model, tables of errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.formats.rbds import read_forces, read_markers

TUNING = ("002", "003", "005", "006", "008", "009", "013", "014", "017", "019", "021", "023", "025")
# Times nearer to the ends of the record than this are not judged (windows of the model).
MARGIN_S = 0.15


def trials(folder: Path):
    """Runner, speed in m/s, markers, forces of every trial."""
    for path in sorted(folder.glob("RBDS*runT*markers.txt*")):
        runner, speed = re.match(r"RBDS(\d{3})runT(\d{2})", path.name).groups()
        forces = path.with_name(path.name.replace("markers", "forces"))
        yield runner, int(speed) / 10, read_markers(path), read_forces(forces)


def strike_types(folder: Path) -> dict:
    """(runner, speed, side) -> rearfoot, midfoot, forefoot, as the authors classified it."""
    info = pd.read_csv(folder / "RBDSinfo.txt", sep="\t", encoding="latin1")
    info = info.drop_duplicates("Subject")
    return {
        (f"{row.Subject:03d}", speed / 10, side): getattr(row, f"{side[0].upper()}FSI{speed}")
        .strip()
        .lower()
        for row in info.itertuples()
        for speed in (25, 35, 45)
        for side in ("left", "right")
    }


def ridge(x, y, penalty):
    """Coefficients for raw (not standardized) columns; the penalty acts on standardized ones."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / spread
    gram = z.T @ z / len(z) + penalty * np.eye(z.shape[1])
    slope = np.linalg.solve(gram, z.T @ (y - y.mean()) / len(z)) / spread
    return y.mean() - mean @ slope, slope


def errors_of(found, times):
    """Errors of events that were found, against the nearest true time; far ones are others."""
    found = found[np.isfinite(found)]
    error = found - times[np.abs(found[:, None] - times).argmin(axis=1)]
    return error[np.abs(error) < 0.1]


def save_models(path: Path, of: str, made_by: str, cutoff_hz: float, offsets_s, models) -> None:
    """Models as the library reads them.

    ``models`` holds, for each, the name of its channels together, the event, the names of its
    channels, where it starts, its intercept and its coefficients.
    """
    document = {
        "about": f"Linear models of glutelab/events/{of}.py: how far away the event is, in "
        "seconds. Sum of coefficient times channel at each offset, plus the intercept.",
        "made_by": f"benchmarks/{made_by}.py --refit",
        "data": "RBDS, doi 10.6084/m9.figshare.4543435 (CC BY 4.0)",
        "tuning_runners": list(TUNING),
        "cutoff_hz": cutoff_hz,
        "offsets_s": offsets_s.tolist(),
        "models": {},
    }
    for channels, event, names, start_s, intercept, slope in models:
        document["models"].setdefault(channels, {})[event] = {
            "start_s": start_s,
            "intercept_s": round(float(intercept), 7),
            "coefficients": {
                name: [float(f"{value:.4g}") for value in part]
                for name, part in zip(names, slope.reshape(len(names), -1), strict=True)
            },
        }
    text = json.dumps(document, indent=1)
    # One channel per line.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    path.write_text(text + "\n", encoding="utf-8")


def summary(pairs, by):
    """MAE, bias, P95, missed, extra per group, in ms and counts."""
    rows = []
    for key, group in pairs.groupby(by, sort=True, observed=True):
        matched = 1000 * group.loc[group["outcome"] == "matched", "error_s"]
        counts = group["outcome"].value_counts()
        rows.append(
            {
                **dict(zip(by, key, strict=True)),
                "n": int(counts.get("matched", 0) + counts.get("missed", 0)),
                "MAE_ms": matched.abs().mean(),
                "bias_ms": matched.mean(),
                "P95_ms": matched.abs().quantile(0.95),
                "max_ms": matched.abs().max(),
                "missed": int(counts.get("missed", 0)),
                "extra": int(counts.get("extra", 0)),
            }
        )
    return pd.DataFrame(rows)


def show(title, table):
    print(f"\n### {title}\n")
    digits = {name: 2 if name.endswith("_deg") else 1 for name in table.columns}
    cells = table.apply(
        lambda column: column.map(
            lambda value: (
                f"{value:.{digits[column.name]}f}" if isinstance(value, float) else str(value)
            )
        )
    )
    print("| " + " | ".join(cells.columns) + " |")
    print("|" + " --- |" * len(cells.columns))
    for row in cells.itertuples(index=False):
        print("| " + " | ".join(row) + " |")
