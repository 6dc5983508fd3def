"""How strong something not measured would have to be to explain an association away.

Two closed forms for linear models, neither of which needs to know what was not measured: the
correlation of residuals at which an indirect association vanishes (Imai, Keele and Yamamoto 2010,
doi 10.1214/10-STS321), and the robustness value of one coefficient (Cinelli and Hazlett 2020, doi
10.1111/rssb.12348).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from glutelab.errors import DataError

__all__ = ["Confounding", "robustness_value", "vanishing_correlation"]


@dataclass(frozen=True)
class Confounding:
    """What it would take to make an indirect association vanish.

    Attributes
    ----------
    indirect : float
        As estimated, in the unit of the outcome per unit of posture.
    correlation : float
        Of the residuals of mediator and outcome, both without the mediator among the predictors
        (the partial correlation of the two, given posture and covariates). A confounder that makes
        the residuals of the mediator model and of the outcome model correlate as much leaves no
        indirect association. Same sign as the coefficient of the mediator.
    spread_ratio : float
        Standard deviation of the outcome's residuals over that of the mediator's.
    posture_to_mediator : float
        Slope of the mediator on posture.
    """

    indirect: float
    correlation: float
    spread_ratio: float
    posture_to_mediator: float

    @property
    def shared_variance(self) -> float:
        """Share of what is left of mediator and of outcome that one confounder has to explain.

        In both alike; if it explains more of one, less of the other suffices: the product of the
        two shares is `correlation` squared.
        """
        return abs(self.correlation)

    def indirect_under(self, correlation: np.ndarray | float) -> np.ndarray | float:
        """The indirect association that would be left under a confounder.

        Theorem 4 of Imai, Keele and Yamamoto 2010.

        Parameters
        ----------
        correlation : float or ndarray
            Of the errors of the two models, between -1 and 1; 0 gives the estimate.

        Returns
        -------
        float or ndarray
            Unit of the outcome per unit of posture.

        Examples
        --------
        >>> found = Confounding(0.0036, -0.30, 0.02, -0.60)
        >>> round(found.indirect_under(0), 6), abs(round(found.indirect_under(-0.30), 6))
        (0.0036, 0.0)
        """
        r = np.asarray(correlation, float)
        if (np.abs(r) >= 1).any():
            raise DataError("correlation is 1 or more. Expected values between -1 and 1.")
        left = self.correlation - r * np.sqrt((1 - self.correlation**2) / (1 - r**2))
        value = self.posture_to_mediator * self.spread_ratio * left
        return float(value) if value.ndim == 0 else value

    def sentence(self, mediator: str = "hip extension", outcome: str = "cost") -> str:
        """The finding in words.

        Parameters
        ----------
        mediator, outcome : str
            What they are called.
        """
        if not np.isfinite(self.correlation):
            return "Sensitivity to what was not measured: cannot tell."
        percent = 100 * self.shared_variance
        return (
            f"What goes through {mediator} would vanish if something not measured made the "
            f"residuals of {mediator} and {outcome} correlate at r = {self.correlation:+z.2f}: one "
            f"confounder that explains {percent:.0f} % of what is left of each would do"
            f"{_how_easily(self.shared_variance)}."
        )


def _how_easily(share: float) -> str:
    """Beside what single variables explain: Van Hooren 2024, doi 10.1007/s40279-024-01997-3."""
    usual = "what one measure of gait usually explains of running economy (4 to 12 %)"
    if share < 0.04:
        return f", which is less than {usual}"
    return f", about {usual}" if share <= 0.12 else f", which is more than {usual}"


def vanishing_correlation(mediator: np.ndarray, outcome: np.ndarray) -> float:
    """Correlation of two sets of residuals.

    Parameters
    ----------
    mediator, outcome : ndarray, shape (n,)
        Residuals after posture and covariates.

    Returns
    -------
    float
        NaN if one of them does not vary.

    Examples
    --------
    >>> vanishing_correlation(np.array([1.0, 0, -1]), np.array([2.0, 0, -2]))
    1.0
    """
    size = np.sqrt((mediator @ mediator) * (outcome @ outcome))
    return float(np.clip(mediator @ outcome / size, -1, 1)) if size > 0 else np.nan


def robustness_value(t: float, df: float, *, share: float = 1.0, alpha: float = 1.0) -> float:
    """Robustness value of a coefficient: how much a confounder would have to explain.

    A confounder that explains this share of what is left of the predictor and of the outcome
    brings the coefficient down by `share`, or makes it no longer differ from zero at `alpha`.
    Cinelli and Hazlett 2020, doi 10.1111/rssb.12348, equations 18 and 20.

    Parameters
    ----------
    t : float
        Coefficient over its classical standard error.
    df : float
        Residual degrees of freedom of the model.
    share : float
        1 for a coefficient of zero, 0.5 for half of it.
    alpha : float
        1 asks about the estimate; 0.05 asks when its 95 % interval would include zero.

    Returns
    -------
    float
        0 (nothing is needed) to 1.

    Raises
    ------
    DataError
        If there are no degrees of freedom, or `share` or `alpha` cannot be.

    Examples
    --------
    The worked example of Cinelli and Hazlett: t = 4.18445, 783 degrees of freedom.

    >>> t = 4.18445
    >>> [round(robustness_value(t, 783, alpha=alpha), 4) for alpha in (1, 0.05)]
    [0.1388, 0.0763]
    """
    if not df > 1:
        raise DataError(f"df={df:g}: the model leaves nothing over. Expected more than 1.")
    if not 0 < share <= 1 or not 0 < alpha <= 1:
        raise DataError("share and alpha lie between 0 and 1 (0 not included).")
    critical = -stdtrit(df - 1, alpha / 2) / np.sqrt(df - 1)
    f = share * abs(t) / np.sqrt(df) - critical
    if not f > 0:
        return 0.0 if np.isfinite(f) else np.nan
    if critical > 0 and (f + critical) * critical > 1:  # the extreme case of their equation 20
        return float(1 - (1 + critical**2) / (1 + (f + critical) ** 2))
    return float(0.5 * (np.sqrt(f**4 + 4 * f**2) - f**2))
