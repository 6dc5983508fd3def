"""Names of markers: without the subject's, and each once."""

from __future__ import annotations

from collections.abc import Sequence

from glutelab.errors import DataError, say
from glutelab.formats.text import repeated

__all__ = ["point_names", "without_subject"]

SEVERAL = 5  # names that come again with another subject: two runners, not a slip


def without_subject(label: str, prefixes: Sequence[str] = ()) -> str:
    """A label without the name of who wore the marker (``Name:LASI``)."""
    for prefix in prefixes:
        if prefix and label.startswith(prefix) and len(label) > len(prefix):
            return label[len(prefix) :].lstrip(":")
    return label.rsplit(":", 1)[-1].strip()


def point_names(
    labels: Sequence[str], where: str, notes: list[str], prefixes: Sequence[str] = ()
) -> list[str]:
    """One name of each point.

    Parameters
    ----------
    labels : sequence of str
        As in the file; empty where there is none.
    where : str
        The file, for the error text.
    notes : list of str
        Added to: what was cut off, is missing, or comes twice.
    prefixes : sequence of str
        Of subjects, where the file lists them.

    Returns
    -------
    list of str
        ``unnamed_7`` (its place) without a label; ``LASI_2`` the second time.

    Raises
    ------
    DataError
        If the markers of several subjects are in the file.
    """
    short = [without_subject(label, prefixes) for label in labels]
    if short != list(labels):
        twice = repeated(label for label in short if label)
        if len(twice) >= SEVERAL:
            found = f"{len(twice)} markers come once for each of several subjects"
            remedy = "Export each runner by itself."
            raise DataError(say(where, found, "one runner per file", remedy))
        notes.append("Labels began with a subject's name, which was cut off.")
    if nameless := sum(not label for label in short):
        notes.append(f"{nameless} of {len(short)} have no name in the file.")
    names: list[str] = []
    used, counts = set(short), dict.fromkeys(short, 0)
    for place, label in enumerate(short):
        name = label or f"unnamed_{place + 1}"
        while not label and name in used:
            name += "_"
        if label and counts[label]:
            while (name := f"{label}_{counts[label] + 1}") in used:
                counts[label] += 1
        counts[label] += 1
        used.add(name)
        names.append(name)
    if twice := repeated(label for label in short if label):
        notes.append(f"Used more than once, and numbered: {', '.join(twice[:5])}.")
    return names
