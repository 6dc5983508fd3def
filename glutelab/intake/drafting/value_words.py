"""Words in cells: sex, side, level, yes and no. What is not clear is asked, never taken."""

from __future__ import annotations

from collections.abc import Iterable

from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.words import plain

__all__ = ["guess_words", "is_level_like"]

_SEXES = {
    **dict.fromkeys(("m", "male", "man", "men", "mannlich", "mann", "masculino", "masc", "masculin",
                     "homme", "hombre", "herr", "herren"), "male"),
    **dict.fromkeys(("f", "female", "woman", "women", "w", "weiblich", "frau", "feminino", "fem",
                     "femenino", "feminin", "femme", "mujer", "damen", "dame"), "female"),
}  # fmt: skip
_SIDES = {
    **dict.fromkeys(("l", "left", "links", "li", "esquerda", "esquerdo", "izquierda", "izquierdo",
                     "gauche"), "left"),
    **dict.fromkeys(("r", "right", "rechts", "re", "direita", "direito", "derecha", "derecho",
                     "droite", "droit"), "right"),
    **dict.fromkeys(("both", "beide", "ambos", "ambas", "beidseitig", "bilateral"), "both"),
}  # fmt: skip
_YES = {
    **dict.fromkeys(("yes", "y", "ja", "j", "sim", "si", "oui", "true"), "yes"),
    **dict.fromkeys(("no", "n", "nein", "nao", "non", "false", "none", "keine"), "no"),
}

_LEVELS_SURE = {
    "elite": "elite", "competitive": "competitive", "recreational": "recreational",
    "recreationally active": "recreational", "recreational runner": "recreational",
    "elite runner": "elite", "competitive runner": "competitive",
    "recreativo": "recreational", "recreacional": "recreational", "recreatif": "recreational",
    "freizeitlaufer": "recreational", "freizeit": "recreational", "freizeitsport": "recreational",
    "freizeitsportler": "recreational", "hobby": "recreational", "hobbylaufer": "recreational",
    "hobby runner": "recreational", "loisir": "recreational", "competitivo": "competitive",
    "competitif": "competitive",
}  # fmt: skip
_LEVELS_GUESS = {
    "international": "elite", "world class": "elite", "olympic": "elite", "professional": "elite",
    "profi": "elite", "profissional": "elite", "profesional": "elite", "professionnel": "elite",
    "rec": "recreational", "comp": "competitive", "wettkampf": "competitive",
    "wettkampflaufer": "competitive", "novice": "recreational", "beginner": "recreational",
    "anfanger": "recreational", "iniciante": "recreational", "principiante": "recreational",
    "debutant": "recreational", "untrained": "recreational",
}  # fmt: skip
# Words of levels that laboratories draw the line of differently: asked for, but surely levels.
_LEVEL_LIKE = frozenset((
    "club", "national", "regional", "local", "trained", "untrained", "amateur", "amador", "sub",
    "subelite", "elite", "semi", "professional", "pro", "well", "highly", "moderately",
    "trainiert", "untrainiert", "leistung", "leistungssport", "verein", "vereinslaufer", "olympic",
    "ambitioniert", "advanced", "intermediate", "experienced", "masters", "collegiate",
    "university", "varsity", "federado", "federe", "experto", "expert", "provincial", "kader",
))  # fmt: skip
_ALLOWED = {
    "sex": "female, male",
    "level": "recreational, competitive, elite, unknown",
    "dominant_side": "left, right, both",
    "injured": "yes, no",
    "surface": "treadmill, track, road, grass, trail, indoor",
}
_SURFACES = {
    "treadmill": "treadmill", "laufband": "treadmill", "esteira": "treadmill", "tapis": "treadmill",
    "tapis roulant": "treadmill", "cinta": "treadmill", "track": "track", "bahn": "track",
    "pista": "track", "piste": "track", "road": "road", "strasse": "road", "asphalt": "road",
    "grass": "grass", "rasen": "grass", "trail": "trail", "indoor": "indoor",
}  # fmt: skip
_TABLES = {"sex": _SEXES, "dominant_side": _SIDES, "injured": _YES, "surface": _SURFACES}


def guess_words(ours: str, values: Iterable[object]) -> dict[str, Guess] | None:
    """What the words of a column mean in ours.

    Parameters
    ----------
    ours : str
        ``sex``, ``level``, ``dominant_side``, ``injured`` or ``surface``.
    values : iterable
        The cells.

    Returns
    -------
    dict of str to Guess, or None
        Their words, in order, each with ours; None if the column has no list of words.

    Examples
    --------
    >>> guess_words("level", ["Elite", "club"])["club"].confidence
    'not found'
    """
    if ours not in _ALLOWED:
        return None
    words = list(dict.fromkeys(" ".join(str(value).split()) for value in values))
    words = [word for word in words if word]
    if ours == "level":
        return {word: _level(word) for word in words}
    known = dict(_TABLES[ours])
    plains = {plain(word) for word in words}
    if ours == "sex" and "h" in plains:
        if "m" in plains:  # hombre and mujer, or a third letter: not to be told
            return {word: _ask(ours, "m and h: 'm' may be mujer") for word in words}
        known |= {"h": "male"} if plains <= {"h", "f"} else {}
    return {
        word: Guess(known[plain(word)], SURE, "") if plain(word) in known else _ask(ours)
        for word in words
    }


def is_level_like(word: str) -> bool:
    """Whether a word speaks of a level, of whatever kind.

    Examples
    --------
    >>> is_level_like("national"), is_level_like("control")
    (True, False)
    """
    words = plain(word)
    known = words in _LEVELS_SURE or words in _LEVELS_GUESS
    return known or (bool(words) and set(words.split()) <= _LEVEL_LIKE)


def _level(word: str) -> Guess:
    words = plain(word)
    if words in _LEVELS_SURE:
        return Guess(_LEVELS_SURE[words], SURE, "")
    if words in _LEVELS_GUESS:
        return Guess(_LEVELS_GUESS[words], GUESS, "laboratories mean different things by it")
    return _ask("level")


def _ask(ours: str, why: str = "") -> Guess:
    allowed = f"one of {_ALLOWED[ours]}"
    return Guess(None, NOT_FOUND, f"{allowed}; {why}" if why else allowed)
