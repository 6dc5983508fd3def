import zipfile
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from glutelab.errors import DataError
from glutelab.formats.sheet import read_sheet
from glutelab.formats.workbook import xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RUNNERS = [
    ["runner", "level", "height (cm)", "mass", "born"],
    ["R01", "elite", 181.5, 70, "1990-01-02"],
    ["R02", "recreational", 175, 65.5, None],
]


def letters(k):
    return chr(65 + k) if k < 26 else "A" + chr(65 + k - 26)


def cell(value, line, k):
    at = f'r="{letters(k)}{line}"'
    if value is None:
        return ""
    if isinstance(value, tuple):  # (number, style)
        return f'<c {at} s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, str) and value.startswith("<"):
        return f"<c {at}>{value}</c>"
    if isinstance(value, str):
        return f'<c {at} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c {at}><v>{value}</v></c>"


def workbook(path, *sheets, states=None, merged=()):
    """`sheets`: lists of rows, named A, B, ...; style 1 is a date, 2 a time, 3 a custom date."""
    names = [chr(65 + k) for k in range(len(sheets))]
    states = states or ["visible"] * len(sheets)
    listed = "".join(
        f'<sheet name="{n}" sheetId="{k}" r:id="r{k}" state="{s}"/>'
        for k, (n, s) in enumerate(zip(names, states, strict=True))
    )
    links = "".join(
        f'<Relationship Id="r{k}" Target="worksheets/s{k}.xml"/>' for k in range(len(sheets))
    )
    styles = "".join(f'<xf numFmtId="{k}"/>' for k in (0, 14, 21, 170))
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="x">{links}</Relationships>'
        )
        packed.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><numFmts>'
            '<numFmt numFmtId="170" formatCode="[$-407]d. mmm yyyy"/>'
            f"</numFmts><cellXfs>{styles}</cellXfs></styleSheet>",
        )
        for k, rows in enumerate(sheets):
            body = "".join(
                f'<row r="{line}">{"".join(cell(v, line, c) for c, v in enumerate(row))}</row>'
                for line, row in enumerate(rows, 1)
            )
            packed.writestr(
                f"xl/worksheets/s{k}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>'
                f"<mergeCells>{merges}</mergeCells></worksheet>",
            )
    return path


def text(path, rows, separator=",", encoding="utf-8", end="\n", decimal="."):
    lines = [
        separator.join(
            "" if v is None else str(v).replace(".", decimal) if isinstance(v, float) else str(v)
            for v in row
        )
        for row in rows
    ]
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


@pytest.mark.parametrize(
    "dialect",
    [
        {},
        {"separator": ";", "decimal": ",", "encoding": "utf-8-sig", "end": "\r\n"},
        {"separator": "\t", "decimal": ",", "encoding": "utf-16", "end": "\r"},
        {"separator": ";", "encoding": "cp1252"},
    ],
)
def test_text_and_workbook_give_the_same_table(tmp_path, dialect):
    book = workbook(tmp_path / "a.xlsx", RUNNERS)
    a = read_sheet(book)
    b = read_sheet(text(tmp_path / "b.csv", RUNNERS, **dialect))
    pd.testing.assert_frame_equal(a.frame, b.frame)
    assert a.frame.index.tolist() == [2, 3]
    assert a.frame.index.name == "row"
    assert a.frame["mass"].tolist() == [70, 65.5]
    assert a.frame["born"].fillna("").tolist() == ["1990-01-02", ""]
    assert a.units == b.units == {"height (cm)": "cm"}
    assert a.sheet == "A"


def test_parquet(tmp_path):
    frame = pd.DataFrame(RUNNERS[1:], columns=RUNNERS[0])
    frame.to_parquet(tmp_path / "a.parquet")
    read = read_sheet(tmp_path / "a.parquet")
    assert read.frame["level"].tolist() == ["elite", "recreational"]
    assert read.frame["height (cm)"].tolist() == [181.5, 175]
    assert read.frame["born"].fillna("").tolist() == ["1990-01-02", ""]


def test_titles_groups_units_and_empty_columns(tmp_path):
    rows = [
        ["Runners of spring 2024"],
        [],
        ["who", None, "body", None, None],
        ["runner", "sex", "height", "mass", None, None],
        [None, None, "cm", "kg", None],
        ["R01", "m", 181, 70, None, None],
        ["R02", "f", 175, 65.5, None],
    ]
    for path in (workbook(tmp_path / "a.xlsx", rows), text(tmp_path / "a.csv", rows)):
        read = read_sheet(path)
        assert read.frame.columns.tolist() == ["runner", "sex", "height", "mass"]
        assert read.frame.index.tolist() == [6, 7]
        assert read.frame["height"].tolist() == [181, 175]
        assert read.units == {"height": "cm", "mass": "kg"}
        assert any("above the header" in note for note in read.notes)
        assert any("units (cm, kg)" in note for note in read.notes)


