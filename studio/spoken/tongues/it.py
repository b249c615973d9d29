"""Italian."""

import re

from studio.spoken.tongues.tongue import Currency, Inflected, Noun, Tongue, words_of

_MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
_FEMININE = (
    r"(?!poeta$|problema$|tema$|sistema$|programma$|dramma$|clima$|pianeta$|sosia$|era$|ma$|la$|una$|alla$|della$|"
    r"\w+(?:ista|ema|amma)$)[b-df-hj-np-tv-z]\w*a|notte|volte|mogli|madre|parte|nave|chiave|voce|luce|croce|torre|stagione|"
    r"lezione|canzone|[b-df-hj-np-tv-z]\w*zione|[b-df-hj-np-tv-z]\w*tà|mano"
)
_ELIDED = (
    r"(?:ora|anima|amica|isola|idea|opera|arma|aquila|erba|unghia|uscita|entrata|ombra|onda|asta|ala|azione|edizione|"
    r"età)"
)
_HARD = r"(?:z|s[bcdfglmnpqrtv]|gn|ps|x|y)\w+o|studente|specchio|zio|sconosciuto|zecchino"
_MASCULINE = (
    r"(?!(?:z|s[bcdfglmnpqrtv]|gn|ps|x|y))(?!o$|lo$|no$|ero$|sono$|hanno$|fanno$|vanno$|stanno$|furono$|erano$|quando$|"
    r"quanto$|però$|sotto$|dentro$|contro$|dopo$|meno$|solo$|\w+(?:ano|ono|avo|evo|ivo)$)\w+o|mese|fiore|milione|pane|re|"
    r"cane|padre|nome|bicchiere|ponte|giornale|problema|poeta|sistema|programma"
)

_SAINTS = (
    "Pietro|Paolo|Giovanni|Marco|Francesco|Giuseppe|Lorenzo|Michele|Giorgio|Martino|Nicola|Siro|Carlo|"
    "Gennaro|Benedetto|Domenico|Luca|Matteo"
)


def _ordinal(words: str, place: Inflected) -> str:
    return re.sub(r"o$", "a", words) if place.gender == "f" else words


