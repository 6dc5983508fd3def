"""The command line: ``python -m glutelab report rbds2017``."""

from __future__ import annotations

import argparse
import sys

from glutelab import __version__
from glutelab.errors import DataError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; problems are printed as sentences, and the exit code says so.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the command line.

    Returns
    -------
    int
        0, or 1 if something was wrong with the input or a part of a report failed; 130 if it was
        stopped. ``diff`` is like the command of that name: 0 the same, 1 different, 2 an error.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding shows a question mark instead of failing on "°".
        stream.reconfigure(errors="replace")
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2 if options.run is _diff else 1
    except KeyboardInterrupt:
        print("Stopped. Nothing was left half-written.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="glutelab", description=__doc__.split(":")[0] + ".")
    parser.add_argument("--version", action="version", version=f"glutelab {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    report = commands.add_parser("report", help="run the study for a cohort")
    report.add_argument(
        "cohort", nargs="?", default="rbds2017", help="built-in name or folder (default: rbds2017)"
    )
    report.add_argument("--to", default="reports", help="folder for reports (default: reports)")
    report.add_argument(
        "--only",
        nargs="+",
        metavar="PART",
        help="beginnings of notebook names, such as 03",
    )
    report.add_argument(
        "--seed", type=int, default=0, help="of everything drawn at random (default: 0)"
    )
    report.add_argument(
        "--workers", type=int, help="processes (default: one per core, four at most)"
    )
    report.set_defaults(run=_report)
    changes = commands.add_parser(
        "diff", help="what changed between two reports; exit code 0 the same, 1 different, 2 error"
    )
    changes.add_argument("first", help="folder of a report")
    changes.add_argument("second", help="folder of another")
    changes.set_defaults(run=_diff)
    listing = commands.add_parser("list", help="list the built-in cohorts")
    listing.set_defaults(run=_list)
    return parser


def _report(options: argparse.Namespace) -> int:
    from glutelab.reporting import report

    folder = report(
        options.cohort,
        options.to,
        only=options.only,
        seed=options.seed,
        workers=options.workers,
    )
    print((folder / "summary.txt").read_text(encoding="utf-8"))
    print(f"Claims sheet: {folder / 'claims.html'}")
    print(f"Start page: {folder / 'index.html'}")
    return 0


def _diff(options: argparse.Namespace) -> int:
    from glutelab.reporting import diff_reports

    changes = diff_reports(options.first, options.second)
    print(changes)
    return 0 if changes.same else 1


def _list(options: argparse.Namespace) -> int:
    from glutelab.datasets import list_cohorts

    print(list_cohorts().to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
