"""audiobooker-ai: normalisation, chapters and speakers, each by its own functions."""

from pathlib import Path
from typing import Any

from audiobooker.casting.dialogue import LOW_CONFIDENCE_THRESHOLD
from audiobooker.models import ProjectConfig, UtteranceType
from audiobooker.nlp.normalizer import normalize
from audiobooker.parser.text_cleaners import clean_text
from audiobooker.project import AudiobookProject
from loop import serve


def spoken(request: dict[str, Any]) -> str:
    return normalize(request["text"])


def structure(request: dict[str, Any]) -> list[tuple[str, str]]:
    # Our cases are a few words long, and notes are left out as we leave them out.
    config = ProjectConfig(min_chapter_words=1, footnote_behavior="skip")
    path = Path(request["path"])
    read = AudiobookProject.from_epub if path.suffix == ".epub" else AudiobookProject.from_text
    chapters = read(path, config=config).chapters
    return [(chapter.title, clean_text(chapter.raw_text)) for chapter in chapters if not chapter.skip]


def speakers(request: dict[str, Any]) -> list[dict[str, Any]]:
    places = [index for index, _, _ in request["chapters"]]
    texts = [(title, "\n\n".join(paragraphs)) for _, title, paragraphs in request["chapters"]]
    # Text as it stands, so that offsets lead back to paragraphs.
    config = ProjectConfig(clean_text=False, normalize_text=False)
    project = AudiobookProject.from_chapters(texts, config=config)
    project.compile()
    lines = []
    for place, chapter in zip(places, project.chapters, strict=True):
        for said in chapter.utterances:
            if said.utterance_type is not UtteranceType.DIALOGUE:
                continue
            known = said.speaker not in {"unknown", "narrator"}
            sure = known and (said.confidence or 0.0) >= LOW_CONFIDENCE_THRESHOLD
            paragraph = chapter.raw_text.count("\n\n", 0, said.start_pos)
            speaker = said.speaker if known else None
            lines.append({"chapter": place, "paragraph": paragraph, "speaker": speaker, "sure": sure})
    return lines


serve({"spoken": spoken, "structure": structure, "speakers": speakers})
