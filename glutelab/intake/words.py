"""Heads of columns as words, in the languages that laboratories write them in."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["head_and_unit", "plain"]

# Units as people write them after a name, and as the recipe calls them.
_UNITS = {
    "mm": "mm", "cm": "cm", "m": "m", "in": "in", "inch": "in", "inches": "in", "zoll": "in",
    "ft": "ft", "feet": "ft", "kg": "kg", "kilogram": "kg", "lb": "lb", "lbs": "lb",
    "pounds": "lb", "g": "g", "n": "N", "nm": "N m", "deg": "deg", "degrees": "deg", "°": "deg",
    "grad": "deg", "graus": "deg", "grados": "deg", "degres": "deg", "rad": "rad",
    "radians": "rad", "years": "years", "year": "years", "yrs": "years", "yr": "years",
    "y": "years", "jahre": "years", "anos": "years", "ans": "years", "a": "years",
    "months": "months", "month": "months", "monate": "months", "meses": "months",
    "mois": "months", "weeks": "weeks", "km": "km", "%": "%", "pct": "%", "percent": "%",
    "prozent": "%", "m/s": "m/s", "ms-1": "m/s", "m s-1": "m/s", "m.s-1": "m/s", "m·s-1": "m/s",
    "m_s": "m/s", "mps": "m/s", "km/h": "km/h", "kmh": "km/h", "kph": "km/h", "km_h": "km/h",
    "km h-1": "km/h", "km.h-1": "km/h", "km·h-1": "km/h", "mph": "mph", "min/km": "min/km",
    "min_km": "min/km", "ml/kg/min": "ml/kg/min", "ml/min/kg": "ml/kg/min",
    "ml_kg_min": "ml/kg/min", "ml/kg/km": "ml/kg/km", "ml/km/kg": "ml/kg/km",
    "ml_kg_km": "ml/kg/km", "j/kg/m": "J/kg/m", "j/m/kg": "J/kg/m", "j_kg_m": "J/kg/m",
    "kcal/kg/km": "kcal/kg/km", "kcal/km/kg": "kcal/kg/km", "kcal_kg_km": "kcal/kg/km",
    "kj/kg/km": "kJ/kg/km", "kj_kg_km": "kJ/kg/km", "ml/min": "ml/min", "l/min": "l/min",
    "w/kg": "W/kg", "w_kg": "W/kg", "hz": "Hz", "s": "s",
}  # fmt: skip
_LONGEST_FIRST = sorted(_UNITS, key=len, reverse=True)


def plain(text: object) -> str:
    """A text without accents, case, and marks between its words.

    Examples
    --------
    >>> plain("Körpergröße_[cm]")
    'korpergrosse cm'
    """
    text = unicodedata.normalize("NFKD", str(text).replace("ß", "ss"))
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", text))


def head_and_unit(head: object) -> tuple[str, str]:
    """The words of a column's head, and the unit that stands in it.

    Returns
    -------
    words : str
        As `plain` gives them, without the unit.
    unit : str
        As the recipe calls it; the unit as written where it is not known; empty if there is none.

    Examples
    --------
    >>> head_and_unit("Height (cm)"), head_and_unit("mass_kg"), head_and_unit("RE [ml·kg-1·km-1]")
    (('height', 'cm'), ('mass', 'kg'), ('re', 'ml/kg/km'))
    """
    text = unicodedata.normalize("NFKC", str(head)).strip()
    bracket = re.search(r"[(\[{]([^)\]}]*)[)\]}]\s*$", text)
    if bracket:
        words, unit = text[: bracket.start()], _unit(bracket[1])
        # "(L)" and "(left)" are sides, not liters.
        if bracket[1].strip().casefold() in ("l", "r", "left", "right", "li", "re", "d", "e", "g"):
            return plain(f"{words} {bracket[1]}"), ""
        return plain(words), unit or bracket[1].strip()
    for written in _LONGEST_FIRST:
        found = re.fullmatch(rf"(.+?)(?:[\s_,;/-]+|\s+in\s+){re.escape(written)}", text.casefold())
        if found and (len(written) > 1 or written in "m°%"):
            return plain(text[: len(found[1])]), _UNITS[written]
    return plain(text), ""


def _unit(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().strip().replace("−", "-")
    text = text.replace("¹", "1").replace("^", "").replace("vo2", "").replace("o2", "").strip()
    if text in _UNITS:
        return _UNITS[text]
    parts = re.split(r"[\s·.*⋅∙/]+", text)  # ml·kg-1·km-1 and ml/kg/km are one unit
    parts = [part.removesuffix("-1") for part in parts if part]
    return _UNITS.get("/".join(parts), "")
