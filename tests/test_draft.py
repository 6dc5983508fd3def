"""A drafted recipe: what it guesses, how sure it says it is, and that it never stops halfway."""

from __future__ import annotations

import os
import shutil
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_lab import people, readers, recording, touch

from glutelab.errors import ProblemList
from glutelab.intake.drafting.companions import guess_companions
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.drafting.file_names import guess_pattern, role_of
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE
from glutelab.intake.drafting.speeds import guess_speeds
from glutelab.intake.drafting.table_guess import guess_table
from glutelab.intake.files import find_by_pattern
from glutelab.intake.recipe import read_recipe

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
IDS = [f"P{k:02d}" for k in range(1, 9)]


def markers_only(path):
    if path.suffix != ".c3d":
        return None
    return recording(path.name, moving=role_of(path.name) != "standing")


def visual3d(path):
    names = ["LEFT_HIP_ANGLE.X", "LEFT_KNEE_ANGLE.X", "RIGHT_HIP_ANGLE.X", "RIGHT_KNEE_ANGLE.X"]
    return recording(path.name, angles=names, family="visual3d") if path.suffix == ".txt" else None


def said(draft):
    return " ".join((*draft.seen, *draft.questions))


# --- whole folders --------------------------------------------------------------------------------


def test_the_sample_of_a_lab(tmp_path):
    shutil.copytree(
        SAMPLES / "my_lab", tmp_path / "lab", ignore=shutil.ignore_patterns("recipe.toml")
    )
    draft = new_recipe(tmp_path / "lab")
    recipe = read_recipe(tmp_path / "lab")
    assert recipe.cohort.start == "markers"
    assert recipe.trials.recordings == "c3d/{runner_id}_run35.c3d"
    assert recipe.trials.standing == "c3d/{runner_id}_static.c3d"
    assert draft.guesses["trials.recordings"].confidence == SURE
    assert draft.guesses["trials.speed_m_s"].value == 3.5
    assert draft.guesses["trials.speed_m_s"].confidence == GUESS
    assert (recipe.markers.unit, recipe.markers.forward, recipe.markers.up) == ("mm", "+Y", "+Z")
    assert recipe.markers.names["right_asis"] == "RASI"
    assert set(recipe.markers.clusters) == {"pelvis", "thigh", "shank", "foot"}
    assert recipe.runners.columns["runner_id"] == "Code"
    assert recipe.runners.units == {"height_m": "cm"}
    # What "club" and "national" are, only the laboratory knows.
    assert draft.guesses["runners.columns.level"].confidence == GUESS
    assert "level" not in recipe.runners.words or not recipe.runners.words["level"]
    assert "what is 'club'?" in said(draft)
    assert "'Remarks': seems to hold free text" in said(draft)


def test_c3d_with_a_table_of_runners(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"raw/{one}runT{speed}.c3d" for one in IDS for speed in (25, 35, 45)])
    touch(tmp_path, [f"raw/{one}static.c3d" for one in IDS])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.trials.recordings == "raw/{runner_id}runT{speed}.c3d"
    assert recipe.trials.standing == "raw/{runner_id}static.c3d"
    assert recipe.trials.speeds == {"25": 2.5, "35": 3.5, "45": 4.5}
    assert recipe.runners.words["level"] == {"Elite": "elite", "Recreational": "recreational"}
    assert recipe.runners.words["sex"] == {"F": "female", "M": "male"}
    assert draft.guesses["trials.recordings"].comment.startswith("sure: 24 of 24 files")
    assert draft.guesses["trials.speeds.25"].confidence == GUESS
    assert "# sure: 24 of 24 files" in draft.text
    assert draft.questions == ()
    assert "Look through it, then: glutelab check" in repr(draft)


