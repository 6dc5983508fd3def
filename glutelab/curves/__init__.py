"""Statistics of whole curves, with the runner as the unit."""

from glutelab.curves.compare import compare_curves
from glutelab.curves.result import CurveComparison

__all__ = ["CurveComparison", "compare_curves"]
