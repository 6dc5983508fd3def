"""Data by name."""

from pathlib import Path

import pandas as pd
import pytest

from glutelab import datasets
from glutelab.cohort import write_cohort
from glutelab.errors import DataError

# --- cohorts --------------------------------------------------------------------------------------


@pytest.fixture
def cohorts(tmp_path, monkeypatch):
    """An installation with one built-in cohort."""
    tables = {
        "runners": pd.DataFrame({"runner_id": ["R1"], "level": ["elite"]}),
        "trials": pd.DataFrame({"trial_id": ["T1"], "runner_id": ["R1"], "speed_m_s": [3.5]}),
        "strides": pd.DataFrame(
            {
                "runner_id": ["R1"],
                "trial_id": ["T1"],
                "speed_m_s": [3.5],
                "side": ["left"],
                "stride": [1],
            }
        ),
    }
    about = {
        "name": "rbds2017",
        "title": "A test",
        "licenses": [{"name": "CC-BY-4.0"}],
        "sources": [{"title": "A test", "doi": "10.1/x"}],
    }
    monkeypatch.setattr(datasets, "PACKAGE", tmp_path / "glutelab")
    root = tmp_path / "data" / "cohorts"
    write_cohort(root / "rbds2017", tables, None, about)
    return root


def test_list_cohorts(cohorts):
    assert datasets.list_cohorts()[:-1].to_dict("records") == [
        {
            "name": "rbds2017",
            "title": "A test",
            "runners": 1,
            "trials": 1,
            "strides": 1,
            "speeds_m_s": "3.5",
            "license": "CC-BY-4.0",
            "source": "doi:10.1/x",
            "simulated": False,
        }
    ]


def test_load_by_name_and_by_folder(cohorts, monkeypatch):
    assert datasets.load_cohort("rbds2017").name == "rbds2017"
    assert datasets.load_cohort(cohorts / "rbds2017").name == "rbds2017"
    assert datasets.load_cohort(str(cohorts / "rbds2017")).name == "rbds2017"
    monkeypatch.chdir(cohorts)
    assert datasets.load_cohort("./rbds2017").name == "rbds2017"


def test_an_installed_package_finds_its_own(cohorts, tmp_path):
    inside = tmp_path / "glutelab" / "_data"
    inside.mkdir(parents=True)
    cohorts.rename(inside / "cohorts")
    assert datasets.list_cohorts()["name"].tolist() == ["rbds2017", "simulated"]


def test_an_unknown_name_says_what_there_is(cohorts):
    with pytest.raises(DataError) as caught:
        datasets.load_cohort("RBDS-2017")
    assert str(caught.value) == (
        "'RBDS-2017' is neither a built-in cohort nor a folder. Did you mean 'rbds2017'? "
        "Built in: rbds2017, simulated. For a cohort of your own give the path of its folder, as "
        "in 'my_lab/' "
        f"(looked for {Path('RBDS-2017').resolve()})."
    )


def test_nothing_built_in(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "PACKAGE", tmp_path / "glutelab")
    assert datasets.list_cohorts()["name"].tolist() == ["simulated"]
    with pytest.raises(DataError, match="Built in: simulated"):
        datasets.load_cohort("rbds2017")
    with pytest.raises(DataError, match="comes with the repository"):
        datasets.sample_folder("rbds2017")


def test_the_raw_sample_comes_with_the_repository():
    assert (datasets.sample_folder("rbds2017") / "RBDSinfo.txt").is_file()
    with pytest.raises(
        DataError, match="no such sample. Expected formats, gas_exchange, my_lab, rbds2017"
    ):
        datasets.sample_folder("../cohorts")


def test_published_tables_by_name():
    with pytest.raises(DataError, match="no such table in data/published"):
        datasets.load_published("../README")
    assert datasets.load_reference("another-cohort").empty
