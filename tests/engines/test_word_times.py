"""Word times of Kokoro's takes against those that the recogniser hears, on the sample book."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from studio.consent.grant import GrantedVoice
from studio.core.resources import shipped
from studio.engines.base import Line
from studio.engines.kokoro import SAMPLE_RATE_HZ, KokoroEngine
from studio.hearing.recogniser import Recogniser
from studio.importers.registry import import_manuscript
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.render.runs import spoken_line

_BETWEEN_S = 0.6
_LONGEST_S = 30.0


def _plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())


@pytest.mark.slow
@pytest.mark.models
def test_words_begin_where_they_are_heard(
    kokoro_weights: Path, whisper_folder: Path, granted: Callable[[str], GrantedVoice]
):
    book = import_manuscript(shipped("projects", "sample", "story.md"))
    chapter = next(chapter for chapter in book.chapters if not chapter.skipped)
    engine = KokoroEngine(kokoro_weights)
    voice = engine.prepare(granted("bf_emma"))
    told: list[tuple[str, float]] = []
    sounds = []
    position_s = 0.0
    for draft in segment_chapter(chapter, SegmentLimits(), "en-GB"):
        take = engine.synthesize(Line(spoken_line(draft.text, "en-GB").runs, "en-GB"), voice)
        told += ((_plain(word.text), position_s + word.start_s) for word in take.words)
        sounds += [take.samples, np.zeros(round(_BETWEEN_S * SAMPLE_RATE_HZ), np.float32)]
        position_s = sum(map(len, sounds)) / SAMPLE_RATE_HZ
        if position_s > _LONGEST_S:
            break
    heard = Recogniser(whisper_folder.parent).transcribe(np.concatenate(sounds), SAMPLE_RATE_HZ, "en-GB").words
    words = [_plain(word) for word, _, _ in heard]
    matches = SequenceMatcher(a=[word for word, _ in told], b=words, autojunk=False).get_matching_blocks()
    off_s = [abs(told[match.a + i][1] - heard[match.b + i][1]) for match in matches for i in range(match.size)]
    assert len(off_s) > 0.8 * len(told)
    assert np.median(off_s) <= 0.1
