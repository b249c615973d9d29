"""French."""

from studio.spoken.tongues.tongue import Currency, Inflected, Noun, Tongue, words_of

_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_FEMININE = (
    r"(?:heure|page|année|minute|seconde|semaine|personne|femme|fille|ligne|voiture|maison|chambre|nuit|journée|soirée|"
    r"matinée|lettre|porte|table|tasse|tonne|lieue|pomme|chaise|route|rue|ville|bouteille|carte|photo|église|étoile|île|"
    r"larme|main|marche|goutte|pièce|place|plume|poule|vache|rose|scène|strophe|douzaine|dizaine|centaine|sœur|tante|"
    r"mère|voix|étape|école|feuille|fenêtre|fleur|histoire|idée|image|jambe|langue|livre sterling|couronne|guinée|"
    r"\w+(?:tion|sion|ette|esse|ance|ence|aison))s?|fois|voix"
)
_MASCULINE = (
    r"(?:an|jour|mois|homme|garçon|livre|siècle|mètre|litre|kilomètre|kilo|gramme|soldat|euro|franc|dollar|enfant|chien|chat|"
    r"cheval|bateau|point|pied|pouce|coup|million|milliard|étage|chapitre|tome|acte|vers|fils|frère|roi|arbre|\w+(?:ment|isme|age))s?|"
    r"chevaux|bateaux"
)


def _ordinal(words: str, place: Inflected) -> str:
    if words == "premier":
        return "première" if place.gender == "f" else words
    if words == "deuxième" and place.gender in {"second", "seconde"}:
        return place.gender
    return words


def _noun(one: str, gender: str = "m", many: str = "") -> Noun:
    return Noun(one, many or one + "s", gender)