def test_a_sex_is_no_unit(tmp_path):
    rows = [["runner", "sex"], [None, "m"], ["R02", "f"], ["R03", "m"]]
    assert len(read_sheet(text(tmp_path / "a.csv", rows)).frame) == 3


def test_dates_and_times_are_text(tmp_path):
    rows = [["runner", "date", "other", "best"], ["R01", (45443, 1), (45443.5, 3), (0.11, 2)]]
    read = read_sheet(workbook(tmp_path / "a.xlsx", rows))
    assert read.frame.iloc[0].tolist() == ["R01", "2024-05-31", "2024-05-31 12:00", "2:38:24"]


def test_names_that_look_like_numbers_stay_names(tmp_path):
    rows = [["runner", "code", "note"], ["007", 1.0, "1.50"], ["012", 2.0, "about 2"]]
    read = read_sheet(text(tmp_path / "a.csv", rows))
    assert read.frame["runner"].tolist() == ["007", "012"]
    assert read.frame["note"].tolist() == ["1.50", "about 2"]
    assert read.frame["code"].tolist() == [1, 2]


def test_formulas_are_text_or_their_stored_result(tmp_path):
    rows = [["runner", "note"], ["R01", "=1+1"], ["R02", '=HYPERLINK("http://x")'], ["R03", "@a"]]
    read = read_sheet(text(tmp_path / "a.csv", rows, separator=";"))
    assert read.frame["note"].tolist() == ["=1+1", '=HYPERLINK("http://x")', "@a"]
    rows = [["runner", "mass"], ["R01", "<f>A1+1</f><v>70</v>"], ["R02", "<f>B2</f>"]]
    read = read_sheet(workbook(tmp_path / "a.xlsx", rows))
    assert read.frame["mass"].iloc[0] == 70
    assert any("1 formulas without a stored result" in note for note in read.notes)


def test_several_sheets(tmp_path):
    about = [["Made by the lab"]]
    path = workbook(
        tmp_path / "a.xlsx",
        about,
        RUNNERS,
        RUNNERS,
        RUNNERS,
        states=["visible", "hidden", "visible", "visible"],
    )
    read = read_sheet(path)
    assert read.sheet == "C"
    assert any("'D' holds a table, too" in note for note in read.notes)
    assert read_sheet(path, "B").sheet == "B"
    with pytest.raises(DataError, match="no sheet 'X'. Expected one of A, B, C, D"):
        read_sheet(path, "X")


def test_merged_cells(tmp_path):
    rows = [["runner", "trial", "speed"], ["R01", "T1", 2.5], [None, "T2", 3.5], ["R02", "T3", 2.5]]
    read = read_sheet(workbook(tmp_path / "a.xlsx", rows, merged=["A2:A3"]))
    assert read.frame["runner"].tolist() == ["R01", "R01", "R02"]
    assert any("1 cells below a merged cell" in note for note in read.notes)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["a", "a"], [1, 2]], "'a' is the name of columns A, B"),
        (
            [["a", "b", None], [1, 2, None], [1, 2, 3]],
            "column C has no name, but a value in (row|line) 3",
        ),
        ([["a", "b"]], "no header|no sheet holds"),
        ([[1, 2], [3, 4]], "no header|no sheet holds"),
    ],
)
def test_what_is_no_table_is_a_sentence(tmp_path, rows, sentence):
    for path in (workbook(tmp_path / "a.xlsx", rows), text(tmp_path / "a.csv", rows)):
        with pytest.raises(DataError, match=sentence):
            read_sheet(path)


def test_workbooks_that_are_none(tmp_path, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    with pytest.raises(DataError, match="old or protected"):
        read_sheet(tmp_path / "a.xlsx")
    content = workbook(tmp_path / "b.xlsx", RUNNERS).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(content[:-200])
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_sheet(tmp_path / "b.xlsx")
    monkeypatch.setattr(xlsx, "MOST_BYTES", 1_000_000)
    workbook(tmp_path / "c.xlsx", [["a", "b"], [" " * 2_000_000, "1"]])
    assert (tmp_path / "c.xlsx").stat().st_size < 10_000
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        read_sheet(tmp_path / "c.xlsx")
