"""Exports of every family, hurt as disks, transfers, editors and spreadsheets do.

    python tests/damage.py 500 c3d trc          # in a process of its own, within 4 GB: prints JSON

The readers of C3D and Parquet are C++, and must not take the caller with them.
"""

import json
import random
import re
import struct
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import made_c3d
import numpy as np
import pandas as pd
import test_formats_qualisys as qualisys
import test_formats_running_injury_clinic as clinic
import test_formats_sheet as sheets
import test_formats_theia as theia
import test_formats_visual3d as visual3d
from damaged_lines import double_a_row, on_lines, remove_a_row, swap_cells, swap_rows

from glutelab.datasets import sample_folder
from glutelab.errors import DataError
from glutelab.formats.recognize import read_recording
from glutelab.formats.recording import Recording
from glutelab.formats.sheet import SheetTable, read_sheet

FORMATS = sample_folder("formats")
CURVE = np.linspace(-5, 40, 101)
MEMORY = 4 << 30


def short_c3d(path):
    """A real file with 20 of its 4,500 frames: quick to read, and to damage."""
    content = bytearray((FORMATS / "RBDS001runT25.c3d").read_bytes())
    start = 512 * (struct.unpack_from("<H", content, 16)[0] - 1)
    n_points, n_analog = struct.unpack_from("<2H", content, 2)
    struct.pack_into("<H", content, 8, 20)
    path.write_bytes(content[: start + 20 * 4 * (4 * n_points + n_analog)])


def made_c3d_with_all(path):
    labels = ["Jane:LASI", "Jane:RASI", "Jane:LHipAngles"]
    event = {
        "USED": [2],
        "CONTEXTS": ["Left", "Right"],
        "LABELS": ["Foot Strike", "Foot Off"],
        "TIMES": np.array([[0.0, 0.0], [0.05, 0.03]]),
    }
    made_c3d.write(
        path, labels, made_c3d.markers(), analog=("abcdef", ["N"] * 6, np.ones((6, 40))),
        EVENT=event, FORCE_PLATFORM=made_c3d.plate(2, range(1, 7)),
    )  # fmt: skip


def head_of(name, n_lines, third_line):
    """The first lines of a real text file, with as many rows in its header as are left."""

    def write(path):
        lines = (FORMATS / name).read_bytes().split(b"\n")[:n_lines]
        lines[2] = third_line
        path.write_bytes(b"\n".join(lines))

    return write


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


TRC_LINE = b"150.00\t150.00\t14\t78\tmm\t150.00\t1\t14"
# What writes a whole file, its suffix, and its reader.
BASES = {
    "c3d": (short_c3d, ".c3d", read_recording),
    "c3d made": (made_c3d_with_all, ".c3d", read_recording),
    "c3d poses": (theia.write, ".c3d", read_recording),
    "trc": (head_of("motion_capture_run.trc", 20, TRC_LINE), ".trc", read_recording),
    "opensim angles": (head_of("ik_output_run.mot", 20, b"nRows=9"), ".mot", read_recording),
    "opensim forces": (head_of("grf_run.mot", 20, b"datarows 13"), ".mot", read_recording),
    "visual3d series": (visual3d_series, ".txt", read_recording),
    "visual3d curves": (visual3d_curves, ".txt", read_recording),
    "qualisys markers": (qualisys.markers, ".tsv", read_recording),
    "qualisys force": (qualisys_force, ".tsv", read_recording),
    "visit": (visit, ".json", read_recording),
    "plain channels": (plain_channels, ".csv", read_recording),
    "plain long": (plain_long, ".csv", read_recording),
    "plain strides": (plain_strides, ".tsv", read_recording),
    "plain parquet": (plain_parquet, ".parquet", read_recording),
    "sheet text": (lambda path: sheets.text(path, sheets.RUNNERS), ".csv", read_sheet),
    "sheet xlsx": (lambda path: sheets.workbook(path, sheets.RUNNERS), ".xlsx", read_sheet),
    "sheet parquet": (plain_parquet, ".parquet", read_sheet),
}


def truncate(content, draw):
    return content[: draw.randrange(len(content))]


def flip(content, draw):
    flipped = bytearray(content)
    for _ in range(draw.choice([1, 3, 30])):
        flipped[draw.randrange(len(flipped))] = draw.randrange(256)
    return bytes(flipped)


