"""The whole study for one cohort: notebooks run, pages, tables, a manifest and a summary."""

from glutelab.lazy import attach as _attach

# A sentence or a saved table does not wait for what draws and runs a study.
_HOME = {
    "ReportChanges": "reporting.changes",
    "diff_reports": "reporting.changes",
    "in_words": "reporting.words",
    "report": "reporting.run",
    "report_folder": "reporting.tables",
    "save_table": "reporting.tables",
    "summarize": "reporting.summary",
}

__getattr__, __dir__, __all__ = _attach(__name__, _HOME)
