"""The whole study for a cohort."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from glutelab.datasets import load_cohort, resource_folder
from glutelab.errors import DataError
from glutelab.explore.static import STATIC
from glutelab.folders import in_private, replace
from glutelab.reporting.folders import make_parent, refuse_foreign
from glutelab.reporting.index import write_index
from glutelab.reporting.links import drop_dead_links
from glutelab.reporting.makers import MAKERS
from glutelab.reporting.manifest import write_manifest
from glutelab.reporting.summary import summarize
from glutelab.reporting.workers import default_workers, make_parts

__all__ = ["report"]

GUIDES = ("14_",)  # shows how something is done, and says nothing of the cohort
# Pages have no kernel: figures as data, and explorers as their static twins.
PAGES = {"PLOTLY_RENDERER": "plotly_mimetype", STATIC: "1"}


def report(
    cohort: str | Path = "rbds2017",
    to: str | Path = "reports",
    *,
    only: Sequence[str] | None = None,
    seed: int = 0,
    workers: int | None = None,
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
        Beginnings of notebook names ("03"), to run only those. Claims sheet, methods and
        checklist are always made; figures and tables of an article by notebook 13. Notebook 14,
        which shows how a cohort is imported, is run only if it is asked for.
    seed : int
        Of everything drawn at random: the bootstrap of the claims, and each notebook that has a
        parameter ``seed``, which is in its page. There is no hidden state: other calls, and
        explorers, keep their own default.
    workers : int, optional
        Processes that make parts at the same time; tables and figures do not depend on it. By
        default one per core, four at most; each takes up to 0.6 GB with its kernel.
    progress : bool

    Returns
    -------
    Path
        The folder: ``index.html`` to start from; the claims sheet (``claims.html``, ``.pdf``,
        ``.md``, ``.csv``), ``notebooks/`` (pages and executed notebooks), ``figures/`` (PDF, SVG,
        PNG, data, caption), ``tables/`` (CSV), ``methods.md``, ``checklist.html`` and ``.md``
        (STROBE), ``manifest.json`` (hashes, versions, seed), ``summary.txt``.

    Raises
    ------
    ProblemList
        If the cohort cannot be read.
    DataError
        If nothing is chosen, seed or workers are no such numbers, the folder cannot be made or
        holds something else than a report, or parts failed: which, in which cell, and why. What
        could be made is kept in the folder ``<cohort name>-failed``.

    Examples
    --------
    >>> import glutelab as gl
    >>> gl.report("rbds2017", only=["03", "13"])                # doctest: +SKIP
    PosixPath('/home/me/reports/rbds2017')
    >>> gl.report("rbds2017", only=["hip"])
    Traceback (most recent call last):
    ...
    glutelab.errors.DataError: no notebook begins with hip. There are: 00_start_here, ...
    """
    _check_number("seed", seed, 0)
    _check_number("workers", 1 if workers is None else workers, 1)
    for name, place in {"cohort": cohort, "to": to}.items():
        if not isinstance(place, str | os.PathLike):
            raise DataError(
                f"{name} is a {type(place).__name__}. Expected a name or the path of a folder; a "
                "cohort in memory is written first with glutelab.cohort.write_cohort."
            )
    loaded = load_cohort(cohort)
    notebooks = _chosen(only)
    target = Path(to).resolve() / loaded.name
    failed = target.with_name(f"{loaded.name}-failed")
    make_parent(target)
    for place in (target, failed):
        refuse_foreign(place)
    source = str(Path(cohort).resolve()) if Path(cohort).is_dir() else str(cohort)
    with in_private(target.parent, loaded.name) as partial:
        parts = [*MAKERS, *map(str, notebooks)]
        several = workers or default_workers()
        failures = make_parts(parts, partial, source, seed, several, PAGES, progress)
        drop_dead_links(partial / "notebooks")
        summary = summarize(loaded) + "\n"
        (partial / "summary.txt").write_text(summary, encoding="utf-8", newline="\n")
        manifest = write_manifest(partial, loaded, notebooks, seed)
        if not failures:
            write_index(partial, loaded, manifest)
        shutil.rmtree(failed, ignore_errors=True)
        target = failed if failures else target
        replace(target, partial)
    if failures:
        raise DataError("\n".join([*failures, f"What could be made is in {target}."]))
    return target


def _check_number(name: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise DataError(f"{name} is {value!r}; expected a whole number of {least} or more.")


def _chosen(only: Sequence[str] | None) -> list[Path]:
    folder = resource_folder("notebooks")
    found = sorted(path for path in folder.glob("[0-9]*.ipynb"))
    try:
        beginnings = (only,) if isinstance(only, str) else tuple(only or [""])
    except TypeError:
        beginnings = (only,)
    if not all(isinstance(one, str) for one in beginnings):
        raise DataError(
            f"only is {only!r}. Expected beginnings of names of notebooks, such as ['03', '13']."
        )
    chosen = [path for path in found if path.name.startswith(beginnings)]
    if only is None:
        chosen = [path for path in chosen if not path.name.startswith(GUIDES)]
    if not chosen:
        names = ", ".join(path.stem for path in found) or f"none in {folder}"
        raise DataError(f"no notebook begins with {', '.join(beginnings)}. There are: {names}.")
    return chosen
