"""What every column is: name, unit, sign, limits and label, each declared once.

From these declarations come the check of a table, the axis labels and the data dictionary in
``data/README.md``.
"""

from glutelab.schema.causes import likely_cause
from glutelab.schema.check import find_problems, find_warnings
from glutelab.schema.column import Column, Shape, Table
from glutelab.schema.curves import CURVES
from glutelab.schema.describe import axis_label, column, data_dictionary, plain_label, unit
from glutelab.schema.effects import EFFECTS
from glutelab.schema.runners import LEGS, RUNNERS
from glutelab.schema.strides import STRIDES
from glutelab.schema.trials import LEDGER, TRIALS

__all__ = [
    "CURVES",
    "EFFECTS",
    "LEDGER",
    "LEGS",
    "RUNNERS",
    "STRIDES",
    "TRIALS",
    "Column",
    "Shape",
    "Table",
    "axis_label",
    "column",
    "data_dictionary",
    "find_problems",
    "find_warnings",
    "likely_cause",
    "plain_label",
    "unit",
]
