"""Look at a folder of exports and draft its recipe, with how sure each guess is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from glutelab.errors import DataError, ProblemList, say
from glutelab.files import write_together
from glutelab.intake.drafting.angles import guess_angles
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.markers import guess_marker_section
from glutelab.intake.drafting.survey import Seen, Survey, look_into
from glutelab.intake.drafting.tables import guess_tables
from glutelab.intake.drafting.text import recipe_text
from glutelab.intake.drafting.trials import guess_trials
from glutelab.intake.frames import has_forces
from glutelab.intake.recipe import FILE_NAME, parse_recipe
from glutelab.intake.words import plain

__all__ = ["Draft", "new_recipe"]

_KINDS = {
    "points": ("markers", "recordings of markers"),
    "angles": ("angles", "recordings of angles"),
    "curves": ("curves", "files of curves over the gait cycle"),
    "curve_table": ("curves", "tables of curves over the gait cycle"),
    "forces": ("", "recordings of forces"),
    "events": ("", "files of events"),
    "table": ("runners", "tables"),
}
_STILL = ("standing", "still")  # by name, or as markers hardly move
_SHOWN = 5


@dataclass(frozen=True, repr=False)
class Draft:
    """A drafted recipe; printing it says what was seen, and what a person has to look at.

    Attributes
    ----------
    path : Path
        The recipe.
    text : str
        What was written.
    seen : tuple of str
        Which files there are, and which could not be read.
    questions : tuple of str
        What only a person can say, one sentence each.
    guesses : dict of str to Guess
        Key of the recipe, as ``trials.recordings``, to what was guessed.
    """

    path: Path
    text: str
    seen: tuple[str, ...]
    questions: tuple[str, ...]
    guesses: dict[str, Guess]

    def __repr__(self) -> str:
        lines = [f"{self.path} was written.", "", "What is there", *_indented(self.seen)]
        counts = dict.fromkeys((SURE, GUESS, NOT_FOUND), 0)
        for guess in self.guesses.values():
            counts[guess.confidence] += 1
        lines += ["", f"{counts[SURE]} keys are sure, {counts[GUESS]} are guesses to look at, "
                  f"{counts[NOT_FOUND]} were not found."]  # fmt: skip
        unsure = [k for k, g in self.guesses.items() if g.confidence == GUESS]
        if unsure:
            lines += [f"  a guess: {', '.join(unsure)}"]
        if self.questions:
            lines += ["", "What only you can say", *_indented(self.questions)]
        lines += ["", f"Look through it, then: glutelab check {self.path.parent}"]
        return "\n".join(lines)


def _indented(sentences) -> list[str]:
    return [f"  {sentence}" for sentence in sentences] or ["  nothing"]


def new_recipe(folder: str | Path, *, overwrite: bool = False) -> Draft:
    """Look at a folder of exports and write a draft of its recipe.

    Parameters
    ----------
    folder : path
        With recordings, tables, or both, in it and in folders below.
    overwrite : bool
        Whether to replace a recipe that is there.

    Returns
    -------
    Draft
        Beside each value of the recipe stands how sure it is, and why: *sure*, *a guess*, *not
        found*. Nothing is sure that only one sign speaks for.

    Raises
    ------
    ProblemList
        If there is no such folder, or nothing in it to start from, or a recipe is there already.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import glutelab as gl
    >>> folder = Path(tempfile.mkdtemp()) / "my_lab"
    >>> folder.mkdir()
    >>> table = "runner_id,level,speed_m_s,oxygen_cost_ml_kg_km;R1,elite,3.5,195;R2,elite,3.5,201"
    >>> _ = (folder / "runners.csv").write_text(table.replace(";", chr(10)))
    >>> draft = gl.new_recipe(folder)
    >>> "runners.csv" in str(draft), (folder / "recipe.toml").is_file()
    (True, True)
    """
    where, folder = str(folder), Path(folder)
    if not folder.is_dir():
        raise ProblemList(where, [say(where, "there is no such folder", "a folder of exports")])
    path = folder / FILE_NAME
    if path.is_symlink() or (path.exists() and not overwrite):
        remedy = "Rename it, or pass overwrite=True (--overwrite) to replace it."
        raise ProblemList(where, [say(FILE_NAME, "there is a recipe already", "", remedy)])
    try:
        survey = look_into(folder)
    except DataError as error:
        raise ProblemList(where, [str(error)]) from error
    seen = _sentences(survey)
    if not any(file.kind for file in survey.files):
        raise ProblemList(where, [*seen, _nothing(where, survey)])
    draft = _draft(survey)
    text = recipe_text(draft.guesses, draft.hints)
    try:
        write_together(path, {path: text.encode()})
    except DataError as error:
        raise ProblemList(where, [str(error)]) from error
    questions = [*draft.questions, *_still_wrong(text, folder, draft.questions)]
    return Draft(path, text, (*seen, *draft.said), tuple(dict.fromkeys(questions)), draft.guesses)


@dataclass
class _Parts:
    guesses: dict[str, Guess]
    hints: dict[str, list[str]]
    said: list[str]
    questions: list[str]


def _draft(survey: Survey) -> _Parts:
    parts = _Parts({}, {}, list(survey.said), [])
    start, main = _start(survey, parts)
    parts.guesses["cohort.name"] = _name(survey.folder)
    parts.guesses["cohort.start"] = start
    tables = guess_tables(survey, main, parts)
    if start.value != "runners":
        guess_trials(survey, main, start.value, tables, parts)
    if start.value == "markers":
        guess_marker_section(survey, main, parts)
        _force_rate(survey, main, parts)
    elif start.value in ("angles", "curves"):
        guess_angles(main, start.value, parts)
    if start.value != "runners":
        parts.guesses["events.source"] = Guess("auto", SURE, "forces, else the file's own events, "
                                               "else markers or angles")  # fmt: skip
    return parts


def _force_rate(survey: Survey, main: list[Seen], parts: _Parts) -> None:
    """Files of forces that are plain columns often do not say how fast they are."""
    files = [*main, *survey.with_role("forces")]
    plain = [s.recording.channels for s in files if s.recording is not None
             and not s.recording.plates and has_forces(s.recording)]  # fmt: skip
    if plain and all(not channels.rate_hz > 0 for channels in plain):
        parts.guesses["forces.rate_hz"] = Guess(None, NOT_FOUND, "samples of force per second")
        parts.questions.append("[forces] rate_hz: how many samples per second? No file says so.")


def _start(survey: Survey, parts: _Parts) -> tuple[Guess, list]:
    """What the cohort starts from, and the files it starts from."""
    files = {
        "markers": survey.of_kind("points"),
        "angles": survey.of_kind("angles"),
        "curves": survey.of_kind("curve_table") or survey.of_kind("curves"),
    }
    there = {name: found for name, found in files.items() if found}
    if not there:
        return Guess("runners", SURE, "there are tables, but no recordings"), []
    standing = [s for role in _STILL for s in survey.with_role(role)]
    if "markers" in there and not standing and len(there) > 1:
        parts.questions.append(
            "There are markers, but no standing trial to take the zero of the angles from; the "
            "draft starts from the angles instead. Is one of the recordings a standing trial?"
        )
        there.pop("markers")
    elif "markers" in there and not standing:
        parts.questions.append(
            "Which recordings are the standing trials? None was recognized; without them the "
            "zero of the angles comes from running."
        )
    start = next(iter(there))
    rest = [f"{len(found)} files to start from {name}" for name, found in files.items()
            if found and name != start]  # fmt: skip
    looked = sum(seen.looked for seen in there[start])
    why = f"{looked} of {len(there[start])} files were looked into"
    if rest:
        return Guess(start, GUESS, f"{why}; there are also {' and '.join(rest)}"), there[start]
    # One strange file among many does not make it doubtful; most of them would.
    return Guess(start, SURE, why), there[start]


def _name(folder: Path) -> Guess:
    name = re.sub(r"[^a-z0-9]+", "-", plain(folder.resolve().name)).strip("-")[:64]
    if not name:
        return Guess("my-lab", GUESS, "the folder's name has no plain letters")
    return Guess(name, GUESS, "the name of the folder")


def _sentences(survey: Survey) -> list[str]:
    sentences = []
    for kind, (_, words) in _KINDS.items():
        files = [seen for seen in survey.files if seen.kind == kind]
        if not files:
            continue
        families = {s.recording.family for s in files if s.recording is not None}
        looked = sum(seen.looked for seen in files)
        some = "" if looked == len(files) else f"; {looked} were looked into, the rest are alike"
        family = f" ({', '.join(sorted(families))})" if families else ""
        roles = [f"{n} standing"
                 for r in _STILL if (n := sum(s.role == r for s in files))]  # fmt: skip
        role = f", {' and '.join(roles)}" if roles else ""
        example = f", such as {files[0].name}" if len(files) > 1 else f": {files[0].name}"
        words = words if len(files) != 1 else _one(words)
        sentences.append(f"{len(files)} {words}{family}{role}{example}{some}.")
    faulty = [seen for seen in survey.files if seen.fault and not seen.kind]
    for seen in faulty[:_SHOWN]:
        sentences.append(f"{seen.name} was not used: {seen.fault.rstrip('.')}.")
    if len(faulty) > _SHOWN:
        sentences.append(f"{len(faulty) - _SHOWN} more files were not used.")
    if survey.other:
        counts = ", ".join(f"{count} {end}" for end, count in survey.other.most_common(8))
        sentences.append(f"Files of other kinds were passed over: {counts}.")
    return sentences


def _one(words: str) -> str:
    return re.sub(r"^(recording|file|table)s\b", r"\1", words)


def _nothing(where: str, survey: Survey) -> str:
    found = (
        "no recording and no table could be read" if survey.files else "no recordings, no tables"
    )
    remedy = "Put the exports into the folder: C3D, TRC, MOT, text, CSV or Excel."
    return say(where, found, "exports of a laboratory", remedy)


def _still_wrong(text: str, folder: Path, asked: list[str]) -> list[str]:
    """What the recipe lacks to be read, where no question says so already."""
    try:
        parse_recipe(text, folder)
    except ProblemList as error:
        return error.problems
    return []
