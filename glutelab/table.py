"""Tables of an article: who ran, what was found, what was modeled.

``gl.table.runners(cohort).save("tables/table_1")`` writes HTML, LaTeX, Word and CSV.
"""

from glutelab.lazy import attach

_HOME = {
    "models": "tables:table_models",
    "results": "tables:table_results",
    "runners": "tables:table_runners",
}

__getattr__, __dir__, __all__ = attach(__name__, _HOME)
