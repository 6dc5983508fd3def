"""A sentence of the article, and what would decide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase

from glutelab.verdicts.answer import Answer
from glutelab.verdicts.question import Question

__all__ = ["Claim"]


@dataclass(frozen=True)
class Claim:
    """One claim that can be judged.

    Attributes
    ----------
    name : str
        Number of the article's sentence, and a letter if it takes several measures.
    sentence : str
        What is claimed, in our words.
    estimand : str
        The number that stands for it.
    direction : {1, -1}
        The side of ``null`` on which the claim puts that number.
    margin : float
        Smallest effect of interest, in the unit of the estimate; NaN where the cohort gives it.
    why_margin : str
    needs : tuple of str
        Measures without which it cannot be tested.
    ask : callable
        From the question to the answer.
    literature : str
        What others found, with the source.
    beyond : str
        What no verdict of this kind shows.
    null : float
    caveat : str
        What has to stand beside its verdict, where that alone would mislead.
    levels, speeds : bool
        Whether it takes runners of two levels; two speeds.
    """

    name: str
    sentence: str
    estimand: str
    direction: int
    margin: float
    why_margin: str
    needs: tuple[str, ...]
    ask: Callable[[Question], Answer]
    literature: str
    beyond: str
    null: float = 0.0
    caveat: str = ""
    levels: bool = False
    speeds: bool = False

    @property
    def number(self) -> str:
        """Of the article's sentence, without the letter."""
        return self.name.rstrip(ascii_lowercase)
