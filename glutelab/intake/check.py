"""Everything that is wrong in a folder of exports, at once; an import goes on from here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from glutelab.contrasts.wording import counted
from glutelab.intake.prepare import prepare

__all__ = ["FolderCheck", "check_folder"]


@dataclass(frozen=True)
class FolderCheck:
    """What there is to say about a folder of exports.

    Attributes
    ----------
    problems : list of str
        What stops an import.
    warnings : list of str
        What is suspicious, or personal; it does not stop one.
    notes : list of str
        What is worth knowing.
    runners, trials, strides : int
        What an import would give.
    """

    folder: str
    problems: list[str]
    warnings: list[str]
    notes: list[str]
    runners: int
    trials: int
    strides: int

    def __str__(self) -> str:
        counts = {"runner": self.runners, "trial": self.trials, "stride": self.strides}
        said = [f"{count:,} {word}{'s' * (count != 1)}" for word, count in counts.items()]
        lines = [f"{self.folder}: {', '.join(said)}"]
        for head, sentences in (
            ("problem", self.problems),
            ("warning", self.warnings),
            ("note", self.notes),
        ):
            if sentences:
                lines += ["", counted(len(sentences), head)]
                lines += [f"  {sentence}" for sentence in sentences]
        if not self.problems:
            lines += ["", f"Nothing stops the import: glutelab import {self.folder}"]
        return "\n".join(lines)

    __repr__ = __str__


def check_folder(
    folder: str | Path, *, workers: int = -1, scheduler: str | None = None, progress: bool = True
) -> FolderCheck:
    """Everything that is wrong or suspicious in a folder of exports.

    Each trial is read and processed as an import would, so that nothing is left to be found later;
    an import that follows does not do it again.

    Parameters
    ----------
    folder : path
        Holds ``recipe.toml`` and the exports.
    workers, scheduler, progress
        As in `import_cohort`.

    Returns
    -------
    FolderCheck
        Prints as sentences.

    Raises
    ------
    ProblemList
        If there is no recipe, or it cannot be read.

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
    >>> found = gl.check_folder(folder, progress=False)
    >>> found.problems, found.runners, found.trials
    ([], 2, 2)
    """
    prepared = prepare(folder, workers=workers, scheduler=scheduler, progress=progress)
    if not prepared.problems:
        prepared.problems += prepared.faults()
    strides = int(prepared.trials.get("kept_strides", pd.Series(dtype=float)).sum())
    return FolderCheck(
        str(folder),
        prepared.problems,
        prepared.warnings,
        prepared.notes,
        len(prepared.runners),
        len(prepared.trials),
        strides,
    )
