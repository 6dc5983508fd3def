"""A lab of text markers and force columns gets by its recipe what the built-in cohort holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.intake.drafting.draft import new_recipe
from glutelab.schema import STRIDES

RAW = Path(__file__).parents[1] / "data" / "samples" / "rbds2017_raw"
KEYS = ["side", "stride"]


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Drafted, then filled in as its user would; one runner at one speed."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("runT35markers", "runT35forces", "static"):
        shutil.copy(RAW / f"RBDS001{name}.txt.gz", folder)
    people = "id,level,sex,height_m,mass_kg\nRBDS001,competitive,male,1.81,62\n"
    (folder / "runners.csv").write_text(people, encoding="utf-8")
    new_recipe(folder)
    recipe = folder / "recipe.toml"
    text = recipe.read_text(encoding="utf-8").replace("# rate_hz =", "rate_hz = 300")
    text = text.replace("# speed_m_s =", "speed_m_s = 3.5")
    text = text.replace('source = "auto"', 'source = "forces"\nforces = true')
    recipe.write_text(text, encoding="utf-8")
    return gl.load_cohort(gl.import_cohort(folder, progress=False))


def test_measures_and_moments_are_those_of_the_built_in_cohort(imported):
    built_in = gl.load_cohort("rbds2017").strides
    theirs = built_in[built_in["trial_id"] == "RBDS001_T35"].set_index(KEYS).sort_index()
    ours = imported.strides.set_index(KEYS).sort_index()
    assert ours.index.equals(theirs.index)
    names = [one.name for one in STRIDES.columns if one.name in ours and one.name in theirs]
    names = [name for name in names if pd.api.types.is_numeric_dtype(theirs[name])]
    assert {"peak_hip_extensor_moment_nm_kg", "contact_time_s", "heel_rise_m"} <= set(names)
    np.testing.assert_allclose(ours[names], theirs[names], rtol=1e-6, atol=1e-9)
