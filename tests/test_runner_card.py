"""One runner beside the others: percentiles, measurement error, and the page that is printed."""

import copy
import re
import time
import zlib

import numpy as np
import pandas as pd
import pytest

import glutelab as gl
from glutelab.explore.card import choose, paper, strip
from glutelab.explore.card import table as tables
from glutelab.explore.card.panel import HIP_WORK, MOST_MEASURES, find_items

HIP, THIGH, TILT = "peak_hip_extension_deg", "peak_thigh_extension_deg", "pelvic_tilt_mean_deg"


@pytest.fixture(scope="module")
def cohort():
    return gl.load_cohort("rbds2017")


@pytest.fixture(scope="module")
def laboratories():
    return gl.load_cohort("bmc-ric")


@pytest.fixture(scope="module")
def card(cohort):
    return gl.RunnerCard(cohort, "RBDS012")


@pytest.fixture(scope="module")
def made():
    return gl.RunnerCard(gl.load_cohort("simulated"), "S004")


def changed(cohort, **tables):
    """The same cohort with other tables."""
    other = copy.copy(cohort)
    for name, table in tables.items():
        setattr(other, name, table)
    return other


def row_of(card, measure=HIP):
    return card.table.set_index("measure").loc[measure]


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, 0.0), (1.0, 12.5), (2.5, 50.0), (3.0, 62.5), (8.0, 87.5), (9.0, 100.0)],
)
def test_percentile_by_hand(value, expected):
    assert tables.percentile(value, np.array([1.0, 2.0, 3.0, 8.0])) == expected


def test_a_percentile_and_its_mirror_image_make_one_hundred():
    others = np.random.default_rng(1).integers(0, 9, 30).astype(float)
    for value in range(-1, 10):
        both = tables.percentile(value, others) + tables.percentile(-value, -others)
        assert both == pytest.approx(100)


def test_numbers_are_those_of_the_other_runners(cohort, card):
    means = gl.runner_means(cohort).query("side == 'both' and speed_m_s == 3.5")
    own = means.loc[means["runner_id"] == "RBDS012", HIP].item()
    others = means.loc[means["runner_id"] != "RBDS012", HIP]
    error = gl.reliability(cohort, HIP, split="halves").query("speed_m_s == 3.5").iloc[0]

    row = row_of(card)
    assert row["n_runners"] == 27
    assert row["value"] == own
    assert row["median"] == others.median()
    assert row["q25"] == pytest.approx(others.quantile(0.25))
    assert row["sem"] == pytest.approx(error["sem_mean"])
    assert row["mdc95"] == pytest.approx(error["mdc95_mean"])
    assert row["percentile"] == pytest.approx(100 * (others < own).mean())
    assert row["percentile_low"] == pytest.approx(
        100 * (others < own - 1.96 * error["sem_mean"]).mean()
    )
    assert row["error_source"] == tables.WITHIN


def test_both_hip_extensions_posture_kick_and_work_are_there(card):
    assert list(card.table["group"].unique()) == [
        "Posture",
        "Hip extension",
        "Back kick",
        "Hip work",
    ]
    assert {HIP, THIGH, TILT, "behind_ahead_ratio"} <= set(card.table["measure"])


def test_what_the_article_describes_has_a_direction_and_no_verdict_of_good(card):
    directions = card.table.set_index("measure")["article_direction"]
    assert directions[TILT] == -1
    assert directions[HIP] == 1
    assert not re.search(r"\b(better|worse|normal|abnormal)\b", "\n".join(card.sentences()))


@pytest.mark.parametrize(("sem", "told"), [(0.5, True), (5.0, False)])
def test_a_difference_within_measurement_error_is_none(cohort, sem, told):
    card = gl.RunnerCard(cohort, "RBDS012", measures=HIP, sem={HIP: sem})
    row = card.table.iloc[0]
    assert row["mdc95"] == pytest.approx(1.96 * 2**0.5 * sem)
    assert (abs(row["difference"]) > row["mdc95"]) == told
    assert row["verdict"] == (tables.LOWER if told else tables.NO_DIFFERENCE)
    assert row["error_source"] == tables.GIVEN
    assert "(given)" in card._repr_html_()


def test_within_one_session_is_said(card):
    said = "\n".join(card.sentences())
    assert "within one session" in said
    assert "between days it is larger" in card._repr_html_()