def test_opensim_without_a_standing_trial_starts_from_angles(tmp_path, monkeypatch):
    def read(path):
        if path.suffix == ".trc":
            return recording(path.name)
        names = ["hip_flexion_r", "knee_angle_r", "hip_flexion_l", "knee_angle_l", "pelvis_tilt"]
        if "grf" in path.name:
            return recording(path.name, plates=True)
        return recording(path.name, angles=names, family="opensim")

    readers(monkeypatch, read)
    touch(tmp_path, ["motion_capture_run.trc", "ik_output_run.mot", "grf_run.mot"])
    draft = new_recipe(tmp_path)
    assert draft.guesses["cohort.start"].value == "angles"
    assert draft.guesses["cohort.start"].confidence == GUESS
    assert draft.guesses["angles.preset"].value == "opensim"
    assert draft.guesses["angles.preset"].confidence == GUESS
    assert draft.guesses["trials.forces"].value == "grf_run.mot"
    assert "no standing trial" in said(draft)
    assert "no table of runners" in said(draft)
    assert "At which speed" in said(draft)


def test_real_opensim_files(tmp_path):
    for name in ("motion_capture_run.trc", "ik_output_run.mot", "grf_run.mot"):
        shutil.copy(SAMPLES / "formats" / name, tmp_path)
    draft = new_recipe(tmp_path)
    assert draft.guesses["angles.preset"].value == "opensim"


