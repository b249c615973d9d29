"""Quantities with a unit: the unit is said in full, singular or plural."""

import re

from studio.spoken.numerals import AMOUNT, amount, cardinal, fraction, is_one
from studio.spoken.rule import Rule, Variety, rule

_UNITS = {
    "km/h": "kilometre per hour", "kph": "kilometre per hour", "km/s": "kilometre per second",
    "m/s": "metre per second", "mph": "mile per hour", "mpg": "mile per gallon", "km²": "square kilometre",
    "m²": "square metre", "cm²": "square centimetre", "km2": "square kilometre", "m2": "square metre",
    "m³": "cubic metre", "cm³": "cubic centimetre", "m3": "cubic metre", "km": "kilometre", "cm": "centimetre",
    "mm": "millimetre", "µm": "micrometre", "nm": "nanometre", "m": "metre", "kg": "kilogram",
    "mg": "milligram", "µg": "microgram", "g": "gram", "t": "tonne", "lbs": "pound", "lb": "pound",
    "oz": "ounce", "st": "stone", "cwt": "hundredweight", "ml": "millilitre", "mL": "millilitre",
    "cl": "centilitre", "dl": "decilitre", "l": "litre", "L": "litre", "gal": "gallon", "pt": "pint",
    "qt": "quart", "fl oz": "fluid ounce", "tbsp": "tablespoon", "tsp": "teaspoon", "sq ft": "square foot",
    "sq m": "square metre", "sq mi": "square mile", "sq km": "square kilometre", "cu ft": "cubic foot",
    "ft": "foot", "yds": "yard", "yd": "yard", "mi": "mile", "ha": "hectare", "ac": "acre", "hrs": "hour",
    "hr": "hour", "h": "hour", "mins": "minute", "min": "minute", "secs": "second", "sec": "second",
    "yrs": "year", "yr": "year", "ms": "millisecond", "s": "second", "GHz": "gigahertz", "MHz": "megahertz",
    "kHz": "kilohertz", "Hz": "hertz", "TB": "terabyte", "GB": "gigabyte", "MB": "megabyte", "KB": "kilobyte",
    "kB": "kilobyte", "Gbps": "gigabit per second", "Mbps": "megabit per second", "kbps": "kilobit per second",
    "kWh": "kilowatt hour", "MWh": "megawatt hour", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt",
    "W": "watt", "kV": "kilovolt", "mV": "millivolt", "V": "volt", "mA": "milliamp", "mAh": "milliamp hour",
    "dB": "decibel", "kcal": "kilocalorie", "cal": "calorie", "kJ": "kilojoule", "kPa": "kilopascal",
    "hPa": "hectopascal", "psi": "pound per square inch", "rpm": "revolution per minute",
    "bpm": "beat per minute", "hp": "horsepower", "bhp": "brake horsepower", "ppm": "part per million",
    "ft²": "square foot",
    "mi²": "square mile", "yd²": "square yard", "in²": "square inch",
    "ft³": "cubic foot", "dpi": "dot per inch", "px": "pixel", "fps": "frame per second",
}  # fmt: skip
_SAME_PLURAL = {
    "hertz",
    "kilohertz",
    "megahertz",
    "gigahertz",
    "stone",
    "horsepower",
    "brake horsepower",
    "hundredweight",
}
_SPACED = {"s", "t", "h", "st", "V", "W"}
_AMERICAN = (("metre", "meter"), ("litre", "liter"), ("tonne", "metric ton"))
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_UNITS, key=len, reverse=True))
_NUM = rf"(?<![\w.,/])(?:(?P<low>{AMOUNT})\s?(?:[–—-]|to)\s?)?(?P<value>{AMOUNT})"
_DEGREES = {"C": "Celsius", "F": "Fahrenheit"}
_COMPASS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_MEASURED = (
    "cup|teaspoon|tablespoon|mile|inch|hour|pound|pint|ounce|acre|century|mile|yard|foot|gallon|litre|liter|metre|meter|"
    "kilometre|kilometer|kilogram|gram|minute|second"
)


def unit_name(symbol: str, *, one: bool, variety: Variety) -> str:
    """Give the full name of a unit: "kilometres per hour"."""
    name = _UNITS[symbol]
    if not variety.british:
        for british, american in _AMERICAN:
            name = name.replace(british, american)
    return name if one else _many(name)


