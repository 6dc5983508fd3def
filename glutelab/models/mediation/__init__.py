"""What goes with cost through another measure, and what would explain it away."""

from glutelab.models.mediation.fit import Mediation, mediate

__all__ = ["Mediation", "mediate"]
