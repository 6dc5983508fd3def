"""Findings that somebody looked at and that are right: in all trials, in some, of one variable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from glutelab.contract import ERROR, Finding
from glutelab.errors import ProblemList

__all__ = ["EVERYTHING", "accepted_in", "code_of", "is_accepted", "judge"]

EVERYTHING = ("*",)  # accepts every finding, to look at a trial that an import would refuse
# A variable ends in its unit; whatever else stands behind a code is the name of a trial.
_VARIABLE = re.compile(r"[a-z]+(_[a-z0-9]+)*_(deg|m|hz|m_s|kg)")


def accepted_in(trial: str, accept: Iterable[str]) -> tuple[str, ...]:
    """What is accepted in one trial.

    Parameters
    ----------
    trial : str
    accept : iterable of str
        ``walking``; ``walking: R07_slow``, where ``*`` stands for anything; or, for one variable,
        ``sign: ankle_dorsiflexion_deg``.

    Returns
    -------
    tuple of str
        Codes, and codes with a variable.

    Examples
    --------
    >>> accepted_in("R07_slow", ["walking: R07_*", "speed: R08", "sign: knee_flexion_deg"])
    ('walking', 'sign: knee_flexion_deg')
    """
    found = []
    for entry in accept:
        code, _, rest = (part.strip() for part in entry.partition(":"))
        if rest and not _VARIABLE.fullmatch(rest):
            if fnmatchcase(trial, rest):
                found.append(code)
        else:
            found.append(f"{code}: {rest}" if rest else code)
    return tuple(found)


def is_accepted(finding: Finding, accept: Iterable[str]) -> bool:
    """Whether a finding is among what is accepted in its trial.

    Parameters
    ----------
    finding : Finding
    accept : iterable of str
        From `accepted_in`.

    Returns
    -------
    bool
        Of a finding on several variables, each has to be accepted.
    """
    accept = tuple(accept)
    if accept == EVERYTHING or finding.code in accept:
        return True
    variables = [name.strip() for name in finding.what.split(",")]
    return all(f"{finding.code}: {name}" in accept for name in variables)


def judge(findings: Iterable[Finding], accept: tuple[str, ...]) -> list[str]:
    """Sentences of what does not stop the trial.

    Parameters
    ----------
    findings : iterable of Finding
    accept : tuple of str
        From `accepted_in`.

    Returns
    -------
    list of str
        Each ends with its code.

    Raises
    ------
    ProblemList
        With the sentences of what does stop it.
    """
    listed = list(findings)
    stop = _once(f for f in listed if f.severity == ERROR and not is_accepted(f, accept))
    if stop:  # a jump may be why
        stop += _once(f for f in listed if f.code in ("jumps", "repeated_frames") and f not in stop)
        raise ProblemList("the trial", [f"{f.sentence} [{f.code}]" for f in stop])
    return [f"{finding.sentence} [{finding.code}]" for finding in _once(listed)]


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Said once of both sides; but a mere warning never stands for an error of the same name."""
    return list({(f.code, f.severity): f for f in reversed(list(findings))}.values())


def code_of(entry: str) -> str:
    """The code of an entry."""
    return entry.partition(":")[0].strip()
