"""Figures as files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from numbers import Real
from pathlib import Path

from matplotlib.figure import Figure

from glutelab.arguments import closest, make_place
from glutelab.errors import DataError
from glutelab.paper.page import MM, in_print_style, width_mm

__all__ = ["save_figure"]

# No date, no name of a program's version: the same figure gives the same bytes.
_ABOUT = {
    "pdf": {"Creator": "glutelab", "CreationDate": None},
    "svg": {"Creator": "glutelab", "Date": None},
    "png": {"Software": None},
    "tiff": {},
}
_DEFAULT = ("pdf", "svg", "png")
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
        keep their size.
    journal : {"elsevier", "springer"}, optional
        Whose columns.
    formats : sequence of {"pdf", "svg", "png", "tiff"}, optional
        By default the first three.
    dpi : int
        Of PNG and TIFF.

    Returns
    -------
    list of Path
        The files, identical for the same figure and the same version of matplotlib.

    Raises
    ------
    DataError
        If it is no print figure, a width or a format is not known, or nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> from glutelab.paper import PrintFigure
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save_figure(PrintFigure(88, 60), f"{folder}/f", "double")]
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
    contents = {}
    before = figure.get_size_inches()
    try:
        if width is not None:
            figure.set_size_inches(width_mm(width, journal) * MM, before[1])
        with in_print_style():
            for name in formats:
                file = io.BytesIO()
                figure.savefig(file, format=name, dpi=dpi, metadata=_ABOUT[name] or None)
                contents[name] = file.getvalue()
    finally:
        figure.set_size_inches(before)
    target = make_place(target)
    written = []
    for name, content in contents.items():
        path = target.parent / f"{target.name}.{name}"
        draft = target.parent / f".{target.name}.{name}.part"
        draft.write_bytes(content)
        draft.replace(path)
        written.append(path)
    return written


def _read_target(target, formats) -> tuple[str | Path, list[str]]:
    """A name may end in its format; an ending of another kind of picture is an unknown format."""
    if formats is not None:
        return target, [formats] if isinstance(formats, str) else list(formats)
    ending = Path(target).suffix.lower().removeprefix(".") if isinstance(target, str | Path) else ""
    if ending == "tif":
        ending = "tiff"
    if ending in _ABOUT or ending in _OTHERS:
        return Path(target).with_suffix(""), [ending]
    return target, list(_DEFAULT)
