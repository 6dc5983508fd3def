"""Tables of an article: the runners, results, models; for a browser, LaTeX, Word and CSV."""

from glutelab.tables.models import table_models
from glutelab.tables.results import table_results
from glutelab.tables.runners import table_runners
from glutelab.tables.sheet import PrintTable

__all__ = ["PrintTable", "table_models", "table_results", "table_runners"]
