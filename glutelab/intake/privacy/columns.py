"""Recognize what tells who somebody is: names, birth dates, addresses, numbers of an insurance."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

import pandas as pd

from glutelab.errors import say
from glutelab.intake.words import plain

__all__ = ["find_personal", "personal_columns", "personal_ids"]

_OLDEST, _YOUNGEST = 90, 10  # years ago that people in a study were born
_LONG_TEXT = 40  # characters from which a cell is a sentence
_PERSON = "(runner|athlete|participant|subject|patient|proband(en)?|teilnehmer|laufer|atleta|sujet)"
_NAMES = (
    rf"({_PERSON} )?(full |first |last |family |given |sur|fore|nick)?names?( of)?( {_PERSON})?"
)
# What a head says, in English, German, Portuguese, Spanish and French.
_HEADS = {
    "a name": rf"{_NAMES}|initials|initialen|iniciais|iniciales|vor ?name|(nach|familien|zu)name|"
    r"(primeiro |ultimo )?nome( completo)?|sobre ?nome|nombres?( completo)?|apellidos?|nom|prenom|"
    r"nom de famille|vor und nachname|name vorname|name und vorname|nom et prenom",
    "a birth date": r".*\b(birth ?(date|day)?|dob|geburts\w*|geb(oren)?( am| datum)?|"
    r"(data de )?nascimento|(fecha de )?nacimiento|(date de )?naissance|anniversaire|yob)\b.*",
    "an e-mail address": r".*\b(e ?mails?|mail ?adresse?|correo( electronico)?|courriel)\b.*",
    "a telephone number": r".*\b(tele?phones?|phones?|tel|telefon\w*|telefono|mobile?|mobil\w*|"
    r"handy|handynummer|celular|portable|whats ?app|fax)\b.*",
    "an address": r"(home |postal |street |private )?address|adresse( postale)?|anschrift|"
    r"endereco|direccion|domicilio|street|strasse|hausnummer|rua|calle|rue|zip( code)?|plz|"
    r"post(al)? ?code|postleitzahl|cep|code postal|codigo postal|city|town|wohnort|ort|cidade|"
    r"ciudad|ville",
    "a number of an insurance or a patient": r".*\b(insurance\w*|versicher\w*|krankenkasse|"
    r"patient(en)? ?(id|number|no|nr|nummer)|medical record( number)?|mrn|ssn|nhs|cpf|rg|"
    r"social security\w*|sozialversicherung\w*|seguro social|securite sociale|passport\w*|"
    r"reisepass\w*|personalausweis\w*|prontuario|seguridad social|dni|nif)\b.*",
    "free text": r"(.* )?(comments?|remarks?|notes?|bemerkung(en)?|anmerkung(en)?|kommentare?|"
    r"notizen?|observa(coes|cao|ciones|cion|tions?)|comentarios?|commentaires?|remarques?|"
    r"anamnes[ei]|diagnos\w*|medication|medikamente)",
    "a photo or an account": r".*\b(photo|foto|picture|instagram|facebook|strava|garmin|url|"
    r"website)\b.*",
}
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(\+|00?|\()[\d\s()/.-]{7,20}")
_WORD = r"[^\W\d_a-zß-ÿ][^\W\d_]*[a-zß-ÿ'’-][^\W\d_]*(?:[-'’][^\W\d_]+)?"
_FULL_NAME = re.compile(rf"{_WORD}(?:,? {_WORD}){{1,3}}")
_THINGS = re.compile(
    r".*\b(shoe|schuh|brand|marke|model|modell|team|club|verein|surface|sport|group|gruppe|level|"
    r"device|laboratory|labor|calcado|tenis|zapat\w*|chaussure)s?\b.*"
)
_INITIALS_DATE = re.compile(r"([^\W\d_]{2,4})[-_ .]?(\d{6}|\d{8})")
_REMEDY = {
    False: "It is not copied. Take it out of the table all the same.",
    True: "The recipe names it, so it would be copied: take it out of the recipe and the table.",
}


def personal_columns(
    frame: pd.DataFrame,
    where: str = "the table",
    *,
    id_column: str | None = None,
    used: Iterable[str] = (),
    today: datetime.date | None = None,
) -> list[str]:
    """Columns that seem to tell who somebody is, one sentence each.

    Parameters
    ----------
    frame : DataFrame
        As read from a laboratory's table; it is not changed.
    where : str
        File name for the sentences. No value of a cell is ever part of a sentence.
    id_column : str, optional
        The column of runner ids, which is looked at for names, and for initials with a birth date.
    used : iterable of str
        Columns that the recipe names, and that are copied.
    today : date, optional
        From which ages are counted.

    Returns
    -------
    list of str

    Examples
    --------
    >>> personal_columns(pd.DataFrame({"Code": ["R1"], "E-Mail": ["a@b.org"]}), "runners.xlsx")
    ["runners.xlsx, column 'E-Mail': seems to hold an e-mail address (by its name). It is not
    copied. Take it out of the table all the same."]
    """
    used = {str(name) for name in used}
    if id_column is not None:
        used.add(str(id_column))
    sentences = []
    for name, (what, why) in find_personal(frame, id_column=id_column, today=today).items():
        remedy = _REMEDY[name in used]
        if name == str(id_column):
            remedy = "glutelab.anonymize gives the runners pseudonyms; use those from the start."
        found = f"seems to hold {what} ({why})"
        sentences.append(say(f"{where}, column {name!r}", found, "", remedy))
    return sentences


def find_personal(
    frame: pd.DataFrame, *, id_column: str | None = None, today: datetime.date | None = None
) -> dict[str, tuple[str, str]]:
    """Which columns seem to tell who somebody is.

    Returns
    -------
    dict of str to (str, str)
        Column to what it seems to hold, and by what it was recognized.
    """
    today = today or datetime.date.today()
    found = {}
    for place, head in enumerate(frame.columns):
        values = _texts(frame.iloc[:, place])
        if id_column is not None and str(head) == str(id_column):
            result = _personal_id(values, today)
        else:
            result = _by_name(head) or _by_values(values, plain(head), today)
        if result:
            found[str(head)] = result
    return found


def personal_ids(
    ids: Iterable[object], where: str, *, today: datetime.date | None = None
) -> list[str]:
    """A sentence if runner ids (of a table, or of file names) look like people.

    Parameters
    ----------
    ids : iterable
    where : str
        What they are ids of, for the sentence.

    Returns
    -------
    list of str
        One sentence, or none.
    """
    result = _personal_id(
        _texts(pd.Series(list(ids), dtype=object)), today or datetime.date.today()
    )
    if not result:
        return []
    remedy = "glutelab.anonymize gives them pseudonyms that stay the same."
    return [say(where, f"runner ids seem to be {result[0]} ({result[1]})", "", remedy)]


def _texts(values: pd.Series) -> list[str]:
    cells = [
        value for value in values.tolist() if not (pd.api.types.is_scalar(value) and pd.isna(value))
    ]
    texts = []
    for value in cells:
        if isinstance(value, (datetime.date, datetime.datetime)):
            texts.append(value.strftime("%Y-%m-%d"))
        else:
            texts.append(str(value).strip())
    return [text for text in texts if text]


def _by_name(head: object) -> tuple[str, str] | None:
    words = plain(head)
    for what, expression in _HEADS.items():
        if re.fullmatch(expression, words):
            return what, "by its name"
    return None


def _by_values(values: list[str], head: str, today: datetime.date) -> tuple[str, str] | None:
    if not values:
        return None
    if any(_MAIL.search(text) for text in values):
        return "e-mail addresses", "by its values"
    if _share(values, lambda text: _born(text, today)) >= 0.6:
        return "birth dates", f"dates {_YOUNGEST} to {_OLDEST} years ago"
    phones = _share(values, lambda t: bool(_PHONE.fullmatch(t)) and len(re.sub(r"\D", "", t)) >= 8)
    if phones >= 0.6:
        return "telephone numbers", "by its values"
    distinct = len(set(values)) / len(values)
    long = sum(len(text) >= _LONG_TEXT and text.count(" ") >= 4 for text in values)
    if long >= max(1, 0.2 * len(values)):
        return "free text", "by the length of its values"
    if len(values) >= 3 and distinct >= 0.9 and not _THINGS.fullmatch(head) and _named(values):
        return "names", "values look like first and last names"
    return None


def _personal_id(values: list[str], today: datetime.date) -> tuple[str, str] | None:
    if not values:
        return None
    if any(_MAIL.search(text) for text in values):
        return "e-mail addresses", "by their form"
    if _named(values):
        return "names", "they look like first and last names"
    if _share(values, lambda text: _initials_and_date(text, today)) >= 0.5:
        return "initials and a birth date", "by their form"
    if _share(values, lambda text: _born(text, today)) >= 0.6:
        return "birth dates", "by their form"
    return None


def _named(values: list[str]) -> bool:
    fits = [text.replace("_", " ") for text in values]
    return _share(fits, lambda text: bool(_FULL_NAME.fullmatch(text))) >= 0.6


def _share(values: list[str], test) -> float:
    return sum(map(test, values)) / len(values)


def _initials_and_date(text: str, today: datetime.date) -> bool:
    match = _INITIALS_DATE.fullmatch(text)
    if not match:
        return False
    digits = match[2]
    forms = ("%d%m%Y", "%Y%m%d", "%m%d%Y") if len(digits) == 8 else ("%d%m%y", "%y%m%d", "%m%d%y")
    return any(_years_ago(digits, form, today) for form in forms)


def _born(text: str, today: datetime.date) -> bool:
    text = re.sub(r"[T ]00:00(:00)?(\.0+)?$", "", text)
    if not re.fullmatch(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\.?", text):
        return False
    text = re.sub(r"[./]", "-", text.rstrip("."))
    forms = ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y")
    return any(_years_ago(text, form, today) for form in forms)


def _years_ago(text: str, form: str, today: datetime.date) -> bool:
    try:
        date = datetime.datetime.strptime(text, form).date()
    except ValueError:
        return False
    years = (today - date).days / 365.25
    if "%y" in form and years < 0:
        years += 100  # 45 is 1945, not 2045
    return _YOUNGEST <= years <= _OLDEST
