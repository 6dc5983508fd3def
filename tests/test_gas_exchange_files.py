"""Files of gas exchange that name somebody, are damaged, or were made to harm."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_gas_exchange import BREATH_ROWS, MAIN, SAMPLES, breaths, sheet_rows, table, xlsx

from glutelab.errors import DataError
from glutelab.formats.gas_exchange import GasExchange, read_gas_exchange

# --- nobody's name --------------------------------------------------------------------------------


PLANTED = ("Zaphod", "Beeblebrox", "19520311", "11.03.1952", "Betelgeuse", "PAT-4711")


def plant(name: str) -> bytes:
    """Give a sample with personal fields filled in."""
    content = (SAMPLES / name).read_bytes()
    if name.endswith("xml"):
        pairs = [(b">YYY<", b">Beeblebrox<"), (b">XXX<", b">Zaphod<")]
        pairs += [(b"11.11.1980", b"11.03.1952"), (b"Blau, mittel", b"Betelgeuse")]
    elif name.endswith("txt"):
        pairs = [(b"name=REDACTED", b"name=Beeblebrox"), (b"idnr=REDACTED", b"idnr=PAT-4711")]
        pairs += [(b"geburtstag=REDACTED", b"geburtstag=11.03.1952")]
    else:
        return _planted_workbook(content)
    for old, new in pairs:
        assert old in content
        content = content.replace(old, new)
    return content


def _planted_workbook(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            part = old.read(item)
            part = part.replace(b"<t>YYY</t>", b"<t>Beeblebrox</t>")
            part = part.replace(b"<t>XXX</t>", b"<t>Zaphod</t>")
            part = part.replace(b"<v>13011987</v>", b"<v>19520311</v>")
            new.writestr(item, part)
    return out.getvalue()


def assert_nobody(text: str) -> None:
    assert not [word for word in PLANTED if word.casefold() in text.casefold()]


@pytest.mark.parametrize("name", ["cosmed_test.xlsx", "cortex_test.xml", "zan_gxt.txt"])
def test_personal_fields_are_never_carried(tmp_path, name):
    path = tmp_path / "Zaphod Beeblebrox.dat"
    path.write_bytes(plant(name))
    gas = read_gas_exchange(path)
    assert gas.mass_kg
    assert not gas.breaths.attrs
    assert_nobody(repr(gas) + str(vars(gas)) + gas.breaths.to_csv() + " ".join(gas.notes))


@pytest.mark.parametrize("name", ["cosmed_test.xlsx", "cortex_test.xml", "zan_gxt.txt"])
@pytest.mark.parametrize(
    "asked",
    [
        {"columns": {"time_s": "t", "vo2_ml_min": "Beeble", "vco2_ml_min": "Nachname"}},
        {"columns": {"time_s": "t", "vo2_ml_min": "ID1", "vco2_ml_min": "VCO2"}},
        {"units": {"V'O2": "ml/kg/min", "VO2": "ml/kg/min"}},
        {"units": {"V'O2": "km/h"}},
    ],
)
def test_personal_fields_are_never_in_errors(tmp_path, name, asked):
    path = tmp_path / "export.dat"
    path.write_bytes(plant(name))
    try:
        gas = read_gas_exchange(path, **asked)
    except DataError as error:
        said = str(error).replace("Beeble)", "").replace("missing: Beeble,", "")
        assert_nobody(said + repr(error.__cause__) + repr(error.__context__))
    else:
        assert gas.device == "zan"  # which needs no names of columns


def test_personal_cells_in_a_table_are_not_repeated(tmp_path):
    rows = [f"{3 * k};2800;Zaphod Beeblebrox" for k in range(1, 10)]
    path = table(tmp_path / "a.csv", rows=rows)
    with pytest.raises(DataError, match="text where a number should be") as caught:
        read_gas_exchange(path)
    assert_nobody(str(caught.value))
    units = ["t;VO2;VCO2", "s;ml/min;Zaphod", *(f"{3 * k};2800;2500" for k in range(1, 9))]
    path.write_text("\n".join(units))
    with pytest.raises(DataError, match="column VCO2: the unit is none that is known") as caught:
        read_gas_exchange(path)
    assert_nobody(str(caught.value))
    header = ["Zaphod Beeblebrox;PAT-4711;11.03.1952", "t (s);VO2 (ml/min);Zaphod"]
    path.write_text("\n".join([*header, *rows]))
    with pytest.raises(DataError) as caught:
        read_gas_exchange(path)
    assert_nobody(str(caught.value))


# --- files that are damaged, or made to harm ------------------------------------------------------


def test_files_that_are_none(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_gas_exchange(tmp_path / "absent.csv")
    for name, content, sentence in [
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\n \n", "the file is empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "neither text, nor a workbook"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "an old Excel file"),
        ("note.txt", b"Dear Sir or Madam, thank you.", "no row of headers with time, VO2 and VCO2"),
        ("page.html", b"<html><body>hello</body></html>", "no row of headers"),
        ("broken.xml", b"<Workbook><Row>", "the XML is damaged"),
        ("head.csv", b"t (s);VO2 (ml/min);VCO2 (ml/min)\n", "0 rows of numbers"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=sentence):
            read_gas_exchange(tmp_path / name)


def test_a_line_that_was_cut_off(tmp_path):
    rows = [*(f"{3 * k};2800;2500" for k in range(1, 9)), "27;28"]
    with pytest.raises(DataError, match="line 10: the line ends after 2 of 3 cells.*cut off"):
        read_gas_exchange(table(tmp_path / "a.csv", rows=rows))


def test_a_zan_export_that_was_cut_off(tmp_path):
    content = (SAMPLES / "zan_gxt.txt").read_bytes()
    path = tmp_path / "a.txt"
    path.write_bytes(content[: content.index(b"B900=") + 60])
    with pytest.raises(DataError, match="values. Expected 97 numbers. The file was probably cut"):
        read_gas_exchange(path)
    path.write_bytes(content[: content.index(b"B900=")])
    assert any("may have been cut off" in note for note in read_gas_exchange(path).notes)
    path.write_bytes(content[: content.index(b"[Data]")])
    with pytest.raises(DataError, match=r"no section \[data\]"):
        read_gas_exchange(path)


BOMBS = {
    "laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Workbook>&b;</Workbook>',
    "outside": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Workbook>&x;</Workbook>',
    "doctype": '<!DOCTYPE Workbook SYSTEM "http://localhost/a.dtd"><Workbook/>',
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, name, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{BOMBS[name]}'
    (tmp_path / "a.xml").write_bytes(text.encode(encoding))
    with pytest.raises(DataError, match="declares a document type or entities"):
        read_gas_exchange(tmp_path / "a.xml")


def test_entities_in_a_workbook_are_refused(tmp_path):
    part = f'<!DOCTYPE a [<!ENTITY a "ha">]><worksheet xmlns="{MAIN}"/>'
    path = xlsx(tmp_path / "a.xlsx", "", more={"xl/worksheets/sheet1.xml": part})
    with pytest.raises(DataError, match="declares a document type or entities"):
        read_gas_exchange(path)


def test_deep_xml_is_refused(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"<a>" * 100_000)
    with pytest.raises(DataError, match="levels of XML"):
        read_gas_exchange(tmp_path / "a.xml")


def test_workbooks_that_are_none(tmp_path):
    with pytest.raises(DataError, match="the workbook has no sheets"):
        read_gas_exchange(xlsx(tmp_path / "a.xlsx", "", book=""))
    with pytest.raises(DataError, match="the workbook has no sheets"):
        read_gas_exchange(
            xlsx(tmp_path / "a.xlsx", "", book='<sheet name="A" sheetId="1" r:id="r9"/>')
        )
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("word/document.xml", "<a/>")
    with pytest.raises(DataError, match="packed, but no Excel workbook"):
        read_gas_exchange(tmp_path / "b.zip")
    content = (SAMPLES / "cosmed_test.xlsx").read_bytes()
    (tmp_path / "c.xlsx").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_gas_exchange(tmp_path / "c.xlsx")


def test_a_workbook_that_unpacks_to_too_much(tmp_path, monkeypatch):
    from glutelab.formats.workbook import xlsx as workbook

    monkeypatch.setattr(workbook, "MOST_BYTES", 1_000_000)
    path = xlsx(tmp_path / "a.xlsx", " " * 2_000_000)
    assert path.stat().st_size < 10_000
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        read_gas_exchange(path)


def test_a_workbook_that_names_its_last_cell(tmp_path):
    last = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    gas_rows = sheet_rows(BREATH_ROWS)
    wide = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(DataError, match="more than 1000 columns"):
        read_gas_exchange(xlsx(tmp_path / "a.xlsx", gas_rows + wide))
    with pytest.raises(DataError, match="row 1048576|time"):
        read_gas_exchange(xlsx(tmp_path / "a.xlsx", gas_rows + last))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("name", ["cosmed_test.xlsx", "cortex_test.xml", "zan_gxt.txt"])
def test_damaged_files_give_sentences(tmp_path, name, data):
    content = bytearray((SAMPLES / name).read_bytes())
    if name == "zan_gxt.txt":
        content = content[:40_000]
    if data.draw(st.booleans(), label="cut"):
        content = content[: data.draw(st.integers(0, len(content)), label="length")]
    for _ in range(data.draw(st.integers(0, 20), label="flips")):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.dat"
    path.write_bytes(bytes(content))
    with suppress(DataError):  # any other exception is a fault
        assert isinstance(read_gas_exchange(path), GasExchange)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=400), header=st.booleans())
def test_any_text_gives_a_sentence(tmp_path, text, header):
    path = tmp_path / "a.csv"
    head = "t (s);VO2 (ml/min);VCO2 (ml/min)\n" if header else ""
    path.write_bytes((head + text).encode("utf-8", "surrogatepass"))
    with pytest.raises(DataError):
        read_gas_exchange(path)


def test_a_card():
    card = repr(GasExchange(breaths(), "zan", mass_kg=70.0, notes=("Odd.",)))
    assert card.splitlines() == [
        "Gas exchange (zan): 40 breaths, 3 to 120 s, 70 kg",
        "  columns: time_s, vo2_ml_min, vco2_ml_min",
        "  note: Odd.",
    ]
