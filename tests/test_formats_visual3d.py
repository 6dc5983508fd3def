import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.formats.visual3d import looks_like_visual3d, read_visual3d

FOLDER = "C:\\Labs\\Anna Muster\\"


def write(path, columns, items=None, decimal=".", end="\n", encoding="utf-8"):
    """`columns`: (source, signal, type, folder, component, values)."""
    rows = max(len(column[5]) for column in columns)
    lines = ["\t".join(["", *(str(column[k]) for column in columns)]) for k in range(4)]
    lines.append("\t".join(["ITEM", *(column[4] for column in columns)]))
    for row in range(rows):
        cells = [
            f"{c[5][row]:.6f}".replace(".", decimal)
            if row < len(c[5]) and not np.isnan(c[5][row])
            else ""
            for c in columns
        ]
        lines.append("\t".join([str(row + 1 if items is None else items[row]), *cells]))
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def angle(name, values, source="run 01.c3d", component="X", kind="LINK_MODEL_BASED"):
    return (FOLDER + source, name, kind, "ORIGINAL", component, values)


TIME = (FOLDER + "run 01.c3d", "TIME", "FRAME_NUMBERS", "ORIGINAL", "X", np.arange(300) / 150)


def test_a_time_series_with_its_clock(tmp_path):
    hip = np.sin(np.arange(300) / 20) * 30
    hip[40:45] = np.nan
    path = write(
        tmp_path / "a.txt",
        [TIME, angle("LHipAngle", hip), angle("LHipAngle", hip[:280], component="Y")],
    )
    assert looks_like_visual3d(path.read_bytes())
    read = read_visual3d(path)
    assert read.channels.names == ("LHipAngle.X", "LHipAngle.Y")
    assert read.channels.rate_hz == 150
    assert not read.channels.normalized
    assert read.channels.units == ("deg", "deg")
    assert set(read.channels.trials) == {"run 01.c3d"}
    np.testing.assert_allclose(read.channels.values[:, 0], hip, atol=1e-6)
    assert np.isnan(read.channels.values[280:, 1]).all()
    assert "Anna" not in repr(read)


def test_curves_over_the_gait_cycle_keep_their_strides_and_trials(tmp_path):
    curve = np.linspace(-10, 40, 101)
    columns = [angle("RKneeAngle", curve + k, source=f"t{k // 2}.c3d") for k in range(4)]
    read = read_visual3d(write(tmp_path / "a.txt", columns))
    assert read.channels.normalized
    assert np.isnan(read.channels.rate_hz)
    assert read.channels.names == ("RKneeAngle.X",) * 4
    assert read.channels.trials == ("t0.c3d", "t0.c3d", "t1.c3d", "t1.c3d")
    assert read.channels.values.shape == (101, 4)


def test_events(tmp_path):
    columns = [
        (FOLDER + "a.c3d", name, "EVENT_LABEL", "ORIGINAL", "X", np.array(times))
        for name, times in {"RHS": [0.4, 1.1], "RTO": [0.65], "LON": [0.75], "BAD": [0.1]}.items()
    ]
    read = read_visual3d(write(tmp_path / "a.txt", columns))
    assert read.events.columns.tolist() == ["event", "side", "time_s"]
    assert read.events["event"].tolist() == ["foot_strike", "toe_off", "foot_strike", "foot_strike"]
    assert read.events["side"].tolist() == ["right", "right", "left", "right"]
    assert read.events["time_s"].tolist() == [0.4, 0.65, 0.75, 1.1]
    assert any("BAD" in note for note in read.notes)


def test_targets_are_points_in_meters_and_analog_is_left_out_aloud(tmp_path):
    columns = [
        TIME,
        *(
            angle("RASI", np.full(300, k + 0.5), component=c, kind="TARGET")
            for k, c in enumerate("XYZ")
        ),
        angle("EMG1", np.zeros(1500), kind="ANALOG"),
    ]
    read = read_visual3d(write(tmp_path / "a.txt", columns))
    assert read.points.names == ("RASI",)
    assert read.points.unit == "m"
    assert read.points.positions.shape == (300, 1, 3)
    assert read.channels is None
    assert any("ANALOG EMG1" in note for note in read.notes)


@pytest.mark.parametrize("numbers", ["012", "123"])
def test_numbered_components_are_axes(tmp_path, numbers):
    columns = [
        TIME,
        *(angle("LHipAngle", np.ones(300) * k, component=c) for k, c in enumerate(numbers)),
    ]
    read = read_visual3d(write(tmp_path / "a.txt", columns))
    assert read.channels.names == ("LHipAngle.X", "LHipAngle.Y", "LHipAngle.Z")


@pytest.mark.parametrize(
    "dialect",
    [
        {"decimal": ","},
        {"end": "\r"},
        {"end": "\r\n"},
        {"encoding": "utf-16"},
        {"encoding": "utf-8-sig"},
    ],
)
def test_dialects_give_the_same_numbers(tmp_path, dialect):
    columns = [TIME, angle("LHipAngle", np.sin(np.arange(300)))]
    plain = read_visual3d(write(tmp_path / "a.txt", columns))
    path = write(tmp_path / "b.txt", columns, **dialect)
    assert looks_like_visual3d(path.read_bytes()[:65536])
    np.testing.assert_array_equal(read_visual3d(path).channels.values, plain.channels.values)


def test_rows_doubled_removed_or_cut_off_are_named(tmp_path):
    columns = [angle("LHipAngle", np.arange(100.0))]
    items = [*range(1, 51), *range(50, 100)]
    with pytest.raises(DataError, match="line 56: ITEM is 50 after 50"):
        read_visual3d(write(tmp_path / "a.txt", columns, items))
    (tmp_path / "b.txt").write_text("a\tb\n1\t2\n3\t4\n1\t2\n3\t4\n1\t2\n")
    with pytest.raises(DataError, match="Visual3D"):
        read_visual3d(tmp_path / "b.txt")
    path = write(tmp_path / "c.txt", columns)
    path.write_text(path.read_text().replace("7.000000", "=7"))
    with pytest.raises(DataError, match="line 13, LHipAngle: '=7'"):
        read_visual3d(path)


def test_a_header_longer_than_what_is_looked_at(tmp_path):
    columns = [angle("LHipAngle", np.zeros(3), source="x" * 90 + f"{k}.c3d") for k in range(900)]
    path = write(tmp_path / "a.txt", columns)
    assert looks_like_visual3d(path.read_bytes()[:65536])
    assert len(read_visual3d(path).channels.names) == 900
