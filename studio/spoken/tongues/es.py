"""Spanish."""

import re
from dataclasses import replace

from studio.spoken.tongues.tongue import Currency, Inflected, Noun, Tongue, words_of

_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
_FEMININE = (
    r"hora|horas|mujer|mujeres|vez|veces|noche|noches|clase|clases|mano|manos|foto|fotos|moto|motos|flor|flores|calle|"
    r"calles|parte|partes|llave|llaves|nave|naves|leche|tarde|tardes|torre|torres|voz|voces|cruz|cruces|luz|luces|"
    r"\w+(?:ción|ciones|sión|siones|dad|dades|tud|tudes|umbre|umbres)|(?!días?$|mapas?$|planetas?$|poetas?$|"
    r"tranvías?$|sofás?$|policías$|para$|contra$|hasta$|era$|eran$|esta$|estaba|cada$|ya$|nada$|ella|a$|la$|las$|una|"
    r"\w+(?:emas?|amas?|omas?|istas?|atas)$)\w+as?"
)
_MASCULINE = (
    r"(?!como$|pero$|cuando$|solo$|dentro$|cuanto$|tanto$|luego$|otro$|\w+(?:ando|iendo)$)\w{3,}o|\w+(?:ema|ama|oma)|día|mes|hombre|niño|metro|minuto|segundo|millón|siglo|punto|kilo|litro|soldado|hijo|perro|gato|euro|peso|"
    r"(?!tras$|más$|menos$|después$|antes$|entonces$|los$|sus$|es$|nos$|les$|pues$|además$|quizás$)\w+[oeéíánlrdj]s|"
    r"\w+(?:emas|amas|omas|istas|atas)|días|mapas|planetas|poetas|tranvías|sofás"
)

_DONS = (
    "Juan|José|Pedro|Antonio|Manuel|Luis|Diego|Fernando|Francisco|Miguel|Carlos|Alonso|Quijote|Álvaro|"
    "Rodrigo|Jaime|Felipe|Alfonso|Jorge|Enrique|Andrés|Pablo|Rafael|Ramón|Benito|Gonzalo|Íñigo|Ignacio|"
    "Tomás|Vicente|Julio|Julián|Joaquín"
)


def _ordinal(words: str, place: Inflected) -> str:
    if place.gender == "f":
        return re.sub(r"o\b", "a", words)
    return re.sub(r"(primer|tercer)o$", r"\1", words) if place.gender == "short" else words


def _noun(one: str, gender: str = "m", many: str = "") -> Noun:
    return Noun(one, many or one + "s", gender)


