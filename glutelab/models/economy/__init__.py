"""Does posture go with the cost of running? Between runners and within them."""

from glutelab.models.economy.added_variable import added_variable
from glutelab.models.economy.fit import fit_economy
from glutelab.models.economy.result import EconomyFit

__all__ = ["EconomyFit", "added_variable", "fit_economy"]
