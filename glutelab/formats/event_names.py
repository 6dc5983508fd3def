"""What motion-capture programs call events and sides."""

from __future__ import annotations

import re

__all__ = ["event_of", "side_of"]

_STRIKE = {"on", "hs", "fs", "ic", "td", "fc", "footstrike", "heelstrike", "initialcontact"}
_STRIKE |= {"touchdown", "footon", "footcontact", "strike", "contact"}
_OFF = {"off", "to", "toeoff", "footoff", "fo", "takeoff"}
_SIDES = {"r": "right", "right": "right", "rechts": "right"}
_SIDES |= {"l": "left", "left": "left", "links": "left"}


def side_of(word: str) -> str:
    """``left`` or ``right`` of a word such as ``L``, ``Left`` or ``links``; else empty."""
    return _SIDES.get(word.strip().casefold(), "")


def event_of(label: str) -> tuple[str, str] | None:
    """Event and side of a label; None if it says neither.

    Parameters
    ----------
    label : str
        ``RHS``, ``LTO``, ``RON``, ``ROFF`` (Visual3D), ``Right Foot Strike``, ``left_toe_off`` ...

    Returns
    -------
    (str, str) or None
        ``foot_strike`` or ``toe_off``, and ``left`` or ``right``.

    Examples
    --------
    >>> event_of("RHS"), event_of("Left Toe Off"), event_of("LON"), event_of("START")
    (('foot_strike', 'right'), ('toe_off', 'left'), ('foot_strike', 'left'), None)
    """
    word = re.sub(r"[^a-z]", "", label.casefold())
    for name, side in sorted(_SIDES.items(), key=lambda item: -len(item[0])):
        for rest in (word.removeprefix(name), word.removesuffix(name)):
            if rest != word and rest in _STRIKE:
                return "foot_strike", side
            if rest != word and rest in _OFF:
                return "toe_off", side
    return None
