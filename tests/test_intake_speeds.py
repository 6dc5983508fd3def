"""Speeds in km/h are not taken for m/s."""

from __future__ import annotations

import pandas as pd
import pytest
from labs import SHEET, SHEET_RECIPE, sheet_lab, write_recipe
from test_intake import curve_lab, imported, problems


@pytest.fixture
def without_a_unit(tmp_path):
    folder = sheet_lab(tmp_path / "lab")
    (folder / "runners.csv").write_text(SHEET.replace("Speed (km/h)", "Speed"))
    write_recipe(folder, SHEET_RECIPE.replace("Speed (km/h)", "Speed"))
    return folder


def test_12_kmh_without_a_unit_stop_the_import_once_and_are_mended_by_the_line_named(
    without_a_unit,
):
    (found,) = problems(without_a_unit)
    assert "speed_m_s is 12 in 4 trials of 4" in found
    assert '[trials.units] speed_m_s = "km/h"' in found
    text = (without_a_unit / "recipe.toml").read_text()
    write_recipe(without_a_unit, f'{text}[trials.units]\nspeed_m_s = "km/h"\n')
    assert imported(without_a_unit).trials["speed_m_s"].unique() == pytest.approx([12 / 3.6])


@pytest.mark.parametrize("accept", ["sprint", "sprint: *"])
def test_sprinters_are_accepted(without_a_unit, accept):
    text = (without_a_unit / "recipe.toml").read_text()
    write_recipe(without_a_unit, f'{text}[checks]\naccept = ["{accept}"]\n')
    assert problems(without_a_unit) == []


def test_one_speed_for_all_is_looked_at_too(tmp_path):
    folder = curve_lab(tmp_path / "lab")
    text = (folder / "recipe.toml").read_text()
    write_recipe(folder, text.replace("speed_m_s = 3.5", "speed_m_s = 12.6"))
    assert "speed_m_s = 3.500 in [trials]" in " ".join(problems(folder))
    frame = pd.read_csv(folder / "curves.csv").assign(v=12.6)
    frame.to_csv(folder / "curves.csv", index=False)
    text = text.replace("speed_m_s = 3.5\n", "").replace('"pct" }', '"pct", speed_m_s = "v" }')
    write_recipe(folder, text)
    assert '[trials.units] speed_m_s = "km/h"' in " ".join(problems(folder))
