"""Figures as files."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from numbers import Real
from pathlib import Path

from matplotlib.figure import Figure

from glutelab.arguments import closest, make_place
from glutelab.errors import DataError
from glutelab.files import write_together
from glutelab.paper.page import MM, in_print_style, width_mm
from glutelab.sentences import escape_markdown

__all__ = ["save_figure"]

# No date, no name of a program's version: the same figure gives the same bytes.
_ABOUT = {
    "pdf": {"Creator": "glutelab", "CreationDate": None},
    "svg": {"Creator": "glutelab", "Date": None},
    "png": {"Software": None},
    "tiff": {},
}
_DEFAULT = ("pdf", "svg", "png")
TALLEST = 240.0  # mm, caption included
_OTHERS = ("jpg", "jpeg", "eps", "gif", "bmp", "webp", "html")


def save_figure(
    figure: Figure,
    target: str | Path,
    width: str | float | None = None,
    *,
    journal: str | None = None,
    formats: str | Sequence[str] | None = None,
    dpi: int = 600,
) -> list[Path]:
    """Write a print figure in exact millimeters, vectors with their letters embedded.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Such as an explorer's ``.figure("print")``.
    target : str or Path
        Folder and name: ``"figures/figure_2"``. With an ending, only that format is written.
    width : {"single", "one-and-half", "double"} or float, optional
        Columns of a journal, or millimeters; by default that of the figure. Letters and lines
        keep their size; a figure that knows how is laid out anew.
    journal : {"elsevier", "springer"}, optional
        Whose columns.
    formats : sequence of {"pdf", "svg", "png", "tiff"}, optional
        By default the first three.
    dpi : int
        Of PNG and TIFF.

    Returns
    -------
    list of Path
        The files, identical for the same figure and the same version of matplotlib. A figure of
        `gl.figure.curves` and its like comes with what is drawn (``<name>_<part>.csv``), and with a
        draft of its caption and the line of code that made it (``<name>.md``).

    Raises
    ------
    DataError
        If it is no print figure, a width or a format is not known, or nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> from glutelab.paper import PrintFigure
    >>> import glutelab as gl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in gl.save_figure(PrintFigure(88, 60), f"{folder}/f", "double")]
    ['f.pdf', 'f.svg', 'f.png']
    """
    if not isinstance(figure, Figure):
        raise DataError(
            f"a {type(figure).__name__} was given. Expected a print figure, such as an explorer's "
            '.figure("print"); a figure of the screen is saved by its write_html.'
        )
    target, formats = _read_target(target, formats)
    for name in formats:
        if name not in _ABOUT:
            raise DataError(
                f"no format {name!r}.{closest(name, _ABOUT)} Known: {', '.join(_ABOUT)}."
            )
    if not isinstance(dpi, Real) or not 72 <= dpi <= 2400:
        raise DataError(f"dpi is {dpi!r}; expected 72 to 2400.")
    wanted = None if width is None else width_mm(width, journal)
    target = make_place(target)
    contents = _beside(figure, target.name)
    if wanted is not None and getattr(figure, "redraw", None) is not None:
        figure, wanted = figure.redraw(wanted), None
    before = figure.get_size_inches()
    try:
        if wanted is not None:
            figure.set_size_inches(wanted * MM, before[1])
        with in_print_style():
            drawn = {f"{target.name}.{name}": _draw(figure, name, dpi) for name in formats}
    finally:
        figure.set_size_inches(before)
    if before[1] / MM > TALLEST:
        warnings.warn(
            f"{target.name} is {before[1] / MM:.0f} mm high; pages of journals hold about "
            f"{TALLEST:g} mm. Give a wider column, or fewer panels or rows.",
            stacklevel=2,
        )
    files = {target.parent / name: content for name, content in (drawn | contents).items()}
    write_together(target, files)
    return list(files)


def _read_target(target, formats) -> tuple[str | Path, list[str]]:
    """A name may end in its format; an ending of another kind of picture is an unknown format."""
    if formats is not None:
        named = [formats] if isinstance(formats, str) else formats
        if not isinstance(named, list | tuple) or not named:
            raise DataError(f"formats is {formats!r}. Expected some of {', '.join(_ABOUT)}.")
        return target, list(named)
    ending = Path(target).suffix.lower().removeprefix(".") if isinstance(target, str | Path) else ""
    if ending == "tif":
        ending = "tiff"
    if ending in _ABOUT or ending in _OTHERS:
        return Path(target).with_suffix(""), [ending]
    return target, list(_DEFAULT)


def _draw(figure: Figure, name: str, dpi: int) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=name, dpi=dpi, metadata=_ABOUT[name] or None)
    return file.getvalue()


def _beside(figure: Figure, name: str) -> dict[str, bytes]:
    """What is drawn, and what is said of it."""
    tables = getattr(figure, "data", {})
    files = {
        f"{name}_{part}.csv": table.to_csv(index=False, lineterminator="\n")
        for part, table in tables.items()
    }
    caption, code = getattr(figure, "caption", ""), getattr(figure, "code", "")
    if caption or code or files:
        said = [escape_markdown(caption)] if caption else []
        said += [f"```python\nimport glutelab as gl\n\n{code}\n```"] if code else []
        said += (
            ["\n".join(["What is drawn:", "", *(f"- `{one}`" for one in files)])] if files else []
        )
        files[f"{name}.md"] = "\n\n".join(said) + "\n"
    return {file: text.encode() for file, text in files.items()}
