"""`import glutelab` is light, and every public name is there and documented."""

import importlib
import subprocess
import sys

import pytest

import glutelab

HEAVY = ("plotly", "ipywidgets", "matplotlib", "statsmodels", "pandera", "scipy", "papermill")


def test_importing_loads_nothing_heavy():
    code = f"import sys, glutelab; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_a_cohort_loads_no_plotting():
    code = (
        "import sys, glutelab as gl; gl.runner_means(gl.load_cohort('rbds2017'));"
        "print([m for m in ('plotly', 'ipywidgets', 'statsmodels') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", glutelab.__all__)
def test_each_public_name_is_there_and_says_what_it_does(name):
    thing = getattr(glutelab, name)
    assert thing.__doc__
    assert thing.__doc__.strip().splitlines()[0].endswith((".", "?", ":"))


def test_functions_are_not_hidden_by_modules_of_the_same_name():
    importlib.import_module("glutelab.reporting")
    importlib.import_module("glutelab.events")
    assert callable(glutelab.report)
    assert callable(glutelab.detect_events_from_force)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'hip_angel'"):
        _ = glutelab.hip_angel
    with pytest.raises(AttributeError, match="Did you mean 'load_cohort'"):
        _ = glutelab.load_chort
