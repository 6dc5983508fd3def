"""What a comparison of curves found, as plain arrays and one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from glutelab.curves.contrast import Contrast
from glutelab.curves.infer import cluster_table
from glutelab.errors import DataError
from glutelab.sentences import join

__all__ = ["CurveComparison", "unanswered"]


@dataclass(frozen=True, eq=False)
class CurveComparison:
    """Difference between two mean curves, or slope on a dose, at every point of the gait cycle.

    Made by `compare_curves`. Arrays have one value per point of `percent`; for a whole cycle the
    values at 100 % are those at 0 %, which is the same instant and was counted once. Where the
    runners cannot answer, numbers are NaN and there are no clusters; see `answerable`.

    Attributes
    ----------
    variable, contrast : str
        What was compared: ``"elite - recreational"``, ``"4.5 - 2.5"``, ``"per standing_..."``.
    percent : ndarray
        Percent of the gait cycle.
    difference : ndarray
        First minus second, adjusted if covariates were given; per unit of the dose for a dose. Unit
        of the variable.
    error : ndarray
        Its standard error.
    t : ndarray
    band_low, band_high : ndarray
        Simultaneous confidence band: it holds the whole true difference at once with probability
        1 - alpha.
    g : ndarray or None
        Hedges g: difference over the pooled standard deviation (paired: over the mean of the two
        variances' root; adjusted: over the residual one), times 1 - 3 / (4 df - 1). None for a
        dose.
    p : ndarray
        Adjusted for all points: the probability, if there is no difference anywhere, of so large a
        |t| at any point.
    threshold : float
        |t| that reaches ``p = alpha``; infinite if so few relabelings exist that none can.
    band_t : float
        Standard errors on each side of the difference that make the band.
    clusters : DataFrame
        One row per run of points, with ``from_pct, to_pct`` (from is larger than to where a run
        goes through foot strike), ``size`` in points, ``extent`` in percent of the gait cycle,
        ``mass`` (sum of |t|), ``peak_pct, peak_t, peak_difference, direction`` and ``p``. For
        "max-t" the runs above `threshold`, p being the smallest of their points; else all above
        `cluster_t`, whatever their p.
    n : dict
        Runners per group.
    means : dict
        Mean curve per group, not adjusted; NaN for a group without runners; empty for a dose.
    df : int
    alpha : float
    kind : str
    cluster_t : float
        Cluster-forming threshold; NaN for "max-t".
    relabelings : int
    exact : bool
        Whether these are all there are.
    simulated : bool
    side : str
        "both" is the mean of both sides; empty if not known.
    speed_m_s : float
        The one speed asked for; NaN if none was.
    adjusted_for : tuple of str
        Covariates the difference is adjusted for; means never are.
    method : str
        The sentences for the methods section.
    warnings : tuple of str
        What has to be read with the result; first why there is no answer, if there is none.
    """

    variable: str
    contrast: str
    percent: np.ndarray
    difference: np.ndarray
    error: np.ndarray
    t: np.ndarray
    band_low: np.ndarray
    band_high: np.ndarray
    g: np.ndarray | None
    p: np.ndarray
    threshold: float
    band_t: float
    clusters: pd.DataFrame
    n: Mapping[str, int]
    means: Mapping[str, np.ndarray]
    df: int
    alpha: float
    kind: str
    cluster_t: float
    relabelings: int
    exact: bool
    simulated: bool
    side: str
    speed_m_s: float
    adjusted_for: tuple[str, ...]
    method: str
    warnings: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the runners can answer; False if a group is empty or nothing was measured."""
        return bool(np.isfinite(self.t).all())

    @property
    def r(self) -> np.ndarray:
        """Correlation with the design at every point, beside the covariates."""
        return self.t / np.sqrt(self.t**2 + self.df)

    @property
    def points(self) -> pd.DataFrame:
        """One row per point: ``percent, difference, band_low, band_high, error, t, p, g`` or r."""
        names = ["percent", "difference", "band_low", "band_high", "error", "t", "p"]
        names.append("r" if self.g is None else "g")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def as_table(self, what: str = "clusters") -> pd.DataFrame:
        """The clusters, or the points, with the contrast and its warnings in every row.

        Parameters
        ----------
        what : {"clusters", "points"}

        Returns
        -------
        DataFrame
            ``variable, contrast, n``; the columns of `clusters` or of `points`; ``kind, simulated,
            warnings``. Without an answer one row of clusters, empty but for these: no answer must
            not look like no difference.

        Raises
        ------
        DataError
            If it is to be anything else.
        """
        if what not in ("clusters", "points"):
            raise DataError(f"what is {what!r}. Expected 'clusters' or 'points'.")
        table = self.points if what == "points" else self.clusters
        table = table.copy() if self.answerable or len(table) else table.reindex([0])
        table.insert(0, "variable", self.variable)
        table.insert(1, "contrast", self.contrast)
        table.insert(2, "n", self._counts())
        said = {"kind": self.kind, "simulated": self.simulated, "warnings": join(self.warnings)}
        return table.assign(**said)

    def to_csv(self, path: str | Path, *, what: str = "clusters") -> Path:
        """Write what `as_table` gives.

        Parameters
        ----------
        path : str or Path
        what : {"clusters", "points"}

        Returns
        -------
        Path
        """
        self.as_table(what).to_csv(path, index=False, lineterminator="\n")
        return Path(path)

    def _counts(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.n.items())

    def __repr__(self) -> str:
        at = f" at {self.speed_m_s:.4g} m/s" if self.speed_m_s == self.speed_m_s else ""
        head = f"{self.variable}{at}, {self.contrast} ({self._counts()})"
        lines = [head + (" [SIMULATED]" if self.simulated else "")]
        found = self.clusters[self.clusters["p"] <= self.alpha]
        if found.empty and self.answerable:
            lines.append(f"  no part of the gait cycle with p <= {self.alpha:g}")
        lines += [
            f"  {row.from_pct:g} to {row.to_pct:g} %: {row.direction}, p = {row.p:.4g}, at most "
            f"{row.peak_difference:.3g} (at {row.peak_pct:g} %)"
            for row in found.itertuples()
        ]
        return "\n".join([*lines, *(f"  ! {warning}" for warning in self.warnings)])


def unanswered(known: Mapping, asked: Contrast) -> CurveComparison:
    """The result where the runners cannot answer, in full shape.

    Parameters
    ----------
    known : mapping
        What is known all the same: the names, the runners, and their mean curves.
    asked : Contrast

    Returns
    -------
    CurveComparison
    """
    nothing = np.full(len(known["percent"]), np.nan)
    names = ("difference", "error", "t", "band_low", "band_high", "p")
    none = cluster_table(nothing, np.isfinite(nothing), nothing, nothing, False, asked.directions)
    return CurveComparison(
        **known,
        **dict.fromkeys(names, nothing),
        g=None if asked.form == "dose" else nothing,
        threshold=np.inf,
        band_t=np.inf,
        clusters=none.assign(p=np.array([], float)),
        df=0,
        cluster_t=np.nan,
        relabelings=0,
        exact=False,
        method=f"Nothing was tested. {asked.reason}",
        warnings=tuple(asked.said),
    )
