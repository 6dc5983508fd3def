"""Live, beside other software; where it is installed: `python -m nox -s benchmarks`."""

import importlib
import importlib.util
import json

import numpy as np
import pytest
from conftest import ROOT

for _name in ("mne", "pingouin", "spm1d"):
    pytest.importorskip(_name)


def numbers(found):
    """All numbers and words of nested lists and dictionaries, in order."""
    if isinstance(found, dict):
        found = [found[key] for key in sorted(found)]
    return [leaf for one in found for leaf in numbers(one)] if isinstance(found, list) else [found]


@pytest.mark.parametrize("part", ["curves", "groups"])
def test_numbers_equal_those_of_peers(part, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    largest = importlib.import_module(part).largest_differences()
    assert {what: value for what, value in largest.items() if not value < 1e-10} == {}


@pytest.mark.parametrize("script", ["curves/make_expected.py", "groups/make.py"])
def test_stored_numbers_are_what_peers_say(script, monkeypatch, tmp_path):
    path = ROOT / "tests" / "reference" / script
    spec = importlib.util.spec_from_file_location("make_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    module.main()
    stored, made = (
        numbers(json.loads((folder / "expected.json").read_text(encoding="utf-8")))
        for folder in (path.parent, tmp_path)
    )
    assert len(made) == len(stored)
    words = [one for one in stored if isinstance(one, str)]
    assert [one for one in made if isinstance(one, str)] == words
    made, stored = ([one for one in all_ if not isinstance(one, str)] for all_ in (made, stored))
    np.testing.assert_allclose(made, stored, rtol=1e-9, atol=1e-12)
