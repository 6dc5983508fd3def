"""Run the notebooks for a cohort."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
from tqdm.auto import tqdm

from glutelab.datasets import load_cohort, resource_folder
from glutelab.errors import DataError
from glutelab.explore.static import STATIC
from glutelab.reporting.manifest import write_manifest
from glutelab.reporting.pages import write_page
from glutelab.reporting.summary import summarize
from glutelab.reporting.tables import FOLDER_VARIABLE
from glutelab.verdicts import claims

__all__ = ["report"]


def report(
    cohort: str | Path = "rbds2017",
    to: str | Path = "reports",
    *,
    only: list[str] | None = None,
    progress: bool = True,
) -> Path:
    """Run the study for a cohort and write it to a folder.

    Parameters
    ----------
    cohort : str or path
        Name of a built-in cohort, or the folder of one's own.
    to : path
        The report becomes the folder ``<to>/<cohort name>``; an older one there is replaced when
        the new one is complete, not before.
    only : list of str, optional
        Beginnings of notebook names ("03"), to run only those.
    progress : bool

    Returns
    -------
    Path
        The folder: the claims sheet (``claims.html``, ``.pdf``, ``.md``, ``.csv``), ``notebooks/``
        (pages and executed notebooks), ``tables/`` (CSV), ``manifest.json``, ``summary.txt``.

    Raises
    ------
    ProblemList
        If the cohort cannot be read.
    DataError
        If no notebook is chosen, or notebooks failed: which, in which cell, and why. What could be
        run is kept in the folder ``<cohort name>-failed``.
    """
    loaded = load_cohort(cohort)
    notebooks = _chosen(only)
    target = Path(to).resolve() / loaded.name
    if target.parent.exists() and not target.parent.is_dir():
        raise DataError(f"{target.parent} is a file. Expected a folder for the report.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{loaded.name}-{uuid.uuid4().hex[:8]}")
    partial.mkdir()
    try:
        source = str(Path(cohort).resolve()) if Path(cohort).is_dir() else str(cohort)
        claims(loaded).save(partial / "claims")  # what most readers want, first
        failures = _run_all(notebooks, source, partial, progress)
        (partial / "summary.txt").write_text(
            summarize(loaded) + "\n", encoding="utf-8", newline="\n"
        )
        write_manifest(partial, loaded, notebooks)
        failed = target.with_name(f"{loaded.name}-failed")
        shutil.rmtree(failed, ignore_errors=True)
        target = failed if failures else target
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    if failures:
        raise DataError("\n".join([*failures, f"The notebooks that ran are in {target}."]))
    return target


def _chosen(only: list[str] | None) -> list[Path]:
    folder = resource_folder("notebooks")
    found = sorted(path for path in folder.glob("[0-9]*.ipynb"))
    chosen = [path for path in found if not only or path.name.startswith(tuple(only))]
    if not chosen:
        names = ", ".join(path.stem for path in found) or f"none in {folder}"
        raise DataError(f"no notebook begins with {', '.join(only or [])}. There are: {names}.")
    return chosen


def _run_all(notebooks: list[Path], cohort: str, folder: Path, progress: bool) -> list[str]:
    """Run each notebook; the others still run when one fails. Returns one sentence per failure."""
    pages = folder / "notebooks"
    pages.mkdir()
    failures = []
    bar = tqdm(notebooks, disable=not progress, unit="notebook")
    # Pages have no kernel: figures as data, and explorers as their static twins.
    told = {FOLDER_VARIABLE: str(folder), "PLOTLY_RENDERER": "plotly_mimetype", STATIC: "1"}
    with _environment(told):
        for path in bar:
            bar.set_description(path.stem)
            executed = pages / path.name
            try:
                papermill.execute_notebook(
                    str(path),
                    str(executed),
                    {"cohort": cohort},
                    kernel_name="python3",
                    progress_bar=False,
                    # The kernel's reminder that it talks over loopback helps nobody here.
                    extra_arguments=["--IPKernelApp.log_level=40"],
                    cwd=str(path.parent),
                )
            except papermill.PapermillExecutionError as error:
                failures.append(
                    f"{path.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}"
                )
            write_page(nbformat.read(executed, as_version=4), executed.with_suffix(".html"))
    return failures


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, which kernels inherit, and put the old ones back."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
