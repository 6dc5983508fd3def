"""Who is let in: filters as they are typed, and what each of them may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real

from glutelab.errors import DataError
from glutelab.explore.choices import one_of
from glutelab.explore.cohort_explorer.people import People

__all__ = ["read_filters"]


def read_filters(people: People, filters: object) -> dict[str, tuple]:
    """Column to the words, or to the lowest and highest number, that are let in.

    Parameters
    ----------
    people : People
    filters : mapping or None
        One word may stand alone.

    Returns
    -------
    dict of str to tuple

    Raises
    ------
    DataError
        If a column, or a word in it, is not there, or ends are not two numbers in order.
    """
    if filters is None:
        return {}
    if not isinstance(filters, Mapping):
        example = {"sex": ["female"], "age_years": (20, 40)}
        raise DataError(f"filters is {filters!r}. Expected columns and what is let in: {example}.")
    found = {}
    for name, inside in filters.items():
        one_of("filters", name, people.filters)
        words = people.column(name).dtype == object
        found[name] = _words(people, name, inside) if words else _ends(people, name, inside)
    return found


def _words(people: People, name: str, inside: object) -> tuple[str, ...]:
    several = isinstance(inside, Iterable) and not isinstance(inside, str)
    given = tuple(str(one) for one in (inside if several else [inside]))
    there = [str(one) for one in people.options(name)]
    for one in given:
        one_of(f"filters, {name},", one, there)
    return given


def _ends(people: People, name: str, inside: object) -> tuple[float, float]:
    ends = tuple(inside) if isinstance(inside, Iterable) else (inside,)
    numbers = all(isinstance(one, Real) for one in ends)
    if len(ends) != 2 or not numbers or not ends[0] <= ends[1]:
        low, high = people.limits(name)
        raise DataError(
            f"filters, {name}, is {inside!r}. Expected the lowest and the highest number; these "
            f"runners have {low:g} to {high:g}."
        )
    return ends
