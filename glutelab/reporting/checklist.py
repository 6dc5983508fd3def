"""STROBE for cross-sectional studies: what this report fills, and what is left to write."""

from __future__ import annotations

from html import escape
from pathlib import Path

from glutelab.figures.caption import say_strides
from glutelab.reporting.methods import say_missing
from glutelab.reporting.page import web_page
from glutelab.sentences import escape_markdown

__all__ = ["WRITE", "list_items", "write_checklist"]

WRITE = "For you to write"
SOURCE = (
    "The 22 items of the STROBE statement for cross-sectional studies, in short words of our own; "
    "the official wording is at strobe-statement.org (von Elm 2007, doi "
    "10.1371/journal.pmed.0040296)."
)


def list_items(cohort) -> list[tuple[str, str, str, str]]:
    """Number, section, what is asked, and what the report says to it.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of tuple
        22 rows; the last entry begins with "For you to write" where nothing could be filled.

    Examples
    --------
    >>> import glutelab as gl
    >>> items = list_items(gl.load_cohort("rbds2017"))
    >>> len(items), items[4][2]
    (22, 'Setting: places and dates')
    """
    runners = cohort.runners
    levels = ", ".join(f"{n} {word}" for word, n in runners["level"].value_counts().items())
    laboratory = cohort.about.get("laboratory")
    where = f"Laboratory: {laboratory}. Dates: for you to write." if laboratory else WRITE + "."
    who = [name for name in ("sex", "age_years", "height_m", "mass_kg") if name in runners]
    missing = [f"{name} {runners[name].isna().sum()}" for name in who if runners[name].isna().any()]
    gaps = ", ".join(missing) or "none in sex, age, height or mass" if who else "not known"
    rows = [
        ("Title and abstract", "Design in the title; balanced summary", f"{WRITE}."),
        ("Introduction", "Background and reason", f"{WRITE}."),
        ("Introduction", "Aims and hypotheses", "Claims sheet: each claim with its estimand. Why "
         "they are asked: for you to write."),
        ("Methods", "Study design, early", "Cross-sectional, runners measured at one or several "
         "speeds. Whether it was planned so: for you to write."),
        ("Methods", "Setting: places and dates", where),
        ("Methods", "Participants: who was eligible, how chosen", f"{WRITE}."),
        ("Methods", "Variables, defined", "Methods and data dictionary; level as in the cohort's "
         "level mapping."),
        ("Methods", "Where data come from, how measured", _sources(cohort)),
        ("Methods", "Bias", "Confounding of levels is in the claims sheet (confounded_with); "
         "other bias: for you to write."),
        ("Methods", "Study size", f"{len(runners)} runners; what they can detect stands in the "
         "claims table (detectable). How the number came about: for you to write."),
        ("Methods", "Numbers: how they were grouped", "Methods: strides averaged within runner; "
         "levels by the source's own words."),
        ("Methods", "Statistical methods", "Methods: tests, intervals, resamples, seed, "
         "corrections; missing measures are answered as not measured."),
        ("Results", "Participants at each stage", f"{len(runners)} runners. {say_strides(cohort)}. "
         "Runners asked and refused: for you to write."),
        ("Results", "Descriptive data", f"{levels}. Missing values: {gaps}."),
        ("Results", "Outcome data", "Tables: 00_runner_means, if notebook 00 was "
         "run."),
        ("Results", "Main results with intervals", "Claims sheet and tables: estimate, 95 % "
         "interval, adjusted where stated."),
        ("Results", "Other analyses", "Notebooks, where they were run and their "
         "measures are there: specification curve, reliability, other speeds."),
        ("Discussion", "Key results", "Claims sheet. In words: for you to write."),
        ("Discussion", "Limits", "Each notebook: What this does not show. Yours: for you to "
         "write."),
        ("Discussion", "Interpretation", f"{WRITE}."),
        ("Discussion", "To whom it applies", f"{WRITE}."),
        ("Other", "Funding", f"{WRITE}."),
    ]  # fmt: skip
    return [(str(k), *row) for k, row in enumerate(rows, 1)]


def _sources(cohort) -> str:
    if cohort.simulated:
        return "Made by a program; nothing was measured."
    unknown = say_missing(cohort)
    said = f" Not known: {unknown}." if unknown else ""
    return f"Methods: from recording to angle.{said}"


def write_checklist(cohort, folder: Path, seed: int) -> None:
    """Write ``checklist.md`` and ``checklist.html``."""
    items = list_items(cohort)
    lines = ["# STROBE checklist", "", SOURCE, "", "| | section | item | here |", "|--|--|--|--|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in items]
    page = escape_markdown("\n".join(lines) + "\n")
    (folder / "checklist.md").write_text(page, encoding="utf-8", newline="\n")
    body = "".join(_row(row) for row in items)
    page = web_page(
        f"STROBE checklist: {cohort.name}",
        '<p><a href="index.html">← Report</a></p><h1>STROBE checklist</h1>'
        f'<p class="quiet">{escape(SOURCE)}</p><div class="wide"><table>'
        '<thead><tr><th scope="col"></th><th scope="col">Section</th><th scope="col">Item</th>'
        f'<th scope="col">In this report</th></tr></thead><tbody>{body}</tbody></table></div>',
    )
    (folder / "checklist.html").write_text(page, encoding="utf-8", newline="\n")


def _row(row: tuple[str, str, str, str]) -> str:
    number, section, item, here = (escape(cell) for cell in row)
    look = ' class="todo"' if here.startswith(WRITE) else ""
    return (
        f'<tr><td>{number}</td><td>{section}</td><th scope="row">{item}</th>'
        f"<td{look}>{here}</td></tr>"
    )
