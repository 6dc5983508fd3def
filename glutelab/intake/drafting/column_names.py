"""What laboratories call the columns of their tables, in five languages."""

from __future__ import annotations

import re

__all__ = ["by_name", "side_and_rest"]

# Our column to what its head says, without accents and case. English, German, Portuguese, Spanish,
# French. Whole heads; a word more makes it another column ("shoe size" is no height).
_PERSON = r"(?:runner|athlete|participant|subject|subj|person|proband(?:en)?|teilnehmer|laufer|vp|vpn|participante|atleta|corredor|voluntario|sujeito|sujeto|sujet|coureur|athlete|volunteer)"  # noqa: E501
_ID = r"(?:id|code|kode|codigo|nr|no|number|nummer|numero|num|pseudonym|kurzel)"
_BODY = r"(?:body |korper|total )?"
_NAMES: dict[str, str] = {
    "runner_id": rf"{_PERSON}(?: ?{_ID})?|{_ID} ?(?:do |da |del |de |du |des |of )?(?:the )?"
    rf"{_PERSON}|id|code|codigo|pseudonym|kurzel",
    "sex": r"sex|gender|geschlecht|sexo|genero|sexe|genre|m f|f m|w m|m w",
    "age_years": r"age|alter|idade|edad|age (?:at|when) (?:test|testing|measurement)|lebensalter",
    "height_m": rf"{_BODY}(?:height|stature|grosse|lange)|estatura|altura|taille|talla|"
    r"ht|stature|standing height",
    "mass_kg": rf"{_BODY}(?:mass|weight|masse|gewicht)|peso(?: corporal)?|"
    r"massa(?: corporal)?|masa(?: corporal)?|poids|bw|bm|wt|masse corporelle|poids corporel",
    "level": r"level|niveau|nivel|leistungs(?:niveau|klasse|stand|gruppe)|(?:performance|training|"
    r"running|competition|competitive) (?:level|status|class)|niveau de (?:performance|pratique)|"
    r"nivel (?:de rendimiento|competitivo|de desempenho)",
    "level?": r"group|gruppe|grupo|groupe|kategorie|category|categoria|categorie|class|klasse|"
    r"classe|status|statut",
    "dominant_side": r"domina\w*(?: (?:leg|limb|side|foot|bein|fuss|seite|perna|pe|pierna|jambe))?|"
    r"(?:dominantes bein|dominante seite|perna dominante|membro dominante|pierna dominante|"
    r"jambe dominante|preferred (?:leg|limb)|leg dominance|limb dominance|lateralit\w*)",
    "experience_months": r"(?:running |training )?experience|(?:lauf|trainings)?erfahrung|"
    r"experiencia|years (?:of )?running|laufjahre|trainingsjahre|anos de corrida|"
    r"experiencia (?:en|em|de|com) (?:la )?(?:carrera|corrida)|experience de course",
    "sessions_per_week": r"(?:training |running )?(?:sessions|runs|days) per (?:week|wk)|"
    r"sessions(?: wk)?|einheiten(?: pro woche)?|(?:sesiones|sessoes|seances) (?:por|par) sem\w+",
    "weekly_distance_km": r"(?:weekly|training) (?:distance|mileage|volume|km)|volume|mileage|"
    r"(?:km|kilometer) (?:per|pro|a) (?:week|woche|wk)|wochen(?:kilometer|umfang)|"
    r"(?:distancia|volume|km|volumen) seman\w*|km (?:por|par) sem\w*|"
    r"volume (?:de )?hebdomadaire",
    "pace_min_km": r"(?:race |running )?pace|ritmo(?: de (?:carrera|prova))?|allure",
    "race_distance_km": r"(?:race|competition|main|preferred) distance|race dist|wettkampfdistanz|"
    r"wettkampfstrecke|distancia (?:de prova|de competicion)|prova",
    "injured": r"injur\w+|(?:previous |recent )?injury|verletz\w+|lesao|lesion\w*|blessure|"
    r"injury (?:yes no|y n)",
    "laboratory": r"lab|laboratory|labor|laboratorio|laboratoire|site|center|centre|zentrum",
    "standing_pelvic_tilt_deg": r"(?:standing |static |anterior )*pelvic tilt(?: standing)?|"
    r"(?:standing|static) (?:anterior )?pelvi[cs] tilt|beckenkippung|beckenneigung|"
    r"inclina(?:cao|cion) (?:da )?(?:pelvica|pelvis|pelve)|antevers\w+ (?:pelv\w+|du bassin)|"
    r"anteversion pelvienne",
    # legs
    "thomas_test_deg": r"(?:modified |mod )?thomas(?: ?test)?(?: angle| hip)?|teste? de thomas|"
    r"test de thomas|thomastest|thomas angle",
    "ober_test_deg": r"(?:modified )?ober(?: ?test)?|teste? de ober|test d ?ober",
    "leg_length_m": r"leg length|beinlange|comprimento d[ao] (?:perna|membro)|"
    r"longitud de (?:la )?pierna|longueur de (?:la )?jambe",
    "hip_extension_strength_kg": r"hip ?ext(?:ension|ensors?)?(?: strength| force)?",
    "hip_abduction_strength_kg": r"hip ?abd(?:uction|uctors?)?(?: strength| force)?",
    "hip_external_rotation_strength_kg": r"hip ?er|hip external rotation(?: strength| force)?",
    "hip_internal_rotation_strength_kg": r"hip ?ir|hip internal rotation(?: strength| force)?",
    # trials
    "trial_id": r"trial(?: ?(?:id|name|no|nr|number))?|versuch(?: ?(?:nr|nummer))?|ensaio|essai|"
    r"ensayo|messung",
    "recording": r"(?:trial )?(?:file|filename|recording|datei|dateiname|arquivo|archivo|fichier)"
    r"(?: name)?",
    "speed_m_s": r"(?:running |treadmill |belt |test |gait )?(?:speed|velocity|vel)|"
    r"(?:lauf)?geschwindigkeit|tempo|velocidade?|velocidad(?: de carrera)?|vitesse(?: de course)?",
    "slope_pct": r"slope|incline|inclination|grade|gradient|steigung|neigung|inclinacao|"
    r"inclinacion|pente|pendiente",
    "surface": r"surface|untergrund|superficie|laufuntergrund",
    "shoe": r"shoe(?: (?:condition|model|type))?|shoes|footwear|schuh(?:e|werk)?|calcado|tenis|"
    r"zapatilla|calzado|chaussure",
    "session": r"session|visit|besuch|sitzung|termin|sessao|visita|sesion|seance|day|tag",
    "respiratory_exchange_ratio": r"rer|rq|respiratory exchange ratio|respiratory quotient|"
    r"resp exchange ratio",
    "cost": r"(?:v ?o ?2|sauerstoffaufnahme|oxygen (?:uptake|consumption|cost)|consumo de oxigeno|"
    r"consumo de oxigenio|consommation d ?oxygene)(?: (?:submax\w*|steady state|kg|rel\w*|mean))*|"
    r"(?:running |oxygen |energy )?(?:economy|cost)|(?:cost of running|energy cost of running|"
    r"c ?r|re|e ?cost|o2 ?cost|ec|laufokonomie|economia de corrida|economia de carrera|"
    r"economie de course|energiekosten|energetic cost|metabolic cost|cost of transport|cot)",
}
_COMPILED = {ours: re.compile(expression) for ours, expression in _NAMES.items()}
# Heads that say nothing of a value in running, however alike.
_NOT = re.compile(r".*\b(?:max|peak|change|delta|diff|post|goal|ziel|maximal)\b.*")
_LEFT = ("left", "l", "links", "linke", "linkes", "li", "esquerda", "esquerdo", "esq",
         "izquierda", "izquierdo", "izq", "gauche", "g")  # fmt: skip
