"""Sentences laid out to be read: counted nouns, lists, and lines that fit a page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

__all__ = ["WIDTH", "counted", "lay_out", "put_under", "series"]

WIDTH = 98  # of a printed line
_FIRM = "\N{NO-BREAK SPACE}"


def counted(n: int, noun: str) -> str:
    """A number and what is counted.

    Examples
    --------
    >>> counted(1, "runner"), counted(12, "runner"), counted(2, "study")
    ('1 runner', '12 runners', '2 studies')
    """
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{n} {noun if n == 1 else several}"


def series(words: Sequence[str]) -> str:
    """Words as a list within a sentence.

    Examples
    --------
    >>> series(["sex", "body mass", "height"]), series(["sex"])
    ('sex, body mass and height', 'sex')
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def lay_out(lines: Sequence[str]) -> str:
    """Lines as a paragraph each, at most 98 characters wide; a mean keeps its deviation.

    Parameters
    ----------
    lines : sequence of str
        A line that begins with blanks is set in by as many.

    Returns
    -------
    str
    """
    lay = textwrap.TextWrapper(WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    kept = [line.replace(" ± ", f"{_FIRM}±{_FIRM}") for line in lines]
    return "\n".join(lay.fill(line) for line in kept).replace(_FIRM, " ")


def put_under(heading: str, sentences: Sequence[str]) -> str:
    """A heading, and the sentences below it, each on a line of its own.

    Examples
    --------
    >>> print(put_under("Tilt and cost (7 runners)", ["Cannot tell: 7 runners are too few."]))
    Tilt and cost (7 runners)
      Cannot tell: 7 runners are too few.
    """
    return lay_out([heading, *(f"  {sentence}" for sentence in sentences if sentence)])
