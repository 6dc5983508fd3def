"""Which runners ran under which conditions; whoever is not there is refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from glutelab.errors import DataError
from glutelab.explore.choices import did_you_mean, is_value
from glutelab.explore.stride_viewer.choices import Choices
from glutelab.measures.runners import with_conditions
from glutelab.schema import axis_label
from glutelab.schema.keys import CONDITIONS
from glutelab.sentences import short

__all__ = ["Catalog"]

SIDES = ("right", "left")


class Catalog:
    """Runners, conditions and sides of which there are strides.

    Parameters
    ----------
    cohort : Cohort

    Attributes
    ----------
    runners : list of str
    conditions : list of str
        Those that the cohort names.
    nothing : str
        A sentence if there are no strides at all; else empty.
    """

    def __init__(self, cohort):
        strides, self.conditions = with_conditions(cohort)
        self.name, self.nothing = cohort.name, ""
        if strides.empty:
            self.nothing = f"{cohort.name} has no kept strides: there is nothing to show."
            self.runners: list[str] = []
            return
        keys = ["runner_id", *self.conditions, "side"]
        self._table = strides[keys].drop_duplicates().sort_values(keys, ignore_index=True)
        self._rows = dict(list(self._table.groupby("runner_id", observed=True)))
        self.runners = [one for one in cohort.runners["runner_id"] if one in self._rows]

    def options(self, name: str) -> list:
        """Values of a condition, or sides, in order."""
        if name == "side":
            there = set(self._table["side"])
            return [side for side in SIDES if side in there]
        if name not in self.conditions:
            return []
        found = self._table[name].dropna().unique().tolist()
        return sorted(found, key=lambda one: (isinstance(one, str), one))

    def plain(self, runner_id: str | None = None, **given) -> Choices:
        """What is shown of a runner if no more is asked for.

        Parameters
        ----------
        runner_id : str, optional
            By default the first.
        **given
            Conditions and side that are asked for: the others are chosen among what is there with
            them. The middle speed, the slope nearest to level, the first shoe and session.
        """
        runner_id = self.runners[0] if runner_id is None else str(runner_id)
        rows = self._of(runner_id)
        chosen = {}
        for name in ("side", *CONDITIONS):
            if name not in rows:
                continue
            wanted = given.get(name)
            if wanted is None:
                wanted = _usual(name, rows[name].dropna().unique().tolist())
            chosen[name] = wanted
            left = rows[is_value(rows[name], wanted)]
            rows = left if len(left) else rows
        return Choices(runner_id=runner_id, **chosen)

    def left_out(self, choices: Choices) -> Choices:
        """What need not be said of these choices: the others follow from what is said."""
        said: dict[str, object] = {}
        for name in ("side", *CONDITIONS):
            value = getattr(choices, name)
            if value != getattr(self.plain(choices.runner_id, **said), name):
                said[name] = value
        plain = self.plain(choices.runner_id, **said)
        return replace(plain, runner_id=self.runners[0], **dict.fromkeys(said))

    def check(self, choices: Choices) -> None:
        """Refuse what this cohort does not have.

        Raises
        ------
        DataError
        """
        at = choices.at_pct
        whole = not isinstance(at, bool) and isinstance(at, int | float) and at == int(at)
        if not whole or not 0 <= at <= 100:
            raise DataError(f"at_pct is {at!r}. Expected a whole number from 0 to 100.")
        self._check_stride("runner_id", choices.runner_id, choices, choices.speed_m_s)
        if choices.compares:
            who, speed = second_of(choices)
            self._check_stride("against", who, choices, speed)
            if (who, speed) == (choices.runner_id, choices.speed_m_s):
                raise DataError(
                    f"against: {who} at the same speed is the stride that is shown. Choose another "
                    "runner or another speed."
                )

    def _check_stride(self, what: str, runner_id: str, choices: Choices, speed) -> None:
        rows = self._of(runner_id, what)
        asked = choices.conditions | {"speed_m_s": speed, "side": choices.side}
        for name, value in asked.items():
            if name not in rows:
                if value is not None:
                    raise DataError(f"{name} is {value!r}. {self.name} does not name any.")
                continue
            left = rows[is_value(rows[name], value)]
            if left.empty:
                there = rows[name].dropna().unique().tolist()
                raise DataError(
                    f"{runner_id} has no strides with {axis_label(name).lower()} "
                    f"{short(value)}{_beside(asked, name)}. There are: "
                    f"{', '.join(map(short, there)) or 'none stated'}."
                )
            rows = left

    def _of(self, runner_id: object, what: str = "runner_id") -> pd.DataFrame:
        if runner_id in self._rows:
            return self._rows[runner_id]
        hint = did_you_mean(runner_id, self.runners)
        first, last = self.runners[0], self.runners[-1]
        raise DataError(
            f"{what}: no runner {str(runner_id)!r} with strides in {self.name}.{hint} "
            f"It has {len(self.runners)}, {first} to {last}."
        )


def second_of(choices: Choices) -> tuple[str, float | None]:
    """Runner and speed of the second stride."""
    who = choices.runner_id if choices.against is None else choices.against
    speed = choices.against_speed_m_s
    return who, choices.speed_m_s if speed is None else speed


def _usual(name: str, there: list) -> object:
    if not there:
        return None
    if name == "side":
        return next(side for side in SIDES if side in there)
    there = sorted(there)
    if name == "slope_pct":
        return min(there, key=abs)
    return there[len(there) // 2 if name == "speed_m_s" else 0]


def _beside(asked: dict, name: str) -> str:
    """The conditions that were fixed before this one."""
    names = list(asked)
    fixed = [one for one in names[: names.index(name)] if asked[one] is not None]
    return f" at {', '.join(f'{one} {short(asked[one])}' for one in fixed)}" if fixed else ""
