"""Measures: of a stride, and their means over the strides of a runner."""

from glutelab.measures.overview import count_strides, describe_measures
from glutelab.measures.runners import measure_names, runner_curves, runner_means, with_conditions
from glutelab.measures.strides import curve_measures, spring_mass, stride_measures

__all__ = [
    "count_strides",
    "curve_measures",
    "describe_measures",
    "measure_names",
    "runner_curves",
    "runner_means",
    "spring_mass",
    "stride_measures",
    "with_conditions",
]
