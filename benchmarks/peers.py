"""glutelab beside other software: how long, how much memory, the same numbers.

    python -m nox -s benchmarks                  # installs them; all parts, about 3 minutes
    python benchmarks/peers.py curves mixed      # where they are installed; some parts

Times are medians of processor time, calls by turns in one process; machines differ, so read the
ratios. Limit linear algebra to one thread (OPENBLAS_NUM_THREADS=1), as nox does: threads that wait
for each other spoil small products.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
from importlib.metadata import version

PARTS = ("curves", "groups", "mediation", "mixed", "specifications")
PACKAGES = ("glutelab", "numpy", "scipy", "pandas", "statsmodels", "spm1d", "mne", "pingouin")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"{' or '.join(PARTS)}; by default all")
    parts = parser.parse_args().parts or PARTS
    if wrong := set(parts).difference(PARTS):
        parser.error(f"no part {', '.join(sorted(wrong))}. There are: {', '.join(PARTS)}.")
    found = [f"{name} {version(name)}" for name in PACKAGES]
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "as many as there are")
    print(f"Python {platform.python_version()}, {', '.join(found)};")
    print(f"{os.cpu_count()} cores, linear algebra threads: {threads}")
    for part in parts:
        print(f"\n## {part.capitalize()}\n")
        importlib.import_module(part).main()


if __name__ == "__main__":
    main()
