import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glutelab.errors import DataError
from glutelab.formats import parquet
from glutelab.formats.plain import looks_like_plain, read_plain

SAMPLES = Path(__file__).parents[1] / "data" / "samples" / "formats" / "curves"
TIMES = np.arange(200) / 100
HIP = 20 * np.sin(TIMES * 9)
SERIES = pd.DataFrame({"time_s": TIMES, "hip_flexion_deg": HIP, "knee [rad]": HIP / 57})
CURVE = np.linspace(-5, 40, 101)


def as_text(frame, separator=",", decimal=".", end="\n"):
    stream = io.StringIO()
    frame.to_csv(stream, sep=separator, decimal=decimal, index=False, lineterminator=end)
    return stream.getvalue()


def write(path, text, encoding="utf-8"):
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("separator", "decimal", "end", "encoding"),
    [
        (",", ".", "\n", "utf-8"),
        (";", ",", "\r\n", "utf-8-sig"),
        ("\t", ",", "\r", "utf-16"),
        (";", ".", "\n", "cp1252"),
        ("|", ".", "\n", "utf-16-le"),
    ],
)
def test_every_dialect_gives_the_same_numbers(tmp_path, separator, decimal, end, encoding):
    frame = SERIES.rename(columns={"hip_flexion_deg": "Hüfte (deg)"})
    path = write(tmp_path / "a.csv", as_text(frame, separator, decimal, end), encoding)
    assert looks_like_plain(path.read_bytes()[:65536])
    read = read_plain(path)
    assert read.channels.names == ("Hüfte (deg)", "knee [rad]")
    assert read.channels.units == ("deg", "rad")
    assert read.channels.rate_hz == 100
    np.testing.assert_array_equal(read.channels.values, SERIES.iloc[:, 1:])
    assert any("Western European" in note for note in read.notes) == (encoding == "cp1252")


@pytest.mark.parametrize("kind", ["gz", "parquet"])
def test_packed_and_parquet(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(as_text(SERIES).encode()))
    else:
        SERIES.to_parquet(path)
    np.testing.assert_array_equal(read_plain(path).channels.values, SERIES.iloc[:, 1:])


def long_table():
    rows = [
        {"runner": r, "trial": t, "side": s, "variable": v, "percent": p, "value": value + k}
        for k, (r, t, s, v) in enumerate(
            (r, t, s, v) for r in "AB" for t in "12" for s in ("left", "R") for v in ("hip", "knee")
        )
        for p, value in enumerate(CURVE)
    ]
    return pd.DataFrame(rows)


def test_long(tmp_path):
    read = read_plain(write(tmp_path / "a.csv", as_text(long_table())))
    assert read.channels.normalized
    assert read.channels.values.shape == (101, 16)
    assert read.channels.names[:4] == ("hip left", "knee left", "hip right", "knee right")
    assert read.channels.trials[:8] == ("A/1",) * 4 + ("A/2",) * 4
    np.testing.assert_allclose(read.channels.values[:, 15], CURVE + 15)


def test_long_rows_in_any_order_of_series(tmp_path):
    table = long_table()
    mixed = table.sort_values(["percent", "runner"], kind="stable")
    a = read_plain(write(tmp_path / "a.csv", as_text(table))).channels
    b = read_plain(write(tmp_path / "b.csv", as_text(mixed))).channels
    of = dict(zip(zip(b.names, b.trials, strict=True), b.values.T, strict=True))
    for name, trial, column in zip(a.names, a.trials, a.values.T, strict=True):
        np.testing.assert_array_equal(of[name, trial], column)


@pytest.mark.parametrize("name", ["{}", "p{}", "pct_{}", "{}%", "hip_{}"])
def test_one_row_per_stride(tmp_path, name):
    table = pd.DataFrame([CURVE, CURVE + 1], columns=[name.format(k) for k in range(101)])
    table.insert(0, "variable", ["hip_flexion_deg", "knee_flexion_deg"])
    table.insert(0, "stride", [1, 2])
    table.insert(0, "comment", ["fine", "tired"])
    read = read_plain(write(tmp_path / "a.csv", as_text(table)))
    assert read.channels.names == ("hip_flexion_deg", "knee_flexion_deg")
    assert read.channels.units == ("deg", "deg")
    assert read.channels.trials == ("1", "2")
    np.testing.assert_allclose(read.channels.values.T, [CURVE, CURVE + 1])
    assert any("comment" in note for note in read.notes)
    assert "tired" not in repr(read)


def test_channels_with_columns_that_say_whose_they_are(tmp_path):
    table = pd.concat([SERIES.assign(trial=t, side=s) for t in ("T1", "T2") for s in "LR"])
    read = read_plain(write(tmp_path / "a.csv", as_text(table)))
    assert read.channels.values.shape == (200, 8)
    assert read.channels.names[:3] == (
        "hip_flexion_deg left",
        "knee [rad] left",
        "hip_flexion_deg right",
    )
    assert read.channels.units[:2] == ("deg", "rad")
    assert read.channels.trials == ("T1",) * 4 + ("T2",) * 4


