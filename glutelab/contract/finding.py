"""One thing that is wrong with data, in a form that can be counted, sorted and read."""

from __future__ import annotations

from dataclasses import dataclass

from glutelab.errors import say

__all__ = ["ERROR", "WARNING", "Finding"]

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """What a check saw.

    Attributes
    ----------
    code : str
        The cause, one of a closed list: ``radians``, ``sign``, ``millimeters``,
        ``faces_backward``, ``sampling_rate`` ...; ``unlike_running`` if there is no name for it.
    what : str
        The variables or markers it is about.
    where : str
        File, and side if it is about one.
    found : str
        What is there, as a clause.
    expected : str
    fix : str
        What to do, as a sentence. Nothing is ever done by itself.
    severity : {"error", "warning"}
        ``error``: numbers made from this would be wrong.
    """

    code: str
    what: str
    where: str
    found: str
    expected: str = ""
    fix: str = ""
    severity: str = ERROR

    @property
    def sentence(self) -> str:
        """The finding as one readable line.

        Examples
        --------
        >>> Finding("sign", "knee", "a.mot", "knee is flipped", "flexion +", "Turn it.").sentence
        'a.mot: knee is flipped. Expected flexion +. Turn it.'
        """
        return say(self.where, self.found, self.expected, self.fix)

    @property
    def named(self) -> bool:
        """Whether the cause has a name, or the data merely do not look like running."""
        return self.code != "unlike_running"
