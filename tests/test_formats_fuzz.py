"""Damaged exports end in a sentence or in a recording; nothing else comes out of a reader.

Few of each family here; ``python benchmarks/fuzz_readers.py`` runs many.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import damage
import pytest

IN_C = [name for name in damage.BASES if name.startswith("c3d")]
MUTATIONS = {"plain long": 18, "trc": 24}


@pytest.mark.parametrize("name", [name for name in damage.BASES if name not in IN_C])
def test_a_damaged_file_ends_in_a_sentence_or_a_recording(tmp_path, name):
    counts = damage.fuzz(name, MUTATIONS.get(name, 36), tmp_path)
    assert counts["escaped"] == []
    assert counts["refused"] >= 3


def test_damaged_c3d_files_end_in_a_sentence_or_a_recording():
    """In a process of its own: the reader is C++, and must not take this one with it."""
    paths = [str(Path(damage.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    result = subprocess.run(
        [sys.executable, damage.__file__, "40", *IN_C],
        capture_output=True, text=True, timeout=120, check=False,
        env=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-2000:]
    for counts in json.loads(result.stdout).values():
        assert counts["escaped"] == []
        assert counts["refused"] >= 10
