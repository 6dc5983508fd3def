"""A drafted recipe as text: TOML with a comment beside each guess."""

from __future__ import annotations

from collections.abc import Mapping

import tomlkit

from glutelab.intake.drafting.guess import NOT_FOUND, Guess

__all__ = ["recipe_text"]

_HEAD = (
    "Drafted by glutelab new. Beside each line stands how sure it is:",
    "  sure        names and values say the same",
    "  a guess     look at it before you trust it",
    "  not found   fill in what is missing, and take the # away",
    "Then: glutelab check",
)
_SECTIONS = {
    "cohort": "What the cohort is called, and from what it starts.",
    "runners": "The table of people. Only columns that are named here are copied.",
    "trials": "Which recordings there are, and what their names say.",
    "markers": "Unit, axes (of the file) and names of the markers: ours = theirs.",
    "forces": "What files of forces do not say of themselves; their axes are the markers'.",
    "angles": "Joint angles: whose signs, which columns.",
    "events": "Where foot strike and toe-off come from.",
}
# Keys that the file has only for a person to fill in.
_EMPTY = {"cohort": ("title", "laboratory", "source", "doi", "license")}
_LONGEST_COMMENT = 120


def recipe_text(guesses: Mapping[str, Guess], hints: Mapping[str, list[str]]) -> str:
    """The text of a recipe.

    Parameters
    ----------
    guesses : dict of str to Guess
        Dotted key (``markers.names.right_asis``) to guess; one without value becomes a comment.
        The last part of a key may hold anything, dots too.
    hints : dict of str to list of str
        Section to further comments.

    Returns
    -------
    str
    """
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    for section, words in _SECTIONS.items():
        tree = _tree(section, guesses)
        if not tree:
            continue
        document.add(tomlkit.nl())
        table = tomlkit.table()
        table.add(tomlkit.comment(words))
        for hint in hints.get(section, []):
            table.add(tomlkit.comment(_line(hint)))
        _fill(table, tree)
        for key in _EMPTY.get(section, ()):
            table.add(key, "")
        document.add(section, table)
    return document.as_string()


def _tree(section: str, guesses: Mapping[str, Guess]) -> dict:
    """Keys of one section by level; the words of people stay whole."""
    tree: dict = {}
    for key, guess in guesses.items():
        first, _, rest = key.partition(".")
        if first != section:
            continue
        depth = 2 if rest.startswith(("words.", "columns.left.", "columns.right.")) else 1
        nested = ("columns.", "units.", "words.", "names.", "speeds.", "table.", "clusters.")
        parts = rest.split(".", depth) if rest.startswith(nested) else [rest]
        place = tree
        for part in parts[:-1]:
            place = place.setdefault(part, {})
            if isinstance(place, Guess):
                break
        if isinstance(place, dict):
            place[parts[-1]] = guess
    return tree


def _fill(table, tree: dict) -> None:
    nested = {key: value for key, value in tree.items() if isinstance(value, dict)}
    for key, guess in tree.items():
        if key not in nested:
            _add(table, key, guess)
    for key, below in nested.items():
        inner = tomlkit.table()
        _fill(inner, below)
        table.add(key, inner)


def _add(table, key: str, guess: Guess) -> None:
    comment = _line(guess.comment)
    if guess.value is None or guess.confidence == NOT_FOUND:
        table.add(tomlkit.comment(f"{tomlkit.key(key).as_string()} =   # {comment}"))
        return
    value = guess.value
    if isinstance(value, dict):
        item = tomlkit.inline_table()
        item.update(value)
    else:
        item = tomlkit.item(value)
    item.comment(comment)
    table.add(key, item)


def _line(text: str) -> str:
    """One line, without what TOML does not allow in comments."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST_COMMENT else f"{text[: _LONGEST_COMMENT - 3]}..."
