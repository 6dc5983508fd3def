"""What has to be read with a table: sentences beneath it, each once, with a letter."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

__all__ = ["Footnotes", "letter"]


def letter(number: int) -> str:
    """The mark of a footnote: a to z, then aa, bb.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('a', 'z', 'aa')
    """
    again, place = divmod(number, 26)
    return ascii_lowercase[place] * (again + 1)


class Footnotes:
    """Collects sentences in the order in which they are needed.

    Examples
    --------
    >>> notes = Footnotes()
    >>> notes.mark(["Cannot tell."]), notes.mark(["Pooled.", "Cannot tell."]), notes.mark([])
    (('a',), ('a', 'b'), ())
    >>> notes.sentences
    ('Cannot tell.', 'Pooled.')
    """

    def __init__(self):
        self._said: dict[str, str] = {}

    def mark(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Letters of these sentences."""
        marks = []
        for sentence in filter(None, sentences):
            marks.append(self._said.setdefault(sentence, letter(len(self._said))))
        return tuple(sorted(set(marks), key=lambda mark: (len(mark), mark)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them, in the order of their letters."""
        return tuple(self._said)
