"""Thousands of damaged exports: how many are refused with a sentence, and does anything escape?

    python benchmarks/fuzz_readers.py                      # 500 of each base file; prints
    python benchmarks/fuzz_readers.py --mutations 5000     # --write keeps it in benchmarks/results/

Each base file is whole, of one family, and hurt by cutting, flipping bytes, moving rows and cells,
odd cells and changes of encoding (`tests/damage.py`). Each runs in a process with 4 GB of memory;
warnings count as escapes, and so does a sentence that does not name the file.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "fuzz_readers.md"
MOST_S = 600  # for one base file


def run(name: str, mutations: int) -> dict:
    """Counts of one base file; a process that ended otherwise is an escape."""
    command = [sys.executable, str(ROOT / "tests" / "damage.py"), str(mutations), name]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=MOST_S, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"refused": 0, "read": 0, "escaped": [f"over {MOST_S} s"], "slowest_s": MOST_S}
    if result.returncode:
        last = result.stderr.strip().splitlines()[-1:]
        ended = f"the process ended with {result.returncode}: {' '.join(last)}"
        return {"refused": 0, "read": 0, "escaped": [ended], "slowest_s": float("nan")}
    return json.loads(result.stdout)[name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=500, help="of each base file")
    parser.add_argument("--write", action="store_true", help="keep the table")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from damage import BASES

    lines = ["| base file | refused | read | escaped | slowest |", "|---|---|---|---|---|"]
    escaped, total = [], {"refused": 0, "read": 0}
    for name in BASES:
        counts = run(name, asked.mutations)
        escaped += [f"{name}, {text}" for text in counts["escaped"]]
        total = {key: total[key] + counts[key] for key in total}
        lines.append(
            f"| {name} | {counts['refused']} | {counts['read']} | {len(counts['escaped'])} "
            f"| {counts['slowest_s']:.2f} s |"
        )
        print(lines[-1], *counts["escaped"][:10], sep="\n    ", flush=True)
    lines.append(f"| all | {total['refused']} | {total['read']} | {len(escaped)} | |")
    print(lines[-1])
    if asked.write:
        title = "# Damaged exports\n\nWhat each reader made of them; "
        command = f"`python benchmarks/fuzz_readers.py --mutations {asked.mutations}`."
        told = ["", "Escaped:", "", *(f"- {text}" for text in escaped)] if escaped else []
        RESULT.write_text("\n".join([title + command, "", *lines, *told]) + "\n", encoding="utf-8")
    sys.exit(bool(escaped))


if __name__ == "__main__":
    main()
