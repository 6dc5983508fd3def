"""One notebook run for a cohort, and its page."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import papermill

from glutelab.reporting.kernels import kernel_manager
from glutelab.reporting.pages import write_page

__all__ = ["run_notebook", "takes_seed"]


def run_notebook(path: Path, folder: Path, cohort: str, seed: int, *, copies: bool = False) -> str:
    """Run a notebook into ``folder/notebooks`` and write its page.

    Parameters
    ----------
    path : Path
        The notebook.
    folder : Path
        The report.
    cohort : str
        Name or folder.
    seed : int
        Given to a notebook that has a parameter ``seed``.
    copies : bool
        Whether its kernel is a copy of a process that has imported what notebooks import; worth
        it if more than one is run.

    Returns
    -------
    str
        Which cell failed and why; nothing if none did.
    """
    executed = folder / "notebooks" / path.name
    executed.parent.mkdir(exist_ok=True)
    failure = ""
    try:
        papermill.execute_notebook(
            str(path),
            str(executed),
            {"cohort": cohort} | ({"seed": seed} if takes_seed(path) else {}),
            kernel_name="python3",
            km=kernel_manager(copies),
            progress_bar=False,
            # Its reminder that it talks over loopback, and that it was stopped, help nobody here.
            extra_arguments=["--IPKernelApp.log_level=50"],
            cwd=str(path.parent),
        )
    except papermill.PapermillExecutionError as error:
        failure = f"{path.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}"
    write_page(nbformat.read(executed, as_version=4), executed.with_suffix(".html"))
    return failure


def takes_seed(path: Path) -> bool:
    """Whether a notebook has the parameter ``seed``."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "parameters" in cell.metadata.get("tags", []):
            return re.search(r"^seed\s*=", cell.source, re.M) is not None
    return False