def _many(name: str) -> str:
    head, per, rest = name.partition(" per ")
    if head in _SAME_PLURAL:
        return name
    head = head[:-4] + "feet" if head.endswith("foot") else f"{head}s"
    return f"{head}{per}{rest}"


def _article_before(m: re.Match[str]) -> bool:
    """Whether "a" or "an" stands before and a noun follows: "a 5 kg bag"."""
    return bool(re.search(r"\b[Aa]n? $", m.string[max(0, m.start() - 4) : m.start()])) and bool(
        re.match(r"\s[a-z]{3,}", m.string[m.end() : m.end() + 5])
    )


def _said(m: re.Match[str], variety: Variety) -> str:
    low = f"{amount(m['low'], variety)} to " if m["low"] else ""
    return low + amount(m["value"], variety)


def _stop(m: re.Match[str]) -> str:
    return "." if m[0].endswith(".") and not m.string[m.end() :].strip("\"'”’)") else ""


def _quantity(m: re.Match[str], v: Variety) -> str:
    if m["unit"] in _SPACED and m["gap"] != " " and "." not in m["value"]:
        return m[0]
    if m["gap"] == "-" or (_article_before(m) and not is_one(m["value"])):
        return f"{_said(m, v)}-{unit_name(m['unit'], one=True, variety=v).replace(' ', '-')}"
    one = is_one(m["value"]) and not m["low"]
    return f"{_said(m, v)} {unit_name(m['unit'], one=one, variety=v)}{_stop(m)}"


def _temperature(m: re.Match[str], v: Variety) -> str:
    word = "degree" if is_one(m["value"]) and not m["low"] else "degrees"
    return f"{_said(m, v)} {word} {_DEGREES[m['scale']]}"


def _kelvins(m: re.Match[str], v: Variety) -> str:
    if _article_before(m):  # "a 5 K run"
        return m[0]
    return f"{_said(m, v)} {'kelvin' if is_one(m['value']) and not m['low'] else 'kelvins'}"


def _angle(m: re.Match[str], v: Variety) -> str:
    if _article_before(m):
        return f"{_said(m, v)}-degree"
    word = "degree" if is_one(m["value"]) and not m["low"] else "degrees"
    minutes = f" {cardinal(int(m['minutes']), v)} minutes" if m["minutes"] else ""
    compass = f" {_COMPASS[m['compass']]}" if m["compass"] else ""
    return f"{_said(m, v)} {word}{minutes}{compass}"


def _percent(m: re.Match[str], v: Variety) -> str:
    return f"{_said(m, v)} {'per cent' if v.british else 'percent'}"


def _inches(m: re.Match[str], v: Variety) -> str:
    return f"{_said(m, v)} {'inch' if is_one(m['value']) else 'inches'}{_stop(m)}"


def _feet_inches(m: re.Match[str], v: Variety) -> str:
    return f"{cardinal(int(m[1]), v)} foot {cardinal(int(m[2]), v)}{_stop(m)}"


def _stones(m: re.Match[str], v: Variety) -> str:
    return f"{cardinal(int(m[1]), v)} stone {cardinal(int(m[2]), v)}"


def _dimensions(m: re.Match[str], v: Variety) -> str:
    values = re.split(r"\s?[x×]\s?", m["all"])
    unit = m["unit"]
    if unit is None and "×" in m["all"]:
        return " times ".join(amount(value, v) for value in values)
    words = " by ".join(amount(value, v) for value in values)
    if unit is None:
        return words
    if unit in {"in", "in."}:
        return f"{words} inches{_stop(m)}"
    return f"{words} {unit_name(unit, one=False, variety=v)}{_stop(m)}"


def _part_of_unit(m: re.Match[str], v: Variety) -> str:
    numerator, denominator = int(m[1]), int(m[2])
    name = unit_name(m["unit"], one=True, variety=v) if m["unit"] else m["noun"]
    article = "an" if name[0] in "aeio" or name.startswith("hour") else "a"
    if (numerator, denominator) == (1, 2):
        return f"half {article} {name}"
    words = fraction(numerator, denominator, v)
    words = re.sub("^one ", "an " if words.startswith("one eigh") else "a ", words)
    return f"{words} of {article} {name}"


