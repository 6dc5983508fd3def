"""The sentences of the methods section of a model of running economy."""

from __future__ import annotations

from glutelab.models.economy_design import Design
from glutelab.models.economy_ols import OlsFit

__all__ = ["say_method"]


def say_method(design: Design, fit, slope: str, inference: str, n_boot: int) -> list[str]:
    """How the numbers came about.

    Parameters
    ----------
    design : Design
    fit : OlsFit or MixedFit
    slope : str
        What became of the random slope on speed.
    inference : str
    n_boot : int

    Returns
    -------
    list of str
    """
    speed = ""
    if "speed" in design.keys:
        square = "speed squared" in design.keys
        speed = f" Speed{' and its square are' if square else ' is'} in the model."
    if isinstance(fit, OlsFit):
        said = [f"Method: least squares, one row per runner, HC3 standard errors.{speed}"]
        by = f"t with {fit.df:g} degrees of freedom"
    else:
        said = [f"Method: mixed model by restricted maximum likelihood.{speed} {slope}."]
        by = "t with Satterthwaite degrees of freedom"
    if inference == "bootstrap":
        by = f"studentized bootstrap of whole runners, {n_boot} resamples"
    said.append(f"Intervals and p: {by}.")
    if any(key == "posture within" for key in design.keys):
        said.append(
            "Posture is split into each runner's value at the mean speed (between) and the "
            "runner's own change beyond what speed brings on average (within)."
        )
    return said
