"""The named measures of posture, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.contrasts.rows import PERSON
from glutelab.contrasts.tables import check_table
from glutelab.schema import axis_label, unit

__all__ = [
    "POSTURES",
    "Posture",
    "coupling_warning",
    "list_postures",
    "name_measure",
    "relaxed_sign",
]


@dataclass(frozen=True)
class Posture:
    """A measure of posture.

    Attributes
    ----------
    name : str
        Column of the runner means.
    label : str
        As it is written.
    relaxed : int
        +1 if more of it is what long, relaxed hip flexors are said to give, -1 if less is.
    says : str
        What that direction is, in words.
    reliability : tuple of float or None
        Published intraclass correlations, lowest and highest.
    weakness : str
        A sentence to be read beside every result.
    source : str
        DOI or PMC number.
    """

    name: str
    label: str
    relaxed: int
    says: str
    reliability: tuple[float, float] | None
    weakness: str
    source: str


POSTURES = {
    posture.name: posture
    for posture in (
        Posture(
            "thomas_test_deg",
            "Modified Thomas test",
            1,
            "thigh further below the horizontal",
            (0.30, 0.65),
            "Weak instrument: sensitivity 32 %, specificity 57 % for a hip that does not extend to "
            "neutral unless the pelvis is held; ICC 0.30 to 0.65 between two examiners, by "
            "goniometer (PMC4560013); other instruments repeat better. Expect an attenuated "
            "association.",
            "10.7717/peerj.2325; PMC4560013",
        ),
        Posture(
            "standing_pelvic_tilt_deg",
            "Standing pelvic tilt",
            -1,
            "pelvis tilted less forward in standing",
            None,
            "Depends on marker placement on four landmarks and on one quiet stand; shares the "
            "pelvis with every hip angle.",
            "",
        ),
        Posture(
            "pelvic_tilt_mean_deg",
            "Mean pelvic tilt",
            -1,
            "pelvis tilted less forward in running",
            None,
            "Against the laboratory: includes how the markers were placed, and rises with speed; "
            "not to be pooled across laboratories. Shares the pelvis with every hip angle.",
            "",
        ),
        Posture(
            "pelvic_tilt_from_standing_deg",
            "Pelvic tilt from standing",
            -1,
            "pelvis tilts less forward from standing to running",
            None,
            "Free of marker placement, but a difference: the error of the standing trial is in it "
            "with the sign turned.",
            "",
        ),
        Posture(
            "trunk_lean_mean_deg",
            "Mean trunk lean",
            -1,
            "trunk leans less forward in running",
            None,
            "Says little of the hip flexors; recreational runners lean 5 to 7.5 degrees, elite "
            "runners about 3.",
            "",
        ),
    )
}


def list_postures(runners: pd.DataFrame) -> pd.DataFrame:
    """The measures of posture there are, and how many runners have each.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means` or `simulate_runners`.

    Returns
    -------
    DataFrame
        One row per measure: ``posture, label, unit, relaxed`` (+1: more of it is what relaxed hip
        flexors are said to give, -1: less is), ``relaxed_means`` in words, ``n_runners`` with a
        value, ``measured``, ``reliability_low, reliability_high`` (published intraclass
        correlations), ``weakness``, ``source``.

    Examples
    --------
    >>> import glutelab as gl
    >>> found = gl.list_postures(gl.simulate_runners(12, seed=1))
    >>> found[["posture", "relaxed", "n_runners", "measured"]]
                             posture  relaxed  n_runners  measured
    0                thomas_test_deg        1         12      True
    1       standing_pelvic_tilt_deg       -1         12      True
    2           pelvic_tilt_mean_deg       -1         12      True
    3  pelvic_tilt_from_standing_deg       -1         12      True
    4            trunk_lean_mean_deg       -1          0     False
    """
    table = check_table(runners)
    rows = []
    for name, posture in POSTURES.items():
        known = table[table[name].notna()] if name in table else table.iloc[:0]
        low, high = posture.reliability or (np.nan, np.nan)
        n = len(known[PERSON].drop_duplicates())
        rows.append(
            {
                "posture": name,
                "label": posture.label,
                "unit": unit(name),
                "relaxed": posture.relaxed,
                "relaxed_means": posture.says,
                "n_runners": n,
                "measured": n > 0,
                "reliability_low": low,
                "reliability_high": high,
                "weakness": posture.weakness,
                "source": posture.source,
            }
        )
    return pd.DataFrame(rows)


def name_measure(name: str) -> str:
    """What a column is called, without its unit.

    Examples
    --------
    >>> name_measure("trunk_lean_mean_deg"), name_measure("mass_kg")
    ('Mean trunk lean', 'Body mass')
    """
    if name in POSTURES:
        return POSTURES[name].label
    return axis_label(name).removesuffix(f" ({unit(name)})")


def relaxed_sign(name: str) -> int:
    """+1 if more of a posture is more relaxed, -1 if less is; +1 for one that is not listed.

    Examples
    --------
    >>> relaxed_sign("thomas_test_deg"), relaxed_sign("pelvic_tilt_mean_deg")
    (1, -1)
    """
    return POSTURES[name].relaxed if name in POSTURES else 1


_PELVIS_IN_IT = (
    "peak_hip_extension_deg",
    "hip_extension_at_toe_off_deg",
    "hip_extension_after_toe_off_deg",
    "hip_flexion_at_foot_strike_deg",
    "hip_range_deg",
    "standing_hip_flexion_deg",
)


def coupling_warning(posture: str, mediator: str) -> str:
    """A sentence if two measures share a part, so that they go together by definition.

    Parameters
    ----------
    posture, mediator : str
        Names of columns.

    Returns
    -------
    str
        Empty for a pair that is not known to be coupled.

    Examples
    --------
    >>> coupling_warning("standing_pelvic_tilt_deg", "peak_hip_extension_deg")
    'standing_pelvic_tilt_deg and peak_hip_extension_deg are coupled by definition: the pelvis is
    in both, the more it is tilted, the less the hip extends. Beside it, report
    peak_thigh_extension_deg'
    >>> coupling_warning("standing_pelvic_tilt_deg", "peak_thigh_extension_deg")
    ''
    """
    tilts = [name for name in (posture, mediator) if "pelvic_tilt" in name]
    hips = [name for name in (posture, mediator) if name in _PELVIS_IN_IT]
    head = f"{posture} and {mediator} are coupled by definition"
    if posture == mediator:
        return f"{posture} is posture and mediator at once"
    if len(tilts) == 2:
        return f"{head}: both are the tilt of the same pelvis"
    if len(hips) == 2:
        return f"{head}: both are parts of the same hip angle"
    if tilts and hips:
        beside = hips[0].replace("hip_extension", "thigh_extension")
        beside = beside if beside != hips[0] and "after" not in beside else "the thigh angle"
        return (
            f"{head}: the pelvis is in both, the more it is tilted, the less the hip extends. "
            f"Beside it, report {beside}"
        )
    return ""