_EURO, _CENT, _DOLLAR = _noun("euro"), _noun("centime"), _noun("dollar")
TONGUE = Tongue(
    code="fr",
    point=(",", "virgule"),
    minus="moins",
    to="à",
    agreeing={"f": ((r"\bun$", "une"),)},
    genders=(("f", _FEMININE), ("m", _MASCULINE)),
    months=tuple(_MONTHS.split()),
    month_short={"janv": 1, "févr": 2, "fév": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "déc": 12},
    joint=" ",
    day=r"(?:er|ᵉʳ)?",
    time=(
        r"(?<![\w.,:])(?P<h>\d{1,2})\s?[hH]\s?(?P<m>[0-5]\d)(?![\w])(?: ?min(?!\w))?",
        r"(?<![\w.,:])(?P<h>\d{1,2})\s?h(?![\w’'])",
        r"(?<![\w.,:])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\w:])",
    ),
    clock="{h} {noun} {m}",
    clock_whole="{h} {noun}",
    hour=Noun("heure", "heures", "f"),
    units={
        "km/h": Noun("kilomètre par heure", "kilomètres par heure"),
        "m/s": Noun("mètre par seconde", "mètres par seconde"),
        "km²": Noun("kilomètre carré", "kilomètres carrés"),
        "m²": Noun("mètre carré", "mètres carrés"),
        "cm²": Noun("centimètre carré", "centimètres carrés"),
        "m³": Noun("mètre cube", "mètres cubes"),
        "km": _noun("kilomètre"),
        "m": _noun("mètre"),
        "cm": _noun("centimètre"),
        "mm": _noun("millimètre"),
        "kg": _noun("kilogramme"),
        "g": _noun("gramme"),
        "mg": _noun("milligramme"),
        "t": _noun("tonne", "f"),
        "l": _noun("litre"),
        "L": _noun("litre"),
        "ml": _noun("millilitre"),
        "cl": _noun("centilitre"),
        "dl": _noun("décilitre"),
        "ha": _noun("hectare"),
        "h": _noun("heure", "f"),
        "min": _noun("minute", "f"),
        "mn": _noun("minute", "f"),
        "s": _noun("seconde", "f"),
        "W": _noun("watt"),
        "kW": _noun("kilowatt"),
        "kWh": Noun("kilowattheure", "kilowattheures"),
        "V": _noun("volt"),
        "Hz": Noun("hertz", "hertz"),
        "kHz": Noun("kilohertz", "kilohertz"),
        "MHz": Noun("mégahertz", "mégahertz"),
        "GHz": Noun("gigahertz", "gigahertz"),
        "Mo": _noun("mégaoctet"),
        "Go": _noun("gigaoctet"),
        "To": _noun("téraoctet"),
        "kcal": _noun("kilocalorie", "f"),
        "dB": _noun("décibel"),
    },
    currencies={
        "€": Currency(_EURO, _CENT),
        "EUR": Currency(_EURO, _CENT),
        "$": Currency(_DOLLAR, _noun("cent")),
        "$US": Currency(_DOLLAR, _noun("cent")),
        "USD": Currency(_DOLLAR, _noun("cent")),
        "£": Currency(_noun("livre", "f"), Noun("penny", "pence")),
        "CHF": Currency(Noun("franc suisse", "francs suisses"), _CENT),
        "FF": Currency(_noun("franc"), _CENT),
        "F": Currency(_noun("franc"), _CENT),
        "¥": Currency(_noun("yen")),
    },
    scales={"M": _noun("million"), "Md": _noun("milliard"), "Mds": _noun("milliard")},
    cents=" et ",
    fractions={
        2: ("un demi", "demis"),
        3: ("un tiers", "tiers"),
        4: ("un quart", "quarts"),
        5: ("un cinquième", "cinquièmes"),
        6: ("un sixième", "sixièmes"),
        7: ("un septième", "septièmes"),
        8: ("un huitième", "huitièmes"),
        9: ("un neuvième", "neuvièmes"),
        10: ("un dixième", "dixièmes"),
    },
    half_of={"m": "un demi-", "f": "une demi-"},
    halves={"": "et demi", "f": "et demie"},
    percent="pour cent",
    degrees=_noun("degré"),
    ordinal={
        "m": r"(?:ers?|ᵉʳ)",
        "f": r"(?:[eè]?re|ʳᵉ)s?",
        "": r"(?:i?[eè]mes?|es?|ᵉ)",
        "second": r"nd|d",
        "seconde": r"nde|de",
    },
    ordinal_words=_ordinal,
    anywhere={
        "p. ex.": "par exemple",
        "etc.": "et cetera",
        "c.-à-d.": "c'est-à-dire",
        "càd": "c'est-à-dire",
        "av. J.-C.": "avant Jésus-Christ",
        "apr. J.-C.": "après Jésus-Christ",
        "ap. J.-C.": "après Jésus-Christ",
        "J.-C.": "Jésus-Christ",
        "env.": "environ",
        "Mme": "Madame",
        "Mmes": "Mesdames",
        "Mlle": "Mademoiselle",
        "Mlles": "Mesdemoiselles",
        "MM.": "Messieurs",
        "Mgr": "Monseigneur",
        "S.M.": "Sa Majesté",
        "S.A.R.": "Son Altesse Royale",
        "vs": "contre",
        "tél.": "téléphone",
        "s.v.p.": "s'il vous plaît",
        "S.V.P.": "S'il vous plaît",
        "R.-V.": "rendez-vous",
        "qqch.": "quelque chose",
        "qqn": "quelqu'un",
        "cf.": "confer",
        "éd.": "édition",
    },
    before_number={
        "km": "kilomètre",
        "n°": "numéro",
        "nº": "numéro",
        "no": "numéro",
        "n°s": "numéros",
        "p.": "page",
        "pp.": "pages",
        "chap.": "chapitre",
        "ch.": "chapitre",
        "vol.": "volume",
        "t.": "tome",
        "art.": "article",
        "fig.": "figure",
        "tél.": "téléphone",
        "liv.": "livre",
        "al.": "alinéa",
    },
    before_name=(
        (r"M\.", r" et M(?:\.|adame|ademoiselle|onsieur)", "Monsieur"),
        (r"M\.", r" (?:d'|de |du |le )?[A-ZÀ-Þ]['’]?[\wà-ÿ]", "Monsieur"),
        (r"Dr\.?", r" [A-ZÀ-Þ]", "Docteur"),
        (r"Pr\.?", r" [A-ZÀ-Þ]", "Professeur"),
        (r"Me", r" [A-ZÀ-Þ][\wà-ÿ]+", "Maître"),
        (r"Ste", r"[- ][A-ZÀ-Þ]", "Sainte"),
        (r"St", r"[- ][A-ZÀ-Þ]", "Saint"),
        (r"(?:bd|Bd|bld|boul\.)", r" [A-ZÀ-Þd]", "boulevard"),
        (r"(?:av\.)", r" (?:[A-ZÀ-Þ](?!\.)|de |des |du )", "avenue"),
    ),
    reigns={
        "f": words_of("Élisabeth Elisabeth Catherine Marie Christine Isabelle Victoria Marguerite"),
        "m": words_of(
            "Louis François Henri Charles Philippe Napoléon Jean Paul Pie Benoît Grégoire Innocent Léon "
            "Clément Alexandre Nicolas Guillaume Georges George Édouard Edouard Jacques Richard Frédéric "
            "Joseph Ferdinand Maximilien Léopold Albert Baudouin Otton Pierre Ivan Alphonse Gustave Christian "
            "Rodolphe Sixte Jules Urbain Ramsès Darius Constantin Théodose Robert Eugène Humbert "
            "Victor-Emmanuel Emmanuel Mehmed Sélim Childéric Clotaire Chilpéric Dagobert Thierry Childebert "
            "Jean-Paul Boniface Hassan Mohammed Amédée Rainier"
        ),
    },
    reign_up_to=1,
    labels={
        "m": "chapitres?|tomes?|livres?|actes?|articles?|volumes?|chants?|titre|tableau|appendice",
        "f": "parties?|scènes?|section|phase|annexe|classe",
    },
    label_up_to=0,
    numbered={"f": "(?!)"},
    calling=r"(?i:\b(?:appel(?:ez|er|le|ons|ai|a|é)|compos(?:ez|er|e|a)|tél\.|téléphone|faites)(?: au| le)?\s?:? )",
    by_pairs=True,
    web={
        ".": "point",
        "/": "barre oblique",
        "-": "tiret",
        "_": "tiret bas",
        "@": "arobase",
        "?": "point d'interrogation",
        "=": "égale",
        "&": "et",
        "#": "dièse",
        "%": "pour cent",
        "~": "tilde",
        "+": "plus",
        ":": "deux points",
    },
    signs={
        "&": "et",
        "+": "plus",
        "=": "égale",
        "×": "fois",
        "÷": "divisé par",
        "±": "plus ou moins",
        "≠": "différent de",
        "≤": "inférieur ou égal à",
        "≥": "supérieur ou égal à",
        "~": "environ",
        "≈": "environ",
        "§": "paragraphe",
        "©": "copyright",
        "№": "numéro",
        "#": "numéro",
        "²": "au carré",
        "³": "au cube",
        "%": "pour cent",
        "‰": "pour mille",
        "°": "degrés",
        ":": "à",
        "of": "de ",
    },
)
