"""What tells who somebody is: recognized, said, and not copied."""

from __future__ import annotations

import ast
import datetime
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from canaries import assert_absent, bytes_of

import glutelab
import glutelab as gl
from glutelab.datasets import resource_folder
from glutelab.intake.build import import_cohort
from glutelab.intake.drafting.draft import new_recipe
from glutelab.intake.privacy.columns import find_personal, personal_columns, personal_ids
from glutelab.reporting.checklist import write_checklist
from glutelab.reporting.methods import write_methods

TODAY = datetime.date(2026, 6, 1)
HEADS = [
    "Name", "First name", "Surname", "Vorname", "Nachname", "Name, Vorname", "Nome completo",
    "Sobrenome", "Apellidos", "Prénom", "Nom de famille", "Participant name", "LastName",
    "Initials", "Date of birth", "DOB", "Geburtsdatum", "geb. am", "Data de nascimento",
    "Fecha de nacimiento", "Date de naissance", "E-Mail", "email", "Correo electrónico", "Courriel",
    "Phone", "Telefonnummer", "Mobil", "Handynummer", "Teléfono", "Celular", "Adresse", "Address",
    "Endereço", "Dirección", "PLZ", "Wohnort", "zip_code", "Versicherungsnummer", "Krankenkasse",
    "Patient ID", "Patientennummer", "MRN", "CPF", "Comments", "Bemerkungen", "Observações",
    "Commentaires", "Anmerkung", "Remarks", "Diagnosis", "Photo",
]  # fmt: skip
HARMLESS = [
    "Code", "runner_id", "Height (cm)", "Age", "Alter", "Level", "Shoe model", "Trial name",
    "File name", "Group", "Sex", "Speed", "Thomas L", "Hip extension strength", "VO2 (ml/kg/min)",
    "Marker", "Normalized", "Session", "Surface", "Competition", "Telemetry", "Portability",
    "Sports", "Rearfoot", "Nominal speed", "Gebiet", "Mass", "weekly_distance_km",
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_names_a_person(head):
    assert head in find_personal(pd.DataFrame({head: ["x", "y"]}), today=TODAY)


@pytest.mark.parametrize("head", HARMLESS)
def test_a_head_that_does_not(head):
    assert not find_personal(pd.DataFrame({head: [1.5, 2.5]}), today=TODAY)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["a", "anna.b@uni-x.org", None], "e-mail"),
        (["1990-04-03", "1985-12-30"], "birth dates"),
        (["3.4.1990", "30.12.1985", "1.1.2001"], "birth dates"),
        (["04/03/90", "12/30/85"], "birth dates"),
        ([pd.Timestamp("1990-04-03"), pd.Timestamp("1971-01-01")], "birth dates"),
        (["+49 171 1234567", "0171/1234568"], "telephone"),
        (["Anna Maria Groß", "Jörg Müller", "Zoë O’Neil"], "names"),
        (["Müller, Jörg", "Groß, Anna", "Silva, João"], "names"),
        (["he had pain in the left knee after two of the runs", None, ""], "free text"),
    ],
)
def test_values_tell_what_a_head_does_not(values, what):
    found = find_personal(pd.DataFrame({"x1": pd.Series(values, dtype=object)}), today=TODAY)
    assert what in found["x1"][0]


@pytest.mark.parametrize(
    ("head", "values"),
    [
        ("shoe", ["Nike Pegasus", "Adidas Boston", "Asics Nimbus"]),
        ("measured", ["2025-04-03", "2025-05-01"]),  # no birthday of a runner
        ("score", [19900403, 19851230]),
        ("x", [1.5, np.nan, 3.25]),
        ("group", ["Elite runner", "Club runner", "Elite runner", "Club runner"]),
        ("x", []),
        ("x", [None, None]),
    ],
)
def test_values_that_look_alike_but_are_harmless(head, values):
    assert not find_personal(pd.DataFrame({head: pd.Series(values, dtype=object)}), today=TODAY)


@pytest.mark.parametrize(
    ("ids", "what"),
    [
        (["Anna Groß", "Jörg Müller"], "names"),
        (["Anna_Gross", "Joerg_Mueller"], "names"),
        (["AG030490", "JM301285"], "initials and a birth date"),
        (["AG-1990-04-03", "a@b.org"], "e-mail"),
        (["agm19900403", "jmx19851230"], "initials and a birth date"),
    ],
)
def test_ids_that_are_people(ids, what):
    (sentence,) = personal_ids(ids, "runners.csv, column 'Code'", today=TODAY)
    assert what in sentence
    assert "glutelab.anonymize" in sentence
    for value in ids:
        assert value not in sentence


@pytest.mark.parametrize(
    "ids", [["R01", "R02"], ["RBDS001"], ["P-12", "P-13"], [1, 2, 3], ["S_991399"], []]
)
def test_ids_that_are_not(ids):
    assert personal_ids(ids, "x", today=TODAY) == []


