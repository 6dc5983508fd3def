"""Gas exchange: three carts, any table, and units that lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_gas_exchange import BREATH_ROWS, MAIN, SAMPLES, breaths, sheet_rows, table, xlsx

from glutelab.errors import DataError, ProblemList
from glutelab.formats.gas_exchange import check_breaths, read_gas_exchange

BREATH_ROWS += [[3.0 * k, 2800.0, 2500.0] for k in range(1, 20)]

# --- the three carts ------------------------------------------------------------------------------


def test_cosmed():
    gas = read_gas_exchange(SAMPLES / "cosmed_test.xlsx")
    assert (gas.device, gas.sampling, gas.interval_s, gas.mass_kg) == (
        "cosmed",
        "averaged",
        10,
        71.5,
    )
    assert len(gas) == 10
    first, last = gas.breaths.iloc[0], gas.breaths.iloc[-1]
    assert first["time_s"] == 30
    assert first["vo2_ml_min"] == pytest.approx(506.1618208)
    assert first["vco2_ml_min"] == pytest.approx(440.9817142)
    assert first["speed_m_s"] == pytest.approx(12 / 3.6)
    assert first["slope_pct"] == 1
    assert last["time_s"] == pytest.approx(120)
    assert last["speed_m_s"] == pytest.approx(13 / 3.6)
    assert "heart_rate_bpm" not in gas.breaths
    assert any("heart_rate_bpm is 0 throughout" in note for note in gas.notes)
    assert any("67.1 kg" in note and "71.5 kg" in note for note in gas.notes)


def test_cortex():
    gas = read_gas_exchange(SAMPLES / "cortex_test.xml")
    assert (gas.device, gas.sampling, gas.interval_s, gas.mass_kg) == (
        "cortex",
        "breath by breath",
        None,
        74.8,
    )
    assert gas.breaths["time_s"].tolist() == [9, 15, 21, 26, 29, 34, 38, 44, 48, 53, 62, 66, 70]
    assert gas.breaths["vo2_ml_min"].iloc[-1] == pytest.approx(486.221924235746)
    assert gas.breaths["vco2_ml_min"].iloc[0] == pytest.approx(120.985138144411)
    assert gas.breaths["heart_rate_bpm"].iloc[0] == 53
    assert gas.breaths["power_w"].iloc[-1] == 50


def test_zan():
    gas = read_gas_exchange(SAMPLES / "zan_gxt.txt")
    assert (gas.device, gas.sampling, gas.mass_kg) == ("zan", "breath by breath", 66)
    assert len(gas) == 1997
    assert gas.breaths.iloc[0][["time_s", "vo2_ml_min", "vco2_ml_min"]].tolist() == [
        3.435,
        393,
        320,
    ]
    speeds = gas.breaths["speed_m_s"].round(2).unique()
    np.testing.assert_allclose(speeds, [0, 2, 2.4, 2.8, 3.2, 3.6, 4, 4.4, 4.8, 5.2])
    assert gas.breaths["slope_pct"].unique() == [1]
    assert any("vo2_ml_min is 0 in 1 rows" in note for note in gas.notes)


@pytest.mark.parametrize("name", ["cosmed_test.xlsx", "cortex_test.xml", "zan_gxt.txt"])
def test_content_decides_not_the_name(tmp_path, name):
    renamed = tmp_path / "export.dat"
    renamed.write_bytes((SAMPLES / name).read_bytes())
    expected = read_gas_exchange(SAMPLES / name)
    found = read_gas_exchange(renamed)
    assert found.device == expected.device
    pd.testing.assert_frame_equal(found.breaths, expected.breaths)


def test_a_cart_with_its_columns_named(tmp_path):
    columns = {"time_s": "t", "vo2_ml_min": "VO2", "vco2_ml_min": "VCO2", "speed_m_s": "Speed"}
    found = read_gas_exchange(SAMPLES / "cosmed_test.xlsx", columns).breaths
    expected = read_gas_exchange(SAMPLES / "cosmed_test.xlsx").breaths
    pd.testing.assert_frame_equal(found, expected[list(columns)])


# --- any table ------------------------------------------------------------------------------------


def test_german_table_with_decimal_commas_and_a_row_of_units(tmp_path):
    lines = [
        "Gewicht (kg);70,5",
        "",
        "Zeit;V'O2;V'CO2;Geschwindigkeit;Steigung;HF",
        "h:mm:ss;L/min;L/min;km/h;%;/min",
        "0:00:03;2,801;2,5;12,0;1,5;150",
        "0:00:06;2,802;2,5;12,0;1,5;-",
        "0:01:09,5;2,803;2,5;12,0;1,5;152",
    ]
    path = tmp_path / "lauf.csv"
    path.write_text("\r\n".join(lines), encoding="cp1252")
    gas = read_gas_exchange(path)
    assert gas.mass_kg == 70.5
    assert gas.breaths["time_s"].tolist() == [3, 6, 69.5]
    np.testing.assert_allclose(gas.breaths["vo2_ml_min"], [2801, 2802, 2803])
    np.testing.assert_allclose(gas.breaths["speed_m_s"], 12 / 3.6)
    assert gas.breaths["slope_pct"].tolist() == [1.5] * 3
    assert np.isnan(gas.breaths["heart_rate_bpm"][1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path, encoding):
    header = "Zeit [s];VO2 [ml/min];VCO2 [ml/min];Größe"
    rows = [f"{3 * k};2800;2500;ä" for k in range(1, 10)]
    gas = read_gas_exchange(table(tmp_path / "a.csv", header, rows, encoding))
    assert list(gas.breaths) == ["time_s", "vo2_ml_min", "vco2_ml_min"]


@pytest.mark.parametrize(
    ("delimiter", "suffix"), [("\t", "tsv"), (";", "csv"), (",", "csv"), ("|", "txt")]
)
def test_delimiters_and_our_own_names(tmp_path, delimiter, suffix):
    header = delimiter.join(["time_s", "vo2_ml_min", "vco2_ml_min", "speed_m_s"])
    rows = [delimiter.join([f"{3.5 * k}", "2800.5", "2500.5", "3.5"]) for k in range(1, 10)]
    gas = read_gas_exchange(table(tmp_path / f"a.{suffix}", header, rows))
    assert gas.breaths.iloc[0].tolist() == [3.5, 2800.5, 2500.5, 3.5]


def test_mm_ss_times_and_units_in_headers(tmp_path):
    header = "time,V̇O2 (mL·min⁻¹),VCO2 (mL·min-1),v (km/h)"
    rows = [f"{k // 20:02d}:{3 * (k % 20):02d},2800,2500,12" for k in range(1, 50)]
    gas = read_gas_exchange(table(tmp_path / "a.csv", header, rows))
    assert gas.breaths["time_s"].iloc[[0, -1]].tolist() == [3, 147]
    assert gas.breaths["speed_m_s"].iloc[0] == pytest.approx(12 / 3.6)


def test_named_columns_without_units_take_the_unit_of_our_name(tmp_path):
    header = "a;b;c;d"
    rows = [f"{3 * k};2800;2500;3,5" for k in range(1, 10)]
    columns = {"time_s": "a", "vo2_ml_min": "b", "vco2_ml_min": "c", "speed_m_s": "d"}
    gas = read_gas_exchange(table(tmp_path / "a.csv", header, rows), columns)
    assert gas.breaths.iloc[0].tolist() == [3, 2800, 2500, 3.5]
    rows = [f"{3 * k};2800;2500;12,5" for k in range(1, 10)]
    gas = read_gas_exchange(table(tmp_path / "a.csv", header, rows), columns, units={"d": "km/h"})
    assert gas.breaths["speed_m_s"].iloc[0] == pytest.approx(12.5 / 3.6)


def test_uptake_per_kilogram_and_output_from_rer(tmp_path):
    rows = [f"{3 * k};40;0.9" for k in range(1, 10)]
    path = table(tmp_path / "a.csv", "t;VO2/kg (ml/min/kg);RER", rows)
    with pytest.raises(DataError, match="the file states no body mass"):
        read_gas_exchange(path)
    gas = read_gas_exchange(path, mass_kg=70)
    np.testing.assert_allclose(gas.breaths["vo2_ml_min"], 2800)
    np.testing.assert_allclose(gas.breaths["vco2_ml_min"], 2520)
    assert len(gas.notes) == 2


def test_uptake_in_liters_output_in_milliliters(tmp_path):
    rows = [f"{3 * k};2,8;2500" for k in range(1, 10)]
    gas = read_gas_exchange(table(tmp_path / "a.csv", "t;VO2 (l/min);VCO2 (ml/min)", rows))
    np.testing.assert_allclose(gas.breaths[["vo2_ml_min", "vco2_ml_min"]], [[2800, 2500]] * 9)


def test_thousands_that_could_be_decimals_have_to_be_stated(tmp_path):
    path = table(tmp_path / "a.csv", rows=[f"{3 * k};2,800;2,500" for k in range(1, 10)])
    with pytest.raises(DataError, match=r"'2,800' can be a thousand or a decimal number"):
        read_gas_exchange(path)
    gas = read_gas_exchange(path, decimal=".")
    assert gas.breaths["vo2_ml_min"].tolist() == [2800] * 9
    with pytest.raises(ProblemList, match="Are they in l/min"):
        read_gas_exchange(path, decimal=",")


def test_a_workbook_of_ones_own(tmp_path):
    gas = read_gas_exchange(xlsx(tmp_path / "a.xlsx", sheet_rows(BREATH_ROWS)))
    assert gas.device == "table"
    assert len(gas) == 19


def test_the_table_may_stand_on_the_second_sheet(tmp_path):
    book = '<sheet name="A" sheetId="1" r:id="r0"/><sheet name="B" sheetId="2" r:id="r1"/>'
    links = (
        '<Relationships xmlns="x"><Relationship Id="r0" Target="worksheets/first.xml"/>'
        '<Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></Relationships>'
    )
    first = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    more = {"xl/_rels/workbook.xml.rels": links, "xl/worksheets/first.xml": first}
    path = xlsx(tmp_path / "a.xlsx", sheet_rows(BREATH_ROWS), book=book, more=more)
    assert len(read_gas_exchange(path)) == 19


def test_formulas_are_not_evaluated(tmp_path):
    rows = sheet_rows(BREATH_ROWS).replace(
        "<c><v>2800.0</v></c>", "<c><f>SUM(1,2)</f><v>2801</v></c>", 1
    )
    gas = read_gas_exchange(xlsx(tmp_path / "a.xlsx", rows))
    assert gas.breaths["vo2_ml_min"].iloc[0] == 2801
    text = [f"{3 * k};=1000+1800;2500" for k in range(1, 10)]
    with pytest.raises(DataError, match="row 2: text where a number should be"):
        read_gas_exchange(table(tmp_path / "a.csv", rows=text))


def test_names_of_columns_are_never_code(tmp_path):
    bad = "__import__('os').system('touch pwned')"
    header = f"t (s);{bad};VCO2 (ml/min)"
    path = table(tmp_path / "a.csv", header)
    columns = {"time_s": "t (s)", "vo2_ml_min": bad, "vco2_ml_min": "VCO2 (ml/min)"}
    assert len(read_gas_exchange(path, columns)) == 29
    assert not Path("pwned").exists()


# --- what can be wrong with the way it is asked for -----------------------------------------------


def test_columns_that_are_not_there(tmp_path):
    path = table(tmp_path / "a.csv")
    columns = {"time_s": "t (s)", "vo2_ml_min": "VO2 (ml/mn)", "vco2_ml_min": "VCO2 (ml/min)"}
    with pytest.raises(DataError) as caught:
        read_gas_exchange(path, columns)
    assert str(caught.value) == (
        "a.csv: no row has all of the named headers; missing: VO2 (ml/mn) (nearest: VO2 (ml/min)). "
        "Expected headers as in the file: t (s), VO2 (ml/min), VCO2 (ml/min). "
        "Write them in columns= exactly as the file does."
    )


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"time": "t"}, "'time' is no column of gas exchange"),
        ({"time_s": "t"}, "vo2_ml_min, vco2_ml_min is not named"),
        ({"time_s": "t", "vo2_ml_kg_min": "x", "rer": "R"}, "missing: R, t, x"),
    ],
)
def test_a_mapping_that_cannot_work(tmp_path, columns, sentence):
    with pytest.raises(DataError, match=sentence):
        read_gas_exchange(table(tmp_path / "a.csv"), columns)


def test_units_that_are_not_known(tmp_path):
    path = table(tmp_path / "a.csv")
    with pytest.raises(DataError, match="'furlongs' is not known"):
        read_gas_exchange(path, units={"VO2 (ml/min)": "furlongs"})
    with pytest.raises(DataError, match="'VO2' is none of the headers that are read"):
        read_gas_exchange(path, units={"VO2": "l/min"})
    with pytest.raises(DataError, match="the unit is 'km/h'"):
        read_gas_exchange(path, units={"VO2 (ml/min)": "km/h"})


def test_units_of_uptake_and_speed_are_never_guessed(tmp_path):
    path = table(tmp_path / "a.csv", "t;VO2;VCO2")
    with pytest.raises(
        DataError, match=r"column VO2: no unit is stated.*units=\{'VO2': 'ml/min'\}"
    ):
        read_gas_exchange(path)
    assert len(read_gas_exchange(path, units={"VO2": "ml/min", "VCO2": "ml/min"})) == 29


# --- numbers that cannot be right -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        ("t;VO2 (ml/kg/min);VCO2 (ml/kg/min)", "3000;2700", "up to 3,000 ml/kg/min.*in ml/min"),
        ("t;VO2 (ml/min);VCO2 (ml/min)", "45;41", r"up to 45 ml/min.*Are they in ml/kg/min\?"),
        ("t;VO2 (ml/min);VCO2 (ml/min)", "3.1;2.9", r"3.1 ml/min.*in l/min or ml/kg/min\?"),
        ("t;VO2 (l/min);VCO2 (l/min)", "3000;2700", r"up to 3,000 l/min.*Are they in ml/min\?"),
        ("t;VO2 (l/min);VCO2 (l/min)", "45;41", r"up to 45 l/min.*Are they in ml/kg/min\?"),
        ("t;VO2 (ml/min);VCO2 (ml/min)", "3000;9000", r"VCO2 is 3 times VO2.*different units"),
        (
            "t;VO2 (ml/min);VCO2 (ml/min)",
            "4000;12000",
            r"(?s)up to 12,000 ml/min.*VCO2 is 3 times VO2",
        ),
        ("t;VO2 (ml/min);VCO2 (ml/min)", "-3000;2700", r"row 2: vo2_ml_min is -3000, and 28 more"),
    ],
)
def test_traps_of_units_and_signs(tmp_path, header, row, sentence):
    rows = [f"{3 * k};{row}" for k in range(1, 30)]
    with pytest.raises(ProblemList, match=sentence):
        read_gas_exchange(table(tmp_path / "a.csv", header, rows), mass_kg=70)


@pytest.mark.parametrize(
    ("unit", "value", "sentence"),
    [
        ("m/s", 12, r"up to 12 m/s. Expected 0 to 8 m/s. Are they in km/h\?"),
        ("km/h", 120, "up to 120 km/h"),
        ("mph", 22, r"up to 22 mph.*Are they in km/h\?"),
    ],
)
def test_traps_of_speed(tmp_path, unit, value, sentence):
    header = f"t;VO2 (ml/min);VCO2 (ml/min);v ({unit})"
    path = table(tmp_path / "a.csv", header, [f"{3 * k};2800;2500;{value}" for k in range(1, 30)])
    with pytest.raises(ProblemList, match=sentence):
        read_gas_exchange(path)


@pytest.mark.parametrize(
    ("unit", "value", "expected"),
    [("km/h", 12, 10 / 3), ("mph", 7.5, 3.3528), ("m/min", 200, 10 / 3), ("Kmh*10", 120, 10 / 3)],
)
def test_units_of_speed(tmp_path, unit, value, expected):
    header = f"t;VO2 (ml/min);VCO2 (ml/min);v ({unit})"
    path = table(tmp_path / "a.csv", header, [f"{3 * k};2800;2500;{value}" for k in range(1, 30)])
    assert read_gas_exchange(path).breaths["speed_m_s"].iloc[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([3, 6, 5, 9], r"row 4: time goes back from 6.0 to 5.0 s.*Are two recordings in one file"),
        ([86_390, 86_395, 2, 5], "run past midnight"),
        ([0.05, 0.1, 0.15, 0.2], r"0.05 s apart \(median\).*Are times in minutes\?"),
        ([3000, 6000, 9000, 12000], r"3e\+03 s apart.*milliseconds"),
        (["3", "6", "", "9"], "row 4: there is no time"),
        (["3", "6", "mean", "9"], "row 4: text where a number should be"),
    ],
)
def test_times_that_cannot_be(tmp_path, times, sentence):
    rows = [f"{time};2800;2500" for time in times]
    with pytest.raises(DataError, match=sentence):
        read_gas_exchange(table(tmp_path / "a.csv", rows=rows))


def test_all_problems_at_once():
    frame = breaths(speed_m_s=12.0, slope_pct=0.0)
    frame.loc[3, "vo2_ml_min"] = -5.0
    frame.loc[4, "slope_pct"] = 99.0
    with pytest.raises(ProblemList) as caught:
        check_breaths(frame, "my table")
    assert [p.split(". ")[0] for p in caught.value.problems] == [
        "my table, row 4: vo2_ml_min is -5",
        "my table, speed_m_s: values up to 12 m/s",
        "my table, row 5: slope_pct is 99",
    ]


def test_a_table_without_what_is_needed():
    with pytest.raises(ProblemList, match="no column vco2_ml_min"):
        check_breaths(breaths().drop(columns="vco2_ml_min"))
    with pytest.raises(ProblemList, match="2 rows of numbers"):
        check_breaths(breaths(2))
    with pytest.raises(ProblemList, match="vo2_ml_min has no numbers"):
        check_breaths(breaths(vo2=np.nan))
    check_breaths(breaths())


def test_columns_that_stand_twice(tmp_path):
    header = "t (s);VO2 (ml/min);VO2 (ml/min);VCO2 (ml/min)"
    path = table(tmp_path / "a.csv", header, [f"{3 * k};2800;2900;2500" for k in range(1, 9)])
    with pytest.raises(DataError, match=r"row 1: 'VO2 \(ml/min\)' stands in 2 columns \(2, 3\)"):
        read_gas_exchange(path)


def test_body_mass_that_cannot_be(tmp_path):
    path = table(tmp_path / "a.csv")
    with pytest.raises(DataError, match=r"70,000 kg. Expected 20 to 250 kg. Are these grams\?"):
        read_gas_exchange(path, mass_kg=70_000)
    rows = ["Weight (kg);70500", "t (s);VO2 (ml/min);VCO2 (ml/min)"]
    rows += [f"{3 * k};2800;2500" for k in range(1, 9)]
    path.write_text("\n".join(rows))
    gas = read_gas_exchange(path)
    assert gas.mass_kg is None
    assert "was not taken" in gas.notes[0]
    path.write_text("\n".join(["Weight (lbs);154", *rows[1:]]))
    assert read_gas_exchange(path).mass_kg == pytest.approx(69.85)
