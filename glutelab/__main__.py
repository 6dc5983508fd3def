"""Run a study, or make a cohort of your own runners: ``python -m glutelab report rbds2017``."""

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
    draft = commands.add_parser("new", help="look at a folder of exports and draft its recipe")
    draft.add_argument("folder", help="folder of a laboratory's exports")
    draft.add_argument("--overwrite", action="store_true", help="replace a recipe that is there")
    draft.set_defaults(run=_new)
    for name, run, what in (
        ("check", _check, "say everything that is wrong in a folder with a recipe"),
        ("import", _import, "make a cohort of a folder with a recipe"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("folder", help="folder with recipe.toml")
        command.add_argument(
            "--workers", type=int, default=-1, help="processes (default: all cores)"
        )
        command.add_argument(
            "--scheduler",
            metavar="ADDRESS",
            help="tcp://host:port of a dask scheduler that shares this folder's disk",
        )
        command.set_defaults(run=run)
    command.add_argument("--to", help="folder of the cohort (default: cohort/ within the folder)")
    pseudonyms = commands.add_parser("anonymize", help="copy a cohort with pseudonyms")
    pseudonyms.add_argument("cohort", help="folder of a cohort")
    pseudonyms.add_argument("--to", required=True, help="folder for the copy")
    pseudonyms.add_argument(
        "--key", required=True, help="file of the secret key; made if it is not there"
    )
    pseudonyms.set_defaults(run=_anonymize)
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


def _new(options: argparse.Namespace) -> int:
    from glutelab.intake.drafting.draft import new_recipe

    print(new_recipe(options.folder, overwrite=options.overwrite))
    return 0


def _check(options: argparse.Namespace) -> int:
    from glutelab.intake.check import check_folder

    found = check_folder(
        options.folder,
        workers=options.workers,
        scheduler=options.scheduler,
        progress=_at_terminal(),
    )
    print(found)
    return 1 if found.problems else 0


def _import(options: argparse.Namespace) -> int:
    from glutelab.cohort import read_cohort
    from glutelab.intake.build import import_cohort

    folder = import_cohort(
        options.folder,
        options.to,
        workers=options.workers,
        scheduler=options.scheduler,
        progress=_at_terminal(),
    )
    print(read_cohort(folder))
    print(f"\nNext: glutelab report {folder}")
    return 0


def _anonymize(options: argparse.Namespace) -> int:
    from glutelab.intake.privacy.pseudonyms import anonymize_cohort

    print(anonymize_cohort(options.cohort, options.to, key=options.key))
    return 0


def _at_terminal() -> bool:
    """Whether somebody watches a progress bar."""
    return sys.stderr.isatty()


def _list(options: argparse.Namespace) -> int:
    from glutelab.datasets import list_cohorts

    print(list_cohorts().to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
