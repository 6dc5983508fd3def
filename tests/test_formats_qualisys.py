import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.formats.qualisys import looks_like_qualisys, read_qualisys

NAMES = ("L_ASIS", "R_ASIS", "L_HEEL")
TURN = np.random.default_rng(1)
POSITIONS = TURN.normal(size=(40, 3, 3)) * 100 + 900
POSITIONS[5:8, 1] = 0


def markers(
    path,
    clocks=2,
    titles=True,
    frames=40,
    frequency="200",
    events=(),
    decimal=".",
    end="\r\n",
    bom="",
):
    lines = [
        f"NO_OF_FRAMES\t{frames}",
        "NO_OF_CAMERAS\t8",
        "NO_OF_MARKERS\t3",
        f"FREQUENCY\t{frequency}",
        "NO_OF_ANALOG\t0",
        "ANALOG_FREQUENCY\t0",
        "DESCRIPTION\tAnna Muster, knee pain",
        "TIME_STAMP\t2024-06-03, 10:47:36.627\t94247.45402301",
        "DATA_INCLUDED\t3D",
        *(f"EVENT\t{name}\t{round(time * 200) + 1}\t{time}" for name, time in events),
        "MARKER_NAMES\t" + "\t".join(NAMES),
        "TRAJECTORY_TYPES\tMeasured\tMeasured\tMeasured",
    ]
    if titles:
        columns = [f"{name} {axis}" for name in NAMES for axis in "XYZ"]
        lines.append("\t".join(["Frame", "Time"][:clocks] + columns))
    for k, row in enumerate(POSITIONS.reshape(40, 9)):
        cells = [str(k + 1), f"{k / 200:.5f}"][:clocks] + [f"{value:.3f}" for value in row]
        lines.append("\t".join(cells).replace(".", decimal))
    path.write_bytes((bom + end.join(lines) + end).encode("utf-8"))
    return path


def forces(path, force, cop, corners, described="", titles=True):
    lines = [
        f"NO_OF_SAMPLES\t{len(force)}",
        "FREQUENCY\t1000",
        "TIME_STAMP\t2024-06-03, 10:47:36.627",
        "FIRST_SAMPLE\t1",
        f"DESCRIPTION\t{described}",
        "DATA_INCLUDED\tForce",
        "FORCE_PLATE_TYPE\tAmti",
        "FORCE_PLATE_NAME\tPlate left",
    ]
    for corner, place in zip(
        ("POSX_POSY", "NEGX_POSY", "NEGX_NEGY", "POSX_NEGY"), corners, strict=True
    ):
        lines += [
            f"FORCE_PLATE_CORNER_{corner}_{a}\t{v}" for a, v in zip("XYZ", place, strict=True)
        ]
    lines += ["FORCE_PLATE_LENGTH\t600", "FORCE_PLATE_WIDTH\t400"]
    if titles:
        lines.append("\t".join(f"{w}_{a}" for w in ("Force", "Moment", "COP") for a in "XYZ"))
    table = np.hstack([force, np.zeros((len(force), 3)), cop])
    lines += ["\t".join(f"{value:.4f}" for value in row) for row in table]
    path.write_text("\n".join(lines) + "\n")
    return path


# X of the plate along Y of the laboratory and Y along X: then its Z points down.
CORNERS = np.array([[900.0, 800, 0], [900, 200, 0], [500, 200, 0], [500, 800, 0]])
LAB_FORCE = np.array([[0, 0, 0], [30, -60, 900], [10, 50, 1500], [1, 1, 3]], dtype=float)
LAB_COP = np.array([[0, 0, 0], [700, 500, 0], [720, 550, 0], [0, 0, 0]], dtype=float)


@pytest.mark.parametrize("clocks", [0, 1, 2])
@pytest.mark.parametrize("titles", [True, False])
def test_markers_with_and_without_titles_and_clocks(tmp_path, clocks, titles):
    path = markers(tmp_path / "run.tsv", clocks, titles)
    assert looks_like_qualisys(path.read_bytes())
    read = read_qualisys(path)
    assert read.points.names == NAMES
    assert (read.points.unit, read.points.rate_hz) == ("mm", 200)
    assert np.isnan(read.points.positions[5:8, 1]).all()
    seen = ~np.isnan(read.points.positions)
    np.testing.assert_allclose(read.points.positions[seen], POSITIONS[seen], atol=6e-4)
    assert seen.sum() == POSITIONS.size - 9
    assert "Anna" not in repr(read)


