"""A guess, how sure it is, and why."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GUESS", "NOT_FOUND", "SURE", "Guess"]

SURE, GUESS, NOT_FOUND = "sure", "a guess", "not found"


@dataclass(frozen=True)
class Guess:
    """One value of a drafted recipe.

    Attributes
    ----------
    value : object
        None if nothing was found.
    confidence : {"sure", "a guess", "not found"}
        *Sure* is only said where names and values say the same, and nothing speaks against it.
    why : str
        What it rests on.
    """

    value: object
    confidence: str
    why: str = ""

    @property
    def comment(self) -> str:
        """As it stands beside the value."""
        end = {SURE: "", GUESS: "look at it", NOT_FOUND: "fill in"}[self.confidence]
        parts = [part for part in (end, self.why) if part]
        return f"{self.confidence}: {'; '.join(parts)}" if parts else self.confidence
