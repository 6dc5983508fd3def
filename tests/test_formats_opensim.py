"""OpenSim .mot and .sto: angles in the unit stated, forces with their side, headers that lie."""

import numpy as np
import pytest

from glutelab.datasets import sample_folder
from glutelab.errors import DataError
from glutelab.formats.opensim import looks_like_opensim, read_opensim

IK, GRF = (sample_folder("formats") / name for name in ("ik_output_run.mot", "grf_run.mot"))

ROWS = [[f"{i / 100:.2f}", "1.5", "-2", "0.9", "800"] for i in range(10)]
NAMES = ["time", "hip_flexion_r", "/jointset/knee_l/knee_angle_l/value", "pelvis_ty", "reserve"]


def write(folder, header=("Coordinates", "inDegrees=yes"), names=NAMES, rows=ROWS, mark="\t"):
    path = folder / "a.mot"
    lines = [*header, "endheader", *[mark.join(row) for row in [names, *rows]]]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_real_angles():
    recording = read_opensim(IK)
    channels = recording.channels
    assert channels.values.shape == (122, 39)
    assert channels.rate_hz == 150.0
    units = dict(zip(channels.names, channels.units, strict=True))
    assert units["hip_flexion_r"] == units["pelvis_tilt"] == "deg"
    assert units["pelvis_ty"] == "m"
    assert channels.values[0, channels.names.index("hip_flexion_r")] == 42.59125421
    assert recording.about == {"in_degrees": "yes", "start_s": "0"}


def test_real_forces():
    recording = read_opensim(GRF)
    assert recording.channels is None
    assert [(p.name, p.side) for p in recording.plates] == [
        ("R_ground_force", "right"),
        ("L_ground_force", "left"),
    ]
    for plate in recording.plates:
        assert (plate.rate_hz, plate.force_unit, plate.length_unit) == (300.0, "N", "m")
        loaded = plate.force[:, 1] >= 10
        assert plate.force[:, 1].max() > 1500
        assert np.isnan(plate.cop[~loaded]).all()
        assert not np.isnan(plate.cop[loaded]).any()
    assert "6 torques of the ground were left out." in recording.notes
    assert "SimulationDataAndSetupFiles" not in repr(recording)  # the path in the header


@pytest.mark.parametrize(
    ("stated", "unit", "n_notes"), [("yes", "deg", 0), ("no", "rad", 0), (None, "", 1)]
)
def test_unit_is_what_the_header_says(tmp_path, stated, unit, n_notes):
    header = ["Coordinates", *([f"inDegrees={stated}"] if stated else [])]
    recording = read_opensim(write(tmp_path, header))
    assert recording.channels.units == (unit, unit, "m", "")
    assert len(recording.notes) == n_notes


@pytest.mark.parametrize(
    ("names", "sides"),
    [
        (("ground_force", "1_ground_force"), ("", "")),
        (("ground_force_r", "ground_force_l"), ("right", "left")),
        (("ground_force_left", "ground_force_right"), ("left", "right")),
        (("calcn_l_ground_force", "calcn_r_ground_force"), ("left", "right")),
    ],
)
def test_names_of_force_columns(tmp_path, names, sides):
    columns = [f"{name}_{kind}{axis}" for name in names for kind in "vp" for axis in "xyz"]
    rows = [[f"{i / 100:.2f}", *["20"] * len(columns)] for i in range(5)]
    recording = read_opensim(write(tmp_path, names=["time", *columns], rows=rows, mark="  "))
    assert tuple(plate.name for plate in recording.plates) == names
    assert tuple(plate.side for plate in recording.plates) == sides
    assert recording.channels is None


def test_force_that_pulls_the_runner_down_is_noted(tmp_path):
    columns = ["time", *[f"ground_force_v{axis}" for axis in "xyz"]]
    rows = [[f"{i / 100:.2f}", "1", "-800", "2"] for i in range(5)]
    recording = read_opensim(write(tmp_path, names=columns, rows=rows))
    assert "is negative" in recording.notes[0]
    assert np.isnan(recording.plates[0].cop).all()
    assert (recording.plates[0].force[:, 1] == -800).all()  # not turned


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("nRows=122", "nRows=120", "122 rows, but nrows is 120"),
        ("nRows=122", "nRows=many", "122 rows, but nrows is many"),
        ("nColumns=40", "nColumns=41", "40 columns, but ncolumns is 41"),
        ("endheader", "end", "no line endheader"),
        ("inDegrees=yes", "DataType=Vec3", "DataType is Vec3"),
        ("time\t", "tim\t", "no column time in the first place"),
        ("pelvis_list", "pelvis_tilt", "two columns named pelvis_tilt"),
        ("pelvis_list", "", "a column without name"),
        ("-18.41593820", "", None),
        ("-18.41593820", "-18,41593820", "Which one is the decimal mark?"),
        ("-18.41593820", "north", "line 12, pelvis_tilt: 'north' where a number should be"),
        ("-18.41593820\t", "", "line 12: 39 cells. Expected 40"),
        ("0.40000000\t", "0.41000000\t", "time goes from"),
    ],
)
def test_headers_that_lie_and_cells_that_are_no_numbers(tmp_path, old, new, text):
    content = IK.read_text(encoding="latin-1")
    assert old in content
    path = tmp_path / "a.mot"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    if text is None:
        value = read_opensim(path).channels.values[0, 0]
        assert np.isnan(value) if not new else value == -18.4159382
        return
    with pytest.raises(DataError) as error:
        read_opensim(path)
    assert str(error.value).startswith("a.mot")
    assert text in str(error.value)


def test_decimal_commas(tmp_path):
    path = tmp_path / "a.mot"
    path.write_text(IK.read_text(encoding="latin-1").replace(".", ","), encoding="utf-8")
    found = read_opensim(path).channels.values
    np.testing.assert_array_equal(found, read_opensim(IK).channels.values)


def test_old_header_that_lies(tmp_path):
    path = tmp_path / "a.mot"
    path.write_text(GRF.read_text().replace("datarows 246", "datarows 245"), encoding="utf-8")
    with pytest.raises(DataError, match="246 rows, but datarows is 245"):
        read_opensim(path)


def test_cut_off_anywhere(tmp_path):
    content, path = IK.read_bytes(), tmp_path / "a.mot"
    sizes = [*range(0, len(content) - 20, 1571), *range(len(content) - 12, len(content) - 2)]
    for size in sizes:  # the last ones lie in the last number
        path.write_bytes(content[:size])
        with pytest.raises(DataError, match=r"a\.mot"):
            read_opensim(path)


def test_looks():
    assert looks_like_opensim(IK.read_bytes()[:3000])
    assert looks_like_opensim(GRF.read_bytes()[:3000])
    assert not looks_like_opensim(b"time\tendheader_x")
