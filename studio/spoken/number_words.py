"""Number words back to digits, for comparison: "fifteen hundred", "one thousand five hundred" and "1500" are one."""

from collections.abc import Sequence

_UNITS = {
    "zero": 0, "nought": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve", "twentieth": "twenty", "thirtieth": "thirty", "fortieth": "forty", "fiftieth": "fifty",
    "sixtieth": "sixty", "seventieth": "seventy", "eightieth": "eighty", "ninetieth": "ninety",
}  # fmt: skip
_HUNDRED, _TEN = 100, 10


def joined_numbers(words: Sequence[str]) -> list[str]:
    """Replace each run of number words by one word of digits, with "th" after an ordinal.

    Numbers said side by side are joined as they would be written: "nineteen oh five" is 1905, "one two three" is 123.
    "And" belongs to a number only after hundred, thousand and so on; "oh" only beside another number word.
    """
    result: list[str] = []
    index = 0
    while index < len(words):
        length = _run_length(words, index)
        if length == 0:
            result.append(words[index])
            index += 1
            continue
        run = words[index : index + length]
        result.append(_digits_of(run))
        index += length
    return result


def _cardinal(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    stem = word.removesuffix("th")
    return stem if stem != word and (stem in _UNITS or stem in _SCALES or stem == "hundred") else word


def _is_number(word: str) -> bool:
    word = _cardinal(word)
    return word in _UNITS or word in _TENS or word in _SCALES or word == "hundred"


def _run_length(words: Sequence[str], start: int) -> int:
    end = start
    while end < len(words):
        word = words[end]
        if word == "and":
            after_scale = end > start and (words[end - 1] == "hundred" or words[end - 1] in _SCALES)
            if not (after_scale and end + 1 < len(words) and _is_number(words[end + 1])):
                break
        elif not _is_number(word):
            break
        end += 1
        if _cardinal(word) != word:
            break  # nothing follows an ordinal
    run = words[start:end]
    if run and run[0] == "oh" and (len(run) == 1 or _UNITS.get(run[1], _TEN) >= _TEN):
        return 0
    if len(run) == 1 and (run[0] in {"oh", "second", "hundred"} or run[0] in _SCALES):
        return 0
    return end - start


def _digits_of(run: Sequence[str]) -> str:
    ordinal = "th" if _cardinal(run[-1]) != run[-1] else ""
    groups: list[str] = []
    total = current = 0
    empty = True
    for word in map(_cardinal, run):
        if word == "and":
            continue
        if word == "hundred":
            current = (current or 1) * _HUNDRED
        elif word in _SCALES:
            total, current = total + (current or 1) * _SCALES[word], 0
        else:
            value = _UNITS[word] if word in _UNITS else _TENS[word]
            if not empty and not _fits(total, current, value):
                groups.append(str(total + current))
                total = current = 0
            current += value
        empty = False
    return "".join([*groups, str(total + current)]) + ordinal


def _fits(total: int, current: int, value: int) -> bool:
    """Whether a value below 100 continues the number so far: "twenty" + "one", "hundred" + "five"."""
    if value == 0:
        return False
    room = current % _HUNDRED if current else total % _HUNDRED
    if room == 0:
        return current > 0 or total > 0
    return room >= 2 * _TEN and room % _TEN == 0 and value < _TEN
