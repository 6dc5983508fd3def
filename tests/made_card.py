"""Runners changed by hand, and rows of their card."""

import copy

HIP, THIGH, TILT = "peak_hip_extension_deg", "peak_thigh_extension_deg", "pelvic_tilt_mean_deg"


def changed(cohort, **tables):
    """The same cohort with other tables."""
    other = copy.copy(cohort)
    for name, table in tables.items():
        setattr(other, name, table)
    return other


def row_of(card, measure=HIP):
    return card.table.set_index("measure").loc[measure]
