"""Which measures stand on a card, in which group, and which way the article points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from glutelab.errors import DataError
from glutelab.models.posture import POSTURES
from glutelab.schema import plain_label, unit

__all__ = [
    "HIP_WORK",
    "MOST_MEASURES",
    "OTHERS",
    "SHORT_UNIT",
    "Item",
    "default_panel",
    "find_items",
]

HIP_WORK = "hip_positive_work_share_stance_pct"
MOST_MEASURES = 14  # what one page holds
OTHERS = "Other measures"
SHORT_UNIT = 4  # characters; a longer one stands beneath the label


@dataclass(frozen=True)
class Item:
    """A measure on a card.

    Attributes
    ----------
    name, group : str
    note : str
        What the number is set against or when it is taken, for the small line beneath the label.
    direction : int
        +1 if more of it is what the article describes, -1 if less is, 0 if it does not say.
    """

    name: str
    group: str
    note: str = ""
    direction: int = 0

    @property
    def label(self) -> str:
        """As it is written everywhere else, without the unit."""
        return plain_label(self.name)

    @property
    def small_line(self) -> str:
        """The note, with a unit that is too long to stand at the number."""
        long = unit(self.name) if len(unit(self.name)) > SHORT_UNIT else ""
        return ", ".join(part for part in (self.note, long) if part)


_POSTURE, _HIP, _KICK, _WORK = "Posture", "Hip extension", "Back kick", "Hip work"

_PANEL = (
    Item("standing_pelvic_tilt_deg", _POSTURE, "forward tilt positive"),
    Item("pelvic_tilt_mean_deg", _POSTURE, "in running, against the horizontal"),
    Item("pelvic_tilt_from_standing_deg", _POSTURE, "running less standing"),
    Item("peak_hip_extension_deg", _HIP, "against the pelvis", 1),
    Item("peak_thigh_extension_deg", _HIP, "against the vertical", 1),
    Item("hip_extension_at_toe_off_deg", _HIP, "against the pelvis", 1),
    Item("thigh_extension_at_toe_off_deg", _HIP, "against the vertical", 1),
    Item("behind_ahead_ratio", _KICK, "foot at toe-off : at foot strike", 1),
    Item("rearward_reach_leg", _KICK, "of the forefoot", 1),
    Item("hip_extension_after_toe_off_deg", _KICK, "how much further it opens", 1),
    Item("peak_knee_flexion_swing_deg", _KICK, "the heel comes up", 1),
    Item(HIP_WORK, _WORK, "of the positive joint work of hip, knee and ankle during stance"),
)
# Not in the panel, but with a group and a direction of their own if they are asked for.
_MORE = (
    Item("hip_range_deg", _HIP),
    Item("rearward_reach_m", _KICK, "of the forefoot", 1),
    Item("rearward_reach_delay_s", _KICK, "after toe-off", 1),
    Item("foot_behind_leg", _KICK, "at toe-off", 1),
    Item("foot_behind_m", _KICK, "at toe-off", 1),
    Item("foot_ahead_leg", _KICK, "at foot strike", -1),
    Item("foot_ahead_m", _KICK, "at foot strike", -1),
    Item("heel_rise_leg", _KICK, "", 1),
    Item("heel_rise_m", _KICK, "", 1),
)
_KNOWN = {item.name: item for item in (*_PANEL, *_MORE)}
_ORDER = (_POSTURE, _HIP, _KICK, _WORK, OTHERS)


def default_panel() -> list[str]:
    """Names of the measures a card shows if none are asked for."""
    return [item.name for item in _PANEL]


def find_items(names: Sequence[str]) -> list[Item]:
    """Label, group and direction of each measure; those of one group stand together.

    Raises
    ------
    DataError
        If there are more than one page holds.

    Examples
    --------
    >>> [(item.label, item.direction) for item in find_items(["cadence_spm", "heel_rise_m"])]
    [('Heel rise', 1), ('Cadence', 0)]
    """
    if len(names) > MOST_MEASURES:
        raise DataError(
            f"{len(names)} measures were asked for. One page holds {MOST_MEASURES}: make two cards."
        )
    items = [_item(name) for name in names]
    return sorted(items, key=lambda item: _ORDER.index(item.group))


def _item(name: str) -> Item:
    posture = POSTURES.get(name)
    known = _KNOWN.get(name, Item(name, _POSTURE if posture else OTHERS))
    return replace(known, direction=posture.relaxed) if posture else known
