"""From a folder and its recipe to a cohort."""

from __future__ import annotations

from pathlib import Path

from glutelab.cohort import write_cohort
from glutelab.cohort.manifest import FILE_NAME as MANIFEST
from glutelab.cohort.manifest import read_manifest
from glutelab.errors import DataError, ProblemList, say
from glutelab.intake.prepare import prepare
from glutelab.intake.prepared import disk_errors

__all__ = ["COHORT_FOLDER", "import_cohort"]

COHORT_FOLDER = "cohort"


def import_cohort(
    folder: str | Path,
    to: str | Path | None = None,
    *,
    workers: int = -1,
    scheduler: str | None = None,
    progress: bool = True,
) -> Path:
    """Make a cohort of a folder of exports, as its ``recipe.toml`` says.

    Trials are read, processed and kept one by one; an import that was stopped goes on where it
    was. The cohort appears whole or not at all, and the exports are never changed.

    Parameters
    ----------
    folder : path
        Holds ``recipe.toml`` and the exports.
    to : path, optional
        Folder of the cohort; by default ``cohort`` within the folder. An older cohort there is
        replaced.
    workers : int
        Processes; -1 uses every core. The result does not depend on it.
    scheduler : str, optional
        Address of a dask.distributed scheduler whose workers process the trials.
    progress : bool

    Returns
    -------
    Path
        The folder of the cohort, for `glutelab.load_cohort`.

    Raises
    ------
    ProblemList
        Everything that is wrong, one sentence each; nothing has been written then.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import glutelab as gl
    >>> folder = Path(tempfile.mkdtemp()) / "my_lab"
    >>> folder.mkdir()
    >>> table = "runner_id,level,speed_m_s,oxygen_cost_ml_kg_km;R1,elite,3.5,195;R2,elite,3.5,201"
    >>> _ = (folder / "runners.csv").write_text(table.replace(";", chr(10)))
    >>> _ = gl.new_recipe(folder)
    >>> cohort = gl.load_cohort(gl.import_cohort(folder, progress=False))
    >>> cohort.name, len(cohort.runners)
    ('my-lab', 2)
    """
    folder = Path(folder)
    prepared = prepare(folder, workers=workers, scheduler=scheduler, progress=progress)
    if prepared.problems:
        raise ProblemList(str(folder), prepared.problems)
    target = folder / COHORT_FOLDER if to is None else Path(to)
    _refuse_target(target, folder, prepared.recipe.cohort.name)
    tables, curves = prepared.parts()
    with disk_errors(target):
        write_cohort(target, tables, curves, prepared.about)
    prepared.clean_up()
    return target


def _refuse_target(target: Path, folder: Path, name: str) -> None:
    """Neither exports nor another cohort are ever replaced."""
    if folder.resolve().is_relative_to(target.resolve()):
        remedy = "Exports are never changed. Choose another folder for the cohort."
        raise ProblemList(str(target), [say(target, "this folder holds the exports", "", remedy)])
    try:
        there = read_manifest(target)["name"] if (target / MANIFEST).is_file() else name
    except DataError:
        return  # whatever was left of a cohort
    if there != name:
        found = f"there is another cohort, {there!r}"
        remedy = "Choose another folder, or remove that cohort yourself."
        raise ProblemList(str(target), [say(target, found, f"{name!r}, or no cohort", remedy)])
