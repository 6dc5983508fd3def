"""Damaged exports end in a sentence or in a recording; nothing else comes out of a reader."""

import random
import re
import warnings

import numpy as np
import pandas as pd
import pytest
import test_formats_qualisys as qualisys
import test_formats_running_injury_clinic as clinic
import test_formats_sheet as sheets
import test_formats_visual3d as visual3d

from glutelab.errors import DataError
from glutelab.formats.plain import looks_like_plain, read_plain
from glutelab.formats.qualisys import looks_like_qualisys, read_qualisys
from glutelab.formats.recording import Recording
from glutelab.formats.running_injury_clinic import (
    looks_like_running_injury_clinic,
    read_running_injury_clinic,
)
from glutelab.formats.sheet import SheetTable, read_sheet
from glutelab.formats.visual3d import looks_like_visual3d, read_visual3d

MUTATIONS = 60
CURVE = np.linspace(-5, 40, 101)


def plain_channels(path):
    times = np.arange(60) / 100
    pd.DataFrame({"time": times, "hip": np.sin(times), "knee": times}).to_csv(path, index=False)


def plain_long(path):
    rows = [
        {"runner": "R1", "side": s, "variable": v, "percent": p, "value": x}
        for s in ("left", "right")
        for v in ("hip", "knee")
        for p, x in enumerate(CURVE)
    ]
    pd.DataFrame(rows).to_csv(path, index=False, sep=";", decimal=",")


def plain_strides(path):
    table = pd.DataFrame([CURVE] * 5, columns=[f"p{k}" for k in range(101)])
    table.insert(0, "variable", "hip")
    table.to_csv(path, index=False, sep="\t")


def plain_parquet(path):
    pd.DataFrame({"time": np.arange(60) / 100, "hip": 1.5, "note": "a"}).to_parquet(path)


def visual3d_series(path):
    columns = [visual3d.TIME, visual3d.angle("LHipAngle", np.sin(np.arange(300.0)))]
    columns = [(*c[:5], c[5][:60]) for c in columns]
    columns.append(
        (visual3d.FOLDER + "run 01.c3d", "RHS", "EVENT_LABEL", "ORIGINAL", "X", [0.1, 0.3])
    )
    visual3d.write(path, columns)


def visual3d_curves(path):
    visual3d.write(path, [visual3d.angle("RKneeAngle", CURVE + k) for k in range(3)])


def qualisys_force(path):
    qualisys.forces(path, qualisys.LAB_FORCE, qualisys.LAB_COP, qualisys.CORNERS)


def visit(path):
    running = {name: rows[:4] for name, rows in clinic.RUNNING.items()}
    clinic.write(path, clinic.visit(running=running))


BASES = {
    "visual3d series": (visual3d_series, read_visual3d, looks_like_visual3d),
    "visual3d curves": (visual3d_curves, read_visual3d, looks_like_visual3d),
    "qualisys markers": (qualisys.markers, read_qualisys, looks_like_qualisys),
    "qualisys force": (qualisys_force, read_qualisys, looks_like_qualisys),
    "visit": (visit, read_running_injury_clinic, looks_like_running_injury_clinic),
    "plain channels": (plain_channels, read_plain, looks_like_plain),
    "plain long": (plain_long, read_plain, looks_like_plain),
    "plain strides": (plain_strides, read_plain, looks_like_plain),
    "plain parquet": (plain_parquet, read_plain, looks_like_plain),
    "sheet text": (lambda path: sheets.text(path, sheets.RUNNERS), read_sheet, None),
    "sheet xlsx": (lambda path: sheets.workbook(path, sheets.RUNNERS), read_sheet, None),
    "sheet parquet": (plain_parquet, read_sheet, None),
}


def truncate(content, draw):
    return content[: draw.randrange(len(content))]


def flip(content, draw):
    flipped = bytearray(content)
    for _ in range(draw.choice([1, 3, 30])):
        flipped[draw.randrange(len(flipped))] = draw.randrange(256)
    return bytes(flipped)


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


@on_lines
def odd_cell(lines, draw):
    k = draw.randrange(len(lines))
    cells = re.split(rb"([,;\t])", lines[k])
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
    ]
    cells[2 * draw.randrange((len(cells) + 1) // 2)] = draw.choice(odd)
    lines[k] = b"".join(cells)


def to_text(encoding):
    return lambda content, draw: content.decode("latin-1").encode(encoding)


MUTATE = [
    truncate,
    flip,
    flip,
    double_a_row,
    remove_a_row,
    swap_rows,
    swap_cells,
    odd_cell,
    odd_cell,
    to_text("utf-16"),
    to_text("utf-16-le"),
    to_text("utf-8-sig"),
    lambda content, draw: content.replace(b"\n", b"\r"),
    lambda content, draw: content.replace(b".", b","),
    lambda content, draw: content.replace(b"\t", draw.choice([b";", b" ", b","])),
    lambda content, draw: content + content[draw.randrange(len(content)) :],
    lambda content, draw: content.replace(b"1", draw.choice([b"11", b"", b"1e9", b"-"]), 5),
]


@pytest.mark.parametrize("name", BASES)
def test_a_damaged_file_ends_in_a_sentence_or_a_recording(tmp_path, name):
    write, read, looks_like = BASES[name]
    path = tmp_path / "file.xyz"
    write(path)
    content = path.read_bytes()
    assert isinstance(read(path), Recording | SheetTable)
    draw, sentences = random.Random(name), []
    for k in range(MUTATIONS):
        damaged = MUTATE[k % len(MUTATE)](content, draw)
        if draw.random() < 0.3:
            damaged = draw.choice(MUTATE)(damaged or content, draw)
        path.write_bytes(damaged)
        if looks_like is not None:
            assert looks_like(damaged[:65536]) in (True, False)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = read(path)
            except DataError as error:
                sentences.append(str(error))
            else:
                assert isinstance(found, Recording | SheetTable)
    assert len(sentences) >= 5
    assert all(10 < len(sentence) < 600 for sentence in sentences)
