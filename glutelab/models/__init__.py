"""Models of running economy: associations between and within runners, and their doubts."""

from glutelab.lazy import modules_of

__getattr__ = modules_of(__name__)