_EURO, _CENT = Noun("euro", "euros"), Noun("céntimo", "céntimos")
_DOLLAR, _CENTAVO = Noun("dólar", "dólares"), Noun("centavo", "centavos")
TONGUE = Tongue(
    code="es",
    point=(",", "coma"),
    minus="menos",
    to="a",
    repairs=(
        (r"veintiuno (?=mil|millones)", "veintiún "),
        (r"\buno (?=mil|millones)", "un "),
        (r"décimoprimero", "undécimo"),
        (r"décimosegundo", "duodécimo"),
        (r"\bpunto\b", "coma"),
    ),
    agreeing={
        "m": ((r"veintiuno$", "veintiún"), (r"\buno$", "un")),
        "f": ((r"uno$", "una"), (r"cientos\b(?! mill)", "cientas"), (r"quinientos\b(?! mill)", "quinientas")),
    },
    genders=(("f", _FEMININE), ("m", _MASCULINE)),
    months=tuple(_MONTHS.split()),
    month_short={
        "ene": 1,
        "feb": 2,
        "abr": 4,
        "jun": 6,
        "jul": 7,
        "ago": 8,
        "sept": 9,
        "sep": 9,
        "set": 9,
        "setiembre": 9,
        "oct": 10,
        "nov": 11,
        "dic": 12,
    },
    joint=" de ",
    day=r"(?:\.?º|\.º|o)?",
    first_is_ordinal=False,
    time=(
        r"(?<![\w.,:])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\w:])(?P<after> h(?:oras|s)?(?!\w)\.?)?",
        r"(?:(?<=\blas )|(?<=\bla ))(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?![\w:]|[.,]\d)(?P<after> h(?:oras|s)?(?!\w)\.?)?",
        r"(?<![\w.,:])(?P<h>\d{1,2})[.](?P<m>[0-5]\d)(?P<after> h(?:oras)?(?!\w))",
    ),
    clock="{h} y {m}",
    clock_whole="{h} {noun}",
    hour=Noun("hora", "horas", "f"),
    units={
        "km/h": Noun("kilómetro por hora", "kilómetros por hora"),
        "m/s": Noun("metro por segundo", "metros por segundo"),
        "km²": Noun("kilómetro cuadrado", "kilómetros cuadrados"),
        "m²": Noun("metro cuadrado", "metros cuadrados"),
        "cm²": Noun("centímetro cuadrado", "centímetros cuadrados"),
        "m³": Noun("metro cúbico", "metros cúbicos"),
        "km": _noun("kilómetro"),
        "m": _noun("metro"),
        "cm": _noun("centímetro"),
        "mm": _noun("milímetro"),
        "kg": _noun("kilogramo"),
        "g": _noun("gramo"),
        "mg": _noun("miligramo"),
        "t": _noun("tonelada", "f"),
        "l": _noun("litro"),
        "L": _noun("litro"),
        "ml": _noun("mililitro"),
        "cl": _noun("centilitro"),
        "ha": _noun("hectárea", "f"),
        "h": _noun("hora", "f"),
        "min": _noun("minuto"),
        "s": _noun("segundo"),
        "W": _noun("vatio"),
        "kW": _noun("kilovatio"),
        "kWh": Noun("kilovatio hora", "kilovatios hora"),
        "V": _noun("voltio"),
        "Hz": _noun("hercio"),
        "kHz": _noun("kilohercio"),
        "MHz": _noun("megahercio"),
        "GHz": _noun("gigahercio"),
        "MB": _noun("megabyte"),
        "GB": _noun("gigabyte"),
        "TB": _noun("terabyte"),
        "kcal": _noun("kilocaloría", "f"),
        "CV": Noun("caballo", "caballos"),
        "dB": _noun("decibelio"),
    },
    currencies={
        "€": Currency(_EURO, _CENT),
        "EUR": Currency(_EURO, _CENT),
        "$": Currency(_DOLLAR, _CENTAVO),
        "US$": Currency(_DOLLAR, _CENTAVO),
        "USD": Currency(_DOLLAR, _CENTAVO),
        "£": Currency(Noun("libra", "libras", "f"), Noun("penique", "peniques")),
        "¥": Currency(Noun("yen", "yenes")),
        "Pts": Currency(Noun("peseta", "pesetas", "f")),
        "ptas.": Currency(Noun("peseta", "pesetas", "f")),
    },
    scales={"M": Noun("millón", "millones"), "mill.": Noun("millón", "millones")},
    cents=" con ",
    fractions={
        2: ("un medio", "medios"),
        3: ("un tercio", "tercios"),
        4: ("un cuarto", "cuartos"),
        5: ("un quinto", "quintos"),
        6: ("un sexto", "sextos"),
        7: ("un séptimo", "séptimos"),
        8: ("un octavo", "octavos"),
        9: ("un noveno", "novenos"),
        10: ("un décimo", "décimos"),
    },
    half_of={"m": "medio", "f": "media"},
    articles=(("f", r"\b(?:[Ll]as|a la)\s$"),),
    halves={"": "y medio", "f": "y media"},
    percent="por ciento",
    degrees=_noun("grado"),
    ordinal={"m": r"\.?º", "f": r"\.?ª", "short": r"\.?(?:er|ᵉʳ)"},
    ordinal_words=_ordinal,
    anywhere={
        "p. ej.": "por ejemplo",
        "etc.": "etcétera",
        "a. C.": "antes de Cristo",
        "d. C.": "después de Cristo",
        "a. de C.": "antes de Cristo",
        "d. de C.": "después de Cristo",
        "a. m.": "a eme",
        "p. m.": "pe eme",
        "Sr.": "señor",
        "Sra.": "señora",
        "Srta.": "señorita",
        "Sres.": "señores",
        "Sras.": "señoras",
        "Dr.": "doctor",
        "Dra.": "doctora",
        "Dres.": "doctores",
        "Dña.": "doña",
        "D.ª": "doña",
        "Prof.": "profesor",
        "Profa.": "profesora",
        "Ud.": "usted",
        "Uds.": "ustedes",
        "Vd.": "usted",
        "Vds.": "ustedes",
        "EE. UU.": "Estados Unidos",
        "Sto.": "santo",
        "Sta.": "santa",
        "Avda.": "avenida",
        "Av.": "avenida",
        "C/": "calle",
        "aprox.": "aproximadamente",
        "admón.": "administración",
        "dpto.": "departamento",
        "Gral.": "general",
        "Cap.": "capitán",
        "Lic.": "licenciado",
        "Ing.": "ingeniero",
        "Excmo.": "excelentísimo",
        "Ilmo.": "ilustrísimo",
        "pág.": "página",
        "págs.": "páginas",
        "vol.": "volumen",
        "tel.": "teléfono",
        "vs.": "contra",
    },
    before_number={
        "km": "kilómetro",
        "núm.": "número",
        "núms.": "números",
        "n.º": "número",
        "nº": "número",
        "n°": "número",
        "pág.": "página",
        "págs.": "páginas",
        "p.": "página",
        "pp.": "páginas",
        "cap.": "capítulo",
        "caps.": "capítulos",
        "vol.": "volumen",
        "art.": "artículo",
        "fig.": "figura",
        "tel.": "teléfono",
        "tfno.": "teléfono",
        "km.": "kilómetro",
        "s.": "siglo",
        "ss.": "siglos",
        "t.": "tomo",
    },
    before_name=(
        (
            r"D\.",
            rf" (?:{_DONS})\b",
            "don",
        ),
        (
            r"S\.",
            r" (?:Juan|José|Pedro|Antonio|Pablo|Francisco|Miguel|Jorge|Sebastián|Martín|Ignacio|Agustín)\b",
            "san",
        ),
    ),
    reigns={
        "f": words_of("Isabel Catalina María Cristina Juana Victoria Margarita"),
        "m": words_of(
            "Felipe Carlos Alfonso Fernando Juan Pablo Luis Enrique Jaime Pedro Sancho Ramiro Ordoño Bermudo "
            "García Ramón Pío Benedicto Gregorio Inocencio León Clemente Alejandro Nicolás Napoleón Guillermo "
            "Jorge Eduardo Jacobo Ricardo Francisco José Maximiliano Federico Leopoldo Otón Amadeo Iván Pablo "
            "Juan Julio Sixto Urbano Ramsés Darío Teodosio Constantino Alberto Víctor Manuel"
        ),
    },
    reign_up_to=10,
    labels={
        "m": "capítulos?|tomos?|libros?|actos?|artículos?|siglos?|volumen|cantos?|título|anexo",
        "f": "partes?|escenas?|jornada|sección|fase",
    },
    label_up_to=10,
    numbered={
        "f": "Guerra Mundial|guerra mundial|República|Internacional|edición|Cruzada|Bienal",
        "m": "Congreso|Concilio|Reich|Premio|centenario|Festival|Plan|aniversario",
    },
    numbered_title=True,
    calling=(
        r"(?i:\b(?:llam(?:a|e|o|ar|ó|é|ad|en|aron|ando)|marc(?:a|ar|ó|ad|e|o)|tel\.|tfno\.|teléfono|al número)\s?:?"
        r"(?: al?| el)? )"
    ),
    web={
        ".": "punto",
        "/": "barra",
        "-": "guion",
        "_": "guion bajo",
        "@": "arroba",
        "?": "interrogación",
        "=": "igual",
        "&": "y",
        "#": "almohadilla",
        "%": "por ciento",
        "~": "virgulilla",
        "+": "más",
        ":": "dos puntos",
    },
    signs={
        "&": "y",
        "& before i": "e",
        "+": "más",
        "=": "igual a",
        "×": "por",
        "÷": "entre",
        "±": "más menos",
        "≠": "distinto de",
        "≤": "menor o igual que",
        "≥": "mayor o igual que",
        "~": "unos",
        "≈": "aproximadamente",
        "§": "sección",
        "©": "copyright",
        "№": "número",
        "#": "número",
        "²": "al cuadrado",
        "³": "al cubo",
        "%": "por ciento",
        "‰": "por mil",
        "°": "grados",
        ":": "a",
        "of": "de ",
    },
)
_MEXICAN = {"$": Currency(Noun("peso", "pesos"), _CENTAVO)}
POINTED = replace(TONGUE, point=(".", "punto"), thousands=", ")
"""Mexico, Central America and the United States write decimals with a point."""
MEXICAN = replace(POINTED, currencies={**TONGUE.currencies, **_MEXICAN})
"""In Mexico the sign of the dollar is the peso's."""
