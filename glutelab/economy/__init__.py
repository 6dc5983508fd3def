"""Running economy: from gas exchange to oxygen and energy cost per stage, or a reason why not."""

from glutelab.economy.columns import ECONOMY
from glutelab.economy.equations import EQUATIONS, metabolic_power_w
from glutelab.economy.running import running_economy
from glutelab.economy.stages import find_stages
from glutelab.economy.synthetic import simulate_step_test
from glutelab.economy.trials import add_costs

__all__ = [
    "ECONOMY",
    "EQUATIONS",
    "add_costs",
    "find_stages",
    "metabolic_power_w",
    "running_economy",
    "simulate_step_test",
]
