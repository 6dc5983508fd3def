"""A research workbook on hip extension, pelvic posture and back kick in runners.

Plain tables, and functions that turn one into the next. Start with ``notebooks/00_start_here``.
"""

import importlib as _importlib

__version__ = "0.1.0.dev0"

# Public names and where they live; each is imported when it is first used, so that
# ``import glutelab`` costs next to nothing.
_HOME = {
    "compare_with_published": "agreement",
    "summarize_agreement": "agreement",
    "summarize_kinetic_agreement": "agreement",
    "change_with_speed": "compare",
    "mean_by_speed": "compare",
    "relate": "compare",
    "share_beyond": "compare",
    "Cohort": "cohort",
    "read_cohort": "cohort",
    "write_cohort": "cohort",
    "CurveComparison": "curves",
    "compare_curves": "curves",
    "fetch_raw": "raw",
    "list_cohorts": "datasets",
    "load_cohort": "datasets",
    "load_reference": "datasets",
    "sample_folder": "datasets",
    "add_costs": "economy",
    "running_economy": "economy",
    "simulate_step_test": "economy",
    "DataError": "errors",
    "ProblemList": "errors",
    "detect_events_from_angles": "events",
    "detect_events_from_force": "events",
    "detect_events_from_markers": "events",
    "detect_events_rbds": "events",
    "list_contacts_from_force": "events",
    "match_events": "events",
    "RunnerCard": "explore.card",
    "CohortExplorer": "explore.cohort_explorer",
    "EconomyExplorer": "explore.economy_explorer",
    "FirstStrides": "explore.first_strides",
    "StrideViewer": "explore.stride_viewer",
    "pool_effects": "evidence",
    "published_effects": "evidence",
    "study_rows": "evidence",
    "plot_agreement": "explore.quality",
    "plot_comparison": "explore.comparison",
    "plot_completeness": "explore.quality",
    "plot_curve_reliability": "explore.repeatability",
    "plot_curves": "explore.curves",
    "plot_economy": "explore.economy",
    "plot_economy_stages": "explore.economy_stages",
    "plot_effects": "explore.effects",
    "plot_first_strides": "explore.first_strides",
    "plot_forest": "explore.forest",
    "plot_groups": "explore.estimation",
    "plot_relation": "explore.measures",
    "plot_reliability": "explore.repeatability",
    "plot_signals": "explore.trial",
    "plot_specifications": "explore.specification",
    "plot_with_speed": "explore.measures",
    "figure_curves": "figures",
    "figure_economy": "figures",
    "figure_flow": "figures",
    "figure_forest": "figures",
    "figure_groups": "figures",
    "figure_hip": "figures",
    "figure_specifications": "figures",
    "figure_speed": "figures",
    "read_gas_exchange": "formats.gas_exchange",
    "read_rbds_forces": "formats.rbds:read_forces",
    "read_rbds_markers": "formats.rbds:read_markers",
    "compare_groups": "groups",
    "condition_changes": "groups",
    "runners_needed": "groups",
    "anonymize": "intake.privacy.pseudonyms",
    "check_folder": "intake.check",
    "import_cohort": "intake.build",
    "new_recipe": "intake.drafting.draft",
    "read_recording": "formats.recognize",
    "joint_angles": "kinematics",
    "trial_kinetics": "kinetics",
    "segment_model": "segments",
    "standing_posture": "kinematics",
    "track_segments": "kinematics",
    "count_strides": "measures",
    "describe_measures": "measures",
    "runner_curves": "measures",
    "runner_means": "measures",
    "spring_mass": "measures",
    "economy_power": "models.power",
    "fit_economy": "models.economy",
    "list_postures": "models.posture",
    "posture_composite": "models.composite",
    "posture_pathway": "models.pathways",
    "specification_curve": "models.specification",
    "save_figure": "paper",
    "process_angles": "processing",
    "process_curves": "processing",
    "process_trial": "processing",
    "curve_reliability": "repeatability",
    "reliability": "repeatability",
    "diff_reports": "reporting",
    "in_words": "reporting",
    "report": "reporting",
    "report_folder": "reporting",
    "save_table": "reporting",
    "summarize": "reporting",
    "axis_label": "schema",
    "level_groups": "selection",
    "simulate_cohort": "simulate",
    "simulate_runners": "simulate",
    "simulate_trial": "simulate",
    "PrintTable": "tables",
    "table_models": "tables",
    "table_results": "tables",
    "table_runners": "tables",
    "claims": "verdicts",
    "rank_stability": "stability",
    "cut_strides": "strides",
    "time_normalize": "strides",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        import difflib

        close = difflib.get_close_matches(name, __all__, 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise AttributeError(f"module 'glutelab' has no attribute {name!r}.{hint}")
    module, _, attribute = _HOME[name].partition(":")
    value = getattr(_importlib.import_module(f"glutelab.{module}"), attribute or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
