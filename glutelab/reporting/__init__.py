"""The whole study for one cohort: notebooks run, pages, tables, a manifest and a summary."""

from glutelab.reporting.changes import ReportChanges, diff_reports
from glutelab.reporting.run import report
from glutelab.reporting.summary import summarize
from glutelab.reporting.tables import report_folder, save_table
from glutelab.reporting.words import in_words

__all__ = [
    "ReportChanges",
    "diff_reports",
    "in_words",
    "report",
    "report_folder",
    "save_table",
    "summarize",
]
