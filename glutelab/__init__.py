"""A research workbook on hip extension, pelvic posture and back kick in runners.

Plain tables, and functions that turn one into the next. Start with ``notebooks/00_start_here``.

What a study needs has a name here; ``gl.plot``, ``gl.figure`` and ``gl.table`` draw results for
the screen and for print. The steps below (``gl.events``, ``gl.kinematics``, ``gl.strides``, ...)
are modules of their own, listed in ``docs/architecture.md``.
"""

from glutelab.lazy import attach as _attach
from glutelab.lazy import module_of as _module_of

__version__ = "0.1.0"

# Public names and where they live, in the order of a study.
_HOME = {
    # runners, in and out
    "list_cohorts": "datasets",
    "load_cohort": "datasets",
    "sample_folder": "datasets",
    "simulate_cohort": "simulate",
    "simulate_runners": "simulate",
    "new_recipe": "intake.drafting.draft",
    "check_folder": "intake.check",
    "import_cohort": "intake.build",
    "anonymize": "intake.privacy.pseudonyms",
    "DataError": "errors",
    # one row per runner
    "runner_means": "measures",
    "runner_curves": "measures",
    "level_groups": "selection",
    "mean_by_speed": "compare",
    # compare
    "change_with_speed": "compare",
    "compare_curves": "curves",
    "compare_groups": "groups",
    "in_words": "reporting",
    "relate": "compare",
    "reliability": "repeatability",
    "runners_needed": "groups",
    # running economy
    "read_gas_exchange": "formats.gas_exchange",
    "running_economy": "economy",
    "add_costs": "economy",
    "list_postures": "models.posture",
    "fit_economy": "models.economy",
    "posture_pathway": "models.pathways",
    "specification_curve": "models.specification",
    # what the evidence says
    "claims": "verdicts",
    "published_effects": "evidence",
    "study_rows": "evidence",
    "pool_effects": "evidence",
    # look
    "CohortExplorer": "explore.cohort_explorer",
    "EconomyExplorer": "explore.economy_explorer",
    "FirstStrides": "explore.first_strides",
    "RunnerCard": "explore.card",
    "StrideViewer": "explore.stride_viewer",
    # keep
    "report": "reporting",
    "save_figure": "paper",
    "save_table": "reporting",
    "summarize": "reporting",
}
_ROOMS = ("figure", "plot", "table")

_get, _names, __all__ = _attach(__name__, _HOME)
__all__ = [*__all__, *_ROOMS]


def __getattr__(name: str):
    # A module of glutelab, as in ``gl.events.match_events``; all others are public names.
    module = None if name in _HOME else _module_of(__name__, name)
    return _get(name) if module is None else module


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
