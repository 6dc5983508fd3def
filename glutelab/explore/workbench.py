"""What all explorers have in common: errors in the open, work put off, a static twin, a record."""

from __future__ import annotations

import asyncio
import html
import os
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.datasets import list_cohorts
from glutelab.errors import DataError
from glutelab.explore.static import static_pages
from glutelab.explore.surface import prepare_page

__all__ = ["Workbench", "as_html", "cohort_code", "static_pages"]

IN_REPORT = "GLUTELAB_REPORT_FOLDER"  # set by `report`, whose pages have plotly.js already
PAUSE_S = 0.12  # after the last change, before what takes longer is computed


_twins = count()


class Workbench(ipywidgets.VBox):
    """A widget that explores.

    A child builds its controls, and offers ``figures()``, ``result``, ``code`` and ``caption()``.
    """

    def __init__(self):
        super().__init__()
        prepare_page()
        self._status = ipywidgets.HTML()
        self._code = ipywidgets.HTML()
        self._waiting: asyncio.TimerHandle | None = None
        self._put_off: Callable | None = None

    # --- to be given by each explorer ---

    @property
    def code(self) -> str:
        """The line that makes this view again."""
        raise AttributeError

    def figures(self) -> dict[str, go.Figure]:
        """The figures of this view, by name."""
        raise AttributeError

    @property
    def result(self) -> pd.DataFrame:
        """The table beneath the figures."""
        raise AttributeError

    def caption(self) -> str:
        """What a reader has to know of the figures, in sentences."""
        raise AttributeError

    # --- for all ---

    def figure(self, name: str | None = None) -> go.Figure:
        """One figure of this view, apart from the widget.

        Parameters
        ----------
        name : str, optional
            By default the first.
        """
        every = self.figures()
        if name is None:
            return next(iter(every.values()))
        if name not in every:
            raise DataError(f"no figure {name!r}. There are: {', '.join(every)}.")
        return every[name]

    def save(self, target: str | Path) -> list[Path]:
        """Write figures, table, caption and code of this view.

        Parameters
        ----------
        target : str or Path
            Folder and beginning of the names, such as ``"figures/cohort"``.

        Returns
        -------
        list of Path
            The files: ``.csv``, ``.md`` and one ``.html`` per figure, which need no network.
        """
        target = Path(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        contents = {f"{target.name}.csv": self.result.to_csv(index=False)}
        lines = [self.caption(), "", "```python", "import glutelab as gl", "", self.code, "```", ""]
        contents[f"{target.name}.md"] = "\n".join(lines)
        for name, figure in self.figures().items():
            page = figure.to_html(include_plotlyjs=True, div_id=f"{target.name}-{name}")
            contents[f"{target.name}_{name}.html"] = page
        written = []
        for name, text in contents.items():
            path, draft = target.parent / name, target.parent / f".{name}.part"
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(path)
            written.append(path)
        return written

    def _guarded(self, work: Callable, *args) -> None:
        """Do the work; what goes wrong stands in the widget, where the reader looks."""
        try:
            work(*args)
        except DataError as error:
            self._say(str(error))
        except Exception as error:  # a widget has nowhere else to say it
            self._say(f"This view could not be made: {type(error).__name__}: {error}")
        else:
            if "role='alert'" in self._status.value:
                self._status.value = ""

    def _say(self, text: str) -> None:
        self._status.value = f"<div role='alert' style='color: #c0392b'>{html.escape(text)}</div>"

    def _busy(self, text: str) -> None:
        self._status.value = f"<div role='status' style='opacity: 0.7'>{html.escape(text)}</div>"

    def _later(self, work: Callable) -> None:
        """Do the work once nothing has changed for a moment; at once where nobody waits for it."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._put_off = work
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or static_pages():
            self._catch_up()
        else:
            self._waiting = loop.call_later(PAUSE_S, self._catch_up)

    def _catch_up(self) -> None:
        """Do now what was put off, so that whoever asks for numbers gets those of this view."""
        if self._waiting is not None:
            self._waiting.cancel()
        work, self._put_off, self._waiting = self._put_off, None, None
        if work is not None:
            self._guarded(work)

    def _show_code(self) -> None:
        text = html.escape(self.code)
        style = "white-space: pre-wrap; font-size: 12px; opacity: 0.8"
        self._code.value = f"<code style='{style}'>{text}</code>"

    def _repr_mimebundle_(self, **kwargs):
        if not static_pages():
            return super()._repr_mimebundle_(**kwargs)
        return {"text/html": self._twin()}

    def _twin(self) -> str:
        """The view as a page without a kernel shows it."""
        number = next(_twins)
        parts = []
        for name, figure in self.figures().items():
            # The first one of a notebook brings plotly.js along, for itself and all others.
            script = number == 0 and not parts and not os.environ.get(IN_REPORT)
            parts.append(
                figure.to_html(
                    full_html=False,
                    include_plotlyjs=script,
                    include_mathjax=False,
                    div_id=f"explorer-{number}-{name}",
                    default_width="100%",
                    config={"displaylogo": False, "responsive": True},
                )
            )
        beneath = getattr(self, "_table", None)  # what a reader of the widget sees, if it has one
        parts.append(as_html(self.result) if beneath is None else beneath.value)
        parts.append(f"<p>{html.escape(self.caption())}</p>")
        parts.append(f"<pre><code>{html.escape(self.code)}</code></pre>")
        return "\n".join(parts)


def as_html(table: pd.DataFrame, digits: int = 3) -> str:
    """A small table as a page shows it.

    Examples
    --------
    >>> as_html(pd.DataFrame({"n": [3], "g": [0.12345]})).count("<td>")
    2
    """
    heads = "".join(f"<th>{html.escape(str(name))}</th>" for name in table)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value, digits)}</td>" for value in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    style = "font-size: 13px; border-spacing: 14px 2px; text-align: right; margin-left: -14px; "
    style += "display: block; overflow-x: auto"  # a narrow page scrolls it instead of cutting it
    return f"<table style='{style}'><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.{digits}g}".replace("-", "−")
    return html.escape(str(value))


_known_cohorts = cache(list_cohorts)


def cohort_code(cohort) -> str:
    """Code that gives this cohort: by its name, by its folder, or the variable that holds it."""
    known = _known_cohorts()
    # A name alone does not tell: every simulated cohort has that of the built-in one.
    mine = {"name": cohort.name, "title": cohort.title}
    mine |= {name: len(getattr(cohort, name)) for name in ("runners", "trials", "strides")}
    if any(row.items() >= mine.items() for row in known[list(mine)].to_dict("records")):
        return f"gl.load_cohort({cohort.name!r})"
    return "cohort" if cohort.folder is None else f"gl.load_cohort({str(cohort.folder)!r})"
