"""German."""

import re

from studio.spoken.tongues.tongue import Currency, Inflected, Noun, Tongue, capitalised, words_of

_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_FEMININE = (
    r"Frau|Stunde|Minute|Sekunde|Woche|Nacht|Million|Milliarde|Person|Seite|Tonne|Auflage|Klasse|Etage|Szene|Strophe|"
    r"Reihe|Runde|Stufe|Gruppe|Kraft|Wahl|Hand|Tür|Stadt|Straße|Flasche|Tasse|Meile|Mark|Krone|Hälfte|Liga|Ehe|Tochter|"
    r"Schwester|Mutter|Katze|Kuh|Zeile|Etappe|Armee|Republik|Symphonie|Sinfonie|Ausgabe|Folge|Staffel|Welt|Reise|"
    r"[A-ZÄÖÜ]\w+(?:ung|heit|keit|schaft|tion|sion|tät)"
)
_MASCULINE = (
    r"Mann|Tag|Monat|Stock|Platz|Akt|Teil|Band|Weltkrieg|Krieg|Advent|Versuch|Rang|Meter|Liter|Kilometer|Satz|Schritt|"
    r"Sohn|Bruder|Vater|Geburtstag|Hochzeitstag|Todestag|Abschnitt|Gang|Punkt|Brief|Grad|Euro|Dollar|Cent|Hund|Apfel|"
    r"Schlag|Schuss|Gesang|Bezirk|Preis|Stuhl|Tisch|Kreuzzug|\w+(?:ling|ismus|tag)"
)
_NEUTER = (
    r"Kind|Jahr|Kapitel|Jahrhundert|Jahrtausend|Mal|Buch|Reich|Bild|Haus|Pferd|Bier|Glas|Pfund|Kilo|Gramm|Kilogramm|"
    r"Prozent|Semester|Quartal|Viertel|Drittel|Spiel|Tor|Stück|Blatt|Gebot|Regiment|Konzil|Studienjahr|Lebensjahr|"
    r"[A-ZÄÖÜ]\w+(?:chen|lein)"
)
_STARTERS = "Der|Die|Das|Ein|Eine|Er|Sie|Es|Wir|Ich|Und|Oder|Im|In|Am|An|Auf|Mit|Von|Zu|Bis|Uhr"
_PREPOSITIONS = words_of(
    "in an auf mit von bei nach vor aus zu seit unter über neben zwischen hinter während wegen trotz ab"
)
_WEAK = re.compile(
    r"(?:am|im|zum|zur|vom|beim|ins|de[mns]|(?:k?ein|mein|dein|sein|ihr|unser|eur)(?:em|en|er)|(?:dies|jed|jen|welch)e[mn])"
)
_PLAIN = re.compile(r"(?:das|die|diese|dieses|jene|jedes|(?:k?ein|mein|dein|sein|ihr|unser|eur)e)")
_STRONG = re.compile(r"k?ein|mein|dein|sein|ihr|unser|euer")
_DATED = re.compile(r"(?:bis|ab|seit|nach|vor|zwischen)")
_STRONG_ENDING = {"m": "r", "n": "s", "f": ""}
_DATIVE_ENDING = {"m": "m", "n": "m", "f": "r"}
_IN_A_ROW = re.compile(
    r"\b(?:am|vom|zum|zwischen|den|dem|im|beim|des|zur)\b(?:[^.!?]|(?<=\d)\.){0,25}\b(?:und|oder|bis)\s$", re.IGNORECASE
)
_SECOND = re.compile(r"\b(?:das|die|der)\s\w+\.?\s(?:und|oder)\s$", re.IGNORECASE)
_DATIVE_NAME = re.compile(
    r"\b(?:unter|mit|von|bei|nach|vor|zu|seit|gegenüber)\s(?:(?:König|Kaiser|Papst|Zar)(?:in)?\s)?\w+$", re.IGNORECASE
)
_MONTH = re.compile(rf"\s(?:(?:und|oder|bis)\s\w+\.?\s)?(?:{_MONTHS.replace(' ', '|')})\b")


