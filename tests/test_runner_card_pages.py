"""Pages, strips and the widget of a runner card."""

import re
import time
import zlib

import numpy as np
import pandas as pd
import pytest
from made_card import HIP, THIGH, changed, row_of

import glutelab as gl
from glutelab.explore.card import paper, strip
from glutelab.explore.card import table as tables


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def card(cohort):
    return gl.RunnerCard(cohort, "RBDS012")


@pytest.fixture(scope="module")
def made():
    return gl.RunnerCard(gl.load_cohort("simulated"), "S004")


# --- strips and words -----------------------------------------------------------------------------


def test_dots_never_lie_on_each_other():
    dots = strip._spread(sorted(np.random.default_rng(0).uniform(0, 1, 60)))
    for k, (x, lane) in enumerate(dots):
        for other, same in dots[:k]:
            assert lane != same or abs(x - other) >= strip._APART - 1e-12


def test_everything_lies_on_the_strip(card, made):
    for one in (card, made):
        for drawn in one.strips:
            places = [place for place, _ in (*drawn.dots, *drawn.ticks)]
            places += [*(drawn.band or ()), *(drawn.error or ())]
            assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)


def test_a_strip_of_runners_who_are_all_the_same(cohort):
    runners = cohort.runners.assign(standing_pelvic_tilt_deg=10.0)
    card = gl.RunnerCard(changed(cohort, runners=runners), "RBDS012")
    row = row_of(card, "standing_pelvic_tilt_deg")
    assert (row["percentile"], row["difference"]) == (50, 0)
    assert card._repr_html_()


def test_a_verdict_that_hangs_on_a_decimal_shows_it(cohort):
    card = gl.RunnerCard(cohort, "RBDS012", measures=HIP)
    gap = abs(card.table["difference"].item())
    sem = {HIP: gap / (1.96 * 2**0.5) * 1.001}
    near = gl.RunnerCard(cohort, "RBDS012", measures=HIP, sem=sem)
    assert near.table["verdict"].item() == tables.NO_DIFFERENCE
    shown = re.search(r"−(\d+\.\d+)°, MDC95 (\d+\.\d+)°", near._repr_html_())
    assert shown
    assert len(shown[1].split(".")[1]) == 2


def test_one_sentence_per_measure_and_what_it_does_not_show(card):
    said = card.sentences()
    assert len(said) >= len(card.table) + 3
    assert "No sensor measured the activity of the glutes" in "\n".join(said)
    assert "It is no target" in repr(card)
    assert said[0].startswith("Standing pelvic tilt: ")


# --- pages ----------------------------------------------------------------------------------------


