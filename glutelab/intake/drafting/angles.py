"""Of a drafted recipe: which program's angles, in which unit, in which columns."""

from __future__ import annotations

import contextlib
import re

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, Guess
from glutelab.intake.drafting.survey import RUNNER_COLUMN, Seen
from glutelab.intake.presets import PRESETS, preset_columns
from glutelab.intake.words import plain

__all__ = ["guess_angles"]

_JOINTS = (
    ("hip_flexion_deg", r"hip(?! ?(?:add|abd|rot|moment|power|joint center))"),
    ("knee_flexion_deg", r"knee(?! ?(?:add|abd|rot|moment|power|joint center))"),
    ("ankle_dorsiflexion_deg", r"ankle(?! ?(?:add|abd|inv|ev|rot|moment|power|joint center))"),
    ("pelvic_tilt_deg", r"pelvi[sc](?: tilt| x|$)"),
)
_SAGITTAL = re.compile(r".*\b(?:x|flex\w*|fe|ext\w*|dorsi\w*|tilt|sagittal|angle|angles)\b.*")
_BARE = re.compile(r"(?:hip|knee|ankle|pelvi[sc])(?: (?:deg|degrees?|rad|radians?|left|right))?")
_OTHER = re.compile(
    r".*\b(?:y|z|moment|power|velocity|vel|force|grf|rotation|adduction|abduction)\b.*"
)
_TABLE = {
    "runner_id": RUNNER_COLUMN,
    "trial_id": r"trial ?(id)?|file ?(name)?|recording",
    "speed_m_s": r"(running )?(speed|velocity)( m s)?",
    "side": r"side|leg|limb|foot|seite|lado|cote",
    "stride": r"(stride|step|cycle)( ?(id|no|number|nr))?",
    "percent": r"percent.*|pct.*|gait cycle.*|cycle percent.*|prozent|gangzyklus.*",
}


def guess_angles(main: list[Seen], start: str, parts) -> None:
    """Guess the section ``[angles]``.

    Parameters
    ----------
    main : list of Seen
        The files that the cohort starts from.
    start : {"angles", "curves"}
    parts
        Guesses, sentences and questions, added to.
    """
    table = next((seen for seen in main if seen.table is not None), None)
    if table is not None:
        _long_table(table.table, parts)
        used = {g.value for key, g in parts.guesses.items() if key.startswith("angles.table.")}
        measured = [str(name) for name in table.table.select_dtypes("number")]
        both = parts.guesses.get("angles.table.side") is not None
        _columns([name for name in measured if name not in used], both, parts)
        values = table.table.select_dtypes("number")
        _unit({""}, values.to_numpy(dtype=float), list(map(str, values)), parts)
        return
    recordings = [seen.recording for seen in main if seen.recording is not None]
    channels = [recording.channels for recording in recordings if recording.channels is not None]
    names = list(dict.fromkeys(name for one in channels for name in one.names))
    preset = _preset({recording.family for recording in recordings}, names, parts)
    if preset is not None:
        parts.guesses["angles.preset"] = preset
    if preset is not None and preset.value:
        variants = PRESETS[preset.value].variants
        if variants:
            meanings = "; ".join(f"{name}: {meaning}" for name, meaning in variants.items())
            parts.guesses["angles.variant"] = Guess(
                None, NOT_FOUND, f"one of {', '.join(variants)}"
            )
            parts.questions.append(f"[angles] variant: which signs has the export? {meanings}.")
        parts.questions.append(
            f"[angles] preset {preset.value}: signs are those that the program gives by default. "
            "Look at the first strides: the hip is flexed at foot strike, the knee bends in swing."
        )
    elif preset is None:
        recordings = parts.guesses.get("trials.recordings")
        _columns(names, "{side}" in str(recordings and recordings.value), parts)
    units = {unit for one in channels for unit in one.units}
    if channels:
        _unit(units, channels[0].values, list(channels[0].names), parts)
    if start == "angles" and channels and all(not one.rate_hz > 0 for one in channels):
        parts.guesses["angles.rate_hz"] = Guess(None, NOT_FOUND, "frames per second")
        parts.questions.append("[angles] rate_hz: how many frames per second? No file says so.")


def _preset(families: set[str], names: list[str], parts) -> Guess | None:
    """The program whose names these are; which of its variants, names do not tell."""
    hits = {name: _known_to(name, names) for name in PRESETS if name != "none"}
    best = max(hits.values(), default=0)
    named = [name for name, count in hits.items() if count == best]
    if best < 2:
        return None
    if len(named) > 1:
        named = [name for name in named if any(plain(f) in plain(name) for f in families)] or named
    if len(named) > 1:
        parts.questions.append(
            f"[angles] preset: {' or '.join(named)}? The names fit each of them."
        )
        return Guess(None, NOT_FOUND, " or ".join(named))
    title = PRESETS[named[0]].title
    return Guess(named[0], GUESS, f"{best} names are those of {title}; signs may have been changed")


