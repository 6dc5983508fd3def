"""Time and peak memory of the whole study on the built-in cohort (Linux and macOS).

    python benchmarks/study.py            # with one worker and with two
    python benchmarks/study.py 2          # with two

For each: wall time; what the notebooks' own cells took (summed over workers, as they run side by
side); and the rest of the processes' time: claims sheet, figures, starting kernels, converting to
pages. The share of a core that the processes got says how crowded the machine was: below 1 per
worker, they waited for other work. At the end, whether tables and figures have the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run(to: Path, workers: int) -> dict[str, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, "-m", "glutelab", "report", "rbds2017", "--to", str(to)]
    done = subprocess.run(
        [*command, "--workers", str(workers)], capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        sys.exit(done.stderr)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    folder = to / "rbds2017"
    cells = sum(_computing(path) for path in (folder / "notebooks").glob("*.ipynb"))
    unit = 1 if platform.system() == "Darwin" else 1024
    largest = after.ru_maxrss * unit / 2**20
    print(
        f"{workers} worker{'s' if workers > 1 else ''}: {seconds:.0f} s; notebooks' cells "
        f"{cells:.0f} s, the rest {workers * seconds - cells:.0f} s, over all workers; processor "
        f"{used:.0f} s, {used / seconds:.2f} of a core; largest process {largest:.0f} MiB",
        flush=True,
    )
    outputs = [*folder.glob("tables/*"), *folder.glob("figures/*"), *folder.glob("claims.*")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs}


def _computing(path: Path) -> float:
    """Seconds that the cells of an executed notebook took, without starting its kernel."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["metadata"].get("papermill", {}).get("duration") or 0 for cell in cells)


def main() -> None:
    found = []
    for workers in [int(word) for word in sys.argv[1:]] or [1, 2]:
        with tempfile.TemporaryDirectory() as folder:
            found.append(run(Path(folder), workers))
    if len(found) > 1:
        same = sum(found[0][name] == digest for name, digest in found[1].items())
        print(f"{same} of {len(found[0])} tables and figures have the same bytes")


if __name__ == "__main__":
    main()