def insert(content, draw):
    at = draw.randrange(len(content))
    odd = draw.choice([b"\0", b"\t", b"\n", b"\r", b"\xef\xbb\xbf", b",", b'"'])
    return content[:at] + odd + content[at:]


ODD = [b"=1+1", b"-nan", b"1e400", b'"', b"NaN", b"1.2.3", b"", b"@x", b"9" * 400, b"\xff", b"-0"]
ODD += [b"x", b"1_0", b"\xff\xfe", b"0"]


@on_lines
def odd_cell(lines, draw):
    k = draw.randrange(len(lines))
    cells = re.split(rb"([,;\t])", lines[k])
    cells[2 * draw.randrange((len(cells) + 1) // 2)] = draw.choice(ODD)
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
    insert,
    to_text("utf-16"),
    to_text("utf-16-le"),
    to_text("utf-8-sig"),
    lambda content, draw: content.replace(b"\n", b"\r"),
    lambda content, draw: content.replace(b".", b","),
    lambda content, draw: content.replace(b"\t", draw.choice([b";", b" ", b","])),
    lambda content, draw: content + content[draw.randrange(len(content)) :],
    lambda content, draw: content.replace(b"1", draw.choice([b"11", b"", b"1e9", b"-"]), 5),
]


def hurt_c3d(content, draw):
    """Bits, bytes and words, most of them in the header and the parameters."""
    hurt = bytearray(content)
    data = 512 * (struct.unpack_from("<H", hurt, 16)[0] - 1)
    kind = draw.choice(["cut", "bits", "bytes", "header", "word", "word", "zero"])
    if kind == "cut":
        return bytes(hurt[: draw.randrange(len(hurt))])
    if kind == "bits":
        for _ in range(draw.choice([1, 5, 50])):
            hurt[draw.randrange(len(hurt))] ^= 1 << draw.randrange(8)
    elif kind == "bytes":
        for _ in range(draw.choice([1, 1, 3, 20])):
            hurt[draw.randrange(512, data)] = draw.randrange(256)
    elif kind == "header":
        hurt[draw.randrange(48)] = draw.randrange(256)
    elif kind == "word":
        at = draw.choice([draw.randrange(512, data), 2 * draw.randrange(24)])
        hurt[at : at + 2] = struct.pack("<H", draw.choice([0, 1, 255, 32767, 32768, 65535]))
    else:
        at = draw.randrange(512, data)
        end = min(at + draw.randrange(2000), len(hurt))
        hurt[at:end] = bytes(end - at)
    return bytes(hurt)


def damaged(name, content, seed):
    """A whole file, hurt once or twice; the same for the same name and seed."""
    draw = random.Random(f"{name} {seed}")
    if name.startswith("c3d"):
        return hurt_c3d(content, draw)
    hurt = MUTATE[seed % len(MUTATE)](content, draw)
    if draw.random() < 0.3:
        hurt = draw.choice(MUTATE)(hurt or content, draw)
    return hurt


def fuzz(name, mutations, folder):
    """How many damaged files were refused, how many read, what else came out, the slowest, s."""
    write, suffix, read = BASES[name]
    path = Path(folder) / f"file{suffix}"
    write(path)
    content = path.read_bytes()
    assert isinstance(read(path), Recording | SheetTable)
    counts = {"refused": 0, "read": 0, "escaped": [], "slowest_s": 0.0}
    for seed in range(mutations):
        path.write_bytes(damaged(name, content, seed))
        print(name, seed, file=sys.stderr, flush=True)
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = read(path)
            except DataError as error:
                counts["refused"] += 1
                text = str(error)
                if path.name not in text or "\n" in text or not 10 < len(text) < 600:
                    counts["escaped"].append(f"{seed}: {text[:300]}")
            except Exception as error:
                frame = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(frame.filename).name}:{frame.lineno}"
                counts["escaped"].append(f"{seed}: {type(error).__name__} {where} {error}"[:300])
            else:
                counts["read"] += 1
                assert isinstance(found, Recording | SheetTable)
        counts["slowest_s"] = max(counts["slowest_s"], time.perf_counter() - start)
    return counts


if __name__ == "__main__":
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:  # Windows has no such limit
        pass
    with tempfile.TemporaryDirectory() as here:
        names = sys.argv[2:]
        print(json.dumps({name: fuzz(name, int(sys.argv[1]), here) for name in names}))
