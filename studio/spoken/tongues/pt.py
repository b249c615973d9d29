"""Portuguese, European and Brazilian."""

import re
from dataclasses import replace

from studio.spoken.tongues.tongue import Currency, Inflected, Noun, Tongue, words_of

_MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
_FEMININE = (
    r"hora|horas|mulher|mulheres|vez|vezes|noite|noites|tarde|tardes|classe|classes|mão|mãos|foto|fotos|flor|flores|voz|vozes|"
    r"luz|luzes|cruz|cruzes|nave|naves|parte|partes|chave|chaves|torre|torres|árvore|árvores|manhã|manhãs|irmã|irmãs|"
    r"\w+(?:ção|ções|são|sões|dade|dades|gem|gens)|(?!dias?$|mapas?$|planetas?$|poetas?$|mas$|para$|era$|uma$|duas$|"
    r"às?$|as?$|nas?$|das?$|contra$|cada$|nada$|ela$|apenas$|\w+(?:emas?|amas?|omas?|istas?)$)\w+as?"
)
_MASCULINE = (
    r"(?!os?$|nos?$|dos?$|mas$|menos$|depois$|antes$|mais$|ao$|aos$|seus$|todos$)\w+(?:o|os|or|ores|el|éis|al|ais|em|ens|ês|eses)|"
    r"dia|dias|mapas?|planetas?|poetas?|mês|meses|homem|homens|milhão|milhões|\w+(?:emas?|istas?)"
)

_DONS = (
    "João|Pedro|José|Manuel|Afonso|Dinis|Duarte|Sebastião|Luís|Carlos|Miguel|Fernando|Henrique|António|"
    "Antônio|Sancho|Nuno|Francisco|Filipe|Quixote"
)


def _ordinal(words: str, place: Inflected) -> str:
    return re.sub(r"o\b", "a", words) if place.gender == "f" else words


def _noun(one: str, gender: str = "m") -> Noun:
    return Noun(one, one + "s", gender)