def test_units_in_a_row_beneath_the_header(tmp_path):
    lines = as_text(SERIES.rename(columns={"knee [rad]": "knee"})).splitlines()
    text = "\n".join([lines[0], "s,°,rad", *lines[1:]])
    read = read_plain(write(tmp_path / "a.csv", text))
    assert read.channels.units == ("deg", "rad")
    assert len(read.channels.values) == 200


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x")', "@SUM(1)", "+cmd|' /C calc'!A0", "abc"]
)
def test_formulas_and_words_are_text_and_refused_with_their_line(tmp_path, cell):
    table = SERIES.astype(object)
    table.iloc[40, 1] = cell
    with pytest.raises(DataError, match="line 42, hip_flexion_deg"):
        read_plain(write(tmp_path / "a.csv", as_text(table)))
    table.astype(str).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(DataError, match="line 41, hip_flexion_deg"):
        read_plain(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("time,hip,hip\n0,1,2\n1,1,2\n", "'hip' comes more than once"),
        ("time,,hip\n0,1,2\n1,1,2\n", "column 2 has no name"),
        ("0,1,2\n0,1,2\n", "numbers where names"),
        ("time,hip\n0,1\n0.01,1,5\n", "line 3: 3 cells"),
        ("time,hip\n0,1\n0.01\n", "line 3: 1 cells"),
        ("time;hip\n0;1,5\n0.01;2.5\n", "one decimal mark"),
        ("time;hip\n0;1,500\n1;2,500\n", "thousand"),
        ("time,hip\n0,1\n0.01,1\n0.02,1\n0.02,1\n0.03,1\n", "even steps"),
        ("time,hip\n0,1\n0.01,1\n0.03,1\n", "even steps"),
        ("frame,hip\n1,1\n2,1\n2,1\n", "goes from 2 to 2"),
        ("percent,hip\n0,1\n50,1\n99,1\n", "evenly from 0 to 100"),
        ("time,hip\n0,1\n5,1\n10,1\n15,1\n", "time_ms"),
        ("time,hip\n", "1 lines"),
        ("hello\nworld\n", "separates"),
        ("", "empty"),
        ("time,hip\n0,inf\n1,2\n", "'inf'"),
        ('time,hip\n0,"1\n1,2\n', "quotation mark"),
        (b"PAR1" + bytes(100), "Parquet"),
        (b"PK\x03\x04" + bytes(100), "workbook or an archive"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(tmp_path, text, sentence):
    with pytest.raises(DataError, match=sentence):
        read_plain(write(tmp_path / "a.csv", text))


def test_columns_of_words_are_left_out_by_name(tmp_path):
    path = write(tmp_path / "a.csv", as_text(SERIES.assign(comment="Anna felt fine")))
    read = read_plain(path)
    assert len(read.channels.names) == 2
    assert any("comment" in note for note in read.notes)
    assert "Anna" not in repr(read)


def test_clocks(tmp_path):
    frames = SERIES.assign(time_s=np.arange(200)).rename(columns={"time_s": "Frame"})
    path = write(tmp_path / "a.csv", as_text(frames))
    assert np.isnan(read_plain(path).channels.rate_hz)
    assert read_plain(path, rate_hz=150).channels.rate_hz == 150
    ms = SERIES.assign(time_s=TIMES * 1000).rename(columns={"time_s": "time_ms"})
    path = write(tmp_path / "b.csv", as_text(ms))
    assert read_plain(path).channels.rate_hz == 100
    with pytest.raises(DataError, match="150, as stated"):
        read_plain(path, rate_hz=150)
    both = SERIES.assign(frame=np.arange(200))
    assert "frame" not in read_plain(write(tmp_path / "c.csv", as_text(both))).channels.names


def test_a_parquet_bomb_is_refused_by_its_footer(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_CELLS", 1_000_000)
    table = pa.table({f"c{k}": pa.array(np.zeros(200_000, np.float32)) for k in range(10)})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 50_000
    with pytest.raises(DataError, match="200000 rows of 10 columns"):
        read_plain(tmp_path / "a.parquet")


def test_nested_parquet_and_long_cells_are_refused(tmp_path):
    pq.write_table(pa.table({"time": [0.0, 1], "a": [[1], [2]]}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match="a column of list"):
        read_plain(tmp_path / "a.parquet")
    pq.write_table(pa.table({"time": [0.0, 1], "a": ["x" * 50_000] * 2}), tmp_path / "b.parquet")
    with pytest.raises(DataError, match="long as a book"):
        read_plain(tmp_path / "b.parquet")


def test_a_stride_as_published(tmp_path):
    read = read_plain(SAMPLES / "g01s01t01.txt")
    assert read.channels.normalized
    assert read.channels.names[:2] == ("Hip_Z", "Hip_X")
    assert read.channels.values.shape == (101, 9)
    assert read.channels.values[0, 0] == -27.608371
    assert any("Time runs from 0 to 100" in note for note in read.notes)


def test_mean_curves_as_published(tmp_path):
    read = read_plain(SAMPLES / "RBDS001processed.txt.gz")
    assert read.channels.normalized
    assert read.channels.values.shape == (101, 144)
    assert read.channels.names[2] == "RhipAngZ25"
    assert read.channels.values[0, 2] == 34.9272
    assert np.isnan(read.channels.values[100, read.channels.names.index("RgrfY25")])
