"""Mandarin, through misaki: only with the extra `languages`, on the Python versions misaki allows."""

import logging
import tempfile
from functools import cache
from importlib.util import find_spec
from typing import Final

from studio.core.errors import EngineError
from studio.engines.kokoro_tokens import TOKEN_OF_PHONEME

CHINESE: Final = "zh-CN"


def is_installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(name) is not None for name in ("misaki", "jieba", "pypinyin", "cn2an"))


class ChinesePhonemizer:
    """Segments words, spells them in pinyin, and that in Kokoro's alphabet."""

    def __init__(self) -> None:
        import jieba  # noqa: PLC0415 (an optional extra)
        from misaki.zh import ZHG2P  # noqa: PLC0415

        jieba.setLogLevel(logging.WARNING)
        # Left alone it would load a cache from a fixed name in the shared temporary folder, whoever put it there.
        with tempfile.TemporaryDirectory() as private:
            jieba.dt.tmp_dir = private
            jieba.initialize()
        self._convert = ZHG2P()

    def phonemes(self, text: str) -> str:
        """Phonemes of a text in Chinese characters, the marks kept.

        Raises:
            EngineError: it has Latin letters or other signs that have no sound here.
        """
        spoken, _ = self._convert(text.replace("……", "…").replace("——", "—"))
        strangers = set(spoken) - TOKEN_OF_PHONEME.keys()
        if strangers or any(letter.isascii() and letter.isalpha() for letter in text):
            raise EngineError("a sign in a Chinese line cannot be pronounced", hint="Write it in Chinese characters.")
        return str(spoken)


@cache
def chinese() -> ChinesePhonemizer:
    """The phonemizer, made once per process."""
    return ChinesePhonemizer()
