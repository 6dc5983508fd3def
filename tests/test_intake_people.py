"""A lab's own tables: only what the recipe names, in our units and words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.intake.people import read_people, take_columns
from glutelab.intake.sections import Sheet
from glutelab.intake.units import to_own_unit, units_for

FRAME = pd.DataFrame(
    {
        "Code": ["R1", "R2"],
        "Group": ["Elite ", "club"],
        "Height": [178.0, 165.0],
        "Born": ["1.2.1990", "3.4.1991"],
        "L T": [10.0, 12.0],
        "R T": [11.0, np.nan],
    },
    index=pd.Index([2, 3], name="row"),
)
SHEET = Sheet(
    file="runners.csv",
    columns={
        "runner_id": "Code",
        "level": "Group",
        "height_m": "Height",
        "thomas_test_deg": {"left": "L T", "right": "R T"},
    },
    units={"height_m": "cm"},
    words={"level": {"elite": "elite", "club": "competitive"}},
)


def taken(frame=FRAME, sheet=SHEET, units=None):
    return take_columns(frame, sheet, "runners", "runners.csv", units or {})


def with_(**changes):
    return Sheet(**{**SHEET.__dict__, **changes})


def test_our_columns_units_and_words():
    found = taken()
    assert found.problems == []
    assert found.frame["height_m"].tolist() == [1.78, 1.65]
    assert found.frame["level"].tolist() == ["elite", "competitive"]
    assert found.frame["source_level"].tolist() == ["Elite", "club"]
    assert found.left_out == ["Born"]
    assert "1.2.1990" not in found.frame.to_csv() + found.legs.to_csv()


def test_columns_of_both_legs_become_the_table_of_legs():
    legs = taken().legs
    assert legs["side"].tolist() == ["left", "right", "left", "right"]
    assert legs["thomas_test_deg"].tolist()[:3] == [10.0, 11.0, 12.0]


@pytest.mark.parametrize(
    ("frame", "sheet", "units", "said"),
    [
        (FRAME, with_(columns={"runner_id": "Cod"}), {}, "Did you mean 'Code'?"),
        (FRAME, with_(words={"level": {"elite": "elite"}}), {}, '[runners.words.level] "club"'),
        (FRAME, with_(units={"height_m": "furlong"}), {}, "the unit of height_m is 'furlong'"),
        (FRAME, SHEET, {"Height": "m"}, "said to be in cm, but runners.csv says m"),
        (FRAME, with_(units={"mass_kg": "lb"}), {}, "mass_kg has a unit or words, but no column"),
        (FRAME.assign(Height=["178 cm", "165"]), SHEET, {}, "row 2: Height is '178 cm'"),
        (FRAME, with_(columns={"Runner": "Code"}), {}, "'Runner' is no name of a column"),
    ],
)
def test_what_does_not_fit_is_a_sentence(frame, sheet, units, said):
    assert said in "\n".join(taken(frame, sheet, units).problems)


def test_units_that_the_file_states_count():
    found = taken(sheet=with_(units={}), units={"Height": "cm"})
    assert found.frame["height_m"].tolist() == [1.78, 1.65]


def test_a_column_of_ones_own_is_kept_as_it_is():
    frame = FRAME.assign(score=[1.5, 2.5], hint=["a", "b"])
    sheet = with_(columns={**SHEET.columns, "flexor_score": "score", "hint": "hint"})
    found = taken(frame, sheet).frame
    assert found["flexor_score"].tolist() == [1.5, 2.5]
    assert found["hint"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["code;mass\n7;61,5\n8;70,25\n", "code\tmass\r\n7\t61,5\r\n8\t70,25"]
)
def test_spreadsheets_of_other_countries(tmp_path, text):
    (tmp_path / "r.csv").write_bytes(text.encode("utf-16"))
    sheet = Sheet(file="r.csv", columns={"runner_id": "code", "mass_kg": "mass"})
    found = read_people(tmp_path, sheet, "runners")
    assert found.problems == []
    assert found.frame["runner_id"].tolist() == ["7", "8"]
    assert found.frame["mass_kg"].tolist() == [61.5, 70.25]


def test_a_pace_is_the_inverse_of_a_speed():
    assert to_own_unit("speed_m_s", "min/km", "")(np.array([4.0])) == pytest.approx(1000 / 240)
    assert "km/h" in units_for("speed_m_s")
    with pytest.raises(DataError, match="kg, g, lb"):
        to_own_unit("mass_kg", "stone", "runners.csv")
