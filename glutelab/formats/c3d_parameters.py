"""Values out of the parameter groups of a C3D file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["first", "flat", "texts"]


def texts(group: Mapping, name: str) -> list[str]:
    """Texts of LABELS, LABELS2, LABELS3 ... in one list."""
    found, number = [], 1
    while (key := name if number == 1 else f"{name}{number}") in group:
        found += [str(text).strip() for text in np.ravel(np.asarray(group[key], dtype=object))]
        number += 1
    return found


def first(group: Mapping, name: str, default):
    """The first value of a parameter; `default` where there is none."""
    values = np.ravel(np.asarray(group.get(name, []), dtype=object))
    return values[0] if len(values) else default


def flat(group: Mapping, name: str) -> np.ndarray:
    """Numbers of a parameter as the file stores them, first dimension fastest."""
    value = np.asarray(group.get(name, []))
    return value.ravel(order="F").astype(float) if value.dtype.kind in "iuf" else np.empty(0)
