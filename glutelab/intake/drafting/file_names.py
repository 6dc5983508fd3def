"""What the names of files say: which parts stand for the runner, the speed, the trial."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from glutelab.errors import DataError
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.speeds import guess_speeds, is_speed_word
from glutelab.intake.files import find_by_pattern

__all__ = ["NamePattern", "bounded", "find_id", "guess_pattern", "role_of", "stem_of"]

_RUNNER = "\0"
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|\0|.", re.DOTALL)
_SIDES = {"left", "right", "l", "r"}
_BEFORE_SPEED = {"t", "v", "vel", "spd", "speed", "tempo", "geschwindigkeit", "runt", "runv"}
_BEFORE_SESSION = {"session", "ses", "sess", "visit", "day", "besuch", "sitzung", "sessao"}

_ROLES = {
    "standing": re.compile(
        r"static\w{0,6}|statik|estatic[ao]|statique|standing|stand|stehen|neutral|"
        r"calib\w*|kalib\w*|cal|anatomical|tpose|npose|statisch\w*"
    ),
    "forces": re.compile(r"forces?|grf|grfs|kraft|krafte|forcas?|fuerzas?|fp|forceplates?"),
    "events": re.compile(r"events?|ereignisse|eventos"),
}


@dataclass
class NamePattern:
    """How the files of one kind are called.

    Attributes
    ----------
    pattern : Guess
        As the recipe writes it, ``{runner_id}_T{speed}.c3d``.
    values : dict of str to dict of str to str
        File to what its name says, for files that fit.
    odd : list of str
        Files that do not.
    speeds : dict of str to Guess
    """

    pattern: Guess
    values: dict[str, Mapping[str, str]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    speeds: dict[str, Guess] = field(default_factory=dict)

    @property
    def runners(self) -> set[str]:
        """What the names say of runners."""
        return {values["runner_id"] for values in self.values.values() if "runner_id" in values}


def role_of(name: str) -> str:
    """``standing``, ``forces`` or ``events`` by a word of the name or its folder; else empty.

    Examples
    --------
    >>> role_of("RBDS001static.c3d"), role_of("RBDS001runT25forces.txt"), role_of("Standard_1.c3d")
    ('standing', 'forces', '')
    """
    words = [t.casefold() for t in _TOKEN.findall(stem_of(name)) if t[0].isalpha()]
    for role, expression in _ROLES.items():
        if any(expression.fullmatch(word) for word in words):
            return role
    return ""


def find_id(name: str, ids: Iterable[str]) -> str:
    """The longest of these ids in a name, not as a part of a longer word or number."""
    fitting = [one for one in ids if one in name and bounded(one).search(stem_of(name))]
    return max(fitting, key=len, default="")


def guess_pattern(names: Sequence[str], ids: frozenset[str] = frozenset()) -> NamePattern:
    """The pattern that files of one kind, with one ending, are named by.

    Parameters
    ----------
    names : list of str
        Relative to the folder, with slashes.
    ids : frozenset of str
        Runner ids of the tables. Without them it is never more than a guess which part it is.

    Returns
    -------
    NamePattern
    """
    names = sorted(names)
    suffix = _suffix(names)
    stems = {name: name.removesuffix(suffix) for name in names}
    runners = {name: find_id(name, ids) for name in names} if ids else {}
    known = sum(bool(one) for one in runners.values())
    if known < max(1, 0.5 * len(names)):
        runners, known = _runners_by_place(stems), 0
    marked = {n: _mark(stems[n], runners[n]) for n in names if runners.get(n)}
    if not marked:
        return _literal(names)
    fields, template = _fields(list(marked.values()))
    pattern = template.replace(_RUNNER, "{runner_id}") + suffix
    result = NamePattern(Guess(None, NOT_FOUND))
    try:
        found = find_by_pattern({name: Path(name) for name in names}, pattern, "recordings")
    except DataError:  # a brace in a file name
        return _literal(names)
    result.values = {
        f.name: f.values for f in found if f.values.get("runner_id") == runners.get(f.name, "")
    }
    result.odd = [name for name in names if name not in result.values]
    if not result.values:
        return _literal(names)
    count = f"{len(result.values)} of {len(names)} files"
    agree = known == len(names) and not result.odd
    why = f"{count}, and all runners are in the table" if agree else count
    why = why if known or agree else f"{count}; no table of runners says which part the runner is"
    result.pattern = Guess(pattern, SURE if agree else GUESS, why)
    if "speed" in fields:
        unit = fields["speed"]
        words = {values["speed"] for values in result.values.values()}
        guessed = guess_speeds([word + unit for word in words])
        result.speeds = {word: guessed[word + unit] for word in sorted(words)}
    return result


def bounded(word: str) -> re.Pattern:
    """A word, where a letter does not go on as a letter, nor a digit as a digit."""
    kinds = {True: r"\d", False: r"[^\W\d_]"}
    before = rf"(?<!{kinds[word[:1].isdigit()]})" if word[:1].isalnum() else ""
    after = rf"(?!{kinds[word[-1:].isdigit()]})" if word[-1:].isalnum() else ""
    return re.compile(before + re.escape(word) + after)


def _suffix(names: Sequence[str]) -> str:
    ends = {"".join(PurePosixPath(name).suffixes[-2:]) for name in names}
    packed = all(end.endswith(".gz") for end in ends)
    last = {PurePosixPath(name).suffix for name in names}
    if packed and len(ends) == 1 and re.fullmatch(r"\.[A-Za-z]\w*\.gz", next(iter(ends))):
        return ends.pop()
    return last.pop() if len(last) == 1 else ""


def stem_of(name: str) -> str:
    """A name without its suffix, or the two of a packed file."""
    return name.removesuffix(_suffix([name]))


def _mark(stem: str, runner: str) -> str:
    """The name with the runner marked, once in each folder and in the file's own name."""
    expression = bounded(runner)
    return "/".join(expression.sub(_RUNNER, part, count=1) for part in stem.split("/"))


