"""Stable pseudonyms: the same key, the same name; nothing of the old one is left."""

from __future__ import annotations

import os
import re
import stat

import numpy as np
import pandas as pd
import pytest
from canaries import assert_absent
from hypothesis import given, settings
from hypothesis import strategies as st

import glutelab as gl
from glutelab.cohort import read_cohort, write_cohort
from glutelab.errors import DataError
from glutelab.intake.privacy.mentions import new_trial_ids
from glutelab.intake.privacy.pseudonyms import anonymize, anonymize_cohort, small_groups
from glutelab.intake.privacy.secret_key import Pseudonyms, normalize_id, open_key

KEY = bytes(range(32))
IDS = ["MuellerJ-QZX", "SilvaM-QZX", "GrossA-QZX"]
OTHER = ["QZX-OTHER-COLUMN", "QZX-OTHER-VALUE"]


def lab(folder, ids=IDS, extra=True):
    """A cohort whose ids occur wherever an id can occur."""
    rng = np.random.default_rng(0)
    runners = pd.DataFrame(
        {
            "runner_id": ids,
            "level": ["elite", "recreational", "recreational"],
            "source_level": ["Elite", "Rec", "Rec"],
            "sex": ["male", "female", "female"],
            "age_years": [31.7, 24.2, 24.9],
            "mass_kg": [62.0, 55.0, 55.0],
            "height_m": [1.8, 1.7, 1.7],
            "same_runner_as": [f"bmc-ric:{ids[0]}", None, None],
            "caveat": [f"{ids[0]} and {ids[1].upper()} ran together", None, None],
        }
    )
    if extra:
        runners[OTHER[0]] = OTHER[1]
    trials = pd.DataFrame(
        {
            "trial_id": [f"{ids[0]}_T25", f"{ids[1]}_T25", f"{ids[2]}_secret_name"],
            "runner_id": ids,
            "speed_m_s": 2.5,
            "slope_pct": 0.0,
            "notes": [f"{ids[0]}_T25: belt stopped", None, None],
        }
    )
    strides = pd.DataFrame(
        [
            {"trial_id": trial, "runner_id": runner, "side": side, "stride": k,
             "speed_m_s": 2.5, "level": level, "slope_pct": 0.0}
            for trial, runner, level in zip(
                trials["trial_id"], ids, runners["level"], strict=True)
            for side in ("left", "right")
            for k in range(2)
        ]
    )  # fmt: skip
    legs = pd.DataFrame(
        [{"runner_id": r, "side": s, "leg_length_m": 0.9} for r in ids for s in ("left", "right")]
    )
    ledger = strides[["trial_id", "runner_id", "side", "stride"]].assign(
        kept=True, reason=f"as {ids[2]} said"
    )
    curves = {"hip_flexion_deg": 20 + 10 * rng.normal(size=(len(strides), 1)) + np.zeros(101)}
    about = {
        "name": "my-lab",
        "title": f"Runners like {ids[0]}",
        "level_mapping": {"Elite": "elite", "Rec": "recreational"},
        "processing": {"excluded": [ids[1], "nobody"], ids[2]: "seen twice"},
    }
    tables = {
        "runners": runners, "trials": trials, "strides": strides, "legs": legs, "ledger": ledger,
    }  # fmt: skip
    write_cohort(folder, tables, curves, about)
    return folder


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "keys" / "key.txt"
    path.parent.mkdir()
    open_key(path)
    return path


def test_nothing_of_an_id_is_left(tmp_path, key):
    source = lab(tmp_path / "lab")
    done = anonymize_cohort(source, tmp_path / "shared", key=key)
    secret = key.read_text().split("\n")[1]
    assert_absent(tmp_path / "shared", [*IDS, *OTHER, secret, "secret_name", "MuellerJ"])
    assert any(OTHER[0] in note for note in done.notes)
    new = read_cohort(done.folder)
    assert len(new.problems()) == len(read_cohort(source).problems())
    assert set(new.trials["runner_id"]) == set(new.runners["runner_id"])
    assert set(new.legs["runner_id"]) == set(new.runners["runner_id"])
    pseudonym = Pseudonyms(open_key(key)[0]).name(IDS[0])
    row = new.runners.set_index("runner_id").loc[pseudonym]
    assert row["same_runner_as"] == f"bmc-ric:{pseudonym}"
    assert row["age_years"] == 31.0
    assert f"{pseudonym}_T25" in set(new.trials["trial_id"])
    assert new.about["title"] == f"Runners like {pseudonym}"