RULES: tuple[Rule, ...] = (
    rule("range with the unit twice", rf"(?<=\d)\s?({_SYMBOL}|°[CF]|°)\s?[–-]\s?({AMOUNT}\s?\1)(?!\w)", r"–\2"),
    rule("sides with units", rf"(?<=\d)\s?({_SYMBOL}|in\.?)\s?[x×]\s?(?=\d)", r" \1 by "),
    rule(
        "inches before a noun",
        r"(?<![\w.,])(\d+) ?in\. (?=[a-z])(?!wide|long|tall|high|deep|thick|by|of|in|and|or)",
        r"\1-inch ",
    ),
    rule(
        "stone and pounds",
        r"(?<![\w.,])(\d{1,2}) ?st\.? (\d{1,2}) ?lbs?\b\.?(?!\w)",
        lambda m, v: f"{_stones(m, v)} pounds{_stop(m)}",
    ),
    rule("feet and inches", r"(?<![\w.,])(\d{1,2}) ?ft\.? (\d{1,2}) ?ins?\b\.?(?!\w)", _feet_inches),
    rule(
        "dimensions",
        rf"(?<![\w.,/])(?P<all>{AMOUNT}(?:\s?[x×]\s?{AMOUNT}){{1,2}})(?:\s?(?P<unit>{_SYMBOL}|in\.?)(?!\w))?(?![\w])",
        _dimensions,
    ),
    rule("temperature", rf"{_NUM}\s?°\s?(?P<scale>[CF])\b", _temperature),
    rule("kelvins", rf"{_NUM}[ \u00a0]K\b(?![’'\w&/-]|\.\s?[A-Z]| (?:run|race|[a-z]+s)\b)", _kelvins),
    rule("angle", rf"{_NUM}\s?°(?:\s?(?P<minutes>\d{{1,2}})[′'’])?(?:\s?(?P<compass>[NSEW])\b)?", _angle),
    rule("per cent", rf"{_NUM}\s?%", _percent),
    rule(
        "part of a unit",
        rf"(?<![\w.,/] )(?<![\w.,/])(?<!\d )(\d{{1,2}})/(\d{{1,2}})[ -](?:(?P<unit>{_SYMBOL})|(?P<noun>{_MEASURED}))\b",
        _part_of_unit,
    ),
    rule("inches", rf"{_NUM}\s?(?:in\.|in(?=\s?(?:$|[,;)]|wide|long|tall|high|deep|thick)))(?!\w)", _inches),
    rule("quantity", rf"{_NUM}(?P<gap>[ -]?)(?P<unit>{_SYMBOL})(?![\w²³/’'])(?:\.(?=\W*$|\s[a-z]))?", _quantity),
)
"""Rules for quantities; the first run before any rule that says bare numbers."""

PRIMES: tuple[Rule, ...] = (
    rule("square measure", r"(?<=\d )sq\. (?=(?:ft|in|mi|yd|m)\b)", "sq "),
    rule(
        "sides in feet",
        r"(?<![\w.,])(\d{1,4})['’′]\s?[x×]\s?(\d{1,4})['’′](?![\w'’′])",
        lambda m, v: f"{cardinal(int(m[1]), v)} feet by {cardinal(int(m[2]), v)} feet",
    ),
    rule("feet", r"(?<![\w.,])(\d+)\s?['’](?= (?:tall|high|long|wide|deep)\b)", r"\1 ft"),
    rule(
        "feet and inches",
        r"(?<![\w.,])(\d{1,2})\s?['’′]\s?(\d{1,2})\s?(?:[\"”″]|''|’’)",
        _feet_inches,
    ),
    rule("feet", r"(?<![\w.,])(\d+)\s?′", lambda m, v: f"{cardinal(int(m[1]), v)} {'foot' if m[1] == '1' else 'feet'}"),
    rule(
        "inches",
        r"(?<![\w.,])(\d+)\s?″",
        lambda m, v: f"{cardinal(int(m[1]), v)} {'inch' if m[1] == '1' else 'inches'}",
    ),
)
"""Feet and inches written with primes or quotation marks; they run before quotation marks are read as such."""
