"""The parameter section of a C3D file, record by record."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field

from glutelab.errors import DataError, say

__all__ = ["AGAIN", "Section", "walk"]

SIZES = {-1: 1, 1: 1, 2: 2, 4: 4}
AGAIN = "Copy or export it again; it was probably cut off or damaged."


@dataclass
class Section:
    """The parameter section: numbers of the parameters that say how long the data are."""

    name: str
    content: bytes
    dec: bool
    groups: dict[int, str] = field(default_factory=dict)
    records: dict[tuple[int, str], tuple[int, list[int], bytes]] = field(default_factory=dict)

    def numbers(self, group: str, parameter: str) -> list[float]:
        """Values of a parameter; none if it is absent, or text."""
        ids = [key for key, name in self.groups.items() if name == group]
        found = [self.records[key, parameter] for key in ids if (key, parameter) in self.records]
        if not found or found[0][0] == -1:
            return []
        kind, _, data = found[0]
        if kind == 1:
            return [float(value) for value in data]
        if kind == 2:
            return [float(v) for v in struct.unpack(f"<{len(data) // 2}H", data)]
        return [self.real(data[at : at + 4]) for at in range(0, len(data), 4)]

    def length(self, group: str, parameter: str) -> int:
        """Entries of a parameter and its continuations (LABELS, LABELS2 ...)."""
        total, number = 0, 1
        ids = [key for key, name in self.groups.items() if name == group]
        while number < 1000:
            key = parameter if number == 1 else f"{parameter}{number}"
            found = [self.records[at, key] for at in ids if (at, key) in self.records]
            if not found:
                break
            kind, dimensions, _ = found[0]
            total += math.prod(dimensions[1:] if kind == -1 and len(dimensions) > 1 else dimensions)
            number += 1
        return total

    def real(self, data: bytes) -> float:
        """Four bytes as a number, in the order of the processor."""
        if not self.dec:
            return struct.unpack("<f", data)[0]
        # DEC stores the two halves the other way round, with an exponent that is two too large.
        return struct.unpack("<f", data[2:] + data[:2])[0] / 4

    def number(self, group: str, parameter: str, default: float | None = None) -> float:
        """The first value; without a default an error where there is none."""
        values = self.numbers(group, parameter)
        if values and math.isfinite(values[0]):
            return values[0]
        if default is not None and not values:
            return default
        found = "is not a number" if values else "is missing"
        raise DataError(say(self.name, f"{group}:{parameter} {found}", "a number", AGAIN))


def walk(section: Section) -> None:
    """Read every record, so that none leads out of the file or contradicts its own length."""
    content, at = section.content, 4

    def broken(what: str) -> DataError:
        where = f"{section.name}, parameter section, byte {at + 1}"
        return DataError(say(where, what, "records that follow each other", AGAIN))

    while True:
        if at + 2 > len(content):
            raise broken("the section ends in the middle of a record")
        length, group = struct.unpack_from("bb", content, at)
        length = abs(length)
        if length == 0:
            return
        link = at + 2 + length
        if group == 0 or link + 2 > len(content):
            raise broken("a record without group or without end")
        word = content[at + 2 : link].decode("latin-1").strip().upper()
        (step,) = struct.unpack_from("<H", content, link)
        end = link + step if step else len(content)
        body = link + 2
        if (step and step < 3) or end > len(content) or body >= len(content):
            raise broken("a record that is too short, or longer than the file")
        if group < 0:
            if body + 1 + content[body] > end:
                raise broken("a description that is longer than its record")
            if -group in section.groups:
                raise broken("two groups of one number")
            section.groups[-group] = word
        else:
            section.records[group, word] = _parameter(content, body, end, broken)
        if step == 0:
            return
        at = end


def _parameter(content: bytes, body: int, end: int, broken) -> tuple[int, list[int], bytes]:
    if body + 2 > end:
        raise broken("a parameter without type")
    kind, n_dimensions = struct.unpack_from("bB", content, body)
    if kind not in SIZES or n_dimensions > 7 or body + 2 + n_dimensions > end:
        raise broken("a parameter of a type that does not exist")
    if kind == -1 and n_dimensions == 0:
        raise broken("a text without a length")  # valid, but the reader of the data crashes on it
    dimensions = list(content[body + 2 : body + 2 + n_dimensions])
    data = body + 2 + n_dimensions
    n_bytes = SIZES[kind] * math.prod(dimensions)
    if data + n_bytes > end:
        raise broken("a parameter that is longer than its record")
    describe = data + n_bytes
    if describe < end < len(content) and describe + 1 + content[describe] > end:
        raise broken("a description that is longer than its record")
    return kind, dimensions, content[data : data + n_bytes]
