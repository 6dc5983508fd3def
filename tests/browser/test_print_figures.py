"""Print figures in a real browser: the SVG shows what the PNG does."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

import glutelab as gl


def figures():
    cohort = gl.load_cohort("rbds2017")
    runners = gl.runner_means(cohort)
    table = gl.compare_groups(runners, "peak_hip_extension_deg", speed_m_s=3.5, n_boot=0)
    made = gl.simulate_runners(30, seed=1)
    fit = gl.fit_economy(made, "standing_pelvic_tilt_deg", adjust_for=["sex"])
    return {
        "hip": gl.figure.hip(cohort, speed_m_s=3.5),
        "groups": gl.figure.groups(runners, table, cohort=cohort),
        "economy": gl.figure.economy(fit, made),
        "flow": gl.figure.flow(cohort),
    }


def grey(picture: bytes | str) -> np.ndarray:
    """Lightness, blurred by three pixels: edges are smoothed differently by each program."""
    image = Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture)
    return np.asarray(image.convert("L").filter(ImageFilter.GaussianBlur(3)), float)


@pytest.fixture(scope="module")
def drawn():
    return figures()


@pytest.mark.parametrize("name", ["hip", "groups", "economy", "flow"])
def test_the_svg_looks_as_the_png_does(name, drawn, browser, tmp_path, shot):
    gl.save_figure(drawn[name], tmp_path / name, formats=("svg", "png"), dpi=192)
    on_paper = grey(str(tmp_path / f"{name}.png"))
    high, wide = on_paper.shape
    size = {"width": wide // 2 + 1, "height": high // 2 + 1}
    page = browser.new_page(viewport=size, device_scale_factor=2)
    try:
        page.goto((tmp_path / f"{name}.svg").as_uri())
        seen = grey(page.screenshot())[:high, :wide]
        shot(page, name)
    finally:
        page.close()
    assert seen.std() > 10  # something is drawn
    shifts = [(up, across) for up in (-1, 0, 1) for across in (-1, 0, 1)]
    away = [np.abs(np.roll(seen, shift, (0, 1)) - on_paper)[3:-3, 3:-3] for shift in shifts]
    best = min(away, key=np.mean)  # millimeters are no whole pixels, and each rounds its own way
    assert best.mean() < 2  # of 255
    assert np.mean(best > 60) < 0.001  # a word that is missing is more
