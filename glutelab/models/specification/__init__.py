"""Would another analyst have found the same? One question under all defensible choices."""

from glutelab.models.specification.curve import SpecificationCurve, specification_curve

__all__ = ["SpecificationCurve", "specification_curve"]
