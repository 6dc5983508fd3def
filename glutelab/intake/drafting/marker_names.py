"""Which marker is which: the vocabularies of common marker sets, and a guess with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from glutelab.intake.drafting.vocabularies import MIDDLE, VOCABULARIES

__all__ = ["Guess", "guess_markers", "unused_markers"]


class Guess(NamedTuple):
    """One marker that was recognized.

    Attributes
    ----------
    name : str
        As in the file.
    confidence : float
        0 to 1.
    why : str
        Which vocabulary it was found in.
    """

    name: str
    confidence: float
    why: str


_SIDES = {"r": "right", "l": "left"}


def guess_markers(names: Iterable[str]) -> dict[str, Guess]:
    """Which of a file's markers is which of this library's.

    Subject prefixes (``Anna:LASI``), case, separators, a side in front or behind (``R_``, ``R.``,
    ``right``, ``_L``) and the ``v`` of virtual markers do not matter. A whole file speaks one
    vocabulary most of the time: a word that means different markers in different vocabularies
    takes the meaning of the vocabulary that explains most of the file, with less confidence.

    Parameters
    ----------
    names : iterable of str
        As in the file, in any order; best only those that were seen in some frame, so that an
        empty column does not stand in the way of a virtual marker.

    Returns
    -------
    dict of str to Guess
        Canonical name to theirs. A marker that two names claim alike, or a name that could be
        either side, is left out; `unused_markers` says so.

    Examples
    --------
    >>> guess_markers(["RASI", "LASI", "RPSI", "LPSI", "RLFC"])["right_knee_lateral"].name
    'RLFC'
    """
    return _guess(names)[0]


def unused_markers(names: Iterable[str]) -> list[str]:
    """One sentence per marker that was not guessed although it may well be a landmark.

    Parameters
    ----------
    names : iterable of str
        As for `guess_markers`.

    Returns
    -------
    list of str
        Ambiguous names first; then all those that mean nothing here, in one sentence.
    """
    return _guess(names)[1]


def _guess(names: Iterable[str]) -> tuple[dict[str, Guess], list[str]]:
    names = sorted(set(names), key=lambda name: (name.casefold(), name))
    readings = {name: _read(name) for name in names}
    support = {
        vocabulary: len(
            {canonical for found in readings.values() for canonical in found.get(vocabulary, ())}
        )
        for vocabulary in VOCABULARIES
    }
    # Most markers explained first; the order of the dictionary settles draws.
    rank = sorted(VOCABULARIES, key=lambda vocabulary: -support[vocabulary])
    claims: dict[str, list[tuple[float, int, Guess]]] = {}
    sentences, unknown = [], []
    for name, found in readings.items():
        if not found:
            unknown.append(name)
            continue
        best = next(v for v in ("", *rank) if v in found)
        if len(found[best]) > 1:
            options = " or ".join(sorted(found[best]))
            sentences.append(f"{name} was left out: it may be {options}.")
            continue
        (canonical,) = found[best]
        others = {c for v, options in found.items() if v != best for c in options} - {canonical}
        virtual = _is_virtual(name)
        confidence = (0.95 if support.get(best, 9) >= 4 else 0.8) - 0.2 * bool(others)
        confidence -= 0.05 * virtual
        why = f"a word of {best}" if best else "no side is needed"
        if others:
            why += f"; elsewhere it is {' or '.join(sorted(others))}"
        if virtual:
            why += "; a virtual marker"
        entry = (
            confidence,
            -(rank.index(best) if best else 0),
            Guess(name, round(confidence, 2), why),
        )
        claims.setdefault(canonical, []).append(entry)
    result = {}
    for canonical in sorted(claims):
        entries = sorted(claims[canonical], key=lambda entry: entry[:2], reverse=True)
        if len(entries) > 1 and entries[0][:2] == entries[1][:2]:
            both = " and ".join(entry[2].name for entry in entries)
            sentences.append(f"{both} were left out: each may be {canonical}.")
            continue
        result[canonical] = entries[0][2]
        sentences += [
            f"{entry[2].name} was left out: {entries[0][2].name} is more likely {canonical}."
            for entry in entries[1:]
        ]
    if unknown:
        sentences.append(f"Not recognized: {', '.join(unknown)}.")
    return result, sentences


def _plain(name: str) -> str:
    """Without the subject's prefix, in lower case."""
    return re.split(r"[:|]", name.strip())[-1].strip().casefold()


def _is_virtual(name: str) -> bool:
    word = re.sub(r"[^a-z0-9]", "", _plain(name))
    return word.endswith("v") and len(word) > 3


def _read(name: str) -> dict[str, set[str]]:
    """Vocabulary to canonical names this name may stand for in it."""
    plain = _plain(name)
    word = re.sub(r"[^a-z0-9]", "", plain)
    if word in MIDDLE:
        return {"": {MIDDLE[word]}}
    result: dict[str, set[str]] = {}
    for side, rest in _sided(plain):
        stems = [rest]
        if rest.endswith("v") and len(rest) > 2:
            stems.append(rest[:-1])
        for vocabulary, words in VOCABULARIES.items():
            for stem in stems:
                if stem in words:
                    result.setdefault(vocabulary, set()).add(f"{side}_{words[stem]}")
                    break
    return result


def _sided(plain: str) -> list[tuple[str, str]]:
    """Side and word without side, in every way the name can be read."""
    parts = [part for part in re.split(r"[^a-z0-9]+", plain) if part]
    readings = []
    for place in (0, len(parts) - 1):
        if len(parts) > 1 and parts[place] in ("r", "l", "right", "left"):
            rest = "".join(parts[:place] + parts[place + 1 :])
            readings.append((_SIDES[parts[place][0]], rest))
    if readings:
        return list(dict.fromkeys(readings))
    word = "".join(parts)
    for full in ("right", "left"):
        if word.startswith(full):
            readings.append((_SIDES[full[0]], word[len(full) :]))
        elif word.endswith(full):
            readings.append((_SIDES[full[0]], word[: -len(full)]))
    if readings:
        return readings
    if word[:1] in _SIDES:
        readings.append((_SIDES[word[0]], word[1:]))
    if word[-1:] in _SIDES:
        readings.append((_SIDES[word[-1]], word[:-1]))
    return list(dict.fromkeys(readings))