_RIGHT = ("right", "r", "rechts", "rechte", "rechtes", "re", "direita", "direito", "dir", "derecha",
          "derecho", "der", "droite", "droit", "d")  # fmt: skip
_SIDES = {**dict.fromkeys(_LEFT, "left"), **dict.fromkeys(_RIGHT, "right")}


def by_name(words: str) -> str:
    """Our column that a head names; empty if none or several.

    Parameters
    ----------
    words : str
        As `glutelab.intake.words.head_and_unit` gives them.

    Returns
    -------
    str
        ``level?`` for a head such as "group", which may be the level; ``cost`` where the unit says
        of which kind.

    Examples
    --------
    >>> by_name("korpergrosse"), by_name("shoe size"), by_name("velocidade")
    ('height_m', '', 'speed_m_s')
    """
    if _NOT.fullmatch(words):
        return ""
    found = [ours for ours, expression in _COMPILED.items() if expression.fullmatch(words)]
    return found[0] if len(found) == 1 else ""


def side_and_rest(words: str) -> tuple[str, str]:
    """The side a head names, and what it says of it; the side is empty if it names none.

    Examples
    --------
    >>> side_and_rest("thomas test l"), side_and_rest("rthomas"), side_and_rest("level")
    (('left', 'thomas test'), ('right', 'thomas'), ('', 'level'))
    """
    parts = words.split()
    for place in (-1, 0):
        if len(parts) > 1 and parts[place] in _SIDES:
            rest = parts[:-1] if place else parts[1:]
            return _SIDES[parts[place]], " ".join(rest)
    if words[:1] in ("l", "r") and not by_name(words) and by_name(words[1:]):
        return _SIDES[words[0]], words[1:]
    return "", words
