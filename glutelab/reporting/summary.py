"""The few lines a reader would quote."""

from __future__ import annotations

import pandas as pd

from glutelab.compare import change_with_speed, relate
from glutelab.contrasts.wording import counted, lay_out
from glutelab.errors import DataError
from glutelab.groups import compare_groups
from glutelab.measures import runner_means
from glutelab.reporting.words import lines_of
from glutelab.selection import level_groups, pick_side, sides_of

__all__ = ["summarize"]


def summarize(cohort, topics: list[str] | None = None) -> str:
    """Headline numbers of a cohort, one sentence a line.

    Parameters
    ----------
    cohort : Cohort
    topics : list of str, optional
        Some of ``runners, hip, thigh, pelvis, back_kick, posture, levels``; by default all.

    Returns
    -------
    str
        Means and standard deviations are over runners, never over strides.

    Raises
    ------
    DataError
        If it is no cohort, or there is no such topic.

    Examples
    --------
    >>> import glutelab as gl
    >>> print(gl.summarize(gl.load_cohort("rbds2017"), ["hip"]))
    Peak hip extension against the pelvis at 2.5 | 3.5 | 4.5 m/s: 3.9 ± 4.8 | 8.4 ± 4.5 |
        12.2 ± 4.8°; +4.1° per m/s within runners (95 % CI +3.8 to +4.5).
    """
    runners = runner_means(cohort)
    side = pick_side(sides_of(cohort), "both")
    both = runners[runners["side"] == side]
    lines = {
        "runners": _who(cohort, both),
        "hip": _by_speed(
            both, "peak_hip_extension_deg", "Peak hip extension against the pelvis", "°"
        ),
        "thigh": _by_speed(
            both, "peak_thigh_extension_deg", "Peak thigh extension against the vertical", "°"
        ),
        "pelvis": _by_speed(
            both, "pelvic_tilt_mean_deg", "Anterior pelvic tilt, mean of the stride,", "°"
        )
        + _standing(cohort),
        "back_kick": _by_speed(
            both,
            "behind_ahead_ratio",
            "Forefoot behind the pelvis at toe-off : ahead of it at foot strike,",
            "",
            2,
        )
        + _reach(both),
        "posture": _posture(both),
        "levels": _levels(runners),
    }
    topics = list(lines) if topics is None else [topics] if isinstance(topics, str) else topics
    unknown = [topic for topic in topics if topic not in lines]
    if unknown:
        raise DataError(f"no topic {', '.join(unknown)}. There are: {', '.join(lines)}.")
    chosen = [lines[topic] for topic in topics if lines[topic]]
    return lay_out(chosen)


def _who(cohort, both: pd.DataFrame) -> str:
    levels = ", ".join(f"{n} {name}" for name, n in cohort.runners["level"].value_counts().items())
    speeds = ", ".join(f"{speed:.4g}" for speed in sorted(cohort.trials["speed_m_s"].unique()))
    simulated = "SIMULATED cohort " if cohort.simulated else ""
    strides = f"{len(cohort.strides):,} strides"
    if len(cohort.ledger):
        strides = f"{len(cohort.strides):,} of {len(cohort.ledger):,} strides kept"
    return (
        f"{simulated}{cohort.name}: {counted(len(cohort.runners), 'runner')} ({levels}) at "
        f"{speeds} m/s; {strides}. Means ± SD are over runners{_of_side(both)}."
    )


def _of_side(both: pd.DataFrame) -> str:
    sides = [side for side in both["side"].unique() if side != "both"]
    return f", {sides[0]} side only" if sides else ""


def _by_speed(both: pd.DataFrame, name: str, words: str, unit: str, digits: int = 1) -> str:
    seen = both.dropna(subset=[name]) if name in both else both[:0]
    if seen.empty:
        return f"{words.rstrip(',')}: not measured."
    by_speed = seen.groupby("speed_m_s")[name]
    speeds = " | ".join(f"{speed:.4g}" for speed in by_speed.groups)
    values = " | ".join(
        f"{mean:.{digits}f}" + (f" ± {sd:.{digits}f}" if sd == sd else "")
        for mean, sd in zip(by_speed.mean(), by_speed.std(), strict=True)
    )
    text = f"{words} at {speeds} m/s: {values}{unit}"
    change = change_with_speed(seen, name).iloc[0]
    if pd.isna(change.ci_low):  # fewer than two runners with two speeds
        return text + "."
    return (
        f"{text}; {change.per_m_s:+z.{digits}f}{unit} per m/s within runners "
        f"(95 % CI {change.ci_low:+z.{digits}f} to {change.ci_high:+z.{digits}f})."
    )


def _standing(cohort) -> str:
    tilt = cohort.runners.get("standing_pelvic_tilt_deg")
    if tilt is None or tilt.isna().all():
        return ""
    spread = f" ± {tilt.std():.1f}" if tilt.count() > 1 else ""
    return f" Standing: {tilt.mean():.1f}{spread}°."


def _reach(both: pd.DataFrame) -> str:
    if "rearward_reach_delay_s" not in both:
        return ""
    delay = both.dropna(subset=["rearward_reach_delay_s"]).groupby("speed_m_s")
    if not len(delay):
        return ""
    values = " | ".join(f"{1000 * mean:.0f}" for mean in delay["rearward_reach_delay_s"].mean())
    return f" The forefoot is furthest behind {values} ms after toe-off."


def _posture(both: pd.DataFrame) -> str:
    names = ["peak_hip_extension_deg", "peak_thigh_extension_deg"]
    posture = "standing_pelvic_tilt_deg"
    if not {posture, *names} <= set(both) or both[[posture, *names]].isna().all().any():
        return ""
    table = relate(both, posture, names)
    if table["r"].isna().any():
        return ""
    speeds = " | ".join(f"{speed:.4g}" for speed in sorted(table["speed_m_s"].unique()))
    hip, thigh = (_correlations(table[table["y"] == name]) for name in names)
    return (
        f"Standing anterior tilt and peak extension, correlation over runners at {speeds} m/s: "
        f"against the pelvis r = {hip}, a coupling that is partly built in, because the pelvis is "
        f"in both; against the vertical r = {thigh}."
    )


def _correlations(rows: pd.DataFrame) -> str:
    values = " | ".join(f"{r:+z.2f}" for r in rows["r"])
    clear = int(((rows["ci_low"] > 0) | (rows["ci_high"] < 0)).sum())
    return f"{values} (95 % CI excludes zero at {clear} of {len(rows)})"


def _levels(runners: pd.DataFrame) -> str:
    counts = runners.drop_duplicates("runner_id")["level"].value_counts()
    if len(counts) < 2:
        return f"Levels cannot be compared: all runners are {counts.index[0]}."
    groups = level_groups(runners)
    speeds = sorted(runners["speed_m_s"].unique())
    compared = compare_groups(
        runners,
        ["peak_hip_extension_deg", "peak_thigh_extension_deg"],
        groups=groups,
        speed_m_s=speeds[len(speeds) // 2],
        n_boot=0,
    )
    first, *others = (line.strip() for line in lines_of(compared))
    return f"Levels. {first}: {' '.join(others)}" if others else f"Levels. {first}"
