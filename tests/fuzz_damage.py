"""Mutants that are damaged anyhow."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable
from pathlib import Path

from damaged_lines import double_a_row, on_lines, remove_a_row, swap_cells, swap_rows
from fuzz_same import TEXT, exports_of

__all__ = ["DAMAGE"]


def _one(folder: Path, draw: random.Random, suffixes=None) -> Path:
    paths = exports_of(folder, suffixes)
    some = [p for p in paths if p.name != "runners.csv"]
    return draw.choice(some if some and draw.random() < 0.8 else paths)


def _bytes(change: Callable[[bytes, random.Random], bytes], suffixes=None):
    def apply(folder: Path, draw: random.Random) -> None:
        path = _one(folder, draw, suffixes)
        path.write_bytes(change(path.read_bytes(), draw))

    return apply


def _flip(count: int):
    def change(content: bytes, draw: random.Random) -> bytes:
        flipped = bytearray(content)
        for _ in range(count):
            flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        return bytes(flipped)

    return change


def _header_bytes(content: bytes, draw: random.Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(draw.choice([1, 1, 3])):
        flipped[draw.randrange(min(len(flipped), 1500))] = draw.randrange(256)
    return bytes(flipped)


def _header_word(content: bytes, draw: random.Random) -> bytes:
    """One of the numbers in a C3D header becomes another."""
    flipped = bytearray(content)
    value = draw.choice([0, 1, 2, 255, 256, 32767, 32768, 65535, draw.randrange(65536)])
    struct.pack_into("<H", flipped, 2 * draw.randrange(1, 12), value)
    return bytes(flipped)


def _header_number(content: bytes, draw: random.Random) -> bytes:
    """A number or word in the head of a text file becomes another."""
    lines = content.split(b"\n")
    head = min(len(lines), 8)
    for k in draw.sample(range(head), head):
        found = list(re.finditer(rb"\d+(\.\d+)?|\b(mm|yes|no|m)\b", lines[k]))
        if found:
            match = draw.choice(found)
            odd = [
                b"0",
                b"-1",
                b"1",
                b"99999999999",
                b"1e308",
                b"nan",
                b"7",
                b"no",
                b"m",
                b"cm",
                b"",
            ]
            lines[k] = lines[k][: match.start()] + draw.choice(odd) + lines[k][match.end() :]
            break
    return b"\n".join(lines)


def _lines(change: Callable[[list[bytes], random.Random], None]):
    return _bytes(on_lines(change), TEXT)


_row_twice = _bytes(double_a_row, TEXT)
_row_gone = _bytes(remove_a_row, TEXT)
_rows_swapped = _bytes(swap_rows, TEXT)
_cells_swapped = _bytes(swap_cells, TEXT)


@_lines
def _rows_gone(lines, draw):
    k = draw.randrange(len(lines))
    del lines[k : k + 30]


def _cells(lines, draw):
    k = draw.randrange(len(lines))
    cells = re.split(rb"([,;\t])", lines[k])
    return k, cells, 2 * draw.randrange((len(cells) + 1) // 2)


@_lines
def _odd_cell(lines, draw):
    k, cells, a = _cells(lines, draw)
    odd = [
        b"=1+1",
        b"-nan",
        b"1e400",
        b'"',
        b"NaN",
        b"1.2.3",
        b"",
        b"@x",
        b"9" * 400,
        b"\xff",
        b"-0",
        b"#REF!",
        b"\x00",
        b"1,5",
        b"inf",
        b"None",
        b"<b>",
        "１２".encode(),
    ]
    cells[a] = draw.choice(odd)
    lines[k] = b"".join(cells)


@_lines
def _number_damaged(lines, draw):
    """A digit, a point or a sign of one number: what a person or an editor does."""
    for _ in range(20):
        k, cells, a = _cells(lines, draw)
        cell = cells[a]
        if re.fullmatch(rb"-?\d+[.,]?\d*", cell):
            at = draw.randrange(len(cell))
            cells[a] = draw.choice(
                [
                    cell[:at] + cell[at + 1 :],
                    cell.replace(b".", b"").replace(b",", b""),
                    b"-" + cell if cell[:1] != b"-" else cell[1:],
                    cell + b"0",
                    cell[:at] + b"7" + cell[at + 1 :],
                ]
            )
            lines[k] = b"".join(cells)
            return


@_lines
def _header_swapped(lines, draw):
    """Two names of columns change places: their numbers do not."""
    k = min(range(min(5, len(lines))), key=lambda n: -len(lines[n]))
    parts = re.split(rb"([\t;,])", lines[k])
    named = [n for n in range(0, len(parts), 2) if parts[n].strip()]
    if len(named) > 1:
        a, b = draw.sample(named, 2)
        parts[a], parts[b] = parts[b], parts[a]
    lines[k] = b"".join(parts)


def _another_file(folder: Path, draw: random.Random) -> None:
    path = _one(folder, draw)
    others = [b"", b"\x89PNG\r\n\x1a\n" + bytes(200), b"%PDF-1.7\n" + bytes(100), b"{}", b"[]",
              b"\x00" * 4096,
              b"PK\x03\x04" + bytes(60), b"<html><body>Please log in</body></html>", b"hello",
              b"\x1f\x8b\x08\x00", b"PAR1" + bytes(30) + b"PAR1", b"a\tb\n1\t2\n", b"\n" * 500,
              b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"]  # fmt: skip
    path.write_bytes(draw.choice(others))


def _zeros(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + bytes(min(512, len(content) - at)) + content[at + 512 :]


def _recipe(folder: Path, draw: random.Random) -> None:
    """The recipe itself, by bytes or by words."""
    path = folder / "recipe.toml"
    content = path.read_bytes()
    text = content.decode("utf-8")
    words = re.findall(r'"[^"\n]*"|\b\d+\.?\d*\b|true|false', text)
    odd = ['""', "0", "-1", "nan", "inf", "1e400", "[]", "{}", '"x"', '"../x"', "true", '"\\u0000"',
           '"*"', '"{runner_id}"', '"=1+1"', "9" * 400, "1979-05-27",
           '"' + "x" * 5000 + '"']  # fmt: skip
    how = draw.randrange(4)
    if how == 0:
        path.write_bytes(_flip(draw.choice([1, 3]))(content, draw))
    elif how == 1:
        word = draw.choice(words)
        path.write_text(text.replace(word, draw.choice(odd), 1), "utf-8")
    elif how == 2:
        a, b = draw.choice(words), draw.choice(words)
        path.write_text(text.replace(a, "§").replace(b, a).replace("§", b), "utf-8")
    else:
        lines = text.split("\n")
        del lines[draw.randrange(len(lines))]
        path.write_text("\n".join(lines), "utf-8")


DAMAGE: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "cut off": (_bytes(lambda c, d: c[: d.randrange(len(c))]), (*TEXT, ".c3d", ".xlsx")),
    "one bit": (_bytes(_flip(1)), (*TEXT, ".c3d", ".xlsx")),
    "30 bits": (_bytes(_flip(30)), (*TEXT, ".c3d", ".xlsx")),
    "bytes of the header": (_bytes(_header_bytes), (*TEXT, ".c3d", ".xlsx")),
    "a number of the header": (_bytes(_header_number, TEXT), TEXT),
    "a word of the C3D header": (_bytes(_header_word, (".c3d",)), (".c3d",)),
    "512 zeros": (_bytes(_zeros), (*TEXT, ".c3d", ".xlsx")),
    "a row twice": (_row_twice, TEXT),
    "a row gone": (_row_gone, TEXT),
    "30 rows gone": (_rows_gone, TEXT),
    "rows swapped": (_rows_swapped, TEXT),
    "cells swapped": (_cells_swapped, TEXT),
    "an odd cell": (_odd_cell, TEXT),
    "a number damaged": (_number_damaged, TEXT),
    "names of columns swapped": (_header_swapped, TEXT),
    "the end again": (_bytes(lambda c, d: c + c[d.randrange(len(c)) :]), (*TEXT, ".c3d")),
    "another file": (_another_file, (*TEXT, ".c3d", ".xlsx")),
    "the recipe": (_recipe, (*TEXT, ".c3d", ".xlsx")),
}
