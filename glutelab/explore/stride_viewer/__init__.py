"""Look at one runner's mean stride as a figure of lines, and set a second one over it."""

from glutelab.explore.stride_viewer.viewer import StrideViewer

__all__ = ["StrideViewer"]
