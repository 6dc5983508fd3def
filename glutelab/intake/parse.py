"""Take values out of parsed TOML; what is wrong is collected, so that all of it is said at once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable

from glutelab.errors import say

__all__ = ["Reader"]


class Reader:
    """One section of a TOML file.

    Parameters
    ----------
    content : dict
    where : str
        File and section, for the sentences.
    problems : list of str, optional
        Shared with the sections around it.

    Attributes
    ----------
    problems : list of str
    """

    def __init__(self, content: dict, where: str, problems: list[str] | None = None):
        self._content = content
        self._where = where
        self._asked: set[str] = set()
        self._sections: dict[str, Reader] = {}
        self.problems = [] if problems is None else problems

    def entries(self, among: Iterable[str] | None = None) -> list[str]:
        """All keys of this section; with `among`, others are a fault."""
        if among is None:
            return list(self._content)
        self._asked |= set(among)
        return [key for key in self._content if key in set(among)]

    def section(self, key: str) -> Reader:
        """A section within this one; empty if it is not there."""
        self._asked.add(key)
        if key not in self._sections:
            content = self._content.get(key, {})
            if not isinstance(content, dict):
                self.fault(key, f"is {content!r}", "a section with keys of its own")
                content = {}
            head = f"{self._where}.{key}]".replace("].", ".")
            where = head if "[" in head else f"{self._where}, [{key}]"
            self._sections[key] = Reader(content, where, self.problems)
        return self._sections[key]

    def is_text(self, key: str) -> bool:
        """Whether a key holds text."""
        return isinstance(self._content.get(key), str)

    def text(
        self, key: str, default: str = "", *, among: Iterable[str] = (), required: bool = False
    ) -> str:
        """A text, one of `among` where that is given."""
        value = self._get(key, default, str, "a text in quotation marks")
        among = tuple(among)
        if among and value not in among and (value or key in self._content):
            close = difflib.get_close_matches(value, among, 1)
            hint = f"Did you mean {close[0]!r}?" if close else ""
            named = ", ".join(repr(word) for word in among if word)
            self.fault(key, f"is {value!r}", named, hint)
            return default
        if required and not value.strip():
            expected = ", ".join(among)
            self.fault(key, "is missing" if key not in self._content else "is empty", expected)
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        """A finite number."""
        value = self._get(key, default, (int, float), "a number, without quotation marks")
        if isinstance(value, bool) or (value is not None and not math.isfinite(value)):
            self.fault(key, f"is {value}", "a number")
            return default
        return None if value is None else float(value)

    def truth(self, key: str) -> bool:
        """True or false; false if it is not there."""
        return self._get(key, False, bool, "true or false, without quotation marks")

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, [], list, '["one", "two"]')
        wrong = [word for word in value if not isinstance(word, str)]
        if wrong:
            self.fault(key, f"holds {wrong[0]!r}", "texts in quotation marks")
        return tuple(word for word in value if isinstance(word, str))

    def texts(self, key: str) -> dict[str, str]:
        """Keys of one's own, each with a text."""
        part = self.section(key)
        return {name: part.text(name) for name in part.entries()}

    def numbers(self, key: str) -> dict[str, float]:
        """Keys of one's own, each with a number."""
        part = self.section(key)
        return {name: part.number(name, 0.0) for name in part.entries()}

    def columns(self, key: str) -> dict[str, str | dict[str, str]]:
        """Keys of one's own, each with a column, or one column for each side."""
        part = self.section(key)
        return {
            name: part.text(name) if part.is_text(name) else part.sides(name)
            for name in part.entries()
        }

    def sides(self, key: str) -> dict[str, str]:
        """``{left = "...", right = "..."}``."""
        part = self.section(key)
        return {side: part.text(side) for side in part.entries(among=("left", "right"))}

    def fault(self, key: str, found: str, expected: str = "", remedy: str = "") -> None:
        """Note a problem with one key."""
        self.problems.append(say(self._where, f"{key} {found}", expected, remedy))

    def close(self) -> None:
        """Note keys that nobody asked for: a misspelled key must not be passed over."""
        for key in self._content:
            if key in self._asked:
                continue
            close = difflib.get_close_matches(key, self._asked, 1)
            hint = f"Did you mean {close[0]!r}?" if close else "Take it out, or correct it."
            known = ", ".join(sorted(self._asked)) or "nothing"
            self.fault(key, "is not known here", known, hint)
        for part in self._sections.values():
            part.close()

    def _get(self, key: str, default, kind, expected: str):
        self._asked.add(key)
        value = self._content.get(key, default)
        if key in self._content and not isinstance(value, kind):
            self.fault(key, f"is {value!r}", expected)
            return default
        return value
