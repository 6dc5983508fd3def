import struct

import ezc3d
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from glutelab.errors import DataError
from glutelab.formats.c3d import read_c3d
from glutelab.formats.recognize import read_recording
from glutelab.formats.theia import SIGNS, Poses, angles_of_poses

FRAMES = 80
PHASE = np.linspace(0, 4 * np.pi, FRAMES)


def turned(x, y=0.0, z=0.0):
    angles = np.broadcast_arrays(np.asarray(x, float), y, z, np.zeros(FRAMES))[:3]
    return Rotation.from_euler("XYZ", np.stack(angles, axis=1), degrees=True).as_matrix()


TRUE = {
    "Pelvis": (-12 + 3 * np.sin(PHASE), 2 * np.cos(PHASE), 5 * np.sin(PHASE)),
    "LHip": (10 + 30 * np.sin(PHASE), 3.0, -4.0),
    "RHip": (10 - 30 * np.sin(PHASE), -3.0, 4.0),
    "LKnee": (-50 + 40 * np.cos(PHASE), 1.0, 2.0),
    "RKnee": (-50 - 40 * np.cos(PHASE), 1.0, 2.0),
    "LAnkle": (5 + 15 * np.sin(PHASE), 2.0, 1.0),
    "RAnkle": (5 - 15 * np.sin(PHASE), 2.0, 1.0),
}


def poses(lab=None, missing=()):
    """A runner who heads along Y of the laboratory, or as `lab` turns it."""
    lab = np.eye(3) if lab is None else lab
    names, matrices = [], []

    def put(name, axes, origin):
        pose = np.zeros((FRAMES, 4, 4))
        pose[:, :3, :3], pose[:, :3, 3], pose[:, 3, 3] = lab @ axes, origin @ lab.T, 1
        names.append(f"{name}_4X4")
        matrices.append(pose)

    pelvis = turned(*TRUE["Pelvis"])
    put("pelvis", pelvis, np.full((FRAMES, 3), 1000.0))
    for side, sign in (("l", -1), ("r", 1)):
        thigh = pelvis @ turned(*TRUE[f"{side.upper()}Hip"])
        shank = thigh @ turned(*TRUE[f"{side.upper()}Knee"])
        foot = shank @ turned(*TRUE[f"{side.upper()}Ankle"])
        hip = 1000 + sign * 90 * pelvis[:, :, 0]
        knee = hip - 420 * thigh[:, :, 2]
        ankle = knee - 400 * shank[:, :, 2]
        put(f"{side}_thigh", thigh, hip)
        put(f"{side}_shank", shank, knee)
        put(f"{side}_foot", foot, ankle)
        put(f"{side}_toes", foot, ankle + 150 * foot[:, :, 1] - 60 * foot[:, :, 2])
    stacked = np.stack(matrices)
    for name in missing:
        stacked[names.index(name), :10] = np.nan
    return Poses(tuple(names), stacked, "mm", 85.0)


@pytest.mark.parametrize("lab", ["z up", "y up"])
def test_known_angles_come_back(lab):
    turn = (
        None
        if lab == "z up"
        else np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
        @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    )
    channels, points, notes = angles_of_poses(poses(turn), "a.c3d")
    for name, angles in TRUE.items():
        for axis, true in zip("XYZ", angles, strict=True):
            if name == "Pelvis" and axis == "Z":
                continue  # counted from the mean heading
            found = channels.values[:, channels.names.index(f"{name}.{axis}")]
            np.testing.assert_allclose(found, np.broadcast_to(true, FRAMES), atol=0.3)
    assert channels.rate_hz == 85
    assert set(channels.units) == {"deg"}
    assert points.names[1] == "l_thigh_4X4"
    assert any("knee flexion -" in note for note in notes)


def test_missing_poses_are_nan_and_nothing_else():
    channels, points, _ = angles_of_poses(poses(missing=["l_shank_4X4"]), "a.c3d")
    knee = channels.values[:, channels.names.index("LKnee.X")]
    assert np.isnan(knee[:10]).all()
    assert not np.isnan(knee[10:]).any()
    assert not np.isnan(channels.values[:, channels.names.index("RKnee.X")]).any()
    assert np.isnan(points.positions[:10, 2]).all()


