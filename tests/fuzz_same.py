"""Mutants that say the same in another way."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from pathlib import Path

import made_c3d
from fuzz_files import _header_row, _separator

__all__ = ["NOT_THE_SAME", "SAME", "TEXT", "edit_recipe", "exports_of", "fits", "recordings_of"]

TEXT = (".csv", ".trc", ".mot", ".txt")


def exports_of(folder: Path, suffixes=None) -> list[Path]:
    paths = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "recipe.toml"]
    return [p for p in paths if suffixes is None or p.suffix in suffixes]


def recordings_of(folder: Path, suffixes=None) -> list[Path]:
    return [p for p in exports_of(folder, suffixes) if p.name != "runners.csv"]


def fits(lab: str, suffixes) -> bool:
    kinds = {"CSV": ".csv", "xlsx": ".xlsx", "C3D": ".c3d", "TRC": ".trc", "MOT": ".mot",
             "text": ".txt", "Visual3D": ".txt", "BMC": ".txt", "long": ".csv"}  # fmt: skip
    return any(word in lab and kind in suffixes for word, kind in kinds.items())


def edit_recipe(folder: Path, change: Callable[[str], str]) -> None:
    path = folder / "recipe.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


# --- the same in other words ----------------------------------------------------------------------


def _recoded(encoding: str, mark: bytes = b""):
    def change(folder: Path, draw: random.Random) -> None:
        for path in exports_of(folder, TEXT):
            path.write_bytes(mark + path.read_bytes().decode("utf-8").encode(encoding))

    return change


def _ends(end: bytes):
    def change(folder: Path, draw: random.Random) -> None:
        for path in exports_of(folder, TEXT):
            path.write_bytes(path.read_bytes().replace(b"\n", end))

    return change


def _packed(folder: Path, draw: random.Random) -> None:
    for path in recordings_of(folder):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    edit_recipe(folder, lambda text: re.sub(r"\.(c3d|trc|mot|txt)\"", r'.\1.gz"', text))


def _renamed(folder: Path, draw: random.Random) -> None:
    (folder / "Mäß ø 1").mkdir()
    for path in recordings_of(folder):
        path.rename(folder / "Mäß ø 1" / path.name)
    edit_recipe(
        folder, lambda text: text.replace('"raw/', '"Mäß ø 1/').replace('"c3d/', '"Mäß ø 1/')
    )


def _with_company(folder: Path, draw: random.Random) -> None:
    """Files that do not belong to it."""
    (folder / "notes.docx").write_bytes(b"PK\x03\x04notes")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "old").mkdir()
    for path in recordings_of(folder):
        (folder / "old" / path.name).write_bytes(path.read_bytes())


def _table(change: Callable[[list[list[str]], random.Random], list[list[str]]]):
    """On header and rows of tables (CSV, plain text)."""

    def apply(folder: Path, draw: random.Random) -> None:
        for path in exports_of(folder, (".csv", ".txt")):
            lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
            if lines[0].startswith("\t"):
                continue
            separator = _separator(lines[0])
            rows = change([line.split(separator) for line in lines], draw)
            path.write_text("\n".join(separator.join(row) for row in rows) + "\n", "utf-8")

    return apply


@_table
def _columns_moved(rows, draw):
    order = list(range(1, len(rows[0])))
    draw.shuffle(order)
    # The clock stays first: that is what makes a table of frames.
    return [[row[0], *(row[k] if k < len(row) else "" for k in order)] for row in rows]


@_table
def _column_added(rows, draw):
    return [[*row, "Comment" if k == 0 else "x"] for k, row in enumerate(rows)]


def _rows_moved(folder: Path, draw: random.Random) -> None:
    for path in exports_of(folder, (".csv",)):
        head, *rows = path.read_text(encoding="utf-8").strip().split("\n")
        draw.shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")


def _row_again(folder: Path, draw: random.Random) -> None:
    path = folder / "runners.csv"
    lines = path.read_text(encoding="utf-8").strip().split("\n")
    path.write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")


@_table
def _quoted(rows, draw):
    return [[f'"{cell}"' for cell in row] for row in rows]


def _semicolons(folder: Path, draw: random.Random) -> None:
    """As a German Excel saves it: semicolons and decimal commas."""
    for path in exports_of(folder, (".csv", ".txt")):
        text = path.read_text(encoding="utf-8")
        if ";" in text:
            continue
        if text.startswith("\t") or path.suffix == ".txt":
            text = re.sub(r"(\d)\.(\d)", r"\1,\2", text)
        else:
            text = re.sub(r"(\d)\.(\d)", r"\1§\2", text).replace(",", ";").replace("§", ",")
        path.write_text(text, "utf-8")


def _blank_lines(folder: Path, draw: random.Random) -> None:
    for path in exports_of(folder, TEXT):
        path.write_bytes(path.read_bytes() + b"\n\n\n")


def _trailing_blanks(folder: Path, draw: random.Random) -> None:
    for path in exports_of(folder, TEXT):
        path.write_bytes(path.read_bytes().replace(b"\n", b"  \n"))


def _markers_moved(folder: Path, draw: random.Random) -> None:
    for path in exports_of(folder, (".trc",)):
        lines = path.read_text(encoding="utf-8").split("\n")
        names = [name for name in lines[3].split("\t")[2:] if name]
        order = draw.sample(range(len(names)), len(names))
        lines[3] = "Frame#\tTime\t" + "\t\t\t".join(names[k] for k in order) + "\t\t"
        for k in range(5, len(lines)):
            cells = lines[k].split("\t")
            if len(cells) > 5:
                cells += [""] * (2 + 3 * len(names) - len(cells))
                moved = [cells[2 + 3 * n + axis] for n in order for axis in range(3)]
                lines[k] = "\t".join([*cells[:2], *moved])
        path.write_text("\n".join(lines), "utf-8")


def _coordinates_moved(folder: Path, draw: random.Random) -> None:
    for path in exports_of(folder, (".mot",)):
        lines = path.read_text(encoding="utf-8").split("\n")
        at, _, _ = _header_row(lines, path)
        width = len(lines[at].split("\t"))
        order = [0, *draw.sample(range(1, width), width - 1)]
        for k in range(at, len(lines)):
            cells = lines[k].split("\t")
            if len(cells) == width:
                lines[k] = "\t".join(cells[j] for j in order)
        path.write_text("\n".join(lines), "utf-8")


def _other_machine(processor: str):
    def change(folder: Path, draw: random.Random) -> None:
        for path in exports_of(folder, (".c3d",)):
            path.write_bytes(made_c3d.of_processor(path.read_bytes(), processor))

    return change


# Name: (change, suffixes it is about).
SAME: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "UTF-16": (_recoded("utf-16"), TEXT),
    "UTF-16 without a mark": (_recoded("utf-16-le"), TEXT),
    "byte order mark": (_recoded("utf-8-sig"), TEXT),
    "UTF-16, big end first": (_recoded("utf-16-be", b"\xfe\xff"), TEXT),
    "CR line ends": (_ends(b"\r"), TEXT),
    "CRLF line ends": (_ends(b"\r\n"), TEXT),
    "packed as .gz": (_packed, (".c3d", ".trc", ".mot", ".txt")),
    "another folder, with umlauts": (_renamed, (".c3d", ".trc", ".mot", ".txt")),
    "other files beside": (_with_company, (*TEXT, ".c3d", ".xlsx")),
    "columns moved": (_columns_moved, (".csv", ".txt")),
    "a column more": (_column_added, (".csv",)),
    "rows of a table moved": (_rows_moved, (".csv",)),
    "a runner's row twice": (_row_again, (".csv",)),
    "cells in quotes": (_quoted, (".csv",)),
    "decimal commas": (_semicolons, (".csv", ".txt")),
    "blank lines at the end": (_blank_lines, TEXT),
    "blanks at line ends": (_trailing_blanks, TEXT),
    "markers moved": (_markers_moved, (".trc",)),
    "coordinates moved": (_coordinates_moved, (".mot",)),
    "written by a DEC": (_other_machine("dec"), (".c3d",)),
    "written by a MIPS": (_other_machine("mips"), (".c3d",)),
}
# A row of trials said twice is two trials of one name.
NOT_THE_SAME = {("a runner's row twice", "spreadsheet as CSV")}