def test_an_error_between_sessions_takes_the_place_of_that_within(cohort):
    """A second session with markers 3 degrees elsewhere, runner by runner."""
    shift = pd.Series(3 * np.random.default_rng(0).normal(size=28), cohort.runners["runner_id"])
    strides = cohort.strides.query("speed_m_s == 3.5")
    again = strides.assign(trial_id=strides["trial_id"] + "b")
    again[HIP] += again["runner_id"].map(shift)
    trials = cohort.trials.query("speed_m_s == 3.5").assign(session="one")
    second = trials.assign(trial_id=trials["trial_id"] + "b", session="two")
    two = changed(
        cohort,
        strides=pd.concat([strides, again], ignore_index=True),
        trials=pd.concat([trials, second], ignore_index=True),
        ledger=cohort.ledger.iloc[:0],
    )
    with pytest.raises(gl.DataError, match=r"2 sessions: one, two.*session='one'"):
        gl.RunnerCard(two, "RBDS012")
    row = row_of(gl.RunnerCard(two, "RBDS012", session="one", measures=HIP))
    assert row["error_source"] == tables.BETWEEN
    assert row["sem"] == pytest.approx(shift.std() / 2**0.5)
    assert row["n_runners"] == 27
    with pytest.raises(gl.DataError, match="no trial of session 'three'. There are: one, two"):
        gl.RunnerCard(two, "RBDS012", session="three")


def test_what_was_taken_once_has_no_error_and_no_verdict(card):
    row = row_of(card, "standing_pelvic_tilt_deg")
    assert row["verdict"] == tables.UNKNOWN_ERROR
    assert np.isnan(row["mdc95"])
    assert np.isfinite(row["percentile"])


def test_nobody_is_compared_with_oneself(laboratories):
    runners = laboratories.runners.copy()
    first, second = runners["runner_id"].iloc[:2]
    runners.loc[runners["runner_id"] == second, "same_runner_as"] = f"bmc-ric:{first}"
    twice = changed(laboratories, runners=runners)
    for runner in (first, second):
        assert row_of(gl.RunnerCard(twice, runner, measures=HIP))["n_runners"] == 21


# --- no answer ------------------------------------------------------------------------------------


def test_hip_work_is_measured_where_force_was(card, laboratories):
    row = card.table.iloc[-1]
    assert (row["measure"], row["group"]) == (HIP_WORK, "Hip work")
    assert np.isfinite(row["value"])
    without = gl.RunnerCard(laboratories, laboratories.runners["runner_id"].iloc[0])
    assert without.table.iloc[-1]["measure"] == HIP_WORK
    assert without.table.iloc[-1]["verdict"] == tables.UNMEASURED


@pytest.mark.parametrize(("against", "n"), [("elite", 3), ({"sex": "female"}, 1)])
def test_few_runners_cannot_tell(cohort, against, n):
    card = gl.RunnerCard(cohort, "RBDS024", against=against)
    many = "s" if n > 1 else ""
    assert row_of(card)["verdict"] == f"Cannot tell: {n} other runner{many}"
    assert card.table["percentile"].isna().all()
    assert f"Cannot tell: {n} other runner{many}" in card._repr_html_()


def test_nobody_else_at_that_speed(cohort):
    strides = cohort.strides.query("speed_m_s != 2.5 or runner_id == 'RBDS012'")
    trials = cohort.trials.query("speed_m_s != 2.5 or runner_id == 'RBDS012'")
    card = gl.RunnerCard(
        changed(cohort, strides=strides, trials=trials, ledger=cohort.ledger.iloc[:0]),
        "RBDS012",
        speed_m_s=2.5,
    )
    assert row_of(card)["verdict"] == "Cannot tell: 0 other runners"
    assert card._repr_html_()
    assert "Traceback" not in repr(card)


def test_a_measure_that_one_runner_lacks(cohort):
    strides = cohort.strides.copy()
    strides.loc[strides["runner_id"] == "RBDS012", HIP] = np.nan
    row = row_of(gl.RunnerCard(changed(cohort, strides=strides), "RBDS012"))
    assert row["verdict"] == "Not measured in this runner"
    assert row["n_runners"] == 27


def test_a_runner_with_one_side_is_set_beside_that_side_of_others(cohort):
    strides = cohort.strides.query("runner_id != 'RBDS012' or side == 'left'")
    one = changed(cohort, strides=strides.reset_index(drop=True))
    card = gl.RunnerCard(one, "RBDS012")
    left = gl.RunnerCard(cohort, "RBDS012", side="left")
    assert card.side == "left"
    assert "Only the left side of this runner" in repr(card)
    assert row_of(card)["median"] == row_of(left)["median"]
    with pytest.raises(gl.DataError, match="there is no right side"):
        gl.RunnerCard(one, "RBDS012", side="right")


def test_few_strides_are_said(cohort):
    strides = cohort.strides
    few = strides.groupby(["trial_id", "side"]).head(4)
    strides = pd.concat(
        [few[few["runner_id"] == "RBDS012"], strides.query("runner_id != 'RBDS012'")]
    )
    card = gl.RunnerCard(changed(cohort, strides=strides.reset_index(drop=True)), "RBDS012")
    assert "the error is larger than stated" in repr(card)


# --- who, at which speed, against whom ------------------------------------------------------------


