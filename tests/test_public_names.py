"""`import glutelab` is light, and every public name is there and documented."""

import importlib
import inspect
import subprocess
import sys

import pytest

import glutelab

HEAVY = ("plotly", "ipywidgets", "matplotlib", "scipy", "papermill")


def test_importing_loads_nothing_heavy():
    code = f"import sys, glutelab; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_a_cohort_loads_no_plotting():
    code = (
        "import sys, glutelab as gl; gl.runner_means(gl.load_cohort('rbds2017'));"
        "print([m for m in ('plotly', 'ipywidgets', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_words_and_tables_load_no_plotting():
    code = (
        "import sys, glutelab as gl; gl.in_words, gl.summarize, gl.save_table, gl.claims;"
        "print([m for m in ('plotly', 'scipy.stats', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


ROOMS = (glutelab.plot, glutelab.figure, glutelab.table)
NAMES = [(place, name) for place in (glutelab, *ROOMS) for name in place.__all__]


@pytest.mark.parametrize(("place", "name"), NAMES, ids=[f"{p.__name__}.{n}" for p, n in NAMES])
def test_each_public_name_is_there_and_says_what_it_does(place, name):
    thing = getattr(place, name)
    assert thing.__doc__
    assert thing.__doc__.strip().splitlines()[0].endswith((".", "?", ":"))
    assert name in dir(place)


THINGS = [pair for pair in NAMES if getattr(*pair) not in ROOMS]


@pytest.mark.parametrize(
    ("place", "name"), THINGS, ids=[f"{place.__name__}.{name}" for place, name in THINGS]
)
def test_each_public_name_says_what_goes_in_and_out_with_an_example_that_runs(place, name):
    thing = getattr(place, name)
    text = inspect.getdoc(thing)
    examples = text.partition("Examples\n--------\n")[2]
    lines = [line for line in examples.splitlines() if line.lstrip().startswith(">>> ")]
    assert any("import glutelab as gl" in line for line in lines), "an example as one types it"
    assert len([line for line in lines if "doctest: +SKIP" not in line]) > 1
    if inspect.isfunction(thing):
        given = inspect.signature(thing)
        assert not given.parameters or "Parameters\n----------\n" in text
        assert given.return_annotation in (None, "None") or "Returns\n-------\n" in text


def test_there_are_no_more_names_than_one_can_know():
    assert len(glutelab.__all__) <= 45


def test_functions_are_not_hidden_by_modules_of_the_same_name():
    importlib.import_module("glutelab.reporting")
    importlib.import_module("glutelab.events")
    assert callable(glutelab.report)
    assert callable(glutelab.events.detect_events_from_force)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'hip_angel'"):
        _ = glutelab.hip_angel
    with pytest.raises(AttributeError, match="Did you mean 'load_cohort'"):
        _ = glutelab.load_chort
    with pytest.raises(AttributeError, match="Did you mean 'curves'"):
        _ = glutelab.plot.curve