def test_numbers_stay_with_their_runner(tmp_path, key):
    source = lab(tmp_path / "lab")
    old = read_cohort(source)
    new = read_cohort(anonymize(old, to=tmp_path / "shared", key=key).folder)
    names = {Pseudonyms(open_key(key)[0]).name(one): one for one in IDS}
    masses = new.runners.assign(runner_id=new.runners["runner_id"].map(names))
    assert masses.set_index("runner_id")["mass_kg"].to_dict() == old.runners.set_index("runner_id")[
        "mass_kg"].to_dict()  # fmt: skip
    for one in IDS:
        before = old.curves("hip_flexion_deg")[(old.strides["runner_id"] == one).to_numpy()]
        own = (new.strides["runner_id"].map(names) == one).to_numpy()
        np.testing.assert_array_equal(new.curves("hip_flexion_deg")[own], before)
    # The old order of rows would tell who is who.
    assert new.runners["runner_id"].is_monotonic_increasing


def test_a_built_in_cohort_gives_the_same_results(tmp_path, key):
    old = gl.load_cohort("rbds2017")
    new = read_cohort(anonymize(old, to=tmp_path / "shared", key=key).folder)
    assert_absent(tmp_path / "shared", ["RBDS001", "RBDS027"])
    sums = [c.strides["peak_hip_extension_deg"].sum() for c in (old, new)]
    assert sums[0] == pytest.approx(sums[1], abs=1e-9)
    assert len(new.ledger) == len(old.ledger)


def test_the_same_key_gives_the_same_names_in_every_table_and_order(tmp_path, key):
    frame = pd.DataFrame({"Code": ["b", "a", None, "B "], "x": [1, 2, 3, 4]})
    first = anonymize(frame, columns="Code", key=key)
    second = anonymize(frame[::-1], columns=["Code"], key=key)
    assert first.frame["Code"].dropna().tolist() == second.frame["Code"].dropna().tolist()[::-1]
    assert first.frame["Code"][0] == first.frame["Code"][3] != first.frame["Code"][1]
    assert first.frame["Code"].isna().tolist() == [False, False, True, False]
    assert any("'b', 'B '" in note for note in first.notes)
    assert frame["Code"].tolist()[:2] == ["b", "a"]
    assert first.frame["x"].tolist() == [1, 2, 3, 4]
    assert re.fullmatch(r"R-[0-9A-Z]{4}-[0-9A-Z]{4}", first.frame["Code"][0])


def test_a_known_answer():
    """HMAC-SHA256 of "r07", computed by hand: a change of it would break every lab's names."""
    import hashlib
    import hmac

    digest = hmac.new(KEY, b"r07", hashlib.sha256).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)[:40]
    letters = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[k : k + 5], 2)]
                      for k in range(0, 40, 5))  # fmt: skip
    assert Pseudonyms(KEY).name(" R07") == f"R-{letters[:4]}-{letters[4:]}"


@given(st.lists(st.text(min_size=1).filter(lambda t: t.strip()), unique=True, max_size=12))
@settings(max_examples=40, deadline=None)
def test_names_are_stable_distinct_and_unlike_the_ids(ids):
    names, same = Pseudonyms(KEY, 16).names(ids, "x")
    assert len(set(names.values())) == len({normalize_id(one) for one in ids})
    assert bool(same) == (len(set(names.values())) < len(ids))
    assert names == Pseudonyms(KEY, 16).names(ids[::-1], "x")[0]


def test_ten_thousand_runners_have_ten_thousand_names():
    names, _ = Pseudonyms(KEY).names([f"R{k}" for k in range(10_000)], "x")
    assert len(set(names.values())) == 10_000


def test_two_runners_never_become_one():
    with pytest.raises(DataError, match="two runners have the same pseudonym.*greater length"):
        Pseudonyms(KEY, 4).names(range(50_000), "x")


def test_ids_that_differ_in_case_only_are_refused_in_a_cohort(tmp_path, key):
    lab(tmp_path / "lab", ["r01x", "R01x", "R02x"])
    with pytest.raises(DataError, match="differ only in case"):
        anonymize(tmp_path / "lab", to=tmp_path / "shared", key=key)
    assert not (tmp_path / "shared").exists()


def test_ids_of_digits_leave_no_text_in_which_they_could_stand(tmp_path, key):
    lab(tmp_path / "lab", ["101", "102", "103"], extra=False)
    done = anonymize(tmp_path / "lab", to=tmp_path / "shared", key=key)
    new = read_cohort(tmp_path / "shared")
    # A trial's name is clear enough to be replaced.
    assert new.runners["caveat"].isna().all()
    assert new.trials["notes"].dropna().str.fullmatch(r"R-.{9}_T25: belt stopped").all()
    assert sum("may be the id of a runner" in note for note in done.notes) == 1


# --- the key --------------------------------------------------------------------------------------


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "key.txt"
    first, made = open_key(path)
    assert made
    assert len(first) == 32
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_key(path) == (first, False)
    assert open_key(tmp_path / "other.txt")[0] != first


@pytest.mark.parametrize(
    "content", ["", "hello", "# only\n", "ab" * 20, "ab" * 32 + "\ncd", "\x00"]
)
def test_what_is_no_key_is_refused(tmp_path, content):
    path = tmp_path / "key.txt"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(DataError, match="no key"):
        open_key(path)
    assert path.read_text() == content


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_key_that_others_can_read_is_refused(tmp_path, key):
    key.chmod(0o644)
    with pytest.raises(DataError, match="chmod 600"):
        open_key(key)


