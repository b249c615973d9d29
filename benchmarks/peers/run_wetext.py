"""wetext: English text normalisation."""

from typing import Any

from loop import serve
from wetext import Normalizer

NORMALIZER = Normalizer(lang="en", operator="tn")


def spoken(request: dict[str, Any]) -> str:
    return NORMALIZER.normalize(request["text"])


serve({"spoken": spoken})