def test_a_sentence_says_which_column_and_that_it_is_not_copied():
    frame = pd.DataFrame(
        {"Code": ["Anna Groß", "Jo Ek"], "Mail": ["a@b.org", "c@d.org"], "Notes": 1}
    )
    said = personal_columns(frame, "runners.xlsx", id_column="Code", used=["Notes"], today=TODAY)
    assert len(said) == 3
    assert "column 'Code'" in said[0]
    assert "glutelab.anonymize" in said[0]
    assert said[1].startswith("runners.xlsx, column 'Mail'")
    assert "not copied" in said[1]
    assert "would be copied" in said[2]
    assert "Groß" not in " ".join(said)
    assert "a@b" not in " ".join(said)


def test_odd_tables_do_not_stop_it():
    frame = pd.DataFrame([[1, "a@b.org", [1, 2], b"x"]], columns=["x", "x", 3, ("a", "b")])
    assert len(personal_columns(frame)) == 1
    assert personal_columns(pd.DataFrame()) == []


CANARIES = [f"QZX-CANARY-{k}" for k in range(6)]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_only_what_the_recipe_names_reaches_a_cohort(tmp_path, suffix):
    """Other columns, their names, other files and their names stay where they are."""
    lab = tmp_path / "lab"
    lab.mkdir()
    ids = [f"R{k:02d}" for k in range(6)]
    speeds = pd.DataFrame(
        {
            "Code": ids,
            "Level": ["Elite", "Recreational"] * 3,
            "Sex": ["F", "M"] * 3,
            "Height (cm)": np.linspace(160, 185, 6),
            "Mass (kg)": np.linspace(50, 75, 6),
            "Thomas L": np.arange(6.0),
            "Thomas R": np.arange(6.0) + 1,
            "Speed (km/h)": 12.0,
            "VO2 (ml/kg/min)": np.linspace(38, 48, 6),
            "Name": CANARIES,
            f"{CANARIES[0]}-head": "x",
            "Comments": CANARIES[1],
        }
    )
    path = lab / f"study.{suffix}"
    speeds.to_csv(path, index=False) if suffix == "csv" else speeds.to_parquet(path)
    (lab / f"{CANARIES[2]}.txt").write_text(CANARIES[3])
    new_recipe(lab)
    cohort = import_cohort(lab, tmp_path / "cohort")
    assert set(pd.read_csv(cohort / "runners.csv")["runner_id"]) == set(ids)
    assert_absent(cohort, ["QZX-CANARY"])


def test_a_canary_is_found_wherever_it_sings(tmp_path):
    """The search itself: in plain files, packed columns, names of columns and metadata."""
    frame = pd.DataFrame({"a": ["QZX-CANARY-1"] * 50, "b": 1.0})
    frame.to_parquet(tmp_path / "x.parquet", compression="zstd")
    with pytest.raises(AssertionError):
        assert_absent(tmp_path, ["QZX-CANARY-1"])
    frame.rename(columns={"b": "QZX-CANARY-2"}).drop(columns="a").to_parquet(tmp_path / "x.parquet")
    with pytest.raises(AssertionError):
        assert_absent(tmp_path, ["QZX-CANARY-2"])
    (tmp_path / "x.parquet").unlink()
    (tmp_path / "runners.csv").write_text("a\n1\n")
    assert_absent(tmp_path, ["QZX-CANARY-1"])
    assert b"a\n1" in bytes_of(tmp_path)


@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        ({"requests", "pooch"}, {"raw.py"}),
        ({"distributed"}, {"cluster.py"}),
        ({"socket", "urllib", "http", "httpx", "aiohttp", "ftplib", "smtplib"}, set()),
        ({"pickle", "cloudpickle", "dill", "shelve", "marshal", "yaml"}, set()),
    ],
)
def test_nothing_of_the_library_reaches_the_network_or_runs_what_a_file_says(names, allowed):
    found = set()
    for path in sorted(Path(glutelab.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if names & {module.split(".")[0] for module in modules}:
                found.add(path.name)
    assert found == allowed


def test_a_title_is_neither_html_nor_a_link(tmp_path):
    evil = "<img src=x onerror=alert(1)> lab [here](javascript:alert(1))"
    folder = shutil.copytree(resource_folder("cohorts") / "bmc-ric", tmp_path / "cohort")
    about = folder / "datapackage.json"
    said = json.loads(about.read_text(encoding="utf-8"))
    about.write_text(json.dumps(said | {"title": evil, "laboratory": evil}), encoding="utf-8")
    cohort = gl.load_cohort(folder)
    assert cohort.title == evil
    made = tmp_path / "made"
    made.mkdir()
    gl.claims(cohort, only="2a", n_boot=200).save(made / "claims")
    write_checklist(cohort, made, seed=0)
    write_methods(cohort, made, seed=0)
    gl.table.runners(cohort).save(made / "table")
    written = {path.name: path.read_bytes() for path in made.iterdir()}
    assert sum(b"onerror" in content for content in written.values()) >= 4
    for name, content in written.items():
        if name.endswith((".html", ".md")):
            assert not re.search(rb"(?<!\\)<img src=x", content), name
        assert not name.endswith(".md") or b"](javascript" not in content, name
