"""What the columns of gas exchange are, and under which names and units exports give them."""

from __future__ import annotations

import re
import unicodedata

from glutelab.schema import Column, Table
from glutelab.schema.keys import SLOPE_PCT

__all__ = [
    "BREATHS",
    "FACTORS",
    "FLOWS",
    "HEADERS",
    "is_unit",
    "normal_name",
    "normal_unit",
    "split_unit",
]

BREATHS = Table(
    "breaths",
    "one row per breath, or per averaging interval",
    (),
    (
        Column(
            "time_s",
            "Time",
            "s",
            "Time since the start of the recording; of a breath its end.",
            possible=(0.0, 200_000.0),
            required=True,
        ),
        Column(
            "vo2_ml_min",
            "Oxygen uptake",
            "ml/min",
            "Oxygen uptake, STPD.",
            "uptake positive",
            (150.0, 6500.0),
            (0.0, 12_000.0),
        ),
        Column(
            "vco2_ml_min",
            "Carbon dioxide output",
            "ml/min",
            "Carbon dioxide output, STPD.",
            "output positive",
            (120.0, 7500.0),
            (0.0, 15_000.0),
        ),
        Column(
            "speed_m_s",
            "Running speed",
            "m/s",
            "Speed of the belt; 0 while standing.",
            "",
            (0.0, 7.0),
            (0.0, 10.0),
        ),
        SLOPE_PCT,
        Column(
            "heart_rate_bpm",
            "Heart rate",
            "1/min",
            "Heart rate; 0 in a file means not measured.",
            "",
            (40.0, 215.0),
            (20.0, 260.0),
        ),
        Column(
            "ventilation_l_min",
            "Ventilation",
            "l/min",
            "Expired volume per minute.",
            "",
            (3.0, 220.0),
            (0.0, 350.0),
        ),
        Column(
            "power_w", "Power", "W", "Load of an ergometer.", "", (0.0, 600.0), (-200.0, 3000.0)
        ),
    ),
)

# Names as exports write them (German, English, Norwegian), as `normal_name` leaves them; the first
# that a table has is taken. The last two are no columns of ours: they serve in place of others.
HEADERS = {
    "time_s": ("time_s", "t", "time", "zeit", "tid", "elapsedtime"),
    "vo2_ml_min": ("vo2_ml_min", "vo2", "vo2stpd", "oxygenuptake", "sauerstoffaufnahme"),
    "vco2_ml_min": ("vco2_ml_min", "vco2", "vco2stpd", "kohlendioxidabgabe"),
    "speed_m_s": ("speed_m_s", "speed", "v", "geschw", "geschwindigkeit", "velocity"),
    "slope_pct": ("slope_pct", "grade", "slope", "incline", "inclination", "steig", "steigung"),
    "heart_rate_bpm": ("heart_rate_bpm", "hr", "hf", "heartrate", "herzfrequenz", "puls", "pulse"),
    "ventilation_l_min": ("ventilation_l_min", "ve", "vebtps", "ventilation"),
    "power_w": ("power_w", "power", "last", "leistung", "watt", "wr", "p"),
    "vo2_ml_kg_min": ("vo2_ml_kg_min", "vo2/kg", "vo2/kgstpd"),
    "rer": ("rer", "r", "rq"),
}

# Factor from a unit (as `normal_unit` leaves it) to the unit of the column.
FLOWS = {"ml/min": 1.0, "l/min": 1000.0, "ml/s": 60.0, "l/s": 60_000.0}
FACTORS = {
    "time_s": {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0, "h:mm:ss": 1.0},
    "vo2_ml_min": {**FLOWS, "ml/kg/min": 1.0},
    "vco2_ml_min": {**FLOWS, "ml/kg/min": 1.0},
    "speed_m_s": {
        "m/s": 1.0,
        "km/h": 1 / 3.6,
        "km/h*10": 1 / 36,
        "mph": 0.44704,
        "m/min": 1 / 60,
    },
    "slope_pct": {"%": 1.0},
    "heart_rate_bpm": {"1/min": 1.0},
    "ventilation_l_min": {"l/min": 1.0, "ml/min": 0.001, "l/s": 60.0},
    "power_w": {"w": 1.0},
    "vo2_ml_kg_min": {"ml/kg/min": 1.0},
    "rer": {"": 1.0},
}

