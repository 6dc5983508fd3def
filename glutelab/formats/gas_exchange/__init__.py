"""Gas exchange from metabolic carts and tables: oxygen uptake and carbon dioxide output in time."""

from glutelab.formats.gas_exchange.check import check_breaths
from glutelab.formats.gas_exchange.columns import BREATHS
from glutelab.formats.gas_exchange.read import read_gas_exchange
from glutelab.formats.gas_exchange.result import GasExchange

__all__ = ["BREATHS", "GasExchange", "check_breaths", "read_gas_exchange"]
