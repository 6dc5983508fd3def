"""The recipe of a folder: what it says, and every fault at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glutelab.errors import ProblemList
from glutelab.intake.recipe import AngleColumn, parse_recipe, read_recipe

GOOD = """
[cohort]
name = "my-lab"
start = "markers"

[runners]
file = "runners.xlsx"
columns = { runner_id = "Code", level = "Group", thomas_test_deg = { left = "L T", right = "R T" } }
units = { height_m = "cm" }
[runners.words.level]
Elite = "elite"

[trials]
recordings = "raw/{runner_id}_T{speed}.c3d"
standing = "raw/{runner_id}_static.c3d"
speeds = { 25 = 2.5 }

[markers]
forward = "-Z"
[markers.names]
right_asis = "RASI"

[angles.columns.left]
hip_flexion_deg = { column = "LHip.X", factor = -1 }
knee_flexion_deg = "LKnee.X"
"""


def problems(text):
    with pytest.raises(ProblemList) as caught:
        parse_recipe(text, Path("my_lab"))
    return "\n".join(caught.value.problems)


def test_a_recipe_says_what_it_says():
    recipe = parse_recipe(GOOD, Path("my_lab"))
    assert recipe.cohort.name == "my-lab"
    assert recipe.runners.columns["thomas_test_deg"] == {"left": "L T", "right": "R T"}
    assert recipe.runners.words == {"level": {"Elite": "elite"}}
    assert recipe.trials.speeds == {"25": 2.5}
    assert (recipe.markers.forward, recipe.markers.up, recipe.markers.unit) == ("-Z", "+Y", "")
    assert recipe.angles.columns["left"]["hip_flexion_deg"] == AngleColumn("LHip.X", -1.0)
    assert recipe.angles.columns["left"]["knee_flexion_deg"] == AngleColumn("LKnee.X")
    assert recipe.events.source == "auto"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"my-lab"', '"My Lab"', "lower-case letters"),
        ('"my-lab"', "7", "name is 7. Expected a text in quotation marks"),
        ('start = "markers"', 'start = "marker"', "Did you mean 'markers'?"),
        ('start = "markers"', "", "[cohort]: start is missing"),
        ('file = "runners.xlsx"', 'fiel = "runners.xlsx"', "Did you mean 'file'?"),
        ("[markers]", "[makers]", "Did you mean 'markers'?"),
        ("factor = -1", "factor = nan", "factor is nan"),
        ("factor = -1", "factor = true", "factor is True"),
        ("factor = -1", "ofset = 1", "Did you mean"),
        ('column = "LHip.X", ', "", "column is missing"),
        ("columns.left]", "columns.middle]", "middle is not known here"),
        ('forward = "-Z"', 'forward = "+Y"', "two different axes"),
        ('right_asis = "RASI"', "", "no marker is named"),
        ('"Code"', "{ middle = 'x' }", "middle is not known here"),
        ("speeds = { 25 = 2.5 }", 'speeds = "2.5"', "a section with keys of its own"),
        ("recordings", "recording", "Did you mean 'recordings'?"),
        ("[cohort]", "cohort", "TOML"),
        ("[cohort]", "x = " + 2000 * "[", "TOML"),
    ],
)
def test_each_fault_is_a_sentence(old, new, said):
    assert said in problems(GOOD.replace(old, new, 1))


def test_all_faults_are_said_at_once():
    text = GOOD.replace('"my-lab"', '"My Lab"').replace("[markers]", "[makers]")
    assert len(problems(text.replace("factor = -1", "factor = 'x'")).splitlines()) == 3


def test_no_recipe_says_how_to_get_one(tmp_path):
    with pytest.raises(ProblemList, match="glutelab new"):
        read_recipe(tmp_path)
    with pytest.raises(ProblemList, match="no such folder"):
        read_recipe(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", bytes(range(256))])
def test_a_file_that_is_no_recipe(tmp_path, content):
    (tmp_path / "recipe.toml").write_bytes(content)
    with pytest.raises(ProblemList):
        read_recipe(tmp_path)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_editors_differ(tmp_path, mark, end):
    content = mark + GOOD.encode().replace(b"\n", end)
    (tmp_path / "recipe.toml").write_bytes(content)
    assert read_recipe(tmp_path).trials.standing == "raw/{runner_id}_static.c3d"


def test_recipes_in_the_docs_can_be_read():
    docs = Path(__file__).resolve().parents[1] / "docs" / "recipes.md"
    recipes = re.findall(r"```toml\n(.*?)```", docs.read_text(encoding="utf-8"), re.S)
    assert len(recipes) >= 2
    for text in recipes:
        if "[cohort]" in text or "cohort." in text:
            parse_recipe(text, Path("my_lab"))