_EURO, _CENT = Noun("euro", "euro"), Noun("centesimo", "centesimi")
_DOLLAR, _US_CENT = Noun("dollaro", "dollari"), Noun("centesimo", "centesimi")
TONGUE = Tongue(
    code="it",
    point=(",", "virgola"),
    minus="meno",
    to="a",
    since="da ",
    year_since=("dal ", "al"),
    no_since=(
        r"\b(?i:da|dal|dai|dalle|dall[’']|tra|fra|tra i|fra i|del|nel|il|tra il|fra il)\s?$|"
        r"\b(?i:vin|pers|perd|pareggi|fin[iì]|batt|sconfi)\w*[^.,;!?]{0,25}$"
    ),
    repairs=((r"dicotto", "diciotto"), (r"(?<=\w)tre$", "tré")),
    agreeing={"m": ((r"^uno$", "un"),), "f": ((r"^uno$", "una"),), "e": ((r"^uno$", "un'"),)},
    genders=(("e", _ELIDED), ("f", _FEMININE), ("z", _HARD), ("m", _MASCULINE)),
    elisions=((r"\bun' (?=[aeiouàè])", "un'"),),
    months=tuple(_MONTHS.split()),
    month_short={
        "gen": 1,
        "genn": 1,
        "feb": 2,
        "febbr": 2,
        "apr": 4,
        "giu": 6,
        "lug": 7,
        "ago": 8,
        "set": 9,
        "sett": 9,
        "ott": 10,
        "nov": 11,
        "dic": 12,
    },
    joint=" ",
    day=r"[º°]?",
    time=(
        r"(?<![\w.,:])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\w:])",
        (
            r"(?:(?<=\balle )|(?<=\bdalle )|(?<=\bore )|(?<=\ble )|(?<=all[’'])|(?<=verso le ))"
            r"(?P<h>\d{1,2})[.,](?P<m>[0-5]\d)(?![\w:%]|[.,]\d| ?%)"
        ),
    ),
    clock="{h} e {m}",
    clock_whole="{h}",
    hour=Noun("ora", "ore", "f"),
    units={
        "km/h": Noun("chilometro all'ora", "chilometri all'ora"),
        "m/s": Noun("metro al secondo", "metri al secondo"),
        "km²": Noun("chilometro quadrato", "chilometri quadrati"),
        "m²": Noun("metro quadrato", "metri quadrati"),
        "mq": Noun("metro quadrato", "metri quadrati"),
        "cm²": Noun("centimetro quadrato", "centimetri quadrati"),
        "m³": Noun("metro cubo", "metri cubi"),
        "km": Noun("chilometro", "chilometri"),
        "m": Noun("metro", "metri"),
        "cm": Noun("centimetro", "centimetri"),
        "mm": Noun("millimetro", "millimetri"),
        "kg": Noun("chilogrammo", "chilogrammi"),
        "g": Noun("grammo", "grammi"),
        "gr": Noun("grammo", "grammi"),
        "mg": Noun("milligrammo", "milligrammi"),
        "t": Noun("tonnellata", "tonnellate", "f"),
        "l": Noun("litro", "litri"),
        "ml": Noun("millilitro", "millilitri"),
        "cl": Noun("centilitro", "centilitri"),
        "dl": Noun("decilitro", "decilitri"),
        "ha": Noun("ettaro", "ettari"),
        "h": Noun("ora", "ore", "e"),
        "min": Noun("minuto", "minuti"),
        "s": Noun("secondo", "secondi"),
        "W": Noun("watt", "watt"),
        "kW": Noun("chilowatt", "chilowatt"),
        "kWh": Noun("chilowattora", "chilowattora"),
        "V": Noun("volt", "volt"),
        "Hz": Noun("hertz", "hertz"),
        "kHz": Noun("chilohertz", "chilohertz"),
        "MHz": Noun("megahertz", "megahertz"),
        "GHz": Noun("gigahertz", "gigahertz"),
        "MB": Noun("megabyte", "megabyte"),
        "GB": Noun("gigabyte", "gigabyte"),
        "TB": Noun("terabyte", "terabyte"),
        "kcal": Noun("chilocaloria", "chilocalorie", "f"),
        "CV": Noun("cavallo", "cavalli"),
        "dB": Noun("decibel", "decibel"),
    },
    currencies={
        "€": Currency(_EURO, _CENT),
        "EUR": Currency(_EURO, _CENT),
        "$": Currency(_DOLLAR, _US_CENT),
        "USD": Currency(_DOLLAR, _US_CENT),
        "£": Currency(Noun("sterlina", "sterline", "f"), Noun("penny", "pence")),
        "₤": Currency(Noun("lira", "lire", "f")),
        "CHF": Currency(Noun("franco svizzero", "franchi svizzeri"), _CENT),
        "¥": Currency(Noun("yen", "yen")),
    },
    scales={"mln": Noun("milione", "milioni"), "mld": Noun("miliardo", "miliardi")},
    cents=" e ",
    fractions={
        2: ("un mezzo", "mezzi"),
        3: ("un terzo", "terzi"),
        4: ("un quarto", "quarti"),
        5: ("un quinto", "quinti"),
        6: ("un sesto", "sesti"),
        7: ("un settimo", "settimi"),
        8: ("un ottavo", "ottavi"),
        9: ("un nono", "noni"),
        10: ("un decimo", "decimi"),
    },
    half_of={"m": "mezzo", "z": "mezzo", "f": "mezza", "e": "mezz'"},
    articles=(("f", r"\b[Aa]ll[’']$"),),
    halves={"": "e mezzo"},
    percent="per cento",
    degrees=Noun("grado", "gradi"),
    ordinal={"m": r"[º°]", "f": "ª"},
    ordinal_words=_ordinal,
    anywhere={
        "ad es.": "ad esempio",
        "p. es.": "per esempio",
        "per es.": "per esempio",
        "ecc.": "eccetera",
        "a. C.": "avanti Cristo",
        "d. C.": "dopo Cristo",
        "sig.": "signor",
        "sig.ra": "signora",
        "sig.na": "signorina",
        "sigg.": "signori",
        "dott.": "dottor",
        "dott.ssa": "dottoressa",
        "dr.": "dottor",
        "prof.": "professor",
        "prof.ssa": "professoressa",
        "avv.": "avvocato",
        "ing.": "ingegner",
        "on.": "onorevole",
        "geom.": "geometra",
        "rag.": "ragionier",
        "mons.": "monsignor",
        "cav.": "cavalier",
        "gen.": "generale",
        "col.": "colonnello",
        "cap.": "capitolo",
        "pag.": "pagina",
        "pagg.": "pagine",
        "vol.": "volume",
        "c. d.": "cosiddetto",
        "cfr.": "confronta",
        "tel.": "telefono",
        "S. p. A.": "società per azioni",
        "v.le": "viale",
        "c.so": "corso",
        "p.zza": "piazza",
        "s.l.m.": "sul livello del mare",
    },
    before_number={
        "km": "chilometro",
        "n.": "numero",
        "n°": "numero",
        "nº": "numero",
        "nn.": "numeri",
        "pag.": "pagina",
        "p.": "pagina",
        "pagg.": "pagine",
        "pp.": "pagine",
        "cap.": "capitolo",
        "vol.": "volume",
        "art.": "articolo",
        "fig.": "figura",
        "tel.": "telefono",
        "sec.": "secolo",
        "c.": "circa",
        "ca.": "circa",
    },
    before_name=(
        (r"S\. (?=Antonio|Agostino|Ambrogio|Andrea|Anna|Agata|Agnese)", "", "Sant'"),
        (r"S\.", r" (?:Stefano|Spirito)\b", "Santo"),
        (r"S\.", r" (?:Maria|Lucia|Caterina|Chiara|Teresa|Rita|Barbara|Cecilia|Croce)\b", "Santa"),
        (
            r"S\.",
            rf" (?:{_SAINTS})\b",
            "San",
        ),
    ),
    reigns={
        "f": words_of("Elisabetta Caterina Maria Cristina Isabella Giovanna Vittoria Margherita"),
        "m": words_of(
            "Luigi Carlo Emanuele Umberto Filippo Enrico Ferdinando Francesco Pio Benedetto Gregorio "
            "Innocenzo Leone Clemente Alessandro Nicola Napoleone Guglielmo Giorgio Edoardo Giacomo Riccardo "
            "Federico Giuseppe Massimiliano Leopoldo Alberto Ottone Pietro Ivan Amedeo Giovanni Paolo Sisto "
            "Giulio Urbano Bonifacio Celestino Ramses Dario Costantino Teodosio Corrado Ruggero Cosimo "
            "Roberto Manfredi Alfonso Felice Adriano Eugenio Callisto Martino"
        ),
    },
    reign_up_to=1000,
    labels={
        "m": "capitol[oi]|tom[oi]|libr[oi]|att[oi]|articol[oi]|secol[oi]|volum[ei]|cant[oi]|titolo|allegato",
        "f": "parte|parti|scen[ae]|sezione|fase",
    },
    label_up_to=1000,
    numbered={
        "f": "guerra mondiale|Repubblica|Internazionale|edizione|crociata|legislatura|[Gg]uerra [Mm]ondiale",
        "m": "secolo|Reich|Concilio|Congresso|canto|atto|capitolo",
    },
    calling=r"(?i:\b(?:chiam(?:a|ate|are|i|ò|ino)|compon(?:i|ete|e)|tel\.|telefono)(?: al| il| lo)?\s?:? )",
    web={
        ".": "punto",
        "/": "barra",
        "-": "trattino",
        "_": "trattino basso",
        "@": "chiocciola",
        "?": "punto interrogativo",
        "=": "uguale",
        "&": "e",
        "#": "cancelletto",
        "%": "per cento",
        "~": "tilde",
        "+": "più",
        ":": "due punti",
    },
    signs={
        "&": "e",
        "+": "più",
        "=": "uguale",
        "×": "per",
        "÷": "diviso",
        "±": "più o meno",
        "≠": "diverso da",
        "≤": "minore o uguale a",
        "≥": "maggiore o uguale a",
        "~": "circa",
        "≈": "circa",
        "§": "paragrafo",
        "©": "copyright",
        "№": "numero",
        "#": "numero",
        "²": "al quadrato",
        "³": "al cubo",
        "%": "per cento",
        "‰": "per mille",
        "°": "gradi",
        ":": "a",
        "of": "di ",
    },
)
