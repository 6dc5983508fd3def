"""Tables of an article: content, rounding, doubts that are never lost, and files that are safe."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

import glutelab as gl
from glutelab.errors import DataError
from glutelab.models.economy.ols import fit_ols
from glutelab.models.explained import share_of_variance
from glutelab.tables.latex import escape, latex_table
from glutelab.tables.numbers import decimals_of, fixed, p_cell, print_estimate, print_mean
from glutelab.tables.save import csv_text
from glutelab.tables.sheet import Head, PrintTable, Row, clean, lay_table
from glutelab.tables.summaries import standardized_difference

FIRM = "\N{NO-BREAK SPACE}"
EVIL = [
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "+1",
    "-2",
    "<script>alert(1)</script>",
    r"\input{/etc/passwd} $x$ 50% #1 a_b ~^ {}",
    'a","=1+1',
    "x\x00\ny\u202e",
    "[2mm] * --",
]


@pytest.fixture(scope="module")
def rbds():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def bmc():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def means(rbds):
    return gl.runner_means(rbds)


@pytest.fixture(scope="module")
def made():
    return gl.simulate_runners(40, seed=3)


def cell(table: PrintTable, label: str, column: int) -> str:
    row = next(one for one in table.rows if one.label == label)
    return row.cells[column].replace(FIRM, " ")


def evil_table() -> PrintTable:
    rows = [Row(text, (text, text), ("a",)) for text in EVIL]
    heads = [Head(EVIL[0], "a span"), Head(EVIL[4])]
    notes = {"footnotes": EVIL, "notes": EVIL}
    return lay_table(EVIL[4], EVIL[1], heads, [Row(EVIL[5]), *rows], **notes, simulated=True)


# --- the runners ----------------------------------------------------------------------------------


def test_first_table_counts_runners_and_states_what_it_shows(rbds):
    table = gl.table.runners(rbds)
    heads = [head.text.replace(FIRM, " ") for head in table.heads]
    assert heads == ["All (n = 28)", "Elite (n = 3)", "Competitive (n = 25)"]
    assert cell(table, "Male", 0) == "27 (96 %)"
    age = rbds.runners["age_years"]
    assert cell(table, "Age (years), mean ± SD", 0) == f"{age.mean():.1f} ± {age.std():.1f}"
    assert cell(table, "Height (m), mean ± SD", 0) == "1.760 ± 0.068"
    assert cell(table, "Running experience (months), median [IQR]", 0) == "84 [36, 135]"
    assert cell(table, "Race pace (min:s per km), mean ± SD", 0) == "4:04 ± 0:23"
    thomas = rbds.legs.groupby("runner_id")["thomas_test_deg"].mean()
    shown = cell(table, "Modified Thomas test (°), mean ± SD", 0)
    assert shown == f"{thomas.mean():.1f} ± {thomas.std():.1f}"
    assert "10.7717/peerj.3298" in table.notes[-1]
    assert "CC-BY-4.0" in table.notes[-1]


def test_a_cohort_its_runner_means_and_several_rows_give_the_same_numbers(rbds, means):
    whole, again = gl.table.runners(rbds), gl.table.runners(means)
    assert whole.rows == again.rows
    shuffled = gl.table.runners(means.sample(frac=1, random_state=1))
    assert shuffled.rows == whole.rows


def test_confounds_are_footnotes(bmc):
    table = gl.table.runners(bmc)
    assert any(text.startswith("Confounded with laboratory") for text in table.footnotes)
    assert any("recorded injury" in text for text in table.footnotes)
    assert all("a" in head.marks for head in table.heads if head.span)


def test_missing_values_are_counted_and_no_part_of_percents(rbds):
    people = rbds.runners.copy()
    people.loc[:3, "sex"] = None
    people.loc[0, "age_years"] = np.nan
    table = gl.table.runners(people, by=None, columns=["sex", "age_years"])
    assert [row.cells[0] for row in table.rows if row.label == "Missing, n"] == ["4", "1"]
    assert cell(table, "Male", 0) == "23 (96 %)"


def test_people_are_never_counted_twice(rbds, bmc, means):
    both = pd.concat([means, gl.runner_means(bmc)])
    with pytest.raises(DataError, match="in two cohorts and would count twice"):
        gl.table.runners(both)
    with pytest.raises(DataError, match="holds strides"):
        gl.table.runners(rbds.strides)


def test_groups_are_those_of_comparisons(rbds):
    table = gl.table.runners(rbds, groups={"fast": ["elite"], "others": ["competitive"]})
    assert [head.text.replace(FIRM, " ") for head in table.heads[1:]] == [
        "fast (n = 3)",
        "others (n = 25)",
    ]
    halves = gl.table.runners(rbds, by="age_years", groups="median", columns=["height_m"])
    assert len(halves.heads) == 3


def test_standardized_differences_are_those_of_the_literature(rbds):
    rng = np.random.default_rng(1)
    first, second = pd.Series(rng.normal(1, 2, 30)), pd.Series(rng.normal(0, 1, 20))
    expected = (first.mean() - second.mean()) / np.sqrt((first.var() + second.var()) / 2)
    assert standardized_difference(first, second) == pytest.approx(expected)
    p, q = 0.6, 0.3
    words = [pd.Series(["yes"] * int(10 * s) + ["no"] * int(10 - 10 * s)) for s in (p, q)]
    binary = abs(p - q) / np.sqrt((p * (1 - p) + q * (1 - q)) / 2)
    assert standardized_difference(*words) == pytest.approx(binary)
    assert np.isnan(standardized_difference(pd.Series(["a", "a"]), pd.Series(["b", "b"])))
    table = gl.table.runners(rbds, differences=True, columns=["sex", "height_m"])
    assert cell(table, "Height (m), mean ± SD", 3) == "−0.79"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"columns": ["hight_m"]}, "Did you mean 'height_m'"),
        ({"columns": ["cadence_spm"]}, "differs between the rows of a runner"),
        ({"columns": ["age_years", "age_years"]}, "asked for twice"),
        ({"columns": ["race_distance_km"], "by": "sex"}, None),
        ({"by": "speed_m_s"}, "in several groups"),
        ({"by": "age_years"}, "makes no groups"),
        ({"by": "levl"}, "Did you mean level"),
        ({"by": None, "groups": ["elite"]}, "Give by"),
        ({"by": None, "differences": True}, "between two groups"),
        ({"median": "cadence_spm"}, "does not show"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_a_sentence(means, options, said):
    if said is None:
        assert gl.table.runners(means, **options).rows
        return
    with pytest.raises(DataError, match=said):
        gl.table.runners(means, **options)
    with pytest.raises(DataError, match="was given"):
        gl.table.runners("rbds2017", **options)


# --- results --------------------------------------------------------------------------------------


def test_results_are_those_of_the_table(means):
    names = ["peak_hip_extension_deg", "contact_time_s"]
    row = gl.compare_groups(means, names, "speed_m_s", groups=(4.5, 2.5), n_boot=200)
    table = gl.table.results(row)
    found = row.iloc[0]
    said = f"{found['difference']:.2f} [{found['ci_low']:.2f}, {found['ci_high']:.2f}]"
    assert cell(table, "Peak hip extension (°)", 2) == said
    assert cell(table, "Contact time (s)", 2).startswith("−0.07")
    assert cell(table, "Contact time (s)", 5) == "< 0.001"
    assert table.footnotes == ("Higher.", "Left out by running speed: 3.5 (28).", "Lower.")


def test_no_warning_is_lost_and_no_answer_is_a_row(bmc):
    names = ["peak_hip_extension_deg", "peak_thigh_extension_deg", "hip_range_deg"]
    groups = gl.level_groups(bmc.runners)
    found = gl.compare_groups(gl.runner_means(bmc), names, groups=groups, speed_m_s=2.5, n_boot=0)
    table = gl.table.results(found, cohort=bmc)
    said = dict(table.lettered)
    for row, warning in zip(table.rows, found["warning"], strict=True):
        beneath = [said[mark] for mark in row.marks]
        for sentence in warning.split("  "):
            assert sentence in beneath
    assert set(table.rows[1].cells) == {"–"}
    assert "Not measured in this cohort." in [said[mark] for mark in table.rows[1].marks]
    assert any("confounded with laboratory" in text for text in table.footnotes)
    assert any("1,614 found" in text for text in table.notes)


def test_margins_and_several_contrasts_and_speeds(means):
    found = gl.compare_groups(
        means, "hip_range_deg", "speed_m_s", n_boot=0, equivalence_margin={"hip_range_deg": 2.0}
    )
    table = gl.table.results(found)
    assert [row.label for row in table.rows if not row.cells] == [
        "4.5 minus 3.5 (28 pairs)",
        "4.5 minus 2.5 (28 pairs)",
        "3.5 minus 2.5 (28 pairs)",
    ]
    assert table.heads[-2].text == "Margin"
    assert table.rows[1].cells[-2] == "2"
    dose = gl.compare_groups(means, "hip_range_deg", "standing_pelvic_tilt_deg", speed_m_s=3.5)
    assert gl.table.results(dose).heads[2].text == f"Change per ° [95{FIRM}% CI]"
    years = gl.compare_groups(means, "hip_range_deg", "age_years", speed_m_s=3.5)
    assert gl.table.results(years).heads[2].text == f"Change per year [95{FIRM}% CI]"


def test_curves_have_a_row_per_run_and_one_where_there_is_none(rbds, bmc):
    hip = gl.compare_curves(
        rbds, "hip_flexion_deg", by="speed_m_s", groups=[4.5, 2.5], n_permutations=999
    )
    table = gl.table.results(hip)
    assert len(table.rows) == 1 + len(hip.clusters)
    peak = hip.clusters.iloc[0]
    assert f"{peak['peak_difference']:.1f}" in cell(table, "Part 1", 2)
    groups = gl.level_groups(bmc.runners)
    none = gl.table.results(
        [gl.compare_curves(bmc, "hip_flexion_deg", groups=groups, n_permutations=999)]
    )
    assert none.rows[1].label == "No part of it"
    assert any("Confounded" in text for text in none.footnotes)


def test_what_is_no_result_is_refused(rbds, means):
    for wrong in (rbds, means, "x", [], [1]):
        with pytest.raises(DataError, match="Expected"):
            gl.table.results(wrong)


def test_a_table_read_back_from_a_file_gives_the_same(tmp_path, means):
    names = ["hip_range_deg", "energy_cost_j_kg_m"]
    found = gl.compare_groups(means, names, speed_m_s=3.5, n_boot=0)
    found.to_csv(tmp_path / "t.csv", index=False)
    read = gl.table.results(pd.read_csv(tmp_path / "t.csv"))
    assert read.rows == gl.table.results(found).rows
    with pytest.raises(DataError, match="has no column n_tests"):
        gl.table.results(found.drop(columns="n_tests"))
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.table.results(found, cohort="rbds2017")


def test_whose_legs_and_what_kind_of_values_is_said(rbds, means):
    left = gl.table.runners(means[means["side"] == "left"])
    assert "left leg" in left.notes[0]
    assert "mean of both legs" in gl.table.runners(means).notes[0]
    people = rbds.runners.assign(barefoot=[True, False] * 14)
    table = gl.table.runners(people, columns=["barefoot"], by=None)
    assert [row.label for row in table.rows] == ["Barefoot, n (%)", "no", "yes"]
    text = people.assign(age_years=people["age_years"].astype(str))
    with pytest.raises(DataError, match="numbers stored as text"):
        gl.table.runners(text)
    with pytest.raises(DataError, match="Expected a cohort"):
        gl.table.runners(people, cohort="rbds2017")


# --- models ---------------------------------------------------------------------------------------


def test_models_show_their_coefficients_size_and_prediction(made):
    fit = gl.fit_economy(made, "standing_pelvic_tilt_deg", adjust_for=["sex", "mass_kg"])
    table = gl.table.models([fit])
    one = fit.posture.iloc[0]
    shown = print_estimate(one["estimate"], one["ci_low"], one["ci_high"]).replace(FIRM, " ")
    assert cell(table, "Standing pelvic tilt (J/kg/m per °)", 0) == shown
    assert cell(table, "Runners", 0) == "40 runners, 120 trials"
    assert (
        cell(table, "Error for runners left out (J/kg/m)", 0) == f"{fit.prediction.rmse_with:.3f}"
    )
    assert table.caption.startswith("SIMULATED")
    assert any("body mass is in the model" in text for text in table.footnotes)
    assert not any("mass_kg" in text for text in table.footnotes)


def test_r2_is_that_of_its_definitions(made):
    at = made[made["speed_m_s"] == 3.5]
    x, y = at["mass_kg"].to_numpy(), at["energy_cost_j_kg_m"].to_numpy()
    found = share_of_variance(fit_ols(y, x[:, None])).predictors
    assert found == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    mixed = share_of_variance(gl.fit_economy(made, "standing_pelvic_tilt_deg").fit)
    assert 0 < mixed.predictors < mixed.with_runners < 1


def test_a_cohort_without_cost_gives_a_table_that_says_so(means):
    table = gl.table.models(gl.fit_economy(means, "standing_pelvic_tilt_deg"))
    assert table.footnotes == ("Not measured in this cohort: Energy cost.",)


def test_relations_and_changes_state_the_level_of_their_intervals(means):
    names = ["peak_hip_extension_deg", "hip_range_deg"]
    relation = gl.relate(means, "standing_pelvic_tilt_deg", names, confidence=0.9)
    table = gl.table.models(relation)
    assert table.heads[1].text == f"r [90{FIRM}% CI]"
    assert [row.label.replace(FIRM, " ") for row in table.rows if not row.cells] == [
        "2.5 m/s",
        "3.5 m/s",
        "4.5 m/s",
    ]
    change = gl.table.models(gl.change_with_speed(means, names))
    assert change.heads[1].text == f"Change per m/s [95{FIRM}% CI]"
    for wrong in (means, pd.DataFrame(), {}, "x", [relation]):
        with pytest.raises(DataError, match="Expected"):
            gl.table.models(wrong)


# --- numbers --------------------------------------------------------------------------------------

SIZES = st.floats(1e-6, 1e4)


@given(st.floats(-1e4, 1e4), SIZES)
def test_rounding_follows_the_uncertainty(value, half):
    decimals = decimals_of(half)
    unit = 10.0**-decimals
    assert unit <= max(1.0, half / 9.9)  # two digits of the uncertainty are shown,
    assert decimals == 0 or unit > half / 101  # and no third
    shown = float(fixed(value, decimals).replace("−", "-"))
    assert abs(shown - value) <= unit / 2 * (1 + 1e-6) + 1e-9


@given(st.floats(-1e3, 1e3), SIZES)
def test_an_interval_keeps_its_side_of_zero(value, half):
    text = print_estimate(value, value - half, value + half)
    assert "-" not in text
    assert not re.search(r"−0\.?0*(?![\d.])", text)  # zero has no sign
    numbers = [float(one.replace("−", "-")) for one in re.findall(r"−?[\d.]+", text)]
    assert numbers[1] <= numbers[0] <= numbers[2]
    if value - half > 1e-2 * half:
        assert numbers[1] > 0


@given(st.floats(0, 1))
def test_p_is_never_rounded_to_the_other_side(p):
    text = p_cell(p).replace(FIRM, " ")
    if p < 0.001:
        assert text == "< 0.001"
    elif not text.startswith(">") and abs(p - 0.05) > 1e-6:
        assert (float(text) < 0.05) == (p < 0.05)
    assert text != "0.000"


def test_means_of_one_runner_have_no_deviation_and_none_is_a_dash():
    assert print_mean(3.14159, np.nan, 2) == "3.14"
    assert print_mean(np.nan, np.nan, 2) == "–"
    assert print_mean(3.1, 0.004, 1) == f"3.1{FIRM}±{FIRM}0.004"


# --- files ----------------------------------------------------------------------------------------


def test_simulated_is_on_the_face_of_each_file(tmp_path, made):
    table = gl.table.runners(made)
    for path in table.save(tmp_path / "t"):
        content = path.read_bytes()
        if path.suffix == ".docx":
            content = Document(path).paragraphs[0].text.encode()
        assert b"SIMULATED" in content[:3000] + content[-9000:], path.name
    assert '<p class="mark"' in table._repr_html_()
    assert repr(table).startswith("SIMULATED")


def test_files_are_whole_and_the_same_each_time(tmp_path, rbds):
    table = gl.table.runners(rbds)
    first, second = (table.save(tmp_path / name / "table_1") for name in "ab")
    assert [path.suffix for path in first] == [".html", ".tex", ".docx", ".csv", ".md"]
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in second]
    assert not [path for path in (tmp_path / "a").iterdir() if path not in first]
    (only,) = gl.table.runners(rbds).save(tmp_path / "c.docx")
    assert only.read_bytes() == first[2].read_bytes()
    dates = {one.date_time for one in zipfile.ZipFile(only).infolist()}
    assert dates == {(2000, 1, 1, 0, 0, 0)}


def test_nothing_is_written_if_one_file_cannot_be(tmp_path, rbds):
    table = gl.table.runners(rbds)
    (tmp_path / "t.html").write_text("before")
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        table.save(tmp_path / "t")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.html"]
    assert (tmp_path / "t.html").read_text() == "before"
    for wrong in (tmp_path, "", None):
        with pytest.raises(DataError):
            table.save(wrong)
    with pytest.raises(DataError, match=r"not written as \.xlsx"):
        table.save(tmp_path / "t.xlsx")


def test_word_holds_the_same_strings(tmp_path, bmc):
    table = gl.table.runners(bmc)
    (path,) = table.save(tmp_path / "t.docx")
    document = Document(path)
    (grid,) = document.tables
    lines = [[one.text for one in row.cells] for row in grid.rows][2:]
    for line, row in zip(lines, table.rows, strict=True):
        assert line[0] == row.label + ",".join(row.marks)
        assert tuple(line[1:]) == row.cells
    texts = [one.text for one in document.paragraphs]
    assert texts[0] == table.caption
    assert texts[-len(table.notes) :] == list(table.notes)
    for mark, text in table.lettered:
        assert f"{mark} {text}" in texts


def test_csv_holds_the_same_strings_and_footnotes_in_full(tmp_path, bmc):
    groups = gl.level_groups(bmc.runners)
    runners = gl.runner_means(bmc)
    found = gl.compare_groups(runners, "hip_range_deg", groups=groups, speed_m_s=2.5, n_boot=0)
    table = gl.table.results(found)
    (path,) = table.save(tmp_path / "t.csv")
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert list(read.columns) == list(table.data.columns)
    assert tuple(read.iloc[0, 1:-1]) == table.rows[0].cells
    assert "Confounded with laboratory" in read["footnotes"][0]


def test_no_cell_is_a_formula():
    for line in pd.read_csv(
        io.StringIO(csv_text(evil_table())), header=None, dtype=str, keep_default_na=False
    ).to_numpy():
        assert not any(one.strip().startswith(("=", "+", "-", "@")) for one in line)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.open, self.text = set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_is_balanced_without_scripts_or_addresses(tmp_path, rbds):
    for table in (evil_table(), gl.table.runners(rbds)):
        (path,) = table.save(tmp_path / "t.html")
        page = Tags()
        page.feed(path.read_text(encoding="utf-8"))
        assert not page.open
        assert page.seen.isdisjoint({"script", "link", "img", "iframe", "a"})
    assert "Age (years), mean ± SD" in page.text


def test_latex_is_balanced_and_obeys_no_name(bmc):
    for table in (evil_table(), gl.table.runners(bmc)):
        text = latex_table(table, "table_1 evil}")
        body = [line for line in text.splitlines() if not line.startswith("%")]
        plain = re.sub(r"\\[\\{}$%&#_]", "", "\n".join(body).replace(r"\\", "\n"))
        assert plain.count("{") == plain.count("}")
        assert plain.count("$") % 2 == 0
        assert not re.search(r"[#%^]", plain)
        begun = re.findall(r"\\begin\{(\w+)\}", plain)
        assert sorted(begun) == sorted(re.findall(r"\\end\{(\w+)\}", plain))
        assert r"\input" not in plain
        columns = len(table.heads)
        rows = [line for line in body if line.startswith("{}")]
        for line in rows:
            spans = re.findall(r"\\multicolumn\{(\d+)\}", line)
            cells = len(re.findall(r"(?<!\\)&", line)) + sum(int(one) - 1 for one in spans)
            assert cells == columns
        assert len(rows) == len([row for row in table.rows if row.cells]) + 2
    assert escape("50 % of S_1 & −2") == r"50 \% of S\_1 \& $-$2"


@given(st.text(max_size=30))
def test_any_name_can_be_written(name):
    table = lay_table("Any", "Name", [Head("Value")], [Row(name, (name,))], notes=[name])
    assert clean(clean(name)) == clean(name)
    csv_text(table).encode()
    table._repr_html_().encode()
    latex_table(table, name).encode()
    repr(table).encode()


def test_any_name_can_be_written_in_word(tmp_path):
    (path,) = evil_table().save(tmp_path / "t.docx")
    texts = [cell.text for cell in Document(path).tables[0].column_cells(1)]
    assert clean(EVIL[7]) == "x y"
    assert all(clean(text) in texts for text in EVIL)


def test_the_line_of_code_makes_the_same_table(rbds, means):
    cohort, runners = rbds, means
    for table in (
        gl.table.runners(cohort, by="sex", columns=["age_years"]),
        gl.table.runners(runners, by=None, median="age_years"),
    ):
        again = eval(table.code, {"gl": gl, "cohort": cohort, "runners": runners})  # noqa: S307
        assert again.rows == table.rows


def test_halves_are_rounded_as_in_a_spreadsheet(means):
    eight = means.drop_duplicates("runner_id").head(8).copy()
    eight["injured"] = ["yes"] * 5 + ["no"] * 3
    table = gl.table.runners(eight, by=None, columns="injured")
    assert [row.cells[0] for row in table.rows[1:]] == [f"5 (63{FIRM}%)", f"3 (38{FIRM}%)"]


def test_columns_of_categories_count_as_their_words(means):
    words = means.astype({"sex": "category", "level": "category", "age_years": "category"})
    assert gl.table.runners(words).data.equals(gl.table.runners(means).data)


def test_correlations_say_once_that_they_are_not_corrected(means):
    rows = gl.relate(means, "age_years", "hip_range_deg")
    assert " ".join(gl.table.models(rows).notes).count("not corrected") == 1