_SAME_UNIT = {
    "sec": "s",
    "sek": "s",
    "seconds": "s",
    "minutes": "min",
    "hh:mm:ss": "h:mm:ss",
    "mm:ss": "h:mm:ss",
    "h:m:s": "h:mm:ss",
    "ml/min/kg": "ml/kg/min",
    "ml/(kg/min)": "ml/kg/min",
    "ml/(min/kg)": "ml/kg/min",
    "kmh": "km/h",
    "kph": "km/h",
    "kmh*10": "km/h*10",
    "mi/h": "mph",
    "bpm": "1/min",
    "/min": "1/min",
    "watt": "w",
    "---": "",
    "-": "",
    "none": "",
}
# Units that a header of ours carries as its suffix.
_SUFFIXES = {
    "time_s": "s",
    "vo2_ml_min": "ml/min",
    "vco2_ml_min": "ml/min",
    "speed_m_s": "m/s",
    "slope_pct": "%",
    "heart_rate_bpm": "1/min",
    "ventilation_l_min": "l/min",
    "power_w": "w",
    "vo2_ml_kg_min": "ml/kg/min",
}


def normal_name(text: str) -> str:
    """A header without case, spaces, dots and the marks over V, and without its unit.

    Examples
    --------
    >>> normal_name("V'O2/kg [ml/min/kg]"), normal_name("V\u0307O2 (l/min)"), normal_name("Geschw.")
    ('vo2/kg', 'vo2', 'geschw')
    """
    bare = unicodedata.normalize("NFKD", split_unit(text)[0]).casefold()
    return re.sub(r"[\s'’´`.·]|[^\x00-\x7f]", "", bare)


def split_unit(text: str) -> tuple[str, str | None]:
    """A header and the unit it states in brackets, after a comma, or as our own suffix.

    Examples
    --------
    >>> split_unit("VO2 (L/min)"), split_unit("v, km/h"), split_unit("speed_m_s"), split_unit("VO2")
    (('VO2', 'l/min'), ('v', 'km/h'), ('speed_m_s', 'm/s'), ('VO2', None))
    """
    text = str(text).strip()
    if text in _SUFFIXES:
        return text, _SUFFIXES[text]
    match = re.fullmatch(r"(.+?)\s*[\[(](.*)[\])]", text) or re.fullmatch(r"(.+?),\s*(\S+)", text)
    if match is None:
        return text, None
    unit = normal_unit(match[2])
    return (match[1], unit) if is_unit(unit) else (text, None)


def normal_unit(text: str) -> str:
    """A unit in one spelling.

    Examples
    --------
    >>> [normal_unit(u) for u in ("mL/min/Kg", "ml·kg⁻¹·min⁻¹", "L min-1", "Kmh", "hh:mm:ss")]
    ['ml/kg/min', 'ml/kg/min', 'l/min', 'km/h', 'h:mm:ss']
    """
    unit = str(text).strip().casefold().replace("⁻¹", "-1").replace("−", "-")
    unit = re.sub(r"[\s·⋅∙*.]*([a-z]+)\^?-1", r"/\1", unit)
    unit = re.sub(r"[\s()\[\]]", "", unit) if unit.count("(") == 1 else unit.replace(" ", "")
    return _SAME_UNIT.get(unit, unit)


def is_unit(unit: str) -> bool:
    """Whether a text (as `normal_unit` leaves it) is a unit that this reader knows."""
    return unit != "" and any(unit in factors for factors in FACTORS.values())
