"""Each column is declared once; checks, labels and the data dictionary follow from that."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.schema import (
    CURVES,
    EFFECTS,
    LEDGER,
    LEGS,
    RUNNERS,
    STRIDES,
    TRIALS,
    axis_label,
    column,
    data_dictionary,
    find_problems,
    find_warnings,
    unit,
)
from glutelab.schema.describe import BEGIN, END

TABLES = (RUNNERS, LEGS, TRIALS, STRIDES, LEDGER, CURVES)
README = Path(__file__).resolve().parents[1] / "data" / "README.md"


def runners(**columns) -> pd.DataFrame:
    count = max((len(values) for values in columns.values()), default=2)
    base = {
        "runner_id": [f"R{i:02d}" for i in range(1, count + 1)],
        "level": ["elite"] * count,
    }
    index = pd.RangeIndex(2, count + 2, name="row")
    return pd.DataFrame(base | columns, index=index)


@pytest.mark.parametrize("table", [*TABLES, EFFECTS], ids=lambda table: table.name)
def test_declarations_are_complete(table):
    assert len(set(table.names)) == len(table.names)
    for item in table:
        assert item.label
        assert item.definition.endswith(".")
        if item.plausible and item.possible:
            assert item.possible[0] <= item.plausible[0] < item.plausible[1] <= item.possible[1]
        if item.name.endswith("_deg"):
            assert item.unit == "°"
    for key in table.key:
        assert table[key].required


def test_the_same_name_means_the_same_in_every_table():
    for name in ("runner_id", "trial_id", "side", "stride", "speed_m_s", "start_s"):
        assert len({t[name] for t in TABLES if name in t}) == 1


def test_labels_and_units():
    assert axis_label("peak_hip_extension_deg") == "Peak hip extension (°)"
    assert axis_label("duty_factor") == "Duty factor"
    assert axis_label("cadence_spm") == "Cadence (steps/min)"
    assert axis_label("hip_flexion_deg") == "Hip flexion (°)"
    assert axis_label("my_own_time_s") == "My own time (s)"
    assert unit("speed_m_s") == "m/s"
    assert column("leg_stiffness_kn_m").source == "10.1123/jab.21.2.167"


def test_an_unknown_column_names_the_closest():
    with pytest.raises(DataError, match="Did you mean peak_hip_extension_deg"):
        column("peak_hip_extention_deg")


def test_the_data_dictionary_is_the_one_in_the_readme():
    text = README.read_text(encoding="utf-8")
    written = text[text.index(BEGIN) : text.index(END) + len(END)]
    assert written == data_dictionary(), "write schema.data_dictionary() into data/README.md"


def test_a_sound_table_has_no_problems():
    frame = runners(height_m=[1.8, np.nan], sex=["female", "male"])
    assert find_problems(RUNNERS, frame) == []
    assert find_warnings(RUNNERS, frame) == []


def test_a_level_with_a_trailing_space():
    frame = runners(level=["elite", "elite "])
    assert find_problems(RUNNERS, frame, "runners.csv") == [
        "runners.csv, row 3, runner R02: level is 'elite ' (trailing space). "
        "Allowed: recreational, competitive, elite, unknown."
    ]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Elite", "(capital letter)"),
        (" Elite ", "(leading space, trailing space, capital letter)"),
        ("competitve", "(did you mean 'competitive'?)"),
    ],
)
def test_spelling_is_named(value, hint):
    (sentence,) = find_problems(RUNNERS, runners(level=["elite", value]))
    assert f"level is {value!r} {hint}." in sentence


def test_missing_column_names_the_closest():
    frame = runners().rename(columns={"runner_id": "Runner ID"})
    assert find_problems(RUNNERS, frame, "runners.csv") == [
        "runners.csv: the column runner_id is missing. There is 'Runner ID'; rename it."
    ]


def test_missing_value_and_repeated_runner():
    frame = runners(runner_id=["R1", "R1"], level=["elite", None])
    assert find_problems(RUNNERS, frame, "runners.csv") == [
        "runners.csv, row 3, runner R1: an earlier row has the same runner_id. "
        "Expected one row per runner.",
        "runners.csv, row 3, runner R1: level is empty. Fill it in.",
    ]


def test_impossible_is_a_problem_and_not_also_a_warning():
    frame = runners(height_m=[1.8, 1810.0])
    assert find_problems(RUNNERS, frame, "runners.csv") == [
        "runners.csv, row 3, runner R02: height_m is 1810. Expected 0.9 to 2.5. "
        "Are these millimeters?"
    ]
    assert find_warnings(RUNNERS, frame) == []


@pytest.mark.parametrize(
    ("table", "name", "values", "cause"),
    [
        (RUNNERS, "height_m", [181.0] * 2, "centimeters"),
        (RUNNERS, "mass_kg", [700.0] * 2, "newtons"),
        (RUNNERS, "mass_kg", [150.0] * 2, "pounds"),
        (RUNNERS, "pace_min_km", [240.0] * 2, "seconds per km"),
        (STRIDES, "contact_time_s", [240.0] * 5, "milliseconds"),
        (STRIDES, "hip_flexion_at_foot_strike_deg", [-37.0] * 5, "sign flipped"),
        (STRIDES, "peak_knee_flexion_swing_deg", [75.0 - 180] * 5, "sign flipped"),
        (STRIDES, "pelvic_tilt_mean_deg", [0.26, 0.3, 0.2, 0.25, 0.28], "radians"),
        (STRIDES, "hip_flexion_at_foot_strike_deg", [150.0] * 5, "180 minus the angle"),
        (STRIDES, "cadence_spm", [85.0] * 5, "one foot"),
        (STRIDES, "leg_stiffness_kn_m", [11000.0] * 5, "N/m"),
        (STRIDES, "foot_ahead_m", [-0.3] * 5, "sign flipped"),
        (STRIDES, "foot_ahead_m", [310.0] * 5, "millimeters"),
        (STRIDES, "duty_factor", [33.0] * 5, "percentage"),
        (TRIALS, "speed_m_s", [12.6] * 2, "km/h"),
    ],
)
def test_the_likely_cause_is_named(table, name, values, cause):
    frame = pd.DataFrame({name: values})
    sentences = find_problems(table, frame) + find_warnings(table, frame)
    assert any(name in sentence and cause in sentence for sentence in sentences), sentences


def test_many_rows_of_one_fault_are_one_sentence():
    frame = pd.DataFrame({"trial_id": "T1", "side": "left", "stride": range(1, 51)})
    frame["heel_rise_m"] = 1.2
    assert find_warnings(STRIDES, frame, "strides.parquet") == [
        "strides.parquet, trial T1, left stride 1 (and 49 more rows): heel_rise_m runs from 1.2 to "
        "1.2. Expected about 0.1 to 1, up positive."
    ]


def test_a_wrong_dtype_is_found():
    (sentence,) = find_problems(RUNNERS, runners(age_years=["old", "young"]))
    assert "age_years holds str values" in sentence


def test_an_empty_table_has_the_declared_dtypes():
    for table in TABLES[:5]:
        empty = table.empty()
        assert find_problems(table, empty) == []
        assert empty.columns.tolist() == table.names


def test_text_may_be_of_any_string_dtype_but_not_a_category():
    level = runners(level=["elite", "elite"])["level"]
    for dtype in ("str", "string", object):
        assert find_problems(RUNNERS, runners(level=level.astype(dtype))) == []
    (sentence,) = find_problems(RUNNERS, runners(level=level.astype("category")))
    assert sentence == "runners: level holds category values. Expected text (str)."
