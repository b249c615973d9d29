"""kenkui: spoken form and chapters of EPUB, by its own functions; its speakers need a language model."""

from pathlib import Path
from typing import Any

from kenkui._domain.spoken import to_spoken
from kenkui._epub.parser import inspect_epub
from loop import serve


def spoken(request: dict[str, Any]) -> str:
    return to_spoken(request["text"], numbers=request["way"], lexicon=(), builtin=True)


def structure(request: dict[str, Any]) -> list[tuple[str, str]]:
    return [(chapter.title, chapter.text) for chapter in inspect_epub(Path(request["path"])).chapters]


serve({"spoken": spoken, "structure": structure})