def test_visual3d_text_in_a_folder_per_runner(tmp_path, monkeypatch):
    readers(monkeypatch, visual3d)
    ids = ["Jörg Müller", "Anna Groß", "Zoë"]
    touch(tmp_path, [f"export/{one}/{one} {k}kmh.txt" for one in ids for k in (10, 12)])
    people(ids).to_csv(tmp_path / "Läufer 2026.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.cohort.start == "angles"
    assert recipe.runners.file == "Läufer 2026.csv"
    assert recipe.trials.recordings == "export/{runner_id}/{runner_id} {speed}kmh.txt"
    assert recipe.trials.speeds == {"10": 2.778, "12": 3.333}
    assert draft.guesses["trials.speeds.10"].confidence == SURE
    assert draft.guesses["trials.recordings"].confidence == SURE
    # Names do not tell signs.
    signs = [g for key, g in draft.guesses.items() if key.startswith("angles.")]
    assert signs
    assert all(guess.confidence != SURE for guess in signs)
    assert "glutelab.anonymize" in said(draft)
    assert "Müller" not in said(draft)


def test_one_spreadsheet_of_posture_and_economy(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    frame = people(IDS, **{
        "Thomas test L (°)": np.arange(8.0), "Thomas test R (°)": np.arange(8.0),
        "Speed (km/h)": 12, "VO2 (ml/kg/min)": np.linspace(38, 48, 8), "RER": 0.9,
        "Cost (kcal/kg/km)": np.linspace(0.95, 1.1, 8), "E-Mail": "a@b.org", "Comments": "x",
    })  # fmt: skip
    frame.to_csv(tmp_path / "study.csv", index=False)
    draft = new_recipe(tmp_path)
    recipe = read_recipe(tmp_path)
    assert recipe.cohort.start == "runners"
    assert recipe.runners.columns["thomas_test_deg"] == {
        "left": "Thomas test L (°)", "right": "Thomas test R (°)",
    }  # fmt: skip
    assert recipe.trials.sheet.file == "study.csv"
    assert recipe.trials.sheet.columns["vo2_ml_kg_min"] == "VO2 (ml/kg/min)"
    assert recipe.trials.sheet.columns["energy_cost_j_kg_m"] == "Cost (kcal/kg/km)"
    assert recipe.trials.sheet.units == {
        "speed_m_s": "km/h", "energy_cost_j_kg_m": "kcal/kg/km",
    }  # fmt: skip
    assert "E-Mail" not in draft.text
    assert "Comments" not in draft.text
    assert "an e-mail address" in said(draft)
    assert "gross, or net" in said(draft)


# --- hostile folders ------------------------------------------------------------------------------


def test_an_empty_folder_and_no_folder(tmp_path):
    with pytest.raises(ProblemList, match="no recordings, no tables"):
        new_recipe(tmp_path)
    with pytest.raises(ProblemList, match="no such folder"):
        new_recipe(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_recipe_is_not_replaced_unless_asked(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    (tmp_path / "recipe.toml").write_text("mine")
    with pytest.raises(ProblemList, match="already.*--overwrite"):
        new_recipe(tmp_path)
    assert (tmp_path / "recipe.toml").read_text() == "mine"
    assert new_recipe(tmp_path, overwrite=True).text == (tmp_path / "recipe.toml").read_text()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["recipe.toml", "runners.csv"]


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RecursionError(), MemoryError()])
def test_a_reader_that_fails_does_not_stop_it(tmp_path, monkeypatch, error):
    def read(path):
        if path.name == f"{IDS[3]}_25.c3d":
            raise error
        return markers_only(path)

    readers(monkeypatch, read)
    touch(tmp_path, [f"{one}_25.c3d" for one in IDS])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert f"{IDS[3]}_25.c3d was not used" in said(draft)
    assert read_recipe(tmp_path).trials.recordings == "{runner_id}_25.c3d"


def test_nothing_readable_says_why_and_writes_nothing(tmp_path, monkeypatch):
    readers(monkeypatch, lambda path: None)
    touch(tmp_path, ["a.c3d", "b.xlsx", "c.csv", "d.docx", "e"])
    with pytest.raises(ProblemList, match="nobody knows what this is") as caught:
        new_recipe(tmp_path)
    assert "1 .docx" in str(caught.value)
    assert not (tmp_path / "recipe.toml").exists()


def test_thousands_of_files_are_not_all_read(tmp_path, monkeypatch):
    opened = []

    def read(path):
        opened.append(path.name)
        return markers_only(path)

    readers(monkeypatch, read)
    ids = [f"R{k:04d}" for k in range(800)]
    touch(tmp_path, [f"{one}_T{speed}.c3d" for one in ids for speed in (25, 35, 45)])
    touch(tmp_path, [f"{one}_static.c3d" for one in ids])
    people(ids).to_csv(tmp_path / "runners.csv", index=False)
    start = time.perf_counter()
    draft = new_recipe(tmp_path)
    assert time.perf_counter() - start < 20
    assert len(opened) <= 40
    assert draft.guesses["trials.recordings"].comment.startswith("sure: 2400 of 2400 files")
    assert draft.guesses["trials.standing"].confidence == SURE
    assert "16 were looked into, the rest are alike" in said(draft) or "32 were" in said(draft)


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_out_of_the_folder_are_passed_over(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    lab, outside = tmp_path / "lab", tmp_path / "outside"
    touch(lab, [f"{one}_25.c3d" for one in IDS])
    touch(outside, ["X99_25.c3d"])
    (lab / "X98_25.c3d").symlink_to(outside / "X99_25.c3d")
    (lab / "more").symlink_to(outside)
    (lab / "loop").symlink_to(lab)
    draft = new_recipe(lab)
    assert "X98" not in draft.text
    assert "X99" not in draft.text
    assert "lead out of the folder" in said(draft)
    (lab / "recipe.toml").unlink()
    (lab / "recipe.toml").symlink_to(outside / "written.toml")
    with pytest.raises(ProblemList, match="already"):
        new_recipe(lab, overwrite=True)
    assert not (outside / "written.toml").exists()


def test_two_tables_of_runners_are_asked_about(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    for name in ("runners.csv", "runners_old.csv"):
        people(IDS).to_csv(tmp_path / name, index=False)
    draft = new_recipe(tmp_path)
    assert draft.guesses["runners.file"].confidence == GUESS
    assert "Which is the table of runners: runners.csv, runners_old.csv?" in said(draft)


def test_runners_who_are_not_in_both_are_named(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"{one}_25.c3d" for one in [*IDS[:6], "P77"]])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert "not have: P77" in said(draft) or "P77_25.c3d" in said(draft)
    assert "without recordings: P07, P08" in said(draft)
    assert draft.guesses["trials.recordings"].confidence == GUESS


def test_ids_that_are_written_otherwise_are_not_taken_as_the_same(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, [f"S{k:02d}_25.c3d" for k in range(1, 9)])
    people(list(range(1, 9))).to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert draft.guesses["trials.recordings"].confidence == GUESS
    assert "Are 'S01' and '1' the same?" in said(draft)


def test_names_that_break_toml_and_patterns(tmp_path, monkeypatch):
    readers(monkeypatch, markers_only)
    touch(tmp_path, ['a"b_25.c3d', "c#d_25.c3d", "e{x}f_25.c3d", "g'h_25.c3d", "i\nj_25.c3d"])
    frame = people(IDS, **{'We"ird\n#': "x"}).rename(columns={"Code": "Co\"de.#'"})
    frame["Level"] = ["Elite", 'a"b', "c.d", "#", "", "\\n", "x = 1", "[y]"]
    frame.to_csv(tmp_path / "runners.csv", index=False)
    draft = new_recipe(tmp_path)
    assert tomllib.loads(draft.text)


# --- confidence: a wrong guess that is said to be sure is the worst -------------------------------


@pytest.mark.parametrize("column", ["Weight", "Gewicht", "Peso", "Poids", "Masse"])
def test_a_mass_without_unit(column):
    def unit(values):
        table = guess_table(pd.DataFrame({"id": range(len(values)), column: values}))
        return table.units.get("mass_kg")

    assert unit([58.0, 66.0, 71.0]) is None  # kg
    assert (unit([128.0, 154.0, 160.0]).value, unit([128.0, 154.0, 160.0]).confidence) == (
        "lb",
        GUESS,
    )
    assert unit([98.0, 99.0, 104.0]).confidence == NOT_FOUND


@pytest.mark.parametrize(
    ("values", "unit"),
    [([1.78, 1.65], None), ([178, 165], "cm"), ([1780, 1650], "mm"), ([70, 65], "in")],
)
def test_a_height_by_its_values(values, unit):
    table = guess_table(pd.DataFrame({"id": ["a", "b"], "Größe": values}))
    guess = table.units.get("height_m")
    assert (guess.value if guess else None) == unit


def test_feet_and_inches_are_asked_for():
    table = guess_table(pd.DataFrame({"id": ["a", "b"], "Height": ["5'11", "6'1"]}))
    assert "height_m" not in table.columns
    assert "feet and inches" in table.asked[0]


@pytest.mark.parametrize(
    ("head", "values"),
    [("Height (m)", [178, 165]), ("Mass (kg)", [150, 160]), ("Speed (m/s)", [12, 14])],
)
def test_a_unit_that_the_values_contradict_is_never_sure(head, values):
    table = guess_table(pd.DataFrame({"id": ["a", "b"], head: values}))
    assert all(guess.confidence == NOT_FOUND for guess in table.units.values())
    assert table.units


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        ("Körpergröße [cm]", "height_m"), ("Estatura (cm)", "height_m"),
        ("Taille (cm)", "height_m"),
        ("Altura_cm", "height_m"), ("Körpergewicht", "mass_kg"), ("massa corporal (kg)", "mass_kg"),
        ("Alter", "age_years"), ("Idade", "age_years"), ("Âge (ans)", "age_years"),
        ("Edad", "age_years"),
    ],
)  # fmt: skip
def test_heads_in_several_languages(head, ours):
    values = {"height_m": 175.0, "mass_kg": 62.0, "age_years": 30}[ours]
    table = guess_table(pd.DataFrame({"ID": ["a", "b"], head: [values, values + 1]}))
    assert table.columns[ours].value == head


@pytest.mark.parametrize("head", ["Shoe size", "Max height", "Weight change", "Agenda"])
def test_heads_that_only_look_alike(head):
    table = guess_table(pd.DataFrame({"ID": ["a", "b"], head: [60, 61]}))
    assert set(table.columns) == {"runner_id"}


@pytest.mark.parametrize(
    ("words", "asked"),
    [(["m", "f"], 0), (["m", "w"], 0), (["h", "f"], 0), (["h", "m"], 2), (["1", "2"], 2),
     (["M", "F", "d"], 1)],
)  # fmt: skip
def test_sex(words, asked):
    table = guess_table(pd.DataFrame({"ID": list("abc")[: len(words)], "Sexo": words}))
    assert sum("what is" in sentence for sentence in table.asked) == asked


def test_words_for_levels():
    words = ["Elite", "club", "Freizeitläufer", "well-trained", "professional", "A"]
    table = guess_table(pd.DataFrame({"ID": range(6), "Niveau": words}))
    found = {word: (g.value, g.confidence) for word, g in table.words["level"].items()}
    assert found["Elite"] == ("elite", SURE)
    assert found["Freizeitläufer"] == ("recreational", SURE)
    assert found["professional"] == ("elite", GUESS)
    assert all(found[word] == (None, NOT_FOUND) for word in ("club", "well-trained", "A"))


@pytest.mark.parametrize(
    ("words", "speeds"),
    [
        (["25", "35", "45"], [2.5, 3.5, 4.5]), (["10", "12"], [2.778, 3.333]),
        (["3.5ms"], [3.5]), (["12kmh"], [3.333]), (["3,5"], [3.5]), (["slow"], [None]),
        (["20", "22"], [None, None]), (["1", "2", "3"], [None] * 3), (["300", "350"], [3.0, 3.5]),
        (["99kmh"], [None]), (["001", "002"], [None, None]),
    ],
)  # fmt: skip
def test_speeds(words, speeds):
    guesses = guess_speeds(words)
    assert [guesses[word].value for word in words] == speeds
    for word, guess in guesses.items():
        assert guess.confidence != SURE or not word.replace(",", "").isdigit()


def test_left_and_right_that_do_not_fit_are_not_sure(tmp_path, monkeypatch):
    readers(monkeypatch, lambda path: recording(path.name, mirror=True))
    touch(tmp_path, [f"{one}_25.c3d" for one in IDS])
    draft = new_recipe(tmp_path)
    assert draft.guesses["markers.forward"].confidence == GUESS
    assert "Are left and right swapped" in said(draft)


def test_a_header_that_lies_about_its_unit(tmp_path, monkeypatch):
    def read(path):
        found = recording(path.name, unit="m")
        points = found.points
        return type(found)(
            path.name, "c3d", type(points)(points.names, points.positions, "mm", 150.0)
        )

    readers(monkeypatch, read)
    touch(tmp_path, [f"{one}_25.c3d" for one in IDS])
    draft = new_recipe(tmp_path)
    assert draft.guesses["markers.unit"].confidence == NOT_FOUND
    assert "the ASIS would be 0.24 mm apart" in said(draft)


def test_a_standing_trial_that_moves_and_one_that_is_not_called_so(tmp_path, monkeypatch):
    readers(monkeypatch, lambda path: recording(path.name, moving="upright" not in path.name))
    touch(tmp_path, [f"{one}_run_25.c3d" for one in IDS])
    touch(tmp_path, [f"{one}_static.c3d" for one in IDS])
    people(IDS).to_csv(tmp_path / "runners.csv", index=False)
    assert "its markers move" in said(new_recipe(tmp_path))
    for one in IDS:
        (tmp_path / f"{one}_static.c3d").rename(tmp_path / f"{one}_upright.c3d")
    draft = new_recipe(tmp_path, overwrite=True)
    assert draft.guesses["trials.standing"].value == "{runner_id}_upright.c3d"
    assert draft.guesses["trials.standing"].confidence == GUESS


# --- a folder made by a known recipe gives that recipe back ---------------------------------------

AXES = [("+X", "+Y"), ("+Y", "+Z"), ("-Z", "+Y"), ("-X", "+Z"), ("+Z", "-X"), ("-Y", "+X")]
WORD = st.text("abcdefghkmnopqrswxyz", min_size=3, max_size=6).filter(
    lambda word: not role_of(word + ".c3d")
)
LANGUAGES = [
    {"runner_id": "Code", "age_years": "Age", "height_m": "Height (cm)", "mass_kg": "Mass (kg)",
     "sex": "Sex", "level": "Level"},
    {"runner_id": "Proband", "age_years": "Alter", "height_m": "Größe (cm)", "mass_kg": "Gewicht",
     "sex": "Geschlecht", "level": "Niveau"},
    {"runner_id": "Voluntário", "age_years": "Idade", "height_m": "Altura [cm]",
     "mass_kg": "Massa", "sex": "Sexo", "level": "Nível"},
    {"runner_id": "Sujet", "age_years": "Âge", "height_m": "Taille_cm", "mass_kg": "Poids (kg)",
     "sex": "Sexe", "level": "Niveau"},
    {"runner_id": "Sujeto", "age_years": "Edad", "height_m": "Estatura (cm)", "mass_kg": "Peso",
     "sex": "Sexo", "level": "Nivel"},
]  # fmt: skip


@given(
    prefix=st.sampled_from(["R", "RBDS", "S.", "Läufer.", "vp"]),
    folder=st.sampled_from(["", "{runner_id}/", "raw data/", "raw/{runner_id}/"]),
    mark=st.sampled_from(["_", " ", "-", "run", "_run_"]),
    speed=st.sampled_from(["T{speed}", "{speed}kmh", "v{speed}"]),
    axes=st.sampled_from(AXES),
    unit=st.sampled_from(["mm", "cm", "m"]),
    header=st.booleans(),
    heads=st.sampled_from(LANGUAGES),
    extra=WORD,
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_known_recipe_comes_back(
    tmp_path_factory, monkeypatch, prefix, folder, mark, speed, axes, unit, header, heads, extra
):
    lab = tmp_path_factory.mktemp("lab")
    ids = [f"{prefix}{k:02d}" for k in range(1, 7)]
    words = ("12", "14") if "kmh" in speed else ("25", "35")
    pattern = f"{folder}{{runner_id}}{mark}{speed}.c3d"
    standing = f"{folder}{{runner_id}}{mark.removesuffix('run')}static.c3d"
    touch(lab, [pattern.format(runner_id=one, speed=word) for one in ids for word in words])
    touch(lab, [standing.format(runner_id=one) for one in ids])

    def read(path):
        still = role_of(path.name) == "standing"
        return recording(path.name, forward=axes[0], up=axes[1], unit=unit, header=header,
                         moving=not still)  # fmt: skip

    readers(monkeypatch, read)
    frame = people(ids).rename(
        columns=dict(zip(people(ids), [heads[n] for n in ("runner_id", "level", "sex", "age_years",
                                                         "height_m", "mass_kg")], strict=True))
    )  # fmt: skip
    frame[f"{extra} qq"] = 1.0
    frame.to_csv(lab / f"{extra}.csv", index=False)
    draft = new_recipe(lab)
    recipe = read_recipe(lab)
    assert recipe.trials.recordings == pattern
    assert recipe.trials.standing == standing
    assert draft.guesses["trials.recordings"].confidence == SURE
    expected = (3.333, 3.889) if "kmh" in speed else (2.5, 3.5)
    assert recipe.trials.speeds == dict(zip(words, expected, strict=True))
    assert (recipe.markers.forward, recipe.markers.up) == axes
    assert recipe.markers.unit == unit
    assert dict(recipe.runners.columns) == heads
    assert recipe.runners.units == {"height_m": "cm"}
    assert not draft.questions


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"),
                        min_size=1, max_size=12), min_size=1, max_size=8, unique=True))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_names_stop_it_and_what_is_sure_is_true(stems):
    names = [f"{stem}.c3d" for stem in stems]
    found = guess_pattern(names, frozenset(stems[:3]))
    guess_companions(found.values, names, "standing")
    if found.pattern.confidence == SURE:
        fits = find_by_pattern({name: Path(name) for name in names}, found.pattern.value, "")
        assert {f.values["runner_id"] for f in fits} <= set(stems[:3])
        assert len(fits) == len(names)


def test_the_text_files_of_rbds_are_known_but_for_the_rate_of_force(tmp_path):
    for name in ("runT25markers", "runT25forces", "static"):
        shutil.copy(SAMPLES / "rbds2017_raw" / f"RBDS001{name}.txt.gz", tmp_path)
    (tmp_path / "runners.csv").write_text("id,level\nRBDS001,competitive\n", encoding="utf-8")
    draft = new_recipe(tmp_path)
    assert draft.guesses["cohort.start"].value == "markers"
    assert draft.guesses["markers.names.right_asis"].value == "R.ASIS"
    assert draft.guesses["markers.unit"].value == "mm"
    assert draft.guesses["forces.rate_hz"].confidence == NOT_FOUND
    assert "[forces] rate_hz" in said(draft)
