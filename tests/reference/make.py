"""Make the headline tables anew: python tests/reference/make.py

These are glutelab's own results on the built-in cohorts, kept so that a change in them is seen and
explained. Other software's numbers: data/published/ and the authors' article.
"""

import shutil
import tempfile
from pathlib import Path

import glutelab as gl

HERE = Path(__file__).parent

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name in ("rbds2017", "bmc-ric", "simulated"):
            made = gl.report(name, folder, only=("0", "1"))  # notebook 14, too
            shutil.rmtree(HERE / name, ignore_errors=True)
            (HERE / name).mkdir()
            for table in (made / "tables").glob("[0-9]*.csv"):
                shutil.copy(table, HERE / name)
