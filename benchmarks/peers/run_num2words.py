"""num2words on every number: the least that a studio may do."""

import re
from typing import Any

from loop import serve
from num2words import num2words

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def spoken(request: dict[str, Any]) -> str:
    return NUMBER.sub(lambda match: num2words(match[0].replace(",", "")), request["text"])


serve({"spoken": spoken})
