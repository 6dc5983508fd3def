"""How far a number repeats itself: ICC, standard error of measurement, smallest real change."""

from glutelab.repeatability.icc import intraclass_correlation
from glutelab.repeatability.tables import curve_reliability, reliability

__all__ = ["curve_reliability", "intraclass_correlation", "reliability"]
