"""The words of file names for speeds: T25, 3.5ms, 12kmh, slow."""

from __future__ import annotations

import re
from collections.abc import Iterable

from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess

__all__ = ["guess_speeds", "is_speed_word"]

_UNITS = {"ms": 1.0, "mps": 1.0, "ms1": 1.0, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kmph": 1 / 3.6,
          "mph": 0.44704}  # fmt: skip
_NUMBER = re.compile(
    r"(?:speed|spd|vel|v|t|s)?[ _-]?(\d{1,3}(?:[.,p_]\d{1,2})?)[ _-]*(m[ _/-]?s(?:[ _^-]*1)?|mps"
    r"|km[ _/-]?h|kph|kmph|mph)?",
    re.IGNORECASE,
)
_WORDS = frozenset(
    [
        "slow",
        "fast",
        "medium",
        "normal",
        "comfortable",
        "preferred",
        "self",
        "ss",
        "easy",
        "tempo",
        "marathon",
        "race",
        "sprint",
        "jog",
        "moderate",
        "langsam",
        "schnell",
        "mittel",
        "bequem",
        "lento",
        "rapido",
        "devagar",
        "medio",
        "lent",
        "rapide",
    ]
)
_RUNNING = (1.5, 8.0)  # m/s


def is_speed_word(word: str) -> bool:
    """Whether a part of a file name may be a speed: a unit or a decimal, or such as "slow"."""
    if word.casefold() in _WORDS:
        return True
    match = _NUMBER.fullmatch(word)
    return bool(match) and bool(match[2] or re.search(r"[.,p]", match[1]))


def guess_speeds(words: Iterable[str]) -> dict[str, Guess]:
    """Speeds in m/s of the words that file names have for them.

    Parameters
    ----------
    words : iterable of str
        All of one folder: together they tell the unit.

    Returns
    -------
    dict of str to Guess
        Word to speed in m/s, rounded to 1 mm/s. A unit in the word makes it sure; whole numbers
        never are.

    Examples
    --------
    >>> {word: guess.value for word, guess in guess_speeds(["T25", "T35", "T45"]).items()}
    {'T25': 2.5, 'T35': 3.5, 'T45': 4.5}
    >>> guess_speeds(["12kmh"])["12kmh"].value, guess_speeds(["fast"])["fast"].value
    (3.333, None)
    """
    words = sorted(set(words))
    read = {word: _NUMBER.fullmatch(word) for word in words}
    plain = {
        word: float(re.sub(r"[,p_]", ".", match[1], flags=re.IGNORECASE))
        for word, match in read.items()
        if match and not match[2]
    }
    factor, why = _scale(list(plain.values()), plain)
    guesses = {}
    for word in words:
        match = read[word]
        if match and match[2]:
            unit = re.sub(r"[^a-z1]", "", match[2].casefold())
            number = float(re.sub(r"[,p_]", ".", match[1], flags=re.IGNORECASE))
            value = number * _UNITS[unit]
            inside = _RUNNING[0] <= value <= _RUNNING[1]
            guesses[word] = (
                Guess(round(value, 3), SURE, f"{number:g} {match[2]}")
                if inside
                else Guess(None, NOT_FOUND, f"m/s; {value:.3g} m/s is no running speed")
            )
        elif word in plain and factor:
            guesses[word] = Guess(round(plain[word] * factor, 3), GUESS, why)
        else:
            guesses[word] = Guess(None, NOT_FOUND, "m/s")
    return guesses


def _scale(numbers: list[float], words) -> tuple[float, str]:
    """What turns all of these numbers into running speeds, if only one thing does."""
    if not numbers:
        return 0.0, ""
    whole = all("." not in w and "," not in w and "p" not in w.casefold() for w in words)
    tries = [(1.0, "taken as m/s"), (1 / 3.6, "taken as km/h")]
    if whole:
        tries += [(0.1, "taken as tenths of m/s"), (0.01, "taken as hundredths of m/s")]
    low, high = min(numbers), max(numbers)
    # A group of trials stays well within what people run; km/h below 7 are walking.
    fits = [(f, why) for f, why in tries if low * f >= 1.9 and high * f <= 7.0]
    return fits[0] if len(fits) == 1 else (0.0, "")
