import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from glutelab.errors import DataError
from glutelab.formats.theia import Poses, angles_of_poses, read_theia

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


def write(path):
    import ezc3d

    names, matrices, _, rate = poses()
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [rate]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["toe"]
    file["data"]["points"] = np.ones((4, 1, FRAMES))
    file.add_parameter("ROTATION", "RATE", [rate])
    file.add_parameter("ROTATION", "LABELS", list(names))
    file["data"]["rotations"] = matrices.transpose(2, 3, 0, 1)
    file.write(str(path))
    return path


def test_a_c3d_file(tmp_path):
    read = read_theia(write(tmp_path / "pose_0.c3d"))
    assert (read.points.unit, read.channels.rate_hz) == ("mm", 85)
    found = read.channels.values[:, read.channels.names.index("LHip.X")]
    np.testing.assert_allclose(found, TRUE["LHip"][0], atol=1e-3)


def test_no_poses_and_no_c3d(tmp_path):
    import ezc3d

    (tmp_path / "a.c3d").write_bytes(b"hello" * 200)
    with pytest.raises(DataError, match="cannot be read as C3D"):
        read_theia(tmp_path / "a.c3d")
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["LASI"]
    file["data"]["points"] = np.ones((4, 1, 5))
    file.write(str(tmp_path / "b.c3d"))
    with pytest.raises(DataError, match="no segment poses"):
        read_theia(tmp_path / "b.c3d")
