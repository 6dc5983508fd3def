import gzip
import io
import tracemalloc

import numpy as np
import pytest

from glutelab.errors import DataError
from glutelab.formats import content, numbers, text
from glutelab.formats.point_names import point_names


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-16-le", False),
        ("utf-16-be", False),
        ("cp1252", True),
    ],
)
def test_a_text_is_read_in_the_encodings_programs_write(encoding, noted):
    written = "Größe\tmm\n" * 20
    read, notes = text.decode(written.encode(encoding), "a.txt")
    assert read == written
    assert bool(notes) == noted


def test_bytes_that_are_no_text_are_refused_with_the_line():
    with pytest.raises(DataError, match="line 2"):
        text.decode(b"a\tb\n1\x01\t2\n", "a.txt")
    with pytest.raises(DataError, match="no text"):
        text.decode(bytes(range(256)), "a.txt")


def test_only_line_ends_end_lines():
    assert text.split_lines("a\rb\r\nc\nd\x0ce\x85f\n\n") == ["a", "b", "c", "d\x0ce\x85f"]


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as stream:
        stream.write(bytes(30_000_000))
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(packed.getvalue())
    tracemalloc.start()
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        content.read_content(path, most_bytes=1_000_000)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_gzip_of_several_members_is_whole_and_a_cut_one_is_refused(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"one ") + gzip.compress(b"two"))
    assert content.read_content(path) == b"one two"
    path.write_bytes(gzip.compress(b"one two three")[:-9])
    with pytest.raises(DataError, match="ends too early|cannot be unpacked"):
        content.read_content(path)


def test_delimiter_and_decimal_mark():
    assert text.delimiter_of(["a;b", "1,5;2,5"]) == ";"
    assert text.delimiter_of(["a,b", "1.5,2.5"]) == ","
    assert text.delimiter_of(['a,"b;c"', '1.5,"2;5"']) == ","
    assert text.delimiter_of(["one", "two"]) is None
    assert numbers.decimal_mark(["-27,608", "0,203"], "a") == ","
    assert numbers.decimal_mark(["3", "Anna"], "a") == "."
    with pytest.raises(DataError, match="thousand"):
        numbers.decimal_mark(["3,000"], "a")
    with pytest.raises(DataError, match="one decimal mark"):
        numbers.decimal_mark(["3,5", "2.5"], "a")


@pytest.mark.parametrize("cell", ["=1+1", "1_000", "inf", "-inf", "1e999", "١", "0x10", "1.2.3"])
def test_what_is_no_number_is_said_with_its_line(cell):
    assert numbers.number(cell) is None
    with pytest.raises(DataError, match="line 7, b"):
        numbers.block([(7, ["1", cell])], ["a", "b"], "x.csv")


def test_a_block_of_numbers():
    rows = [(1, ["1", "No Data"]), (2, ["", "2.5", "", ""]), (3, ["7"])]
    found = numbers.block(rows, ["a", "b"], "x", short=True)
    np.testing.assert_array_equal(found, [[1, np.nan], [np.nan, 2.5], [7, np.nan]])
    with pytest.raises(DataError, match="line 3: 1 cells"):
        numbers.block(rows, ["a", "b"], "x")


def test_an_open_quotation_mark_is_no_traceback():
    lines = ['a,"b', *["1,2"] * 40_000]
    with pytest.raises(DataError, match="quotation mark"):
        text.split_cells(lines, ",", "x.csv")


def test_folders_are_left_behind():
    assert text.base_name(r"C:\Users\Anna Muster\run 01.c3d") == "run 01.c3d"
    assert text.base_name("/home/anna/run.c3d") == "run.c3d"


@pytest.mark.parametrize(
    ("written", "text_of_error"),
    [
        ("1.25\t2.25\n1.25\t2.25\n1.25\t2.2", "it ends in '2.2', without a line end"),
        ("1.25\t2.25\n1.25\t2.25\n1.25\t", "line 3"),
        ("1.25\t2.25\t\n1.25\t2.25\t\n1.25\t2.", "2 decimals, as in every other row"),
        ("1.25\t2.25\n1.25\t2.25\n1.25\t2.2\n", None),
        ("1.25\t2.25\n1.25\t2.5\n1.25\t2.", None),
    ],
)
def test_a_text_that_was_cut_off_in_its_last_number(written, text_of_error):
    rows = text.split_cells(text.split_lines(written), "\t", "a.txt")
    if text_of_error is None:
        text.check_end(written, rows, "a.txt")
        return
    with pytest.raises(DataError, match=text_of_error):
        text.check_end(written, rows, "a.txt")


def test_a_lost_cell_does_not_hide_behind_a_delimiter_at_the_end():
    rows = [(1, ["1", "2", ""]), (2, ["1", "2"]), (3, ["2", ""])]
    np.testing.assert_array_equal(numbers.block(rows[:2], "ab", "x"), [[1, 2], [1, 2]])
    with pytest.raises(DataError, match="line 3: 1 cells"):
        numbers.block(rows, "ab", "x")


@pytest.mark.parametrize("rate", [50, 59.94, 150, 240, 300, 512, 700, 1000])
@pytest.mark.parametrize("decimals", [3, 4, 6, 9])
def test_rate_of_rounded_times(rate, decimals):
    times = np.round(np.arange(400) / rate, decimals)
    step = 10.0**-decimals
    assert abs(numbers.even_rate(times, "x") - rate) <= rate * max(2 * step / times[-1], 1e-5)
    for wrong in (np.delete(times, 200), np.insert(times, 200, times[200])):
        with pytest.raises(DataError, match="even steps"):
            numbers.even_rate(wrong, "x")
    times[5] = np.nan
    with pytest.raises(DataError, match="row 6 of the numbers: no time"):
        numbers.even_rate(times, "x")


def test_names_of_points_are_each_there_once():
    notes = []
    stored = ["A", "A", "A_2", "", "unnamed_4", "A", ""]
    found = point_names(stored, "a.trc", notes)
    assert found == ["A", "A_3", "A_2", "unnamed_4_", "unnamed_4", "A_4", "unnamed_7"]
    assert "2 of 7 have no name" in notes[0]
    assert "numbered: A." in notes[1]
    assert point_names(["A"] * 3, "a.trc", []) == ["A", "A_2", "A_3"]
    assert len(set(point_names(["A"] * 20_000 + [""] * 20_000, "a.trc", []))) == 40_000
    with pytest.raises(DataError, match="several subjects") as error:
        point_names([f"{who}:{k}" for who in ("Ann", "Bo") for k in range(6)], "a.trc", [])
    assert "Ann" not in str(error.value)


@pytest.mark.parametrize("zeros", [1, 500])
def test_an_end_of_zeros_is_a_broken_copy(zeros):
    with pytest.raises(DataError, match="line 3: a zero byte"):
        text.decode(b"id,level\nR1,elite\n" + bytes(zeros), "runners.csv")
    assert text.decode(b"id,level\nR1,elite\n\x1a", "runners.csv")[0].endswith("elite\n")
