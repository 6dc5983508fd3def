"""Make the headline tables anew: python tests/reference/make.py

These are glutelab's own results on the built-in cohort, kept so that a change in them is seen and
explained. Other software's numbers: data/published/ and the authors' article.
"""

import shutil
import tempfile
from pathlib import Path

import glutelab as gl

HERE = Path(__file__).parent

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = gl.report("rbds2017", folder)
        for old in HERE.glob("*.csv"):
            old.unlink()
        for table in sorted((made / "tables").glob("*.csv")):
            shutil.copy(table, HERE / table.name)
