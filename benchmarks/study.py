"""Time and peak memory of the whole study on the built-in cohort (Linux and macOS).

    python benchmarks/study.py

Kernels run one after the other, so the peak is that of the larger process plus the one that waits.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import tempfile
import time


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "glutelab", "report", "rbds2017", "--to", folder],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - start
    unit = 1 if platform.system() == "Darwin" else 1024
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 2**20
    print(f"study on rbds2017: {seconds:.0f} s; largest process {largest:.0f} MiB")


if __name__ == "__main__":
    main()
