"""Guesses of a draft: how sure they are, and recipes that come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_drafts import IDS, SAMPLES, said
from made_lab import people, readers, recording, touch

from glutelab.intake.drafting.companions import guess_companions
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.drafting.file_names import guess_pattern, role_of
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE
from glutelab.intake.drafting.speeds import guess_speeds
from glutelab.intake.drafting.table_guess import guess_table
from glutelab.intake.files import find_by_pattern
from glutelab.intake.recipe import read_recipe

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