def test_the_middle_speed_is_taken(card):
    assert card.speed_m_s == 3.5


def test_only_the_own_laboratory_unless_all_are_asked_for(laboratories):
    own = gl.RunnerCard(laboratories, "BMC01", measures=HIP)
    assert own.table["n_runners"].item() == 22
    assert "not pooled across laboratories" in repr(own)
    everyone = gl.RunnerCard(laboratories, "BMC01", measures=HIP, against="all")
    assert everyone.table["n_runners"].item() == 45
    assert "Pools the laboratories BMC, RIC." in repr(everyone)


def test_others_by_level_by_value_and_by_range(cohort):
    known = cohort.runners.set_index("runner_id").drop("RBDS012")
    young = gl.RunnerCard(cohort, "RBDS012", against={"age_years": (None, 35), "sex": "male"})
    expected = ((known["age_years"] < 35) & (known["sex"] == "male")).sum()
    assert row_of(young)["n_runners"] == expected
    assert "age years below 35, sex male" in repr(young)
    two = gl.RunnerCard(cohort, "RBDS012", against=["competitive", "elite"])
    assert row_of(two)["n_runners"] == known["level"].isin(["competitive", "elite"]).sum()


def test_slopes_are_chosen_never_pooled():
    hills = gl.simulate_cohort(12, speeds_m_s=(3.0,), slopes_pct=(0.0, 5.0), curves=False)
    who = hills.runners["runner_id"].iloc[0]
    with pytest.raises(gl.DataError, match=r"2 slopes: 0, 5 %.*choose one.*slope_pct=0.0"):
        gl.RunnerCard(hills, who)
    flat, steep = (gl.RunnerCard(hills, who, slope_pct=slope, measures=HIP) for slope in (0, 5))
    assert flat.table["n_runners"].item() == steep.table["n_runners"].item() == 11
    assert flat.table["value"].item() != steep.table["value"].item()
    assert "slope 5 %" in repr(steep)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"runner_id": "RBDS12"}, "no runner is called 'RBDS12'. Did you mean RBDS012"),
        ({"runner_id": 7}, "no runner is called 7"),
        ({"speed_m_s": 3.0}, "RBDS012 has no trial of speed 3 m/s. There are: 2.5, 3.5, 4.5 m/s"),
        ({"speed_m_s": "3.5"}, "speed_m_s is '3.5'. Expected a number"),
        ({"side": "both sides"}, "side='both sides'. Expected one of"),
        ({"measures": ["peak_hip_extention_deg"]}, "Did you mean peak_hip_extension_deg"),
        ({"measures": []}, "no measure was asked for"),
        ({"measures": ["level"]}, "level holds words"),
        ({"against": "Elite"}, "against='Elite' is no level. Expected"),
        ({"against": {"sox": "male"}}, "Did you mean sex"),
        ({"against": {"sex": "Male"}}, "no other runner has sex 'Male'. There are: female, male"),
        ({"shoe": "flats"}, "shoe was asked for, but no trial of this cohort names any"),
        ({"sem": {"hip_range_deg": 1.0}}, "sem names 'hip_range_deg', which is not on this card"),
        ({"sem": {HIP: -1.0}}, "Expected a number above 0"),
        ({"sem": 2.0}, "Expected a measure and its standard error"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(cohort, options, expected):
    with pytest.raises(gl.DataError, match=re.escape(expected)):
        gl.RunnerCard(cohort, **{"runner_id": "RBDS012"} | options)


def test_why_no_error_is_given_for_the_share_of_work(cohort):
    share = "hip_positive_work_share_stance_pct"
    text = repr(gl.RunnerCard(cohort, "RBDS012"))
    assert "center of pressure" in text
    assert "points" in gl.RunnerCard(cohort, "RBDS012")._repr_html_()
    given = repr(gl.RunnerCard(cohort, "RBDS012", sem={share: 3.0}))
    assert "center of pressure" not in given


def test_the_code_of_a_card_needs_no_numpy(cohort):
    card = gl.RunnerCard(cohort, "RBDS012", speed_m_s=np.float64(2.5))
    assert card.code == "gl.RunnerCard(gl.load_cohort('rbds2017'), 'RBDS012', speed_m_s=2.5)"


def test_one_page_holds_so_many_measures(cohort):
    names = [name for name in gl.runner_means(cohort) if name.endswith(("_deg", "_m", "_leg"))]
    with pytest.raises(gl.DataError, match=f"One page holds {MOST_MEASURES}"):
        find_items(names)


def test_no_cohort():
    with pytest.raises(gl.DataError, match="Expected a cohort"):
        gl.RunnerCard("rbds2017", "RBDS012")


def test_a_range_needs_numbers():
    column = pd.Series([20.0, 30.0, 40.0, np.nan])
    assert choose._inside(column, "age_years", (30, None)).tolist() == [False, True, True, False]


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
