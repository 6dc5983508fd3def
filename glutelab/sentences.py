"""Words for values; sentences in a cell or in Markdown: joined, split again, shown as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from numbers import Integral, Real

__all__ = ["SIMULATED", "escape_markdown", "join", "short", "split", "unescape_markdown"]

SIMULATED = "Simulated: these runners were made by a program."
# A full stop may also be that of an abbreviation; two blanks stand in no sentence.
_BETWEEN = "  "


def join(sentences: Iterable[str]) -> str:
    """Sentences as one text, with two blanks between them; blanks within them become single.

    Parameters
    ----------
    sentences : iterable of str

    Returns
    -------
    str

    Examples
    --------
    >>> join(["Measured at St. Mary's.", "Pools 2 pipelines."])
    "Measured at St. Mary's.  Pools 2 pipelines."
    """
    single = (" ".join(str(sentence).split()) for sentence in sentences)
    return _BETWEEN.join(sentence for sentence in single if sentence)


def short(value: object) -> str:
    """A number as it is read, 3.5 and not 3.500000001; anything else as it is.

    Examples
    --------
    >>> short(3.50), short("flats")
    ('3.5', 'flats')
    """
    whole = not isinstance(value, Real) or isinstance(value, Integral)
    return str(value) if whole else f"{value:g}"


def split(text: object) -> list[str]:
    """The sentences that `join` made one text of.

    Parameters
    ----------
    text : object
        What stands in the column ``warning``; a missing one has no sentences.

    Returns
    -------
    list of str

    Examples
    --------
    >>> split("Measured at St. Mary's.  Pools 2 pipelines.")
    ["Measured at St. Mary's.", 'Pools 2 pipelines.']
    """
    if not isinstance(text, str):
        return []
    return [sentence.strip() for sentence in text.split(_BETWEEN) if sentence.strip()]


def escape_markdown(text: str) -> str:
    r"""Text for Markdown in which no title or name becomes HTML, a link or a picture.

    Emphasis and code stay what they are; so do signs such as "p < 0.001".

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> print(escape_markdown("<b>My</b> runners, p < 0.001 [here](https://example.org)"))
    \<b>My\</b> runners, p < 0.001 [here]\(https://example.org)
    """
    return re.sub(r"(?<!\\)<(?=[A-Za-z/!?])", r"\<", text).replace("](", r"]\(")


def unescape_markdown(text: str) -> str:
    """What `escape_markdown` was given."""
    return text.replace(r"\<", "<").replace(r"]\(", "](")