def pdf_objects(data):
    """The objects outside streams, and the inflated streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S)
    return re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.S), streams


def test_saving_gives_one_page_with_embedded_fonts(card, tmp_path):
    html, pdf = sorted(card.save(tmp_path / "cards" / "RBDS012"))
    assert [html.name, pdf.name] == ["RBDS012.html", "RBDS012.pdf"]
    assert sorted(path.name for path in html.parent.iterdir()) == [html.name, pdf.name]
    objects, streams = pdf_objects(pdf.read_bytes())
    assert len(re.findall(rb"/Type /Page\b", objects)) == 1
    width, height = map(
        float, re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", objects).groups()
    )
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert objects.count(b"/FontFile2") == objects.count(b"/CIDFontType2") > 0
    assert not re.search(rb"/Subtype /(Type3|Image)", objects)
    assert b"Date" not in objects
    assert any(zlib.decompress(one) for one in streams if one[:1] == b"x")


def test_the_same_card_gives_the_same_bytes(cohort, card, tmp_path):
    first = [path.read_bytes() for path in card.save(tmp_path / "one")]
    again = gl.RunnerCard(cohort, "RBDS012")
    assert [path.read_bytes() for path in again.save(tmp_path / "two.pdf")] == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "one.html",
        "one.pdf",
        "two.html",
        "two.pdf",
    ]


def test_order_of_runners_and_ones_own_style_change_nothing(cohort, card, tmp_path):
    import matplotlib

    runners = cohort.runners.sample(frac=1, random_state=1).reset_index(drop=True)
    other = gl.RunnerCard(changed(cohort, runners=runners), "RBDS012")
    first = [path.read_bytes() for path in card.save(tmp_path / "one")]
    style = {"font.size": 30, "pdf.fonttype": 3, "lines.linestyle": ":", "axes.facecolor": "red"}
    with matplotlib.rc_context(style):
        assert [path.read_bytes() for path in other.save(tmp_path / "two")] == first
        assert matplotlib.rcParams["pdf.fonttype"] == 3


def test_a_page_that_cannot_be_written_leaves_the_old_one(card, tmp_path, monkeypatch):
    saved = card.save(tmp_path / "card")
    before = [path.read_bytes() for path in saved]

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(gl.DataError, match="cannot be written"):
        card.save(tmp_path / "card")
    assert [path.read_bytes() for path in saved] == before
    assert len(list(tmp_path.iterdir())) == 2


def test_a_path_must_name_a_file(card, tmp_path):
    (tmp_path / "card.html").mkdir()
    with pytest.raises(gl.DataError, match="is a folder. Choose another name"):
        card.save(tmp_path / "card")
    with pytest.raises(gl.DataError, match="names no file"):
        card.save("")


def test_the_page_needs_nothing_from_elsewhere(card, made, tmp_path):
    for one in (card, made):
        page = one.save(tmp_path / "card")[0].read_text(encoding="utf-8")
        assert not re.search(r"http|<script|<link|@import|url\(|src=", page)
        assert page.startswith("<!DOCTYPE html>")


def test_the_table_is_one_for_those_who_listen(card):
    html = card._repr_html_()
    assert html.count('<th scope="row"') == len(card.table)
    assert html.count('scope="col"') == 5
    assert "<caption>" in html
    drawings = re.findall(r"<svg [^>]*>", html)
    assert all('role="img" aria-label="' in one or 'aria-hidden="true"' in one for one in drawings)


def test_simulated_stands_across_both_pages(card, made, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(paper.Paper, "across", lambda page, text: said.append(text))
    assert made.simulated
    assert not card.simulated
    assert repr(made).startswith("SIMULATED. ")
    assert made._repr_html_().count("SIMULATED") == 2
    assert "SIMULATED" not in card._repr_html_()
    assert made.table["warning"].str.contains("Simulated").all()
    for one in (made, card):
        one.save(tmp_path / "card")
    assert said == ["SIMULATED"]


def test_names_are_text_and_nothing_else(cohort, tmp_path):
    name = "<script>alert(1)</script> $x^2$"
    tables = {
        key: getattr(cohort, key).replace({"runner_id": {"RBDS012": name}})
        for key in ("runners", "legs", "trials", "strides", "ledger")
    }
    card = gl.RunnerCard(changed(cohort, **tables), name)
    assert "<script>" not in card._repr_html_()
    assert len(card.save(tmp_path / "card")) == 2


# --- the widget -----------------------------------------------------------------------------------


@pytest.fixture
def mine(cohort):
    return gl.RunnerCard(cohort, "RBDS012", measures=[HIP, THIGH])


def test_controls_attributes_and_code_are_one(mine, cohort):
    assert mine.code == (
        "gl.RunnerCard(gl.load_cohort('rbds2017'), 'RBDS012', "
        "measures=['peak_hip_extension_deg', 'peak_thigh_extension_deg'])"
    )
    controls = mine._controls
    assert (controls["runner_id"].value, controls["speed_m_s"].value) == ("RBDS012", 3.5)
    controls["runner_id"].value = "RBDS003"
    assert mine.runner == mine.runner_id == mine.table["runner_id"].iloc[0] == "RBDS003"
    assert mine.choices.speed_m_s is None  # nobody has chosen a speed
    controls["speed_m_s"].value = 4.5
    controls["side"].value = "left"
    controls["against"].value = "competitive"
    assert (mine.speed_m_s, mine.side, mine.against) == (4.5, "left", "competitive")
    assert "RBDS003 at 4.5 m/s" in mine._card.value
    again = eval(mine.code, {"gl": gl})  # noqa: S307 - our own line
    pd.testing.assert_frame_equal(again.table, mine.table)
    mine.runner, mine.speed_m_s, mine.side, mine.against = "RBDS012", 2.5, "both", {"sex": "male"}
    assert controls["runner_id"].value == "RBDS012"
    assert controls["speed_m_s"].value == 2.5
    assert controls["against"].value == {"sex": "male"}
    direct = gl.RunnerCard(
        cohort, "RBDS012", measures=[HIP, THIGH], speed_m_s=2.5, against={"sex": "male"}
    )
    pd.testing.assert_frame_equal(direct.table, mine.table)


def test_another_group_as_given_is_one_of_the_choices(cohort):
    card = gl.RunnerCard(cohort, "RBDS012", measures=HIP, against={"age_years": (20, 45)})
    label, value = card._controls["against"].options[-1]
    assert label.startswith("as given")
    assert card._controls["against"].value == value == {"age_years": (20, 45)}


def test_an_error_stands_in_the_widget_and_the_card_stays(mine, monkeypatch):
    with pytest.raises(gl.DataError, match="Did you mean RBDS012"):
        mine.runner = "rbds012"

    def nobody(_):
        raise gl.DataError("no such runner.")

    monkeypatch.setattr(mine._maker, "make", nobody)
    mine._controls["runner_id"].value = "RBDS001"
    assert "no such runner. Shown is still RBDS012 at 3.5 m/s." in mine._status.value
    assert mine.table["runner_id"].iloc[0] == "RBDS012"


def test_a_page_without_a_kernel_has_the_card(mine, monkeypatch):
    live = mine._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in live
    assert live["text/html"] == mine._repr_html_()
    assert live["text/plain"] == repr(mine)
    monkeypatch.setenv("GLUTELAB_STATIC", "1")
    assert set(mine._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_too_few_others_are_said_once_for_the_whole_card(cohort):
    card = gl.RunnerCard(cohort, "RBDS012", against="elite")
    said = "Cannot tell: 4 other runners of rbds2017, level elite, at this speed and side."
    n = card.table["n_runners"].iloc[0]
    said = said.replace("4", str(n))
    for text in (card._repr_html_(), repr(card), "\n".join(card.sentences())):
        assert text.count("Cannot tell") == 1
        assert said in text
    assert card.table["verdict"].str.startswith("Cannot tell").all()


def test_text_explains_no_arrow(card):
    assert "arrow" not in repr(card)
    assert "arrow" not in "\n".join(card.sentences())
    assert "The arrow points" in card._repr_html_()
    for text in (card._repr_html_(), repr(card)):
        assert "not known for these runners" in text
    assert "of the positive joint work of hip, knee and ankle during stance" in card._repr_html_()


def test_a_folder_alone_gets_the_card_called_after_its_runner(mine, tmp_path):
    for target in (f"{tmp_path / 'cards'}/", tmp_path / "cards"):
        saved = mine.save(target)
        assert [path.name for path in saved] == ["RBDS012_3_5_m_s.html", "RBDS012_3_5_m_s.pdf"]
        assert saved[0].parent == tmp_path / "cards"
    assert len(list(tmp_path.iterdir())) == 1


def test_another_runner_costs_less_than_another_card(mine, cohort):
    start = time.process_time()
    for name in ("RBDS003", "RBDS004", "RBDS005"):
        mine.runner = name
    moved = (time.process_time() - start) / 3
    start = time.process_time()
    gl.RunnerCard(cohort, "RBDS006", measures=[HIP, THIGH])
    made = time.process_time() - start
    print(f"another runner {1e3 * moved:.0f} ms, another card {1e3 * made:.0f} ms")
    assert moved < made
