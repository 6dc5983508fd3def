"""Would another analyst have found the same? One question under all defensible choices."""

from glutelab.models.specification.curve import (
    SpecificationCurve,
    specification_curve,
    specification_steps,
)
from glutelab.models.specification.glance import glance

__all__ = ["SpecificationCurve", "glance", "specification_curve", "specification_steps"]
