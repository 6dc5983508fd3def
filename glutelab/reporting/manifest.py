"""What a report was made from."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

__all__ = ["write_manifest"]

PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "pandera", "plotly", "statsmodels", "papermill")


def write_manifest(folder: Path, cohort, notebooks: list[Path]) -> None:
    """Write ``manifest.json``: inputs with their hashes, versions, strides in and out.

    Parameters
    ----------
    folder : Path
        The report.
    cohort : Cohort
    notebooks : list of Path
        The notebooks as they were before they ran.
    """
    ledger = cohort.ledger
    dropped = ledger.loc[~ledger["kept"].astype(bool), "rule"].value_counts()
    manifest = {
        "cohort": cohort.name,
        "simulated": cohort.simulated,
        "inputs": {
            "datapackage.json": _sha256(cohort.folder / "datapackage.json"),
            **{
                resource["path"]: _sha256(cohort.folder / resource["path"])
                for resource in cohort.about["resources"]
            },
            **{path.name: _sha256(path) for path in notebooks},
        },
        "outputs": {
            str(path.relative_to(folder).as_posix()): _sha256(path)
            for path in sorted((folder / "tables").glob("*.csv"))
        },
        "strides": {
            "in": len(ledger) if len(ledger) else None,  # not known without a ledger
            "kept": len(cohort.strides),
            "dropped": {rule: int(count) for rule, count in sorted(dropped.items())},
        },
        "seed": None,  # nothing in this study is drawn at random
        "versions": {
            "glutelab": version("glutelab"),
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
