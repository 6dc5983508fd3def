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
        "p_equivalence_holm": np.nan,
        "confidence": 0.95,
        "adjusted_for": "",
        "warning": "",
    }
    return pd.DataFrame([made | changed])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "elite minus recreational (20 and 22 runners) Peak hip extension: +3.0° (95 % CI"),
        ({}, "+3.0° (95 % CI +1.0 to +5.0). Higher."),
        ({"difference": -3.0, "ci_low": -5.0, "ci_high": -1.0}, "Lower."),
        ({"ci_low": -0.5, "p_holm": 0.2}, "(95 % CI -0.5 to +5.0). Cannot tell."),
        ({"p_holm": 0.12, "n_tests": 6}, "Cannot tell: corrected for 6 tests p is 0.12."),
        (
            {"difference": 0.1, "ci_low": -0.6, "ci_high": 0.8, "p_holm": 0.8}
            | {"equivalence_margin": 2.0, "p_equivalence_holm": 0.001},
            "Too small to matter: less than 2°.",
        ),
        (
            dict.fromkeys(["difference", "ci_low", "ci_high", "p_holm"], np.nan)
            | {"warning": "Not measured in this cohort."},
            "Not measured in this cohort: Peak hip extension.",
        ),
        (
            {"ci_low": np.nan, "ci_high": np.nan, "p_holm": np.nan, "n_1": 1},
            "Cannot tell: too few runners to say how sure.",
        ),
        ({"test": "paired t"}, "(20 pairs)"),
        (
            {"warning": "Confounded with laboratory: elite 3 A."},
            "Higher, and confounded with labor",
        ),
        ({"n_1": 3}, "Higher, and 3 runners are too few to rely on it."),
        ({"confidence": 0.9}, "(90 % CI +1.0 to +5.0). Higher."),
        ({"equivalence_margin": 6, "p_equivalence_holm": 0.01}, "Higher, but by less than 6°."),
        ({"p_holm": 0.12}, "Cannot tell: p is 0.12."),
        ({"measure": "my_angle_deg"}, "My angle: +3.0°"),
        ({"warning": np.nan}, "Higher."),
        ({"adjusted_for": "sex"}, "(20 and 22 runners), adjusted for sex"),
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
    warning = "Confounded with laboratory: elite 20 A; recreational 22 B.  Cannot tell: few."
    both = pd.concat([row(warning=warning), row(measure="hip_range_deg", warning=warning)])
    words = gl.in_words(both)
    assert words.count("Confounded with laboratory: elite 20 A; recreational 22 B.") == 1
    assert "Cannot tell: few" not in words
    assert "Simulated" in gl.in_words(row(warning="Simulated: made by a program."))


@pytest.mark.parametrize("wrong", [None, "text", pd.DataFrame({"measure": [1]})])
def test_something_else_is_refused(wrong):
    with pytest.raises(gl.DataError, match="compare_groups gives"):
        gl.in_words(wrong)
