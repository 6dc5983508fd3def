"""What vendors call joint angles, and the signs that make them this library's curves.

A preset is a list of channels: side, variable, the names it may have, and the factor that turns it.
Where a vendor's software or model allows both signs there are variants, and none is the default:
whoever holds the file has to say which, and the contract checks whether the curves look like it.

A frontal or transverse angle whose sign could not be settled from the vendor's documents or from
data is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glutelab.errors import DataError, say
from glutelab.formats.bmc_ric import SIGNS as BMC_RIC_SIGNS
from glutelab.intake.vendor_names import (
    OPENSIM_NAMES,
    PLUG_IN_GAIT_NAMES,
    RBDS_NAMES,
    plain,
    visual3d_names,
)
from glutelab.kinematics import ANGLE_NAMES

__all__ = ["PRESETS", "Channel", "Preset", "preset_columns"]

SIDES = ("left", "right")
Key = tuple[str, str]


@dataclass(frozen=True)
class Channel:
    """One angle of one side in the vendor's words.

    Attributes
    ----------
    names : tuple of str
        Names it may have in a file; case, spaces, underscores and a subject's prefix do not count.
    factor : float
        What the values are multiplied with: 1 or -1.
    offset_deg : float
        What is added afterwards.
    """

    names: tuple[str, ...]
    factor: float = 1.0
    offset_deg: float = 0.0


@dataclass(frozen=True)
class Preset:
    """Signs of one vendor.

    Attributes
    ----------
    title : str
    channels : dict of str to dict of (side, variable) to Channel
        By variant; the key is empty where there is only one.
    variants : dict of str to str
        What each variant means; empty where there is nothing to choose.
    sources : tuple of str
        Where the signs are from.
    notes : tuple of str
        What is left out, and what has to be looked at.
    """

    title: str
    channels: Mapping[str, Mapping[Key, Channel]]
    sources: tuple[str, ...]
    variants: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


# --- signs ----------------------------------------------------------------------------------------

ALIKE = {"left": 1.0, "right": 1.0}  # the sign means the same on both sides
RIGHT_HANDED = {"left": -1.0, "right": 1.0}  # about an axis that is not mirrored
FLIPPED = {"left": -1.0, "right": -1.0}

_PLUG_IN_GAIT = dict.fromkeys(PLUG_IN_GAIT_NAMES, ALIKE)
_VISUAL3D = {
    "hip_flexion_deg": ALIKE,
    "hip_adduction_deg": RIGHT_HANDED,
    "hip_internal_rotation_deg": RIGHT_HANDED,
    "knee_flexion_deg": FLIPPED,
    "knee_adduction_deg": RIGHT_HANDED,
    "knee_internal_rotation_deg": RIGHT_HANDED,
    "ankle_dorsiflexion_deg": ALIKE,
    # About X to the right, Y forward, Z up of the laboratory: X tips back, Y lowers the right side,
    # Z brings the right side forward.
    "pelvic_tilt_deg": FLIPPED,
    "pelvic_obliquity_deg": {"left": 1.0, "right": -1.0},
    "pelvic_rotation_deg": RIGHT_HANDED,
}
_VISUAL3D_VARIANTS = {
    "default": (
        _VISUAL3D,
        "as Visual3D gives them: knee extension positive, left adduction and internal rotation "
        "negative, posterior pelvic tilt positive",
    ),
    "knee_negated": (
        _VISUAL3D | {"knee_flexion_deg": ALIKE},
        "as Visual3D gives them, but for the knee: flexion positive",
    ),
    "clinical": (
        dict.fromkeys(_VISUAL3D, ALIKE),
        "negated where needed: flexion, adduction, internal rotation and anterior tilt positive on "
        "both sides",
    ),
}
# Axes X forward, Y up, Z right: tilt about Z tips back, list about X lowers the right side,
# rotation about Y brings the right side forward. Hip axes of the left leg are mirrored.
_OPENSIM = {
    "hip_flexion_deg": ALIKE,
    "hip_adduction_deg": ALIKE,
    "hip_internal_rotation_deg": ALIKE,
    "knee_flexion_deg": ALIKE,
    "ankle_dorsiflexion_deg": ALIKE,
    "pelvic_tilt_deg": FLIPPED,
    "pelvic_obliquity_deg": {"left": 1.0, "right": -1.0},
    "pelvic_rotation_deg": RIGHT_HANDED,
}
_C_MOTION = (
    "C-Motion, Visual3D documentation, Joint Angle: default axes X lateral, Y anterior, Z up on "
    "the right, X medial on the left; hip flexion, knee extension and ankle dorsiflexion positive, "
    "adduction and internal rotation positive on the right only"
)
_ANKLE_LEFT_OUT = (
    "ankle inversion and rotation are left out: their axes depend on how the foot was set up"
)
_FOOT_ZERO = (
    "ankle: with the default foot the zero is not standing (some 60 to 90 degrees off); an offset "
    "belongs into the recipe then"
)


def _channels(names: Mapping[Key, Sequence[str]], signs) -> dict[Key, Channel]:
    return {
        (side, variable): Channel(tuple(names[side, variable]), signs[variable][side])
        for variable in signs
        for side in SIDES
        if (side, variable) in names
    }


def _by_side(names: Mapping[str, Sequence[str]]) -> dict[Key, tuple[str, ...]]:
    """Names in which ``{S}`` is L or R, ``{s}`` l or r, ``{side}`` the word."""
    return {
        (side, variable): tuple(
            one.format(S=side[0].upper(), s=side[0], side=side) for one in several
        )
        for variable, several in names.items()
        for side in SIDES
    }


def _rbds(speed: str) -> dict[Key, Channel]:
    names = {name: (f"{one}{speed}",) for name, one in RBDS_NAMES.items()}
    return _channels(_by_side(names), dict.fromkeys(RBDS_NAMES, ALIKE))


def _visual3d(title: str, sources: tuple[str, ...], *more: str) -> Preset:
    return Preset(
        title,
        {
            name: _channels(visual3d_names(), signs)
            for name, (signs, _) in _VISUAL3D_VARIANTS.items()
        },
        sources,
        {name: meaning for name, (_, meaning) in _VISUAL3D_VARIANTS.items()},
        (_ANKLE_LEFT_OUT, _FOOT_ZERO, *more),
    )


PRESETS: Mapping[str, Preset] = {
    "none": Preset(
        "no vendor: the recipe names every column and its sign",
        {"": {}},
        ("the recipe",),
    ),
    "glutelab": Preset(
        "this library's own names and signs",
        {
            "": {
                (side, name): Channel((f"{side}_{name}", f"{name}_{side}"))
                for side in SIDES
                for name in ANGLE_NAMES
            }
        },
        ("docs/conventions.md",),
    ),
    "visual3d": _visual3d("Visual3D, ASCII export of link-model-based joint angles", (_C_MOTION,)),
    "theia": _visual3d(
        "Theia3D poses with joint angles computed in Visual3D",
        (
            _C_MOTION,
            "Theia3D gives poses (X mediolateral, Y anterior, Z along the segment), no joint "
            "angles (Vicon, ProCalc documentation, Define joint angles)",
        ),
        "Theia exports differ in what was negated in Visual3D: look at the first strides",
    ),
    "qualisys": Preset(
        "Qualisys PAF Gait and Running: joint angles by its Visual3D pipeline",
        {"": _channels(visual3d_names(), dict.fromkeys(_VISUAL3D, ALIKE))},
        (
            "Qualisys, Clinical gait documentation, Appendix C, Joint angle conventions: knee X, "
            "pelvis X and Y or Z, and left hip and knee Y and Z are negated, which makes every "
            "sign mean the same on both sides",
        ),
        notes=(_ANKLE_LEFT_OUT,),
    ),
    "plug_in_gait": Preset(
        "Vicon Plug-in Gait",
        {"": _channels(_by_side(PLUG_IN_GAIT_NAMES), _PLUG_IN_GAIT)},
        (
            "Vicon, Nexus documentation, Lower body angles as output from Plug-in Gait: anterior "
            "tilt, upward obliquity, flexion, dorsiflexion, adduction (varus), inversion and "
            "internal rotation positive on both sides",
        ),
    ),
    "opensim": Preset(
        "OpenSim inverse kinematics",
        {
            "knee_flexion_positive": _channels(_by_side(OPENSIM_NAMES), _OPENSIM),
            "knee_flexion_negative": _channels(
                _by_side(OPENSIM_NAMES), _OPENSIM | {"knee_flexion_deg": FLIPPED}
            ),
        },
        (
            "axes of the coordinates in the models of opensim-org/opensim-models",
            "the knee: github.com/opensim-org/opensim-models/issues/127 (negative in gait2392 and "
            "Hamner, positive in Rajagopal)",
        ),
        {
            "knee_flexion_positive": "Rajagopal 2015/2016, Lai 2017 and models made from them",
            "knee_flexion_negative": "gait2392, gait2354, gait10dof18musc, Hamner 2010",
        },
        ("the subtalar and toe angles are not used",),
    ),
    "opencap": Preset(
        "OpenCap (LaiUhlrich2022, made from Rajagopal)",
        {"": _channels(_by_side(OPENSIM_NAMES), _OPENSIM)},
        ("OpenSim coordinates of the model LaiUhlrich2022, doi 10.1371/journal.pcbi.1011462",),
    ),
    "rbds_processed": Preset(
        "RBDS processed files (Visual3D, knee turned by the authors); the variant is the speed",
        {speed: _rbds(speed) for speed in ("25", "35", "45")},
        (
            "doi 10.7717/peerj.3298; all nine angles of 20 runners and both sides correlate with "
            "this library's own by 0.93 or more",
        ),
        {speed: f"{int(speed) / 10:g} m/s" for speed in ("25", "35", "45")},
        (
            "zeros of the ankle differ from this library's: dorsiflexion by some 3.5 degrees, "
            "inversion of the left side by 7",
        ),
    ),
    "bmc_ric": Preset(
        "BMC and RIC comparison (extension and plantarflexion positive)",
        {
            "": {
                ("right", name): Channel((theirs,), factor)
                for name, (theirs, factor) in BMC_RIC_SIGNS.items()
            }
        },
        ("settled against rbds2017, which holds the same 23 runners: glutelab/formats/bmc_ric.py",),
        notes=("the side is not in the files; right fits better",),
    ),
}


def preset_columns(
    preset: str, names: Sequence[str], *, variant: str = "", where: str = "recipe"
) -> dict[Key, tuple[str, float, float]]:
    """Which of a file's channels a preset knows, and how they are turned.

    Parameters
    ----------
    preset : str
        A key of `PRESETS`.
    names : sequence of str
        Channels of the file.
    variant : str
        Needed where the vendor allows both signs.
    where : str
        For error texts.

    Returns
    -------
    dict of (side, variable) to (channel, factor, offset_deg)
        For `angle_frames`. Only what the file has.

    Raises
    ------
    DataError
        If preset or variant is unknown or has to be chosen, if two channels of the file may be the
        same angle, or the file has none that the preset knows.

    Examples
    --------
    >>> preset_columns("plug_in_gait", ["A:LKneeAngles.X", "A:LKneeAngles.Y"])
    {('left', 'knee_flexion_deg'): ('A:LKneeAngles.X', 1.0, 0.0),
     ('left', 'knee_adduction_deg'): ('A:LKneeAngles.Y', 1.0, 0.0)}
    """
    if preset not in PRESETS:
        raise DataError(say(where, f"signs are {preset!r}", ", ".join(PRESETS)))
    chosen = PRESETS[preset]
    if variant not in chosen.channels:
        if not chosen.variants:
            raise DataError(say(where, f"{preset} has no variant {variant!r}", "none"))
        listed = "; ".join(f"{one} ({meaning})" for one, meaning in chosen.variants.items())
        found = f"variant is {variant!r}" if variant else f"no variant of {preset} is chosen"
        raise DataError(say(where, found, listed, "The file does not say which: choose one."))
    there: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        there.setdefault(plain(name), []).append(name)
    columns = {}
    for key, channel in chosen.channels[variant].items():
        found = [one for may in channel.names for one in there.get(plain(may), [])]
        if len(found) > 1:
            listed = " and ".join(map(repr, found))
            raise DataError(
                say(
                    where,
                    f"{listed} may all be {key[1]} of the {key[0]} side",
                    "one of them",
                    "Name the right one in the recipe.",
                )
            )
        if found:
            columns[key] = (found[0], channel.factor, channel.offset_deg)
    if not columns and preset != "none":
        expected = [channel.names[0] for channel in chosen.channels[variant].values()][:4]
        shown = ", ".join(list(dict.fromkeys(names))[:6]) or "nothing"
        raise DataError(
            say(
                where,
                f"none of the channels is known to {preset} (there are {shown})",
                f"such as {', '.join(expected)}",
                "Name the columns in the recipe.",
            )
        )
    return columns
