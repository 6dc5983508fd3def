"""The first strides of each trial over the band of running: a wrong sign is seen at once."""

from glutelab.explore.first_strides.static import plot_first_strides
from glutelab.explore.first_strides.view import FirstStrides

__all__ = ["FirstStrides", "plot_first_strides"]
