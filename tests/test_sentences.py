"""Sentences in one cell come apart as they were put together."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutelab.contrasts.caveats import say_simulated
from glutelab.sentences import SIMULATED, join, split

SENTENCES = st.lists(st.text().map(lambda text: " ".join(text.split())).filter(bool))


@given(SENTENCES)
def test_what_was_joined_comes_apart_again(sentences):
    assert split(join(sentences)) == sentences


def test_blanks_within_a_sentence_do_not_part_it():
    assert split(join(["Two  blanks,\n and a line. Here.", "", "The end."])) == [
        "Two blanks, and a line. Here.",
        "The end.",
    ]


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, "", 3.0])
def test_no_text_has_no_sentences(missing):
    assert split(missing) == []


def test_there_is_one_sentence_for_what_was_simulated():
    assert say_simulated(pd.DataFrame({"cohort": ["simulated"]})) == [SIMULATED]
