"""Damage to the lines of a text file, drawn at random."""

from __future__ import annotations

import re


def on_lines(change):
    def mutate(content, draw):
        lines = content.split(b"\n")
        change(lines, draw)
        return b"\n".join(lines)

    return mutate


@on_lines
def double_a_row(lines, draw):
    k = draw.randrange(len(lines))
    lines.insert(k, lines[k])


@on_lines
def remove_a_row(lines, draw):
    del lines[draw.randrange(len(lines))]


@on_lines
def swap_rows(lines, draw):
    a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


@on_lines
def swap_cells(lines, draw):
    k = draw.randrange(len(lines))
    cells = re.split(rb"([,;\t])", lines[k])
    a, b = (2 * draw.randrange((len(cells) + 1) // 2) for _ in range(2))
    cells[a], cells[b] = cells[b], cells[a]
    lines[k] = b"".join(cells)
