"""Linear mixed models of repeated trials, equal to R's lme4 and lmerTest."""

from glutelab.models.mixed.fit import MixedFit, fit_mixed
from glutelab.models.mixed.refit import bootstrap_mixed, leave_one_runner_out

__all__ = ["MixedFit", "bootstrap_mixed", "fit_mixed", "leave_one_runner_out"]
