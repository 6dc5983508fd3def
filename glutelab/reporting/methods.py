"""The methods section, filled with what was done for this cohort."""

from __future__ import annotations

import inspect
import platform
from importlib.metadata import version
from pathlib import Path

from glutelab import __version__
from glutelab.curves import compare_curves
from glutelab.errors import DataError
from glutelab.figures.caption import say_strides
from glutelab.groups import compare_groups
from glutelab.models.specification import specification_curve
from glutelab.selection import level_groups, pick_side, sides_of
from glutelab.sentences import escape_markdown
from glutelab.verdicts import RULE

__all__ = ["PACKAGES", "describe_methods", "say_missing", "write_methods"]

PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "plotly", "matplotlib", "papermill")
# What can be known of how a cohort was made: its key under "processing", and our word for it.
STEPS = {
    "gaps": "Gaps in marker trajectories",
    "filter": "Filter",
    "model": "Model",
    "tracking": "Segments",
    "events": "Events",
    "normalization": "Strides",
    "kinetics": "Moments",
    "start": "Starting point",
    "side": "Side",
    "speed": "Speed",
    "dropped": "Rule for strides",
    "left_out": "Left out",
}
ARTICLE = 200  # shuffles in notebook 13
NEEDED = ("filter", "model", "events", "normalization")


def write_methods(cohort, folder: Path, seed: int) -> None:
    """Write ``methods.md``; see `describe_methods`."""
    text = ["# Methods", *describe_methods(cohort, seed)]
    page = escape_markdown("\n\n".join(text) + "\n")
    (folder / "methods.md").write_text(page, encoding="utf-8", newline="\n")


def describe_methods(cohort, seed: int = 0) -> list[str]:
    """Paragraphs for the methods section: only what was done, and what is not known.

    Parameters
    ----------
    cohort : Cohort
    seed : int
        Of the report.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import glutelab as gl
    >>> describe_methods(gl.load_cohort("bmc-ric"))[0][:23]
    '**Runners.** 46 runners'
    """
    parts = [_runners(cohort), _recordings(cohort), _strides(cohort)]
    parts += [_statistics(cohort, seed), f"**Verdicts.** {RULE}", _software()]
    return [part for part in parts if part]


def say_missing(cohort) -> str:
    """Which steps of processing are not known, as words; empty if all are."""
    known = cohort.about.get("processing", {})
    names = [STEPS[key].lower() for key in NEEDED if not known.get(key)]
    return ", ".join(names)


def _runners(cohort) -> str:
    levels = ", ".join(f"{n} {word}" for word, n in cohort.runners["level"].value_counts().items())
    speeds = ", ".join(f"{speed:.4g}" for speed in sorted(cohort.trials["speed_m_s"].unique()))
    text = f"**Runners.** {len(cohort.runners)} runners ({levels}) at {speeds} m/s"
    text += f"; {len(cohort.trials)} trials. " if len(cohort.trials) else ". "
    if cohort.simulated:
        text += "They were made by a program; they are not measurements of people. "
    where = [cohort.about.get("laboratory", ""), cohort.source, cohort.license]
    heads = ("Laboratory", "Data", "License")
    said = [f"{head}: {word}." for head, word in zip(heads, where, strict=True) if word]
    return text + " ".join(said)


def _recordings(cohort) -> str:
    about = cohort.about.get("processing", {})
    known = [f"{word}: {about[key]}." for key, word in STEPS.items() if about.get(key)]
    text = f"**From recording to angle.** {' '.join(known)}" if known else ""
    missing = say_missing(cohort)
    if cohort.simulated and missing:
        return f"{text or '**From recording to angle.**'} Nothing was recorded."
    if missing:
        text = text or "**From recording to angle.**"
        text += f" Not known for this cohort, as its description does not say: {missing}."
    used = cohort.trials.get("event_method")
    if used is not None and used.notna().any():
        counts = ", ".join(f"`{name}` in {n} trials" for name, n in used.value_counts().items())
        text += f" Event method: {counts}."
    kinetics = cohort.trials.get("kinetics_method")
    if kinetics is not None and kinetics.notna().any():
        counts = "; ".join(f"{name} ({n} trials)" for name, n in kinetics.value_counts().items())
        text += f" Kinetics: {counts}."
    return text + (
        " Flexion, anterior tilt and forward lean are positive; measures named extension count "
        "extension as positive."
    )