def _gender(noun: str) -> str:
    patterns = (("f", _FEMININE), ("n", _NEUTER), ("m", _MASCULINE))
    return next((gender for gender, pattern in patterns if re.fullmatch(pattern, noun)), "")


def _declined(words: str, place: Inflected) -> str:
    """An ordinal with the ending that the words around it ask for; "" where they do not tell."""
    noun = re.match(r"\s([^\W\d_]+)", place.after)
    gender = place.gender or (_gender(noun[1]) if noun else "")
    two = re.search(r"(?:([^\W\d_]+)\s)?([^\W\d_]+)\s$", place.before)
    earlier, last = ((two[1] or "").lower(), two[2].lower()) if two else ("", "")
    ending = _ending(earlier, last, gender, dated=bool(_MONTH.match(place.after)))
    if _IN_A_ROW.search(place.before):
        ending = "n"
    elif _SECOND.search(place.before):
        ending = ""
    if not noun and place.after.strip(" .,;:!?”“»«"):
        return ""
    if ending is None or (noun and noun[1][0].islower() and not place.gender and ending != "n" and not two):
        return ""
    return words + ending


def _ending(earlier: str, last: str, gender: str, *, dated: bool) -> str | None:
    """Ending after the word before it (and the one before that); None where they do not tell."""
    if last in {"der", "dieser", "jeder", "jener"}:
        return "n" if gender == "f" or (last == "der" and earlier in _PREPOSITIONS) else ""
    if _PLAIN.fullmatch(last):
        return ""
    if _WEAK.fullmatch(last) or (dated and _DATED.fullmatch(last)):
        return "n"
    if dated:
        return "r"
    endings = _DATIVE_ENDING if last in _PREPOSITIONS else _STRONG_ENDING
    return endings.get(gender) if not last or last in _PREPOSITIONS or _STRONG.fullmatch(last) else None


def _ruler(words: str, place: Inflected) -> str:
    """The words after a ruler's name ("der Vierzehnte"), in the case that its "s" or the word before it shows."""
    woman, noun = place.gender == "f", capitalised(words)
    if place.genitive:
        return f"{'der' if woman else 'des'} {noun}n"
    if _DATIVE_NAME.search(place.before):
        return f"{'der' if woman else 'dem'} {noun}n"
    return f"{'die' if woman else 'der'} {noun}"