def _literal(names: Sequence[str]) -> NamePattern:
    if len(names) == 1:
        guess = Guess(names[0], GUESS, "the only file; its name is taken as the runner")
        return NamePattern(guess, {names[0]: {}})
    return NamePattern(Guess(None, NOT_FOUND, "no part of the names is clearly the runner"))


def _runners_by_place(stems: Mapping[str, str]) -> dict[str, str]:
    """Without a table: the first folder, or part of the name, that differs from file to file."""
    if len(stems) < 2:
        return {}
    parts = {name: stem.split("/") for name, stem in stems.items()}
    depth = Counter(len(part) for part in parts.values()).most_common(1)[0][0]
    parts = {name: part for name, part in parts.items() if len(part) == depth}
    for level in range(depth - 1):
        values = {part[level] for part in parts.values()}
        if len(values) > 1 and not any(_condition(value) for value in values):
            return {name: part[level] for name, part in parts.items()}
    split = {name: _TOKEN.findall(part[-1]) for name, part in parts.items()}
    shapes = Counter(_shape(tokens) for tokens in split.values())
    shape = shapes.most_common(1)[0][0]
    if len(shapes) > 1:  # different forms of names: what stands before the first mark
        return {name: re.split(r"[_\-. ]", part[-1])[0] for name, part in parts.items()}
    split = {name: tokens for name, tokens in split.items() if _shape(tokens) == shape}
    for first, last in _words(shape):
        words = {"".join(tokens[first:last]) for tokens in split.values()}
        if len(words) < 2 or any(_condition(word) for word in words):
            continue
        columns = [{tokens[k] for tokens in split.values()} for k in range(first, last)]
        if " " in shape[first:last]:  # first and last name
            return {name: "".join(tokens[first:last]) for name, tokens in split.items()}
        # RBDS001runT25: a word, a number that differs; what follows is not the runner any more.
        end = next((k + 1 for k, column in enumerate(columns) if len(column) > 1), len(columns))
        if end < len(columns) and not next(iter(columns[end - 1]))[0].isdigit():
            end += next(iter(columns[end]))[0].isdigit()
        return {name: "".join(tokens[first : first + end]) for name, tokens in split.items()}
    return {}