def test_a_key_is_never_within_what_is_passed_on(tmp_path):
    source = lab(tmp_path / "lab")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    for place, said in (
        (source / "key.txt", "lies within"),
        (tmp_path / "shared" / "key.txt", "lies within"),
        (tmp_path / "repository" / "key.txt", "git repository"),
        (tmp_path / "nowhere" / "key.txt", "no folder"),
        (tmp_path, "this is a folder"),
    ):
        with pytest.raises(DataError, match=said):
            anonymize(source, to=tmp_path / "shared", key=place)
        assert not place.is_file()


def test_who_is_who_is_written_only_when_asked(tmp_path, key):
    source = lab(tmp_path / "lab")
    anonymize(source, to=tmp_path / "shared", key=key)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["keys", "lab", "shared"]
    path = tmp_path / "keys" / "who.csv"
    anonymize(source, to=tmp_path / "again", key=key, keep_mapping=path)
    assert set(pd.read_csv(path)["runner_id"]) == set(IDS)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(DataError, match="already there"):
        anonymize(source, to=tmp_path / "third", key=key, keep_mapping=path)
    with pytest.raises(DataError, match="lies within"):
        anonymize(source, to=tmp_path / "third", key=key, keep_mapping=tmp_path / "third" / "w.csv")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "to is not given"),
        ({"to": "lab/below"}, "lies within"),
        ({"to": "."}, "lies within"),
        ({"to": "lab"}, "lies within"),
    ],
)
def test_what_is_asked_wrongly_makes_no_key(tmp_path, options, said):
    source = lab(tmp_path / "lab")
    options = {name: tmp_path / value for name, value in options.items()}
    elsewhere = tmp_path.parent / f"{tmp_path.name}-key.txt"
    with pytest.raises(DataError, match=said):
        anonymize(source, key=elsewhere, **options)
    assert not elsewhere.exists()


@pytest.mark.parametrize("columns", [(), "Cod", ["Code", "x"]])
def test_a_column_that_is_not_there(tmp_path, columns):
    with pytest.raises(DataError, match="no column"):
        anonymize(pd.DataFrame({"Code": ["a"]}), columns=columns, key=tmp_path / "key.txt")
    assert not (tmp_path / "key.txt").exists()


def test_attributes_of_a_frame_are_not_carried_into_files(tmp_path, key):
    frame = pd.DataFrame({"Code": ["QZX-1"]})
    frame.attrs["who"] = "QZX-1"
    (tmp_path / "out").mkdir()
    anonymize(frame, columns="Code", key=key).frame.to_parquet(tmp_path / "out" / "x.parquet")
    assert_absent(tmp_path / "out", ["QZX-1"])


# --- what a pseudonym does not hide ---------------------------------------------------------------


def test_runners_who_stand_alone_are_counted():
    runners = pd.DataFrame(
        {
            "sex": ["male", "male", "female", "female"],
            "age_years": [30.1, 30.9, 22.0, 23.0],
            "level": ["elite", "elite", "elite", "elite"],
            "mass_kg": [60.0, 60.0, 50.0, np.nan],
            "height_m": [1.8, 1.8, 1.6, 1.7],
        }
    )
    alone, exact = small_groups(runners)
    assert alone.startswith("2 of 4 runners are the only one of their sex, age, level")
    assert "female 22 years elite" in alone
    assert "tell 1 of 4 runners" in exact
    assert small_groups(runners[:2]) == []
    assert small_groups(pd.DataFrame({"runner_id": ["a"]})) == []


def test_names_of_trials_keep_what_is_said_of_several_runners():
    trials = pd.DataFrame(
        {
            "trial_id": ["A1_T25", "B2_T25", "A1_12kmh_nike", "A1-anna", "xx", "B2_3"],
            "runner_id": ["A1", "B2", "A1", "A1", "B2", "B2"],
        }
    )
    new = new_trial_ids(trials, {"A1": "R-X", "B2": "R-Y"})
    assert new["A1_T25"] == "R-X_T25"
    assert new["B2_T25"] == "R-Y_T25"
    assert new["B2_3"] == "R-Y_3"
    assert not any(word in "".join(new.values()) for word in ("anna", "nike", "xx"))
    assert len(set(new.values())) == len(new)


def test_a_cohort_of_tables_alone(tmp_path, key):
    """Posture and economy, without strides and curves."""
    source = read_cohort(lab(tmp_path / "lab"))
    tables = {name: getattr(source, name) for name in ("runners", "legs", "trials")}
    about = {k: source.about[k] for k in ("name", "level_mapping")}
    write_cohort(tmp_path / "tables", tables, None, about)
    done = anonymize(tmp_path / "tables", to=tmp_path / "shared", key=key)
    assert_absent(tmp_path / "shared", IDS)
    assert len(read_cohort(done.folder).trials) == 3