def _known_to(preset: str, names: list[str]) -> int:
    """How many channels are known to a preset."""
    counts = [0]
    for variant in PRESETS[preset].channels:
        with contextlib.suppress(DataError):
            counts.append(len(preset_columns(preset, names, variant=variant)))
    return max(counts)


def _columns(names: list[str], both: bool, parts) -> None:
    """Columns of one's own, by their names: never sure, as names do not tell signs.

    Where the file's name or a column says which side a row is of, `both` have the same columns.
    """
    found: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    sideless = []
    for name in names:
        words = plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
        side, rest = _side(words)
        for ours, expression in _JOINTS:
            if not re.search(rf"\b{expression}", rest):
                continue
            place = found if _sagittal(rest) else bare if _BARE.fullmatch(rest) else None
            if place is None:
                continue
            if not side and not ours.startswith("pelvi"):
                sideless.append(name)
            sides = [side] if side else ["left", "right"] if both or "pelvi" in ours else ["right"]
            for one in sides:
                place.setdefault(f"{one}.{ours}", []).append(name)
    found = {**bare, **found}  # "Hip" is its flexion only where no column says so
    if sideless and not both:
        which = ", ".join(map(repr, sideless[:6]))
        parts.questions.append(f"Of which leg are {which}? The draft says the right one.")
    for key, theirs in sorted(found.items()):
        if len(theirs) == 1:
            why = "by its name; names do not tell the sign"
            parts.guesses[f"angles.columns.{key}"] = Guess(theirs[0], GUESS, why)
        else:
            which = ", ".join(map(repr, theirs[:6]))
            parts.questions.append(f"Which column is {key}: {which}?")
    if not any(len(theirs) == 1 for theirs in found.values()):
        some = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
        parts.guesses["angles.columns"] = Guess(None, NOT_FOUND, "")
        parts.questions.append(f"Which columns are the angles of hip and knee? There are {some}.")
        return
    unused = [name for name in names if not any(name in theirs for theirs in found.values())]
    if unused:
        some = ", ".join(map(repr, unused[:12])) + (" ..." if len(unused) > 12 else "")
        parts.questions.append(
            f"Not used: {some}. If one of them is an angle, name it in [angles.columns.left] or "
            "[angles.columns.right]."
        )


def _side(words: str) -> tuple[str, str]:
    match = re.match(r"(left|right|l|r)\b ?(.*)", words) or re.match(
        r"([lr])((?:hip|knee|ankle|pelvi).*)", words
    )
    if match:
        return ("left" if match[1].startswith("l") else "right"), match[2]
    match = re.match(r"(.*?) (left|right|l|r)\b(.*)", words)
    if match:
        return ("left" if match[2].startswith("l") else "right"), (match[1] + match[3]).strip()
    return "", words


def _sagittal(rest: str) -> bool:
    return bool(_SAGITTAL.fullmatch(rest)) and not _OTHER.fullmatch(rest)


def _long_table(frame: pd.DataFrame, parts) -> None:
    for ours, expression in _TABLE.items():
        fits = [str(name) for name in frame if re.fullmatch(expression, plain(name))]
        if len(fits) == 1:
            parts.guesses[f"angles.table.{ours}"] = Guess(fits[0], GUESS, "by its name")
        elif ours in ("runner_id", "percent"):
            parts.guesses[f"angles.table.{ours}"] = Guess(None, NOT_FOUND, ", ".join(fits))
            parts.questions.append(f"[angles.table] {ours}: which column is it?")


def _unit(units: set[str], values: np.ndarray, names: list[str], parts) -> None:
    angles = units & {"deg", "rad"}
    if len(angles) == 1 and "" not in units:
        return  # the files say it, and are believed where the recipe says nothing
    knees = [place for place, name in enumerate(names) if "knee" in name.casefold()]
    if len(angles) > 1 or not knees or not len(values):
        parts.guesses["angles.unit"] = Guess(None, NOT_FOUND, "deg or rad")
        parts.questions.append("[angles] unit: deg or rad?")
        return
    with np.errstate(all="ignore"):
        ranges = np.nanmax(values[:, knees], axis=0) - np.nanmin(values[:, knees], axis=0)
    span = float(np.nanmax(ranges)) if np.isfinite(ranges).any() else float("nan")
    if 20 <= span <= 180:
        unit = Guess("deg", GUESS, f"the knee moves by {span:.0f}")
    elif 0.35 <= span <= 3.15:
        unit = Guess("rad", GUESS, f"the knee moves by {span:.2g}")
    else:
        unit = Guess(None, NOT_FOUND, "deg or rad")
        parts.questions.append("[angles] unit: deg or rad?")
    parts.guesses["angles.unit"] = unit
