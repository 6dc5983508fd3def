"""What all explorers have in common: controls, errors in the open, a static twin, a record."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from itertools import count
from pathlib import Path

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from glutelab.arguments import closest, make_place
from glutelab.errors import DataError
from glutelab.explore.keys import ROOT, Keys
from glutelab.explore.later import Later
from glutelab.explore.static import static_pages
from glutelab.explore.surface import prepare_page
from glutelab.explore.table_html import as_html
from glutelab.files import write_together
from glutelab.sentences import escape_markdown

__all__ = ["Workbench"]

PRINT = "print"
IN_REPORT = "GLUTELAB_REPORT_FOLDER"  # set by `report`, whose pages have plotly.js already

_twins = count()


class Workbench(Later, ipywidgets.VBox):
    """A widget that explores.

    A child builds its controls, and offers ``figures()``, ``result``, ``code`` and ``caption()``;
    it keeps what is shown in ``_choices``, refuses what cannot be in ``_checked``, draws in
    ``_show``, and has its ``_controls`` by the name of the choice they make.
    """

    def __init__(self):
        super().__init__()
        prepare_page()
        self._status = ipywidgets.HTML()
        self._code = ipywidgets.HTML()
        self._controls: dict[str, ipywidgets.Widget] = {}
        self._setting = False
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

    def _show(self) -> None:
        """Draw what is chosen."""
        raise NotImplementedError

    def _change(self, choices) -> None:
        """Show these choices."""
        self._choices = choices
        self._show()

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
        files = {target.parent / name: text.encode() for name, text in contents.items()}
        write_together(target, files)
        return [*files, *save_figure(paper, target, formats=("pdf", "svg"))]

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
