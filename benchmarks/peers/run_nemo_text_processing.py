"""nemo-text-processing: English text normalisation, cased."""

from typing import Any

from loop import serve
from nemo_text_processing.text_normalization.normalize import Normalizer

NORMALIZER = Normalizer(input_case="cased", lang="en")


def spoken(request: dict[str, Any]) -> str:
    return NORMALIZER.normalize(request["text"])


serve({"spoken": spoken})
