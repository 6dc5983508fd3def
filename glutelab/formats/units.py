"""Units as exports write them."""

from __future__ import annotations

import re

__all__ = ["UNITS", "unit_in", "unit_of"]

_UNIT_WORDS = """deg degree degrees ° rad radians mm cm m n nm n*m n·m n/kg nm/kg w w/kg s ms sec
seconds % percent m/s km/h kg g years year yr y min/km bw ml/kg/min ml/min ml/kg/km 1/min bpm hz
frames"""
UNITS = frozenset(_UNIT_WORDS.split())
_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]]{1,12}?)\s*[)\]]\s*$")
_SUFFIXED = re.compile(r"_(deg|rad|mm|cm|m|n|m_s|s|ms|pct)$", re.IGNORECASE)
_WORDS = {"degree": "deg", "degrees": "deg", "°": "deg", "radians": "rad", "pct": "%"}
_WORDS |= {"m_s": "m/s", "percent": "%", "sec": "s", "seconds": "s", "n": "N"}


def unit_in(name: str) -> str:
    """The unit that a column name ends with; empty if there is none.

    Examples
    --------
    >>> unit_in("hip_flexion_deg"), unit_in("Hip angle [°]"), unit_in("Time (s)"), unit_in("hip")
    ('deg', 'deg', 's', '')
    >>> unit_in("speed_m_s")
    'm/s'
    """
    bracketed, suffixed = _BRACKETED.search(name), _SUFFIXED.search(name)
    if bracketed and bracketed[1].casefold() in UNITS:
        return unit_of(bracketed[1])
    return unit_of(suffixed[1]) if suffixed else ""


def unit_of(word: str) -> str:
    """A unit as it is written here: ``Degrees`` is ``deg``; other words stay as they are."""
    lowered = word.strip().casefold()
    return _WORDS.get(lowered, word.strip() if lowered not in UNITS else lowered)
