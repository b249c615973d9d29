"""abogen: normalisation, chapters and speakers, each by its own functions."""

from pathlib import Path
from typing import Any

from abogen.chunking import build_chunks_for_chapters
from abogen.kokoro_text_normalization import normalize_for_pipeline
from abogen.normalization_settings import get_runtime_settings
from abogen.speaker_analysis import analyze_speakers
from abogen.text_extractor import extract_from_path
from loop import serve

KEEPING = {
    "normalization_apostrophe_mode": "off",
    "normalization_phoneme_hints": False,
    "normalization_terminal": False,
}


def spoken(request: dict[str, Any]) -> str:
    settings = get_runtime_settings()
    if request["way"] == "contractions kept":
        settings = {**settings, **KEEPING}
    return normalize_for_pipeline(request["text"], settings=settings)


def structure(request: dict[str, Any]) -> list[tuple[str, str]]:
    return [(chapter.title, chapter.text) for chapter in extract_from_path(Path(request["path"])).chapters]


def speakers(request: dict[str, Any]) -> list[dict[str, Any]]:
    chapters = [
        {"id": f"chapter{index}", "title": title, "text": "\n\n".join(paragraphs)}
        for index, title, paragraphs in request["chapters"]
    ]
    chunks = build_chunks_for_chapters(chapters, level="paragraph")
    found = analyze_speakers(chapters, chunks, threshold=3, max_speakers=0).assignments
    lines = []
    for place, speaker in found.items():
        chapter, _, paragraph = place.removeprefix("chapter").partition("_p")
        who = None if speaker == "narrator" else speaker
        lines.append({"chapter": int(chapter), "paragraph": int(paragraph), "speaker": who, "sure": False})
    return lines


serve({"spoken": spoken, "structure": structure, "speakers": speakers})
