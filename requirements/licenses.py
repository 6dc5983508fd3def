"""Write the table of docs/licenses.md: the license of each package that glutelab runs with.

    python -m nox -s licenses

The packages are those of requirements/study.txt, what they say of themselves is read from the
environment that runs this. Packages of other systems are looked for in the folders that are given
(``pip install --target FOLDER --no-deps ...``), then in the table as it was.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "licenses.md"
# Of packages whose metadata say nothing; read from the license file in them.
READ = {"ezc3d": "MIT"}
SPELLED = {
    r"apache( software license|[ -]?(license, version )?2\.0)": "Apache-2.0",
    r"(bsd )?3-clause( bsd)?( license)?|bsd 3-clause license": "BSD-3-Clause",
    r"bsd 2-clause license|2-clause bsd": "BSD-2-Clause",
    r"bsd( license)?": "BSD",
    r"isc license( \(iscl\))?": "ISC",
    r"mit license": "MIT",
    r"mozilla public license 2\.0 \(mpl 2\.0\)": "MPL-2.0",
    r"psfl|python software foundation license": "PSF-2.0",
}
HEAD = "| package | version | license |"


def main() -> None:
    """Write the table, and say what nobody knows."""
    known = {(name, version): text for name, version, text in read_table()}
    for found in distributions(path=[*sys.argv[1:], *sys.path]):
        name = canonical(found.metadata["Name"])
        known[name, found.version] = license_of(found)
    lines, unknown = [], []
    for name, version in pins():
        text = known.get((name, version), "")
        lines.append(f"| {name} | {version} | {text} |")
        if not text:
            unknown.append(f"{name}=={version}")
    if unknown:
        raise SystemExit(
            f"Not in this environment: {' '.join(unknown)}. Install them into a folder with "
            "'pip install --no-deps --target FOLDER ...' and give the folder."
        )
    # What stands above the table is written by hand.
    above, _, _ = TABLE.read_text(encoding="utf-8").partition(HEAD)
    page = "\n".join([above + HEAD, "|---|---|---|", *lines, ""])
    TABLE.write_text(page, encoding="utf-8", newline="\n")


def pins() -> list[tuple[str, str]]:
    """Name and version of each pin, of all systems and Pythons."""
    text = (ROOT / "requirements" / "study.txt").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.M)))


def read_table() -> list[tuple[str, str, str]]:
    """Rows of the table as it is: package, version, license."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", TABLE.read_text("utf-8"), re.M)
    return [row for row in rows if row[0] != "package"]


def license_of(found: Distribution) -> str:
    """What a package says of itself: its expression, its field, or its classifier."""
    name, said = canonical(found.metadata["Name"]), found.metadata
    if said.get("License-Expression"):
        return said["License-Expression"]
    field = (said.get("License") or "").strip()
    classes = [
        line.rsplit("::", 1)[-1].strip()
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    whole = "\n" in field or field == "UNKNOWN" or field.startswith("Copyright")
    return (
        spelled("" if whole else field) or " AND ".join(map(spelled, classes)) or READ.get(name, "")
    )


def spelled(text: str) -> str:
    """The SPDX identifier of a license that is written out."""
    fits = (short for long, short in SPELLED.items() if re.fullmatch(long, text, re.IGNORECASE))
    return next(fits, text)


def canonical(name: str) -> str:
    """A package's name as the pins write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
