"""Numbers and files of the tables of an article."""

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
from made_tables import FIRM

import glutelab as gl
from glutelab.errors import DataError
from glutelab.tables.latex import escape, latex_table
from glutelab.tables.numbers import decimals_of, fixed, p_cell, print_estimate, print_mean
from glutelab.tables.save import csv_text
from glutelab.tables.sheet import Head, PrintTable, Row, clean, lay_table

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


def evil_table() -> PrintTable:
    rows = [Row(text, (text, text), ("a",)) for text in EVIL]
    heads = [Head(EVIL[0], "a span"), Head(EVIL[4])]
    notes = {"footnotes": EVIL, "notes": EVIL}
    return lay_table(EVIL[4], EVIL[1], heads, [Row(EVIL[5]), *rows], **notes, simulated=True)


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
