import json

import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.formats.running_injury_clinic import (
    looks_like_running_injury_clinic,
    read_running_injury_clinic,
)

SEGMENTS = ["pelvis", *(f"{s}_{p}" for s in "LR" for p in ("thigh", "shank", "foot"))]
CLUSTERS = [f"{segment}_{k}" for segment in SEGMENTS for k in (1, 2, 3, 4)]
LANDMARKS = [
    f"{s}_{p}" for s in "LR" for p in ("hip", "lat_knee", "med_knee", "lat_ankle", "med_ankle")
]
RANDOM = np.random.default_rng(3)
RUNNING = {name: (RANDOM.normal(size=(50, 3)) * 200).round(3).tolist() for name in CLUSTERS}


def visit(**changes):
    content = {
        "joints": {name: [float(k), 500.0, 10.0] for k, name in enumerate(LANDMARKS)},
        "neutral": {name: [float(k), 900.0, -5.0] for k, name in enumerate(CLUSTERS)},
        "walking": [],
        "running": RUNNING,
        "hz_w": [],
        "hz_r": 200,
        "dv_w": [],
        "dv_r": {"left": {"step": 1.0}, "right": {"step": 1.0}},
    }
    return content | changes


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_running(tmp_path):
    path = write(tmp_path / "20120524T131220.json", visit())
    assert looks_like_running_injury_clinic(path.read_bytes()[:65536])
    read = read_running_injury_clinic(path)
    assert read.points.names == tuple(CLUSTERS)
    assert (read.points.unit, read.points.rate_hz) == ("mm", 200)
    np.testing.assert_array_equal(read.points.positions[:, 5], RUNNING["L_thigh_2"])
    assert read.about["axes"] == "X right, Y up, Z backward"
    assert any("own standing" in note for note in read.notes)


@pytest.mark.parametrize("shape", ["row", "column", "frames"])
def test_standing_has_clusters_and_landmarks_whatever_the_shape(tmp_path, shape):
    turn = {
        "row": lambda p: p,
        "column": lambda p: [[x] for x in p],
        "frames": lambda p: [p, [x + 2 for x in p], [None] * 3, [x - 2 for x in p]],
    }[shape]
    content = visit()
    for key in ("joints", "neutral"):
        content[key] = {name: turn(place) for name, place in content[key].items()}
    read = read_running_injury_clinic(write(tmp_path / "a.json", content), part="neutral")
    assert read.points.names == (*CLUSTERS, *LANDMARKS)
    assert read.points.positions.shape == (1, 38, 3)
    np.testing.assert_allclose(read.points.positions[0, 29], [1, 500, 10])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (visit(running=[]), "no markers under 'running'"),
        (visit(hz_r=[]), "the rate is"),
        (visit(running=RUNNING | {"pelvis_2": RUNNING["pelvis_2"][:40]}), "40 and with 50 frames"),
        (visit(running=RUNNING | {"pelvis_2": [[1, 2]] * 50}), "pelvis_2: frame 1 is"),
        (visit(running=RUNNING | {"pelvis_2": [[1, 2, "x"]] * 50}), "three finite numbers"),
        (visit(running=RUNNING | {"pelvis_2": [[1, 2, True]] * 50}), "three finite numbers"),
        (json.dumps(visit())[:-900], "damaged JSON"),
        ('{"hz_r": 200, "hz_r": 100}', "more than once"),
        ("[" * 100_000, "JSON"),
        ('{"hz_r": ' + "1" * 10_000 + "}", "JSON that cannot be read"),
        ('{"running": {"a": [[1e999, 0, 0]]}, "hz_r": 200}', "three finite numbers"),
        ('"joints"', "without named parts"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(tmp_path, content, sentence):
    with pytest.raises(DataError, match=sentence):
        read_running_injury_clinic(write(tmp_path / "a.json", content))


def test_walking_is_offered_where_there_is_no_running(tmp_path):
    path = write(tmp_path / "a.json", visit(running=[], walking=RUNNING, hz_w=120))
    with pytest.raises(DataError, match="There is walking"):
        read_running_injury_clinic(path)
    assert read_running_injury_clinic(path, part="walking").points.rate_hz == 120


def test_a_marker_that_was_not_seen(tmp_path):
    rows = [[0, 0, 0], [None, None, None], *RUNNING["pelvis_2"][2:]]
    path = write(tmp_path / "a.json", visit(running=RUNNING | {"pelvis_2": rows}))
    positions = read_running_injury_clinic(path).points.positions
    assert np.isnan(positions[:2, 1]).all()
    assert not np.isnan(positions[2:]).any()