_M, _N, _F = "m", "n", "f"
TONGUE = Tongue(
    code="de",
    point=(",", "Komma"),
    decimals_as_number=False,
    minus="minus",
    to="bis",
    agreeing={
        "m": ((r"^eins$", "ein"),),
        "n": ((r"^eins$", "ein"),),
        "x": ((r"^eins$", "ein"),),
        "f": ((r"^eins$", "eine"),),
        "md": ((r"^eins$", "einem"),),
        "nd": ((r"^eins$", "einem"),),
        "fd": ((r"^eins$", "einer"),),
        "ma": ((r"^eins$", "einen"),),
    },
    genders=(("f", _FEMININE), ("n", _NEUTER), ("m", _MASCULINE), ("x", rf"(?!(?:{_STARTERS})$)[A-ZÄÖÜ][a-zäöüß]+")),
    cases=(
        ("d", r"\b(?i:mit|nach|bei|von|aus|zu|seit|in|vor)\s$"),
        ("a", r"\b(?i:für|durch|ohne|gegen|um|pro)\s$"),
    ),
    years=(1100, 1999),
    months=tuple(_MONTHS.split()),
    month_short={
        "Jan": 1,
        "Feb": 2,
        "Febr": 2,
        "Apr": 4,
        "Aug": 8,
        "Sept": 9,
        "Sep": 9,
        "Okt": 10,
        "Nov": 11,
        "Dez": 12,
    },
    joint=" ",
    day=r"\.\s?",
    stop_ordinals=True,
    time=(
        (
            r"(?<![\w.,:–-])(?:(?P<low>\d{1,2})[:.](?P<lowm>[0-5]\d)\s?[–-]\s?)?"
            r"(?P<h>\d{1,2})[:.](?P<m>[0-5]\d)\s?Uhr(?!\w)"
        ),
        r"(?<![\w.,:–-])(?:(?P<low>\d{1,2})[–-])?(?P<h>\d{1,2}) Uhr(?!\w)(?: (?P<m>[0-5]?\d)(?![\w.,]\d|\w| Uhr))?",
        r"(?<![\w.,:–-])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\w:])",
    ),
    clock="{h} Uhr {m}",
    clock_whole="{h} Uhr",
    hour=Noun("Uhr", "Uhr"),
    units={
        "km/h": Noun("Kilometer pro Stunde", "Kilometer pro Stunde", _M, "Kilometern pro Stunde"),
        "m/s": Noun("Meter pro Sekunde", "Meter pro Sekunde", _M, "Metern pro Sekunde"),
        "km²": Noun("Quadratkilometer", "Quadratkilometer"),
        "m²": Noun("Quadratmeter", "Quadratmeter"),
        "cm²": Noun("Quadratzentimeter", "Quadratzentimeter"),
        "qm": Noun("Quadratmeter", "Quadratmeter"),
        "m³": Noun("Kubikmeter", "Kubikmeter"),
        "cm³": Noun("Kubikzentimeter", "Kubikzentimeter"),
        "km": Noun("Kilometer", "Kilometer", _M, "Kilometern"),
        "m": Noun("Meter", "Meter", _M, "Metern"),
        "dm": Noun("Dezimeter", "Dezimeter"),
        "cm": Noun("Zentimeter", "Zentimeter"),
        "mm": Noun("Millimeter", "Millimeter"),
        "kg": Noun("Kilogramm", "Kilogramm", _N),
        "g": Noun("Gramm", "Gramm", _N),
        "mg": Noun("Milligramm", "Milligramm", _N),
        "t": Noun("Tonne", "Tonnen", _F),
        "Pf.": Noun("Pfennig", "Pfennig"),
        "Pfd.": Noun("Pfund", "Pfund", _N),
        "l": Noun("Liter", "Liter", _M, "Litern"),
        "ml": Noun("Milliliter", "Milliliter"),
        "cl": Noun("Zentiliter", "Zentiliter"),
        "dl": Noun("Deziliter", "Deziliter"),
        "hl": Noun("Hektoliter", "Hektoliter"),
        "ha": Noun("Hektar", "Hektar"),
        "h": Noun("Stunde", "Stunden", _F),
        "Std.": Noun("Stunde", "Stunden", _F),
        "min": Noun("Minute", "Minuten", _F),
        "Min.": Noun("Minute", "Minuten", _F),
        "s": Noun("Sekunde", "Sekunden", _F),
        "Sek.": Noun("Sekunde", "Sekunden", _F),
        "W": Noun("Watt", "Watt", _N),
        "kW": Noun("Kilowatt", "Kilowatt", _N),
        "kWh": Noun("Kilowattstunde", "Kilowattstunden", _F),
        "V": Noun("Volt", "Volt", _N),
        "Hz": Noun("Hertz", "Hertz", _N),
        "kHz": Noun("Kilohertz", "Kilohertz", _N),
        "MHz": Noun("Megahertz", "Megahertz", _N),
        "GHz": Noun("Gigahertz", "Gigahertz", _N),
        "MB": Noun("Megabyte", "Megabyte", _N),
        "GB": Noun("Gigabyte", "Gigabyte", _N),
        "TB": Noun("Terabyte", "Terabyte", _N),
        "PS": Noun("PS", "PS", _N),
        "kcal": Noun("Kilokalorie", "Kilokalorien", _F),
        "dB": Noun("Dezibel", "Dezibel", _N),
    },
    currencies={
        "€": Currency(Noun("Euro", "Euro"), Noun("Cent", "Cent")),
        "EUR": Currency(Noun("Euro", "Euro"), Noun("Cent", "Cent")),
        "$": Currency(Noun("Dollar", "Dollar"), Noun("Cent", "Cent")),
        "US-$": Currency(Noun("US-Dollar", "US-Dollar"), Noun("Cent", "Cent")),
        "USD": Currency(Noun("US-Dollar", "US-Dollar"), Noun("Cent", "Cent")),
        "£": Currency(Noun("Pfund", "Pfund", _N), Noun("Penny", "Pence")),
        "CHF": Currency(Noun("Schweizer Franken", "Schweizer Franken"), Noun("Rappen", "Rappen")),
        "Fr.": Currency(Noun("Franken", "Franken"), Noun("Rappen", "Rappen")),
        "DM": Currency(Noun("D-Mark", "D-Mark", _F), Noun("Pfennig", "Pfennig")),
        "¥": Currency(Noun("Yen", "Yen")),
    },
    scales={
        "Tsd.": Noun("Tausend", "Tausend", _N),
        "Mio.": Noun("Million", "Millionen", _F),
        "Mrd.": Noun("Milliarde", "Milliarden", _F),
        "Bio.": Noun("Billion", "Billionen", _F),
    },
    cents=" und ",
    fractions={
        2: ("ein halb", "halbe"),
        3: ("ein Drittel", "Drittel"),
        4: ("ein Viertel", "Viertel"),
        5: ("ein Fünftel", "Fünftel"),
        6: ("ein Sechstel", "Sechstel"),
        7: ("ein Siebtel", "Siebtel"),
        8: ("ein Achtel", "Achtel"),
        9: ("ein Neuntel", "Neuntel"),
        10: ("ein Zehntel", "Zehntel"),
    },
    halves={"": "{}einhalb"},
    half_of={"m": "ein halber", "n": "ein halbes", "f": "eine halbe"},
    half_weak=(r"\b(?i:eine[rmns]|de[rmns]|die|das)\s$", "halben"),
    half_first=True,
    percent="Prozent",
    degrees=Noun("Grad", "Grad"),
    ordinal={"": r"\."},
    ordinal_words=_declined,
    anywhere={
        "z. B.": "zum Beispiel",
        "Z. B.": "Zum Beispiel",
        "z. T.": "zum Teil",
        "d. h.": "das heißt",
        "d. i.": "das ist",
        "u. a.": "unter anderem",
        "u. Ä.": "und Ähnliches",
        "o. Ä.": "oder Ähnliches",
        "u. s. w.": "und so weiter",
        "usw.": "und so weiter",
        "usf.": "und so fort",
        "etc.": "et cetera",
        "bzw.": "beziehungsweise",
        "vgl.": "vergleiche",
        "ca.": "circa",
        "evtl.": "eventuell",
        "ggf.": "gegebenenfalls",
        "inkl.": "inklusive",
        "exkl.": "exklusive",
        "sog.": "sogenannt",
        "i. d. R.": "in der Regel",
        "u. U.": "unter Umständen",
        "z. Z.": "zur Zeit",
        "z. Zt.": "zur Zeit",
        "m. E.": "meines Erachtens",
        "v. Chr.": "vor Christus",
        "n. Chr.": "nach Christus",
        "v. a.": "vor allem",
        "s. o.": "siehe oben",
        "s. u.": "siehe unten",
        "o. g.": "oben genannt",
        "allg.": "allgemein",
        "bes.": "besonders",
        "Jh.": "Jahrhundert",
        "Jhdt.": "Jahrhundert",
        "Std.": "Stunden",
        "Min.": "Minuten",
        "Sek.": "Sekunden",
        "Mio.": "Millionen",
        "Mrd.": "Milliarden",
        "geb.": "geboren",
        "gest.": "gestorben",
        "verh.": "verheiratet",
        "Dr.": "Doktor",
        "Prof.": "Professor",
        "Dipl.-Ing.": "Diplomingenieur",
        "Hr.": "Herr",
        "Hrn.": "Herrn",
        "Frl.": "Fräulein",
        "hl.": "heilige",
        "Str.": "Straße",
        "Abb.": "Abbildung",
        "Bd.": "Band",
        "Kap.": "Kapitel",
        "Anm.": "Anmerkung",
        "Tel.": "Telefon",
    },
    before_number={
        "Nr.": "Nummer",
        "S.": "Seite",
        "Bd.": "Band",
        "Bde.": "Bände",
        "Kap.": "Kapitel",
        "Abb.": "Abbildung",
        "Abs.": "Absatz",
        "Art.": "Artikel",
        "Anm.": "Anmerkung",
        "Aufl.": "Auflage",
        "Z.": "Zeile",
        "V.": "Vers",
        "Tel.": "Telefon",
        "Tab.": "Tabelle",
        "ca.": "circa",
        "H.": "Heft",
    },
    word_ends={"str.": "straße"},
    joined_ends=(
        r"er[ns]?|jährig\w*|mal(?:ig\w*)?|fach\w*|tägig\w*|stündig\w*|minütig\w*|wöchig\w*|monatig\w*|köpfig\w*|stöckig\w*|bändig\w*|"
        r"teilig\w*|seitig\w*|stellig\w*|eckig\w*|prozentig\w*|%ig\w*"
    ),
    before_name=((r"Fr\.", r" [A-ZÄÖÜ][a-zäöü]", "Frau"), (r"St\.", r"[ -][A-ZÄÖÜ]", "Sankt")),
    reigns={
        "f": frozenset("Elisabeth Katharina Maria Margarethe Christina Isabella Anna Johanna Victoria Viktoria"),
        "m": words_of(
            "Ludwig Louis Friedrich Wilhelm Heinrich Karl Otto Konrad Leopold Franz Joseph Josef Ferdinand "
            "Maximilian Rudolf August Georg Philipp Eduard Jakob Richard Johann Johannes Paul Pius Benedikt "
            "Gregor Innozenz Leo Clemens Klemens Alexander Nikolaus Peter Iwan Napoleon Gustav Christian "
            "Albrecht Sigismund Albert Alfons Stephan Adolf Oskar Harald Olaf Ramses Xerxes Darius Mehmed "
            "Selim Murad Urban Bonifaz Sixtus Julius Hadrian Viktor Emanuel Umberto Ernst Carol Haakon "
            "Waldemar Robert David Justinian Konstantin Theodosius Zar Charles William Henry James"
        ),
    },
    reign_up_to=1000,
    reign_words=_ruler,
    labels={
        "m": "Teil|Band|Akt|Artikel|Typ|Satz|Gesang",
        "n": "Kapitel|Buch|Bild|Kap\\.",
        "f": "Szene|Klasse|Stufe|Tafel|Phase",
    },
    label_up_to=0,
    numbered={
        "m": "Weltkrieg|Akt|Teil|Band|Gesang|Kreuzzug",
        "n": "Jahrhundert|Reich|Kapitel|Buch|Konzil|Vatikanum",
        "f": "Szene|Republik|Internationale",
    },
    calling=r"(?i:\b(?:wähl(?:en|e|t|te|ten)?|ruf(?:en|e|t|st)?|anruf|notruf|telefon)(?: sie)?(?: die)?:? )",
    web={
        ".": "Punkt",
        "/": "Schrägstrich",
        "-": "Bindestrich",
        "_": "Unterstrich",
        "@": "at",
        "?": "Fragezeichen",
        "=": "gleich",
        "&": "und",
        "#": "Raute",
        "%": "Prozent",
        "~": "Tilde",
        "+": "plus",
        ":": "Doppelpunkt",
    },
    signs={
        "&": "und",
        "+": "plus",
        "=": "gleich",
        "×": "mal",
        "÷": "geteilt durch",
        "±": "plus minus",
        "≠": "ungleich",
        "≤": "kleiner oder gleich",
        "≥": "größer oder gleich",
        "~": "etwa",
        "≈": "etwa",
        "§": "Paragraf",
        "§§": "Paragrafen",
        "©": "Copyright",
        "№": "Nummer",
        "#": "Nummer",
        "²": "hoch zwei",
        "³": "hoch drei",
        "%": "Prozent",
        "‰": "Promille",
        "°": "Grad",
        ":": "zu",
        "of": "",
    },
)
