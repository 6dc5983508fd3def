"""Table 1: who the runners are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from glutelab.arguments import check_cohort
from glutelab.contrasts.caveats import find_caveats, is_simulated, refuse_same_person
from glutelab.contrasts.choices import list_names
from glutelab.contrasts.membership import DOSE, RULE, form_groups, group_column, list_groups
from glutelab.contrasts.rows import distinct
from glutelab.errors import DataError
from glutelab.provenance import cell_code
from glutelab.schema.keys import CONDITIONS
from glutelab.tables.footnotes import Footnotes
from glutelab.tables.numbers import print_n
from glutelab.tables.people import BMI, choose_columns, one_per_runner
from glutelab.tables.sheet import Head, PrintTable, lay_table
from glutelab.tables.summaries import is_skewed, rows_of
from glutelab.tables.words import (
    call,
    ended,
    head_of,
    in_print,
    in_words,
    name_of,
    say_sources,
    without_simulated,
)

__all__ = ["table_runners"]


def table_runners(
    runners,
    by: str | Callable | Mapping | None = "level",
    *,
    groups: Sequence | Mapping | str | None = None,
    columns: str | Sequence[str] | None = None,
    median: str | Sequence[str] | None = None,
    differences: bool = False,
    cohort=None,
    caption: str = "",
    code: str = "",
) -> PrintTable:
    r"""Table 1 of an article: the runners, all and by group; one row per runner is print_n.

    There are no p values: whether groups differ by chance is no question of a description
    (Altman 1985, doi 10.2307/2987510).

    Parameters
    ----------
    runners : Cohort or DataFrame
        A cohort, its table of runners, or `runner_means`, of one cohort or of several; speeds and
        sides are never print_n as runners, and legs are averaged.
    by : str, callable or mapping, optional
        What makes the groups, as in `compare_groups`; None for one column of all runners.
    groups : list, dict or "median", optional
        Which groups, in order, as in `compare_groups`.
    columns : str or list of str, optional
        What is shown, in this order; by default what a first table shows of what is known:
        sex, age, height, mass, body mass index (computed), level, training, race pace, injury,
        laboratory, standing pelvic tilt, modified Thomas test.
    median : str or list of str, optional
        What is shown as median and quartiles, the rest as mean and standard deviation. By default
        what cannot be negative and has a mean below two standard deviations.
    differences : bool
        Add the standardized difference of two groups: first minus second.
    cohort : Cohort, optional
        Whose source and license are named, where ``runners`` is a table.
    caption : str
        In place of the draft.
    code : str
        What made it; by default the cell of a notebook, elsewhere the call.

    Returns
    -------
    PrintTable
        ``.data`` (the strings), ``.caption``, ``.footnotes``, ``.notes``, ``.code`` and
        ``.save("tables/table_1")``.

    Raises
    ------
    DataError
        If it is no table of runners, a name is misspelled, a column differs between the rows of a
        runner, people would count twice, or groups are speeds.

    Notes
    -----
    A row has one number of decimals: those that show the standard deviation over all runners to two
    significant digits, to three from 100 runners on.
    Percents are of the runners who are known; the others stand in a row "Missing". Where groups go
    with cohort, laboratory or pipeline a footnote says so.

    Examples
    --------
    >>> import glutelab as gl
    >>> table = gl.table.runners(gl.load_cohort("rbds2017"), columns=["sex", "age_years"])
    >>> for row in table.rows:
    ...     print(row.label, "|", row.cells[0].replace("\xa0", " "))
    Sex, n (%) |
    Female | 1 (4 %)
    Male | 27 (96 %)
    Age (years), mean ± SD | 34.8 ± 6.7
    """
    people = one_per_runner(runners)
    refuse_same_person(people)
    source = cohort if cohort is not None else runners if hasattr(runners, "legs") else None
    if source is not None:
        check_cohort(source)
    labels, names, name, left = _groups(people, by, groups)
    shown = choose_columns(people, list_names(columns, "columns"), name)
    asked = None if median is None else list_names(median, "median")
    unshown = [one for one in asked or [] if one not in shown]
    if unshown:
        raise DataError(
            f"median names {unshown[0]}, which the table does not show. Add it to columns."
        )
    if differences and len(names) != 2:
        raise DataError(
            f"a standardized difference is between two groups; there are {len(names)}. Name two in "
            "groups."
        )
    parts = [people[labels == one] for one in names]
    footnotes = Footnotes()
    said = without_simulated(find_caveats(people, labels, names or ["all"], name or "all"))
    heads, marks = [Head(f"All ({print_n(len(people))})")], footnotes.mark([*said, *left])
    if not names:
        heads = [Head(heads[0].text, "", marks)]
    span = "" if by is None or name == RULE else head_of(name)
    heads += [
        Head(f"{in_print(word, name)} ({print_n(len(part))})", span, marks)
        for word, part in zip(distinct(names), parts, strict=True)
    ]
    if differences:
        heads.append(Head("Standardized difference"))
    rows = [
        row
        for one in shown
        for row in rows_of(people, one, [people, *parts], asked, parts if differences else [])
    ]
    whom = f" of {source.name}" if source is not None else ""
    sorted_by = f", by {name_of(name)}" if names and name != RULE else ""
    given = {"by": by, "groups": groups, "columns": columns, "median": median}
    first = "cohort" if hasattr(runners, "legs") else "runners"
    line = call("table.runners", first, given | {"differences": differences, "cohort": cohort})
    line = line.replace(', by="level"', "") if by == "level" else line
    if by is None:
        line = line.replace(f"({first}", f"({first}, by=None", 1)
    return lay_table(
        caption or f"Characteristics of the runners{whom}{sorted_by}.",
        "Characteristic",
        heads,
        rows,
        footnotes=map(in_words, footnotes.sentences),
        notes=[*_notes(people, shown, asked, differences), *say_sources(source, people)],
        code=code or cell_code() or line,
        simulated=is_simulated(people),
    )


def _groups(people: pd.DataFrame, by, groups) -> tuple[pd.Series, list, str | None, list[str]]:
    """Group of each runner, the groups in order, the column, and who belongs to none."""
    nobody = pd.Series(pd.NA, people.index, dtype=object)
    if by is None:
        if groups is not None:
            raise DataError("groups were named, but not what makes them. Give by.")
        return nobody, [], None, []
    changing = [*CONDITIONS, "side", *people.attrs["changing"]]
    if isinstance(by, str) and by in changing:
        raise DataError(
            f"by={by!r} differs between the rows of a runner, who would be in several groups. "
            "Expected what is known once of each runner, such as level or sex."
        )
    table = people.copy()
    name = group_column(table, by)
    if groups is None and table[name].dropna().nunique() == 1:
        return nobody, [], name, [f"All runners: {name_of(name)} {table[name].dropna().iloc[0]}."]
    labels, names, left = form_groups(table, name, list_groups(groups))
    if names == [DOSE]:
        raise DataError(
            f"{name} is a column of numbers and makes no groups. Give groups: 'median', or ranges "
            "such as {'low': (None, 10.0), 'high': (10.0, None)}."
        )
    return labels, names, name, left


def _notes(people: pd.DataFrame, shown: list, asked: list | None, differences: bool) -> list[str]:
    numbers = [one for one in shown if one in people and pd.api.types.is_float_dtype(people[one])]
    medians = [
        one for one in numbers if (is_skewed(people[one], one) if asked is None else one in asked)
    ]
    said = ["Each runner counts once."]
    if len(numbers) > len(medians):
        said.append("SD: standard deviation.")
    if medians:
        said.append("IQR: interquartile range, first to third quartile.")
    if BMI in shown:
        said.append("Body mass index: body mass over height squared.")
    if "standing_pelvic_tilt_deg" in shown:
        said.append("Pelvic tilt: anterior positive.")
    if "thomas_test_deg" in shown:
        legs = people.attrs["legs"]
        said.append(f"Modified Thomas test: thigh below the horizontal positive, {legs}.")
    if differences:
        said.append(
            "Standardized difference: first minus second, in standard deviations (of classes: "
            "distance without sign)."
        )
    return [" ".join(map(ended, said))]
