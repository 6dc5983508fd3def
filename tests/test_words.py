"""Sentences about comparisons: each verdict by its rule, and nothing claimed that is not known."""

import numpy as np
import pandas as pd
import pytest

import glutelab as gl

HIP = "peak_hip_extension_deg"


def row(**changed):
    made = {
        "measure": HIP,
        "unit": "°",
        "speed_m_s": 3.5,
        "groups": "elite minus recreational",
        "n_1": 20,
        "n_2": 22,
        "test": "Welch t",
        "difference": 3.0,
        "ci_low": 1.0,
        "ci_high": 5.0,
        "p_holm": 0.004,
        "n_tests": 1,
        "equivalence_margin": np.nan,
        "p_equivalence": np.nan,
        "warning": "",
    }
    return pd.DataFrame([made | changed])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "+3.0 (95 % CI +1.0 to +5.0; 20 and 22 runners). Higher."),
        ({"difference": -3.0, "ci_low": -5.0, "ci_high": -1.0}, "Lower."),
        ({"ci_low": -0.5, "p_holm": 0.2}, "Cannot tell: anything from -0.5 to +5.0 is possible."),
        ({"p_holm": 0.12, "n_tests": 6}, "Cannot tell: one of 6 tests, and corrected for that"),
        (
            {"difference": 0.1, "ci_low": -0.6, "ci_high": 0.8, "p_holm": 0.8}
            | {"equivalence_margin": 2.0, "p_equivalence": 0.001},
            "Too small to matter: less than 2 °.",
        ),
        (
            dict.fromkeys(["difference", "ci_low", "ci_high", "p_holm"], np.nan)
            | {"warning": "Not measured in this cohort."},
            "elite minus recreational: Not measured in this cohort.",
        ),
        (
            {"ci_low": np.nan, "ci_high": np.nan, "p_holm": np.nan, "n_1": 1},
            "Cannot tell: too few to say how sure.",
        ),
        ({"test": "paired t"}, "20 pairs"),
    ],
)
def test_each_verdict_follows_its_rule(changed, expected):
    assert expected in " ".join(gl.in_words(row(**changed)).split())


def test_a_difference_is_never_denied():
    for low in (-5.0, -0.1, 0.1):
        words = gl.in_words(row(ci_low=low, p_holm=0.5)).lower()
        assert "no difference" not in words
        assert "not different" not in words


def test_caveats_about_the_runners_are_said_once():
    warning = "Confounded with laboratory: elite 20 A; recreational 22 B. Cannot tell much: few."
    both = pd.concat([row(warning=warning), row(measure="hip_range_deg", warning=warning)])
    words = gl.in_words(both)
    assert words.count("Confounded with laboratory: elite 20 A; recreational 22 B.") == 1
    assert "Cannot tell much" not in words
    assert "Simulated" in gl.in_words(row(warning="Simulated: made by a program."))


@pytest.mark.parametrize("wrong", [None, "text", pd.DataFrame({"measure": [1]})])
def test_something_else_is_refused(wrong):
    with pytest.raises(gl.DataError, match="compare_groups gives"):
        gl.in_words(wrong)
