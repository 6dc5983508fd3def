"""The print figures of a report: those that the cohort has the data for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from glutelab.curves import compare_curves
from glutelab.datasets import resource_folder
from glutelab.errors import DataError
from glutelab.figures import (
    figure_curves,
    figure_economy,
    figure_flow,
    figure_groups,
    figure_hip,
    figure_specifications,
    figure_speed,
)
from glutelab.groups import compare_groups
from glutelab.measures import runner_means
from glutelab.models.economy import fit_economy
from glutelab.models.specification import specification_curve
from glutelab.paper import save_figure
from glutelab.selection import level_groups

__all__ = ["NOT_DRAWN", "draw_figures", "middle_speed"]

NOT_DRAWN = "not_drawn.txt"
EXTENSION = ["peak_hip_extension_deg", "peak_thigh_extension_deg"]
POSTURE = "standing_pelvic_tilt_deg"
Drawn = tuple[str, str, Callable]


def draw_figures(cohort, folder: Path, seed: int) -> None:
    """Write ``figures/``: PDF, SVG, PNG, what is drawn as CSV, caption and code.

    What cannot be drawn for this cohort is listed with the reason in ``figures/not_drawn.txt``.

    Parameters
    ----------
    cohort : Cohort
    folder : Path
        The report.
    seed : int
    """
    target = folder / "figures"
    target.mkdir(exist_ok=True)
    missing = []
    for name, code, draw in _list(cohort, seed):
        try:
            figure = draw()
        except DataError as error:
            missing.append(f"{name}: {' '.join(str(error).split())}")
            continue
        figure.code = f'cohort = gl.load_cohort("{_source(cohort)}")\n{code}'
        save_figure(figure, target / name, dpi=300)
    if missing:
        text = "\n".join(missing) + "\n"
        (target / NOT_DRAWN).write_text(text, encoding="utf-8", newline="\n")


def middle_speed(cohort) -> float:
    """The speed at which levels are compared."""
    speeds = sorted(cohort.trials["speed_m_s"].unique())
    return float(speeds[len(speeds) // 2])


def _source(cohort) -> str:
    """What `load_cohort` takes: a name, or the folder, whose place on this computer is no news."""
    own = cohort.folder is not None and cohort.folder.parent != resource_folder("cohorts")
    return f"{cohort.folder.name}/" if own else cohort.name


def _list(cohort, seed: int) -> Iterator[Drawn]:
    """Name, code, and what draws it."""
    runners, speed = runner_means(cohort), middle_speed(cohort)
    at, code = {"speed_m_s": speed}, f"speed_m_s={speed:g}"
    means = "runners = gl.runner_means(cohort)\n"
    yield (
        "strides",
        'figure = gl.figure_flow(cohort, width="single")',
        lambda: figure_flow(cohort),
    )
    yield (
        "hip_thigh_pelvis",
        f'figure = gl.figure_hip(cohort, {code}, width="double")',
        lambda: figure_hip(cohort, **at, width="double"),
    )
    yield (
        "extension_and_speed",
        f'{means}figure = gl.figure_speed(runners, {EXTENSION}, cohort=cohort, width="double")',
        lambda: _speed(runners, cohort),
    )
    yield (
        "hip_curve_and_level",
        "groups = gl.level_groups(cohort.runners)\n"
        f'hip = gl.compare_curves(cohort, "hip_flexion_deg", groups=groups, {code}, seed={seed})\n'
        'figure = gl.figure_curves(hip, cohort, width="double")',
        lambda: figure_curves(_curves(cohort, at, seed), cohort, width="double"),
    )
    yield (
        "extension_and_level",
        f"{means}groups = gl.level_groups(runners)\n"
        f"table = gl.compare_groups(runners, {EXTENSION}, groups=groups, {code}, seed={seed})\n"
        "figure = gl.figure_groups(runners, table, groups=groups, cohort=cohort, "
        'width="double")',
        lambda: _groups(runners, cohort, at, seed),
    )
    yield (
        "posture_and_economy",
        f'{means}fit = gl.fit_economy(runners, "{POSTURE}", adjust_for=["sex"], seed={seed})\n'
        "figure = gl.figure_economy(fit, runners, cohort=cohort)",
        lambda: _economy(runners, cohort, seed),
    )
    yield (
        "specifications",
        f"{means}curve = gl.specification_curve(runners, seed={seed})\n"
        "figure = gl.figure_specifications(curve, cohort=cohort)",
        lambda: _specifications(runners, cohort, seed),
    )


def _curves(cohort, at: dict, seed: int):
    groups = level_groups(cohort.runners)
    return compare_curves(cohort, "hip_flexion_deg", groups=groups, **at, seed=seed)


def _groups(runners, cohort, at: dict, seed: int):
    groups = level_groups(runners)
    table = compare_groups(runners, EXTENSION, groups=groups, **at, seed=seed)
    return figure_groups(runners, table, groups=groups, cohort=cohort, width="double")


def _speed(runners, cohort):
    if runners["speed_m_s"].nunique() < 2:
        raise DataError("all runners ran at one speed.")
    return figure_speed(runners, EXTENSION, cohort=cohort, width="double")


def _economy(runners, cohort, seed: int):
    fit = fit_economy(runners, POSTURE, adjust_for=["sex"], seed=seed)
    if not fit.answerable:
        raise DataError(f"nothing to draw. {fit.reason}")
    return figure_economy(fit, runners, cohort=cohort)


def _specifications(runners, cohort, seed: int):
    curve = specification_curve(runners, seed=seed)
    if not curve.answerable:
        raise DataError(f"nothing to draw. {curve.table['reason'].iloc[0]}")
    return figure_specifications(curve, cohort=cohort)
