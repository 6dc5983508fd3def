"""Which markers track which segment, proposed from the names that were recognized."""

from __future__ import annotations

from collections.abc import Iterable

from glutelab.segments import CLUSTERS, PELVIS_CLUSTER, SIDES

__all__ = ["suggest_clusters"]

# Markers on a segment, the best to track it with first; joint markers move against the bone.
_ON = {
    "thigh": (
        *CLUSTERS["thigh"],
        *(f"thigh_{k}" for k in range(1, 5)),
        "knee_lateral",
        "trochanter",
        "knee_medial",
    ),
    "shank": (
        *CLUSTERS["shank"],
        *(f"shank_{k}" for k in range(1, 5)),
        "tibial_tuberosity",
        "fibula_head",
        "ankle_lateral",
        "ankle_medial",
    ),
    "foot": (
        *CLUSTERS["foot"],
        *(f"foot_{k}" for k in range(1, 5)),
        "heel",
        "metatarsal_5",
        "toe",
        "metatarsal_1",
        "metatarsal_2",
    ),
}
_TECHNICAL = {part: names[: 4 + len(CLUSTERS[part])] for part, names in _ON.items()}


def suggest_clusters(names: Iterable[str]) -> dict[str, tuple[str, ...]] | None:
    """Tracking clusters for the canonical markers of a running trial.

    Parameters
    ----------
    names : iterable of str
        Canonical names that were seen while running.

    Returns
    -------
    dict of str to tuple of str, or None
        For `glutelab.segments.segment_model`; None if they are the plates of RBDS, which it takes
        by itself. A segment with fewer than three markers has an incomplete tuple: `segment_model`
        says so.

    Examples
    --------
    >>> names = ["asis", "psis", "thigh_1", "thigh_2", "thigh_3", "shank_1", "shank_2", "shank_3",
    ...          "heel", "toe", "metatarsal_5"]
    >>> suggest_clusters(f"{s}_{name}" for s in ("left", "right") for name in names)["foot"]
    ('heel', 'metatarsal_5', 'toe')
    """
    names = set(names)

    def both(name: str) -> bool:
        return all(f"{side}_{name}" in names for side in SIDES)

    if set(PELVIS_CLUSTER) <= names and all(
        both(name) for cluster in CLUSTERS.values() for name in cluster
    ):
        return None
    pelvis = [name for name in PELVIS_CLUSTER if name in names]
    pelvis += [name for name in ("sacrum", *(f"pelvis_{k}" for k in range(1, 5))) if name in names]
    pelvis += [f"{side}_iliac_crest" for side in SIDES if f"{side}_iliac_crest" in names]
    result = {"pelvis": tuple(pelvis[:4])}
    for part, candidates in _ON.items():
        here = [name for name in candidates if both(name)]
        technical = [name for name in here if name in _TECHNICAL[part]]
        result[part] = tuple(technical if len(technical) >= 3 else here[: max(3, len(technical))])
    return result