def _condition(word: str) -> bool:
    """Whether a word is of a speed, session or role, and surely no runner."""
    tokens = [t.casefold() for t in _TOKEN.findall(word)]
    if is_speed_word(word) or role_of(word + ".x"):
        return True
    if tokens and tokens[0] in _BEFORE_SESSION | {"trial", "run", "speed", "rep"}:
        return True
    return (
        bool(re.fullmatch(r"[TtVv]\d{2,3}", word))
        and next(iter(guess_speeds([word]).values())).value is not None
    )


def _shape(tokens: Sequence[str]) -> str:
    return "".join(
        "A" if t[0].isalpha() else "D" if t[0].isdigit() else "R" if t == _RUNNER else t
        for t in tokens
    )


def _words(shape: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"[AD]+(?: [AD]+)*", shape)]


def _fields(marked: list[str]) -> tuple[dict[str, str], str]:
    """Fields of the names, and the names with fields in place of what differs."""
    split = [_TOKEN.findall(text) for text in marked]
    shapes = Counter(_shape(tokens) for tokens in split)
    shape, count = shapes.most_common(1)[0]
    if count < 0.8 * len(split):
        return _between(marked)
    split = [tokens for tokens in split if _shape(tokens) == shape]
    values = [sorted({tokens[k] for tokens in split}) for k in range(len(shape))]
    runs = _varying(values)
    template, fields, place = "", {}, 0
    for first, last in runs:
        template += "".join(v[0] for v in values[place:first])
        words = sorted({"".join(tokens[first:last]) for tokens in split})
        before = values[first - 1][0].casefold() if first else ""
        after = values[last][0].casefold() if last < len(values) else ""
        name, extra = _name_field(words, before, after)
        if name in fields:
            name, extra = ("trial", "") if "trial" not in fields else ("*", "")
        template += "*" if name == "*" else f"{{{name}}}"
        fields[name] = extra
        place = last
    template += "".join(v[0] for v in values[place:])
    return fields, template


def _varying(values: list[list[str]]) -> list[tuple[int, int]]:
    """Stretches of what differs; neighbors are one."""
    runs: list[tuple[int, int]] = []
    for place, found in enumerate(values):
        if len(found) < 2:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _name_field(words: list[str], before: str, after: str) -> tuple[str, str]:
    """What differs here, and the unit that follows it."""
    if {word.casefold() for word in words} <= _SIDES and len(words) > 1:
        return "side", ""
    unit = after if is_speed_word(f"9{after}") else ""
    if all(is_speed_word(word + unit) for word in words):
        return "speed", unit
    guesses = guess_speeds(words).values()
    if before in _BEFORE_SPEED and all(guess.value is not None for guess in guesses):
        return "speed", ""
    if before in _BEFORE_SESSION and all(word.isdigit() for word in words):
        return "session", ""
    return "trial", ""


def _between(marked: list[str]) -> tuple[dict[str, str], str]:
    """Names of many forms: what is common in front and at the end, and the trial between."""
    split = [_TOKEN.findall(text) for text in marked]
    shortest = min(map(len, split))
    head = next((k for k in range(shortest) if len({t[k] for t in split}) > 1), shortest)
    tail = next((k for k in range(shortest - head) if len({t[-1 - k] for t in split}) > 1), 0)
    start, end = "".join(split[0][:head]), "".join(split[0][len(split[0]) - tail :])
    if _RUNNER not in start:
        return {}, "\1"  # fits nothing
    return {"trial": ""}, f"{start}{{trial}}{end}"