@pytest.mark.parametrize(
    "change", ["transposed", "other axes", "sides swapped", "no rotation", "segment absent"]
)
def test_axes_that_are_not_as_expected_are_refused(change):
    names, matrices, unit, rate = poses()
    matrices = matrices.copy()
    if change == "transposed":
        matrices[..., :3, :3] = np.swapaxes(matrices[..., :3, :3], -1, -2)
    if change == "other axes":  # X forward, Y up, Z right
        matrices[..., :3, :3] = matrices[..., :3, [1, 2, 0]]
    if change == "sides swapped":
        names = tuple({"l": "r", "r": "l"}.get(n[0], n[0]) + n[1:] for n in names)
    if change == "no rotation":
        matrices[..., :3, :3] = 0
    if change == "segment absent":
        names = tuple(n.replace("thigh", "other") for n in names)
    with pytest.raises(DataError, match="Export the joint angles from Visual3D"):
        angles_of_poses(Poses(names, matrices, unit, rate), "a.c3d")


def write(path, changed=None, ratio=1, labels=("toe",)):
    names, matrices, _, rate = changed or poses()
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [rate]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(labels)
    file["data"]["points"] = np.full((4, len(labels), FRAMES // ratio), 7.0)
    file.add_parameter("ROTATION", "RATE", [rate * ratio])
    file.add_parameter("ROTATION", "LABELS", list(names))
    file["data"]["rotations"] = matrices.transpose(2, 3, 0, 1)
    file.write(str(path))
    return path


def test_a_c3d_file_gives_angles_and_origins_beside_its_markers(tmp_path):
    read = read_recording(write(tmp_path / "pose_0.c3d"))
    assert (read.family, read.points.unit, read.channels.rate_hz) == ("c3d", "mm", 85)
    for name in ("LHip", "RKnee", "LAnkle"):
        found = read.channels.values[:, read.channels.names.index(f"{name}.X")]
        np.testing.assert_allclose(found, TRUE[name][0], atol=1e-3)
    names, matrices, _, _ = poses()
    assert read.points.names == (*names, "toe")
    expected = matrices[:, :, :3, 3].transpose(1, 0, 2)
    np.testing.assert_allclose(read.points.positions[:, :-1], expected, rtol=1e-5)
    assert (read.points.positions[:, -1] == 7).all()
    assert read.about["angles"] == SIGNS
    assert SIGNS in " ".join(read.notes)


def test_poses_at_twice_the_rate_of_the_frames(tmp_path):
    read = read_c3d(write(tmp_path / "a.c3d", ratio=2))
    assert read.channels.rate_hz == read.points.rate_hz == 170
    assert len(read.channels.values) == len(read.points.positions) == FRAMES
    assert "1 markers at another rate than the poses were left out." in read.notes


def test_a_file_without_markers(tmp_path):
    """As ezc3d does not write one, the marker is taken out of the header and the parameters."""
    content = bytearray(write(tmp_path / "a.c3d").read_bytes())
    struct.pack_into("<H", content, 2, 0)
    at = content.index(b"USED", content.index(b"POINT")) + 8
    assert struct.unpack_from("<H", content, at) == (1,)
    struct.pack_into("<H", content, at, 0)
    (tmp_path / "a.c3d").write_bytes(content)
    read = read_c3d(tmp_path / "a.c3d")
    assert len(read.points.names) == 9
    found = read.channels.values[:, read.channels.names.index("LHip.X")]
    np.testing.assert_allclose(found, TRUE["LHip"][0], atol=1e-3)


def test_a_file_that_was_cut_off_in_its_poses(tmp_path):
    path = write(tmp_path / "a.c3d")
    content = path.read_bytes()
    for size in (len(content) - 1000, len(content) // 2):
        path.write_bytes(content[:size])
        with pytest.raises(DataError, match="the header speaks of 80 frames"):
            read_c3d(path)


def test_poses_of_another_program_are_left_out_with_a_note(tmp_path):
    names, matrices, unit, rate = poses()
    other = Poses(tuple(f"body_{k}" for k in range(len(names))), matrices, unit, rate)
    read = read_c3d(write(tmp_path / "a.c3d", other, labels=("LASI", "RASI")))
    assert (read.points.names, read.channels) == (("LASI", "RASI"), None)
    assert "9 segment poses were left out" in " ".join(read.notes)


def test_poses_with_other_axes_are_refused(tmp_path):
    names, matrices, unit, rate = poses()
    matrices = matrices.copy()
    matrices[..., :3, :3] = matrices[..., :3, [1, 2, 0]]
    with pytest.raises(DataError, match="degrees apart.*Export the joint angles from Visual3D"):
        read_c3d(write(tmp_path / "a.c3d", Poses(names, matrices, unit, rate)))