def _strides(cohort) -> str:
    if cohort.strides.empty and cohort.ledger.empty:
        return (
            "**Strides.** None: the cohort came with what was measured of runners, legs and trials "
            "only. The runner is the unit."
        )
    side = pick_side(sides_of(cohort), "both")
    sides = "the mean of the two sides' means" if side == "both" else f"the {side} side only"
    text = f"**Strides.** {say_strides(cohort).removeprefix('Strides: ')}. "
    if cohort.ledger.empty:
        text = f"**Strides.** {len(cohort.strides):,} strides; how many were dropped before, and "
        text += "by which rule, is not known, as the cohort came without a ledger. "
    return text + (
        "The runner is the unit: strides were averaged within runner, speed and side before "
        f"anything was compared; values are {sides}."
    )


def _statistics(cohort, seed: int) -> str:
    groups = _defaults(compare_groups)
    text = (
        f"**Statistics.** Intervals are {100 * groups['confidence']:g} %, p two-sided. Groups: "
        f"Welch's t; Hedges g (doi 10.3102/10769986006002107) with a BCa bootstrap of "
        f"{groups['n_boot']:,} resamples (doi "
        "10.1080/01621459.1987.10478410), from 5 runners per group on, with fewer by the "
        "noncentral t; p of all tests of one table was corrected after Holm "
        "(and, beside it, Benjamini and Hochberg, doi 10.1111/j.2517-6161.1995.tb02031.x). "
    )
    text += f"Whole curves: {_curve_test(cohort, seed)} "
    costs = {"energy_cost_j_kg_m": "energy", "oxygen_cost_ml_kg_km": "oxygen"}
    there = [name for name in costs if name in cohort.trials and cohort.trials[name].notna().any()]
    if there:
        n = _defaults(specification_curve)["n_permutations"]
        text += (
            f"Posture and economy ({costs[there[0]]} cost): least squares with HC3 standard errors "
            "at one speed, a mixed model with Satterthwaite's t over several (doi "
            "10.18637/jss.v082.i13); specification "
            f"curve with {n:,} shuffles, {ARTICLE:,} in the figure of the article (doi "
            "10.1038/s41562-020-0912-z). "
        )
    else:
        text += "Running cost was not measured, so posture and economy was not tested here. "
    return text + (
        f"Seed of all that is drawn at random: {seed}. Bootstraps and random permutations, of "
        "claims, figures and notebooks, take it; all permutations are used instead where they "
        "are few enough."
    )


def _curve_test(cohort, seed: int) -> str:
    """What was done to the hip curve, in the words of its result."""
    try:
        groups, speed = level_groups(cohort.runners), _middle_speed(cohort)
        at = {"speed_m_s": speed, "seed": seed}
        found = compare_curves(cohort, "hip_flexion_deg", groups=groups, **at)
    except DataError as error:
        return f"not compared ({' '.join(str(error).split())})"
    method = " ".join(found.method.split())
    if not found.answerable:
        return f"not compared ({method or found.reason})"
    return f"{' minus '.join(groups)} at {speed:.4g} m/s. {method[:-1]} (doi 10.1002/hbm.1058)."


def _software() -> str:
    said = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"**Software.** glutelab {__version__} in Python {platform.python_version()}, "
        f"with {said}. Hashes of all inputs and outputs are in `manifest.json`."
    )


def _defaults(function) -> dict:
    """What a function does when it is not told otherwise: nothing is stated twice."""
    there = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in there}


def _middle_speed(cohort) -> float:
    """The speed at which levels are compared."""
    speeds = sorted(cohort.trials["speed_m_s"].unique())
    return float(speeds[len(speeds) // 2])
