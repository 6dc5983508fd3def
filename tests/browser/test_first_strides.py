"""The first strides as a reader meets them: a knee with the wrong sign is seen and said."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest

import glutelab as gl
from glutelab.frames import AngleFrames
from glutelab.simulate import simulate_trial

MAKE = """import glutelab as gl
from glutelab.frames import AngleFrames
from glutelab.simulate import simulate_trial
made = simulate_trial(duration_s=6.0)
def process(sign):
    angles = {side: dict(there, knee_flexion_deg=sign * there['knee_flexion_deg'])
              for side, there in made.angles.items()}
    frames = AngleFrames(angles, made.markers.rate_hz, 'made.mot')
    return gl.processing.process_angles(frames, made.events, speed_m_s=3.5)
trials = {'right': lambda: process(1), 'wrong': lambda: process(-1)}"""
READ = """() => { const plot = document.querySelector('.glutelab-surface'); return {
    failed: plot.dataset.failed ?? '',
    title: plot.layout.title?.text ?? '',
    words: (plot.layout.annotations ?? []).map((one) => one.text).join(' | '),
    traces: (plot.calcdata ?? []).flatMap((points) => points[0]?.trace ?? []).map((trace) => ({
        name: trace.name, panel: trace.yaxis,
        y: Array.from(trace._fullInput?.y ?? trace.y ?? []),
    })),
}}"""


@pytest.fixture(scope="module")
def notebook(lab):
    lab.write("first.ipynb", MAKE, "view = gl.FirstStrides(trials, n_strides=3)\nview")
    return "first.ipynb"


def settled(page, trial: str):
    """The surface, once it shows this trial."""
    page.wait_for_function(
        """(trial) => {
            const plot = document.querySelector('.glutelab-surface');
            return plot?.dataset.drawn && (plot.layout?.title?.text ?? '').includes(trial)
                && plot.querySelector('.main-svg');
        }""",
        arg=trial,
        timeout=90_000,
    )
    time.sleep(0.6)
    found = page.evaluate(READ)
    assert found["failed"] == ""
    return found


def knee(found) -> np.ndarray:
    """The first stride of the right knee as it is drawn."""
    drawn = [one for one in found["traces"] if one["panel"] == "y2" and one["name"] == "right"]
    return np.array(drawn[0]["y"][:101], float)


def test_a_wrong_sign_is_drawn_and_said(lab, notebook, shot):
    made = simulate_trial(duration_s=6.0)
    frames = AngleFrames(made.angles, made.markers.rate_hz)
    angles = gl.processing.process_angles(frames, made.events, speed_m_s=3.5)
    first = np.flatnonzero((angles.strides["side"] == "right").to_numpy())[0]
    expected = angles.curves["knee_flexion_deg"][first]
    with lab.opened(notebook) as page:
        found = settled(page, "right")
        np.testing.assert_allclose(knee(found), expected, atol=1e-3)
        assert "| <b>Knee flexion (°)</b> |" in found["words"]  # not marked
        shot(page, "right")
        page.get_by_role("button", name="Next").click()
        found = settled(page, "wrong")
        np.testing.assert_allclose(knee(found), -expected, atol=1e-3)
        assert re.search(r"\d+ % outside the band<br><b>Knee flexion", found["words"])
        page.get_by_text("Is the sign flipped?").first.wait_for(timeout=15_000)
        code = page.locator("code", has_text="gl.FirstStrides").last.inner_text()
        assert code == "gl.FirstStrides(trials, trial='wrong', n_strides=3)"
        shot(page, "wrong")
        assert page.faults == []
