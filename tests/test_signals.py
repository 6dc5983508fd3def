"""Gaps, filters and rigid bodies: what goes in comes out."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from glutelab.gaps import fill_from_cluster, fill_gaps
from glutelab.rigid import fit_rigid_body
from glutelab.signals import low_pass, runs


def test_a_cubic_is_filled_exactly():
    time = np.arange(60.0)
    truth = 1.0 + 0.3 * time - 0.01 * time**2 + 1e-4 * time**3
    holed = truth.copy()
    holed[20:40] = np.nan
    np.testing.assert_allclose(fill_gaps(holed[None], longest=20)[0], truth, atol=1e-9)


def test_gaps_that_are_too_long_or_at_an_end_stay():
    channel = np.sin(np.arange(100) / 10)
    channel[:3] = channel[50:71] = channel[95:] = np.nan
    filled = fill_gaps(channel[None], longest=20)[0]
    np.testing.assert_array_equal(np.isnan(filled), np.isnan(channel))


def test_two_gaps_close_together_do_not_feed_on_each_other():
    channel = np.cos(np.arange(120) / 20)
    holed = channel.copy()
    holed[40:50] = holed[52:60] = np.nan
    filled = fill_gaps(holed[None])[0]
    assert not np.isnan(filled).any()
    assert np.abs(filled - channel).max() < 0.01


def test_filling_changes_nothing_that_was_measured_and_not_its_input():
    channel = np.random.default_rng(0).normal(size=(3, 200))
    channel[1, 30:40] = np.nan
    before = channel.copy()
    filled = fill_gaps(channel)
    np.testing.assert_array_equal(channel, before)
    np.testing.assert_array_equal(filled[~np.isnan(before)], before[~np.isnan(before)])


@pytest.mark.parametrize("rate", [100.0, 150.0, 300.0])
@pytest.mark.parametrize("cutoff", [6.0, 10.0, 20.0])
def test_the_filter_is_3_db_down_at_the_stated_frequency_and_has_no_lag(rate, cutoff):
    time = np.arange(int(8 * rate)) / rate
    wave = np.sin(2 * np.pi * cutoff * time)
    smooth = low_pass(wave[None], rate, cutoff)[0]
    middle = slice(int(2 * rate), int(6 * rate))
    gain = (smooth[middle] @ wave[middle]) / (wave[middle] @ wave[middle])
    assert gain == pytest.approx(1 / np.sqrt(2), abs=2e-3)


def test_a_gap_splits_the_channel_and_the_rest_is_filtered():
    channel = np.ones((1, 300))
    channel[0, 100:150] = np.nan
    smooth = low_pass(channel, 150.0, 10.0)[0]
    np.testing.assert_array_equal(np.isnan(smooth), np.isnan(channel[0]))
    np.testing.assert_allclose(smooth[~np.isnan(smooth)], 1.0)


def test_runs_of_nothing_and_of_all():
    assert runs(np.zeros(5, bool)).shape == (0, 2)
    assert runs(np.ones(5, bool)).tolist() == [[0, 5]]


@pytest.fixture(scope="module")
def cluster():
    rng = np.random.default_rng(1)
    reference = rng.normal(0, 0.1, (4, 3))
    reference[:, 2] *= 0.01  # nearly flat, as clusters are
    return reference + [1.0, 0.8, 0.2]


def moved(cluster, rotations, shift, noise=0.0):
    rng = np.random.default_rng(2)
    observed = np.einsum("tij,mj->mit", rotations, cluster) + shift
    return observed + rng.normal(0, noise, observed.shape)


def test_any_rotation_comes_back(cluster):
    rotations = Rotation.random(2000, rng=3).as_matrix()
    shift = np.array([0.5, -1.0, 2.0])[None, :, None]
    rotation, translation, seen, misfit = fit_rigid_body(cluster, moved(cluster, rotations, shift))
    np.testing.assert_allclose(rotation.transpose(2, 0, 1), rotations, atol=1e-6)
    np.testing.assert_allclose(translation.T, np.broadcast_to(shift[0, :, 0], (2000, 3)), atol=1e-6)
    assert (seen == 4).all()
    assert misfit.max() < 1e-6


def test_the_fit_is_the_least_squares_fit_also_with_missing_markers(cluster):
    rotations = Rotation.random(300, rng=4).as_matrix()
    observed = moved(cluster, rotations, 0.0, noise=0.003)
    observed[np.arange(300) % 4, :, np.arange(300)] = np.nan
    rotation, _, seen, misfit = fit_rigid_body(cluster, observed)
    assert (seen == 3).all()
    for frame in range(300):
        there = ~np.isnan(observed[:, 0, frame])
        a = cluster[there] - cluster[there].mean(axis=0)
        b = observed[there, :, frame] - observed[there, :, frame].mean(axis=0)
        u, _, vt = np.linalg.svd(a.T @ b)
        turn = np.diag([1, 1, np.linalg.det(vt.T @ u.T)])
        expected = vt.T @ turn @ u.T
        np.testing.assert_allclose(rotation[..., frame], expected, atol=1e-8)
        rest = np.linalg.norm(b - a @ expected.T, axis=1)
        assert misfit[frame] == pytest.approx(np.sqrt((rest**2).mean()), rel=1e-4)


def test_too_few_markers_leave_the_frame_empty(cluster):
    observed = np.repeat(cluster[..., None], 5, axis=2)
    observed[:2, :, 2] = np.nan
    rotation, translation, seen, _ = fit_rigid_body(cluster, observed)
    assert seen.tolist() == [4, 4, 2, 4, 4]
    assert np.isnan(rotation[..., 2]).all()
    assert np.isnan(translation[:, 2]).all()
    assert not np.isnan(rotation[..., [0, 1, 3, 4]]).any()


def test_a_gap_is_filled_from_the_rest_of_the_cluster(cluster):
    turn = np.linspace(0, 4, 200)
    rotations = Rotation.from_euler("y", turn[:, None]).as_matrix()
    truth = moved(cluster, rotations, np.array([0.1, 0.0, 0.3])[None, :, None])
    truth[2] += 0.005  # skin: the marker is not where the standing pose says
    holed = truth.copy()
    holed[2, :, 50:90] = holed[2, :, 120:125] = np.nan
    filled = fill_from_cluster(holed, cluster)
    assert np.abs(filled - truth).max() < 0.008
    seen = ~np.isnan(holed)
    np.testing.assert_array_equal(filled[seen], holed[seen])


def test_a_rigid_cluster_is_filled_exactly(cluster):
    truth = moved(cluster, Rotation.random(100, rng=5).as_matrix(), 0.0)
    holed = truth.copy()
    holed[1, :, 20:40] = holed[0, :, 41:60] = np.nan
    np.testing.assert_allclose(fill_from_cluster(holed, cluster), truth, atol=1e-9)


def test_with_two_others_left_the_gap_stays(cluster):
    holed = np.repeat(cluster[..., None], 50, axis=2)
    holed[0, :, 10:20] = holed[1, :, 15:25] = np.nan
    filled = fill_from_cluster(holed, cluster)
    assert np.isnan(filled[0, 0, 15:20]).all()
    assert np.isnan(filled[1, 0, 15:20]).all()