_EURO, _CENT = Noun("euro", "euros"), Noun("cêntimo", "cêntimos")
_DOLLAR = Noun("dólar", "dólares")
_CENTAVO = Noun("centavo", "centavos")
TONGUE = Tongue(
    code="pt",
    point=(",", "vírgula"),
    minus="menos",
    to="a",
    agreeing={
        "f": ((r"\bum$", "uma"), (r"\bdois\b(?! milh)", "duas"), (r"entos\b(?! e \w+ milh| milh)", "entas")),
    },
    genders=(("f", _FEMININE), ("m", _MASCULINE)),
    months=tuple(_MONTHS.split()),
    month_short={"jan": 1, "fev": 2, "abr": 4, "jun": 6, "jul": 7, "ago": 8, "set": 9, "out": 10, "nov": 11, "dez": 12},
    joint=" de ",
    day=r"(?:\.?º)?",
    time=(
        r"(?<![\w.,:])(?P<h>\d{1,2})\s?h\s?(?P<m>[0-5]\d)(?![\w])(?: ?min(?!\w))?",
        r"(?<![\w.,:])(?P<h>\d{1,2})h(?![\w’'])",
        r"(?<![\w.,:])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\w:])",
    ),
    clock="{h} e {m}",
    clock_whole="{h} {noun}",
    hour=Noun("hora", "horas", "f"),
    units={
        "km/h": Noun("quilómetro por hora", "quilómetros por hora"),
        "m/s": Noun("metro por segundo", "metros por segundo"),
        "km²": Noun("quilómetro quadrado", "quilómetros quadrados"),
        "m²": Noun("metro quadrado", "metros quadrados"),
        "cm²": Noun("centímetro quadrado", "centímetros quadrados"),
        "m³": Noun("metro cúbico", "metros cúbicos"),
        "km": _noun("quilómetro"),
        "m": _noun("metro"),
        "cm": _noun("centímetro"),
        "mm": _noun("milímetro"),
        "kg": _noun("quilograma"),
        "g": _noun("grama"),
        "mg": _noun("miligrama"),
        "t": _noun("tonelada", "f"),
        "l": _noun("litro"),
        "L": _noun("litro"),
        "ml": _noun("mililitro"),
        "cl": _noun("centilitro"),
        "ha": Noun("hectare", "hectares"),
        "h": _noun("hora", "f"),
        "min": _noun("minuto"),
        "s": _noun("segundo"),
        "W": Noun("watt", "watts"),
        "kW": Noun("quilowatt", "quilowatts"),
        "kWh": Noun("quilowatt-hora", "quilowatts-hora"),
        "V": Noun("volt", "volts"),
        "Hz": Noun("hertz", "hertz"),
        "kHz": Noun("quilohertz", "quilohertz"),
        "MHz": Noun("megahertz", "megahertz"),
        "GHz": Noun("gigahertz", "gigahertz"),
        "MB": Noun("megabyte", "megabytes"),
        "GB": Noun("gigabyte", "gigabytes"),
        "TB": Noun("terabyte", "terabytes"),
        "kcal": _noun("quilocaloria", "f"),
        "dB": Noun("decibel", "decibéis"),
    },
    currencies={
        "€": Currency(_EURO, _CENT),
        "EUR": Currency(_EURO, _CENT),
        "R$": Currency(Noun("real", "reais"), _CENTAVO),
        "BRL": Currency(Noun("real", "reais"), _CENTAVO),
        "$": Currency(_DOLLAR, _noun("cêntimo")),
        "US$": Currency(_DOLLAR, _noun("cêntimo")),
        "USD": Currency(_DOLLAR, _noun("cêntimo")),
        "£": Currency(Noun("libra", "libras", "f"), Noun("péni", "pence")),
        "¥": Currency(_noun("iene")),
    },
    scales={"M": Noun("milhão", "milhões"), "mi": Noun("milhão", "milhões"), "bi": Noun("bilhão", "bilhões")},
    cents=" e ",
    fractions={
        2: ("um meio", "meios"),
        3: ("um terço", "terços"),
        4: ("um quarto", "quartos"),
        5: ("um quinto", "quintos"),
        6: ("um sexto", "sextos"),
        7: ("um sétimo", "sétimos"),
        8: ("um oitavo", "oitavos"),
        9: ("um nono", "nonos"),
        10: ("um décimo", "décimos"),
    },
    half_of={"m": "meio", "f": "meia"},
    articles=(("f", r"\b(?:[ÀàAa]s|[dn]as|à)\s$"),),
    halves={"": "e meio", "f": "e meia"},
    percent="por cento",
    degrees=_noun("grau"),
    ordinal={"m": r"\.?[º°]", "f": r"\.?ª"},
    ordinal_words=_ordinal,
    anywhere={
        "p. ex.": "por exemplo",
        "etc.": "etcétera",
        "a. C.": "antes de Cristo",
        "d. C.": "depois de Cristo",
        "Sr.": "senhor",
        "Sra.": "senhora",
        "Sr.ª": "senhora",
        "Srs.": "senhores",
        "Sras.": "senhoras",
        "Srta.": "senhorita",
        "Dr.": "doutor",
        "Dra.": "doutora",
        "Dr.ª": "doutora",
        "Prof.": "professor",
        "Profa.": "professora",
        "Prof.ª": "professora",
        "Eng.": "engenheiro",
        "V. Ex.ª": "Vossa Excelência",
        "D.ª": "dona",
        "Exmo.": "excelentíssimo",
        "Av.": "Avenida",
        "Sto.": "santo",
        "Sta.": "santa",
        "aprox.": "aproximadamente",
        "pág.": "página",
        "págs.": "páginas",
        "tel.": "telefone",
        "Cia.": "companhia",
        "Ltda.": "limitada",
        "vol.": "volume",
        "Gen.": "general",
        "Cap.": "capitão",
    },
    before_number={
        "km": "quilómetro",
        "n.º": "número",
        "nº": "número",
        "n°": "número",
        "n.os": "números",
        "núm.": "número",
        "pág.": "página",
        "págs.": "páginas",
        "p.": "página",
        "pp.": "páginas",
        "cap.": "capítulo",
        "caps.": "capítulos",
        "vol.": "volume",
        "art.": "artigo",
        "art.º": "artigo",
        "fig.": "figura",
        "tel.": "telefone",
        "séc.": "século",
        "t.": "tomo",
    },
    before_name=(
        (
            r"D\.",
            rf" (?:{_DONS})\b",
            "Dom",
        ),
        (r"D\.", r" (?:Maria|Inês|Leonor|Isabel|Teresa|Amélia|Catarina|Beatriz|Filipa|Ana|Carlota)\b", "Dona"),
        (r"R\.", r" (?:da |do |de |das |dos )[A-ZÀ-Þ]", "Rua"),
    ),
    reigns={
        "f": words_of("Maria Isabel Catarina Cristina Joana Vitória Margarida"),
        "m": words_of(
            "João Pedro Manuel Afonso Filipe Luís Carlos Sancho Henrique Fernando Miguel Pio Bento Gregório "
            "Inocêncio Leão Clemente Alexandre Nicolau Napoleão Guilherme Jorge Eduardo Jaime Ricardo "
            "Francisco José Maximiliano Frederico Leopoldo Otão Ivan Paulo Júlio Sisto Urbano Ramsés Dario "
            "Constantino Teodósio Alberto Humberto"
        ),
    },
    reign_up_to=10,
    labels={
        "m": "capítulos?|tomos?|livros?|atos?|actos?|artigos?|séculos?|volumes?|cantos?|título|anexo",
        "f": "partes?|cenas?|secção|seção|fase",
    },
    label_up_to=10,
    numbered={
        "f": "Guerra Mundial|guerra mundial|República|Internacional|edição|Cruzada|Dinastia|dinastia",
        "m": "Congresso|Concílio|Reich|Festival|centenário|Império",
    },
    numbered_title=True,
    calling=r"(?i:\b(?:lig(?:ue|ar|a|uem|uei|ou|o)|disqu(?:e|ei)|marque|tel\.|telefone)(?: para)?(?: o)?\s?:? )",
    web={
        ".": "ponto",
        "/": "barra",
        "-": "hífen",
        "_": "sublinhado",
        "@": "arroba",
        "?": "ponto de interrogação",
        "=": "igual",
        "&": "e",
        "#": "cardinal",
        "%": "por cento",
        "~": "til",
        "+": "mais",
        ":": "dois pontos",
    },
    signs={
        "&": "e",
        "+": "mais",
        "=": "igual a",
        "×": "vezes",
        "÷": "a dividir por",
        "±": "mais ou menos",
        "≠": "diferente de",
        "≤": "menor ou igual a",
        "≥": "maior ou igual a",
        "~": "cerca de",
        "≈": "cerca de",
        "§": "parágrafo",
        "©": "copyright",
        "№": "número",
        "#": "número",
        "²": "ao quadrado",
        "³": "ao cubo",
        "%": "por cento",
        "‰": "por mil",
        "°": "graus",
        ":": "a",
        "of": "de ",
    },
)


def _brazilian_units() -> dict[str, Noun]:
    def spelled(name: str) -> str:
        return name.replace("quilóm", "quilôm")

    return {sign: replace(noun, one=spelled(noun.one), many=spelled(noun.many)) for sign, noun in TONGUE.units.items()}


BRAZILIAN = replace(
    TONGUE,
    code="pt_BR",
    before_number={**TONGUE.before_number, "km": "quilômetro"},
    units=_brazilian_units(),
    currencies={
        sign: replace(currency, part=_CENTAVO if currency.part in {_CENT, _CENTAVO} else currency.part)
        for sign, currency in TONGUE.currencies.items()
    },
    signs={**TONGUE.signs, "÷": "dividido por"},
    web={**TONGUE.web, "#": "cerquilha"},
)
"""Brazil: its own words for 14, 16, 17 and 19 come from num2words; kilometres and cents are spelled its way."""