@pytest.mark.parametrize("dialect", [{"decimal": ","}, {"end": "\r"}, {"bom": "\ufeff"}])
def test_dialects_give_the_same_numbers(tmp_path, dialect):
    plain = read_qualisys(markers(tmp_path / "a.tsv")).points.positions
    other = read_qualisys(markers(tmp_path / "b.tsv", **dialect)).points.positions
    np.testing.assert_array_equal(other, plain)


def test_events_of_the_header(tmp_path):
    events = [("Right heel strike", 0.05), ("LTO", 0.1), ("Start", 0.01)]
    read = read_qualisys(markers(tmp_path / "a.tsv", events=events))
    assert read.events.to_dict("list") == {
        "event": ["foot_strike", "toe_off"],
        "side": ["right", "left"],
        "time_s": [0.05, 0.1],
    }
    assert any("Start" in note for note in read.notes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"frames": 41}, "NO_OF_FRAMES is '41', but there are 40"),
        ({"frequency": "100"}, "FREQUENCY is 100, but time runs with 200"),
        ({"frequency": "fast"}, "FREQUENCY is 'fast'"),
    ],
)
def test_a_header_that_lies_is_named(tmp_path, change, sentence):
    with pytest.raises(DataError, match=sentence):
        read_qualisys(markers(tmp_path / "a.tsv", **change))


def test_swapped_columns_and_doubled_rows_are_named(tmp_path):
    path = markers(tmp_path / "a.tsv")
    text = path.read_text()
    path.write_text(text.replace("L_ASIS X\tL_ASIS Y", "L_ASIS Y\tL_ASIS X"))
    with pytest.raises(DataError, match="'L_ASIS Y' where MARKER_NAMES means 'L_ASIS X'"):
        read_qualisys(path)
    lines = text.splitlines()
    lines[20], lines[21] = lines[21], lines[20]
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match="even steps|count"):
        read_qualisys(path)


def test_other_exports_are_refused_by_name(tmp_path):
    path = tmp_path / "a_6d.tsv"
    path.write_text("NO_OF_FRAMES\t2\nNO_OF_BODIES\t1\nDATA_INCLUDED\t6D\n1\t2\n")
    with pytest.raises(DataError, match="6DOF"):
        read_qualisys(path)
    path.write_text("1\t2\t3\n")
    with pytest.raises(DataError, match="with header"):
        read_qualisys(path)


@pytest.mark.parametrize("titles", [True, False])
@pytest.mark.parametrize("kind", ["reaction", "action", "local"])
def test_force_on_the_runner_whatever_the_file_holds(tmp_path, kind, titles):
    force, cop, described = LAB_FORCE, LAB_COP, ""
    axes = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, -1]])  # rows x, y, z of the plate
    if kind == "action":
        force = -force
    if kind == "local":
        described = "Force data in local (force plate) coordinates"
        force = -force @ axes.T
        cop = (cop - CORNERS.mean(axis=0)) @ axes.T
    path = forces(tmp_path / "run_f_2.tsv", force, cop, CORNERS, described, titles)
    assert looks_like_qualisys(path.read_bytes())
    read = read_qualisys(path)
    (plate,) = read.plates
    assert (plate.name, plate.rate_hz, plate.force_unit, plate.length_unit) == (
        "Plate left",
        1000,
        "N",
        "mm",
    )
    np.testing.assert_allclose(plate.force, LAB_FORCE, atol=1e-3)
    np.testing.assert_allclose(plate.cop[1:3], LAB_COP[1:3], atol=1e-3)
    assert np.isnan(plate.cop[[0, 3]]).all()
    assert bool(read.notes) == (kind != "reaction")


def test_plates_beside_the_markers_come_along(tmp_path):
    path = markers(tmp_path / "run.tsv")
    forces(tmp_path / "run_f_1.tsv", LAB_FORCE, LAB_COP, CORNERS)
    forces(tmp_path / "run2_f_1.tsv", LAB_FORCE, LAB_COP, CORNERS)
    assert len(read_qualisys(path).plates) == 1
    assert read_qualisys(path, with_forces=False).plates == ()


def test_a_plate_that_is_pulled_is_refused(tmp_path):
    force = LAB_FORCE * [[1], [1], [-1], [1]]
    with pytest.raises(DataError, match="a foot only pushes"):
        read_qualisys(forces(tmp_path / "a_f.tsv", force, LAB_COP, CORNERS))
