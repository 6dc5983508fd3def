"""What a report was made from."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from glutelab import __version__
from glutelab.reporting.methods import PACKAGES

__all__ = ["write_manifest"]

OUTPUTS = ("claims.*", "tables/*", "figures/*", "methods.*", "checklist.*", "summary.txt")


def write_manifest(folder: Path, cohort, notebooks: list[Path], seed: int) -> dict:
    """Write ``manifest.json``: inputs and outputs with their hashes, versions, strides in and out.

    Parameters
    ----------
    folder : Path
        The report.
    cohort : Cohort
    notebooks : list of Path
        The notebooks as they were before they ran.
    seed : int
        Of everything that was drawn at random.

    Returns
    -------
    dict
        What was written.
    """
    ledger = cohort.ledger
    dropped = ledger.loc[~ledger["kept"].astype(bool), "rule"].value_counts()
    outputs = [path for glob in OUTPUTS for path in sorted(folder.glob(glob)) if path.is_file()]
    manifest = {
        "cohort": cohort.name,
        "simulated": cohort.simulated,
        "inputs": {
            **_hashes(cohort),
            **{path.name: _sha256(path) for path in notebooks},
        },
        "outputs": {path.relative_to(folder).as_posix(): _sha256(path) for path in outputs},
        "strides": {
            "in": len(ledger) if len(ledger) else None,  # not known without a ledger
            "kept": len(cohort.strides),
            "dropped": {rule: int(count) for rule, count in sorted(dropped.items())},
        },
        "seed": seed,
        "seed_of_cohort": cohort.about.get("seed"),  # of a simulated one
        "versions": {
            "glutelab": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return manifest


def _hashes(cohort) -> dict[str, str]:
    """Of the files of a cohort; one that was made by a program has none."""
    if cohort.folder is None:
        return {}
    files = ["datapackage.json", *(resource["path"] for resource in cohort.about["resources"])]
    return {file: _sha256(cohort.folder / file) for file in files}


def _sha256(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
