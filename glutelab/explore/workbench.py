"""What all explorers have in common: errors in the open, work put off, a static twin, a record."""

from __future__ import annotations

import asyncio
import html
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from functools import cache
from itertools import count
from pathlib import Path

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import closest, make_place
from glutelab.datasets import list_cohorts
from glutelab.errors import DataError
from glutelab.explore.keys import ROOT, Keys
from glutelab.explore.static import static_pages
from glutelab.explore.surface import prepare_page
from glutelab.sentences import escape_markdown

__all__ = ["Workbench", "as_html", "cohort_code", "static_pages"]

PRINT = "print"
IN_REPORT = "GLUTELAB_REPORT_FOLDER"  # set by `report`, whose pages have plotly.js already
PAUSE_S = 0.12  # after the last change, before what takes longer is computed
SILENT_S, SAID_S = 0.5, 0.25  # no progress is told before, nor more often


_twins = count()


class Workbench(ipywidgets.VBox):
    """A widget that explores.

    A child builds its controls, and offers ``figures()``, ``result``, ``code`` and ``caption()``;
    it keeps what is shown in ``_choices``, refuses what cannot be in ``_checked``, draws in
    ``_change``, and has its ``_controls`` by the name of the choice they make.
    """

    def __init__(self):
        super().__init__()
        prepare_page()
        self._status = ipywidgets.HTML()
        self._code = ipywidgets.HTML()
        self._waiting: tuple[asyncio.TimerHandle, Callable] | None = None
        self._controls: dict[str, ipywidgets.Widget] = {}
        self._setting = False
        self._task: object = None
        self._one_at_a_time = threading.Lock()
        self._keys = Keys(layout=ipywidgets.Layout(display="none"))
        self.add_class(ROOT)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuses a name that is not there: a misspelt choice would change nothing, and not say so.

        Raises
        ------
        AttributeError
        """
        if not name.startswith("_") and not hasattr(type(self), name):
            there = [one.name for one in fields(self.choices)]
            raise AttributeError(
                f"{type(self).__name__} has no {name!r} to set.{closest(name, there)} "
                f"What can be set: {', '.join(there)}."
            )
        super().__setattr__(name, value)

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

    def _checked(self, choices):
        """The choices, if they can be shown; else an error that says what could be."""
        raise NotImplementedError

    def _change(self, choices) -> None:
        """Show these choices."""
        raise NotImplementedError

    # --- choices and controls ---

    @property
    def choices(self):
        """What is shown. Set it to show something else."""
        return self._choices

    @choices.setter
    def choices(self, choices) -> None:
        self._change(self._checked(choices))
        self._set_controls()

    def _arrange(self, *parts: ipywidgets.Widget) -> None:
        """The parts, one below the other."""
        self.children = (*parts, self._keys)

    def _listen(self, *controls: ipywidgets.Widget) -> None:
        for control in controls:
            control.observe(self._changed, "value")

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        """Controls may be set without anything being drawn for each of them."""
        before, self._setting = self._setting, True
        try:
            yield
        finally:
            self._setting = before

    def _set_controls(self) -> None:
        """Let the controls say what is shown."""
        with self._unheard():
            for name, control in self._controls.items():
                value = self._said_by(name)
                control.value = "" if value is None else value  # None would choose nothing

    def _said_by(self, name: str) -> object:
        """What a control has to say."""
        return getattr(self._choices, name)

    def _given(self) -> dict[str, object]:
        """What the controls say; an empty word is what is not stated, or nobody."""
        values = {name: control.value for name, control in self._controls.items()}
        return {name: None if value == "" else value for name, value in values.items()}

    def _changed(self, _) -> None:
        if not self._setting:
            self._guarded(self._read_controls)

    # --- for all ---

    def figure(self, name: str | None = None, width: str | float = "double", **page):
        """One figure of this view, apart from the widget.

        Parameters
        ----------
        name : str, optional
            By default the first; ``"print"`` for all of them as panels of one print figure, which
            `save_figure` writes as PDF, SVG, PNG or TIFF.
        width : {"single", "one-and-half", "double"} or float
            Of a print figure: columns of a journal, or millimeters.
        **page
            ``journal``: whose columns.

        Returns
        -------
        plotly.graph_objects.Figure or matplotlib.figure.Figure
        """
        every = self.figures()
        if not every:
            raise DataError(
                "this view has no figures of its own; its .save('figures/') writes it as a page."
            )
        if name == PRINT:
            from glutelab.paper import on_paper  # matplotlib: only those who print wait for it

            drawn = [figure.to_plotly_json() for figure in every.values()]
            return on_paper(drawn, width, **page)
        if name is None:
            return next(iter(every.values()))
        if name not in every:
            hint = closest(name, [*every, PRINT])
            raise DataError(f"no figure {name!r}.{hint} There are: {', '.join([*every, PRINT])}.")
        return every[name]

    def save(self, target: str | Path) -> list[Path]:
        """Write figures, table, caption and code of this view.

        Parameters
        ----------
        target : str or Path
            Folder and beginning of the names, such as ``"figures/cohort"``; or a folder alone, as
            ``"figures/"``, in which the files are called after the explorer.

        Returns
        -------
        list of Path
            The files: ``.csv``, ``.md``, ``.pdf`` and ``.svg`` for print, and one ``.html`` per
            figure, which needs no network.
        """
        from glutelab.paper import save_figure  # see above

        self._finish()
        target = make_place(target, self._stem)
        contents = {f"{target.name}.csv": self.result.to_csv(index=False)}
        lines = [
            escape_markdown(self.caption()),
            "",
            "```python",
            "import glutelab as gl",
            "",
            self.code,
            "```",
            "",
        ]
        contents[f"{target.name}.md"] = "\n".join(lines)
        for name, figure in self.figures().items():
            page = figure.to_html(include_plotlyjs=True, div_id=f"{target.name}-{name}")
            contents[f"{target.name}_{name}.html"] = page
        paper = self.figure(PRINT)
        written = []
        for name, text in contents.items():
            path, draft = target.parent / name, target.parent / f".{name}.part"
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(path)
            written.append(path)
        return written + save_figure(paper, target, formats=("pdf", "svg"))

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
            self._waiting[0].cancel()
            self._waiting = None
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or static_pages():
            self._guarded(work)
        else:
            self._waiting = loop.call_later(PAUSE_S, self._guarded, self._finish), work

    def _finish(self) -> None:
        """Do now what was put off: somebody asks for it."""
        if self._waiting is not None:
            (timer, work), self._waiting = self._waiting, None
            timer.cancel()
            work()

    def _in_background(self, work: Iterator[str], done: Callable[[], None]) -> None:
        """Do long work step by step beside the kernel, so that controls answer meanwhile.

        Each step says what is being done; the reader sees it if the work takes long. Another call
        takes its place. Where there is no loop nothing is done: what is asked for is computed then.

        Parameters
        ----------
        work : iterator of str
        done : callable
            Called in the kernel's own thread at the end.
        """
        self._task = task = object()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if static_pages():
            return
        threading.Thread(target=self._step, args=(task, work, done, loop), daemon=True).start()

    def _step(self, task: object, work: Iterator[str], done: Callable, loop) -> None:
        with self._one_at_a_time:
            told = time.monotonic() + SILENT_S - SAID_S
            try:
                for said in work:
                    if self._task is not task:
                        return
                    if time.monotonic() > told + SAID_S:
                        told = time.monotonic()
                        loop.call_soon_threadsafe(self._if_still, task, self._busy, said)
            except Exception as error:
                end: Callable = _raised(error)
            else:
                end = done
        with suppress(RuntimeError):  # the kernel has ended
            loop.call_soon_threadsafe(self._if_still, task, self._guarded, end)

    def _if_still(self, task: object, do: Callable, *args) -> None:
        if self._task is task:
            do(*args)

    @property
    def _stem(self) -> str:
        """What files are called if nobody says."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

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
        self._finish()
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
        caption = self.caption()
        if beneath is not None:  # its notes stand there already, as a list
            caption = caption.removesuffix(" ".join(self.notes)).rstrip()
        parts.append(f"<p>{html.escape(caption)}</p>")
        parts.append(f"<pre><code>{html.escape(self.code)}</code></pre>")
        return "\n".join(parts)


def _raised(error: Exception) -> Callable[[], None]:
    def again() -> None:
        raise error

    return again


def as_html(table: pd.DataFrame, digits: int = 3) -> str:
    """A small table as a page shows it.

    Examples
    --------
    >>> as_html(pd.DataFrame({"n": [3], "g": [0.12345]})).count("<td>")
    2
    """
    head = "<th style='vertical-align: bottom'>"
    heads = "".join(f"{head}{html.escape(str(name))}</th>" for name in table)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value, digits)}</td>" for value in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    style = "font-size: 13px; border-spacing: 14px 2px; text-align: right; "
    style += "line-height: 1.4; "
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
