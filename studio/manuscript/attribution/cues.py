"""What stands beside each line of speech and tells who says it: tags, what somebody does, how the line before ended."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from studio.manuscript.attribution.clauses import (
    Subject,
    SubjectKind,
    last_sentence,
    sentences,
    subject_of,
)
from studio.manuscript.attribution.quotes import Speech
from studio.manuscript.attribution.tags import Tag, read_lead_in, read_tag


class CueKind(StrEnum):
    """Where a cue stands, from the strongest to the weakest."""

    TAG_AFTER = "after the line"
    TAG_BEFORE = "before the line"
    LEAD_IN = "ends the paragraph before"
    BEAT_BEFORE = "stands before the line"
    BEAT_AFTER = "stands after the line"
    NARRATION = "is told just before"
    SILENCE = "says that this person did not speak"


_SILENT = re.compile(
    r"\b(?:said nothing|made no (?:answer|reply)|did not (?:answer|reply|speak)(?! at once)|was silent"
    r"|kept silent|held (?:his|her|my) tongue)\b|\bwaited\.$"
)
_AND = re.compile(r"[,;]\s(?:and|but|while)\s")


@dataclass(frozen=True, slots=True)
class Cue:
    """A clause that tells something about who speaks: where it stands, its subject, verb (if one of saying), words."""

    kind: CueKind
    subject: Subject
    verb: str
    words: str


@dataclass(slots=True)
class Span:
    """A span of speech with its cues, and the narration that leads to it within its paragraph."""

    speech: Speech
    text: str
    cues: list[Cue] = field(default_factory=list)
    before: str = ""
    after: str = ""


def read_spans(paragraphs: Sequence[str], speeches: Sequence[Speech]) -> list[Span]:
    """Spans of speech of a chapter with their cues.

    Args:
        paragraphs: texts of the paragraphs; empty ones are breaks between scenes.
        speeches: as `find_speech` gives them.
    """
    spans: list[Span] = []
    by_paragraph: dict[int, list[Speech]] = {}
    for speech in speeches:
        by_paragraph.setdefault(speech.paragraph, []).append(speech)
    for index, own in by_paragraph.items():
        spans += _paragraph_spans(paragraphs[index], own)
        first = spans[-len(own)]
        previous = paragraphs[index - 1] if index else ""
        if previous and index - 1 not in by_paragraph:
            silent = _silences(previous)
            first.cues += silent
            if len(spans) > len(own) and spans[-len(own) - 1].speech.paragraph == index - 2:
                spans[-len(own) - 1].cues += silent
            if not first.before.strip(" —–-"):
                first.cues += _told_before(previous)
    return spans


def _paragraph_spans(text: str, speeches: Sequence[Speech]) -> list[Span]:
    bounds = [0, *(offset for speech in speeches for offset in (speech.start, speech.end)), len(text)]
    pieces = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    spans = []
    for index, speech in enumerate(speeches):
        span = Span(speech, text[speech.start : speech.end], before=pieces[index], after=pieces[index + 1])
        span.cues += _after(span, last=index + 1 == len(speeches))
        span.cues += _before(span, first=index == 0)
        spans.append(span)
    return spans


def _after(span: Span, *, last: bool) -> list[Cue]:
    if not any(character.isalpha() for character in span.after):
        return []
    inner = span.text.rstrip("”’\"'» ›“")
    after_comma = inner.endswith((",", "—", "–")) or span.after.startswith((",", "—", "–"))
    tag = read_tag(span.after, after_comma=after_comma, after_stop=inner.endswith("."))
    if tag is not None:
        return [Cue(CueKind.TAG_AFTER, tag.subject, tag.verb, tag.clause.strip(" ,"))]
    if not last and read_lead_in(span.after) is not None:
        return []
    for sentence in sentences(span.after)[:1]:
        subject = subject_of(sentence)
        if subject is not None:
            return [Cue(CueKind.BEAT_AFTER, subject, "", sentence)]
    return []


def _before(span: Span, *, first: bool) -> list[Cue]:
    if not any(character.isalpha() for character in span.before):
        return []
    if not first and len(sentences(span.before)) < 2:  # noqa: PLR2004  (the tag of the line before, and nothing else)
        return _own_lead_in(span.before) if not _is_tag(span.before) else []
    found = _own_lead_in(span.before)
    if found:
        return found
    for sentence in reversed(sentences(span.before)[0 if first else 1 :]):
        subject = subject_of(sentence)
        if subject is not None:
            return [Cue(CueKind.BEAT_BEFORE, subject, "", sentence)]
    return []


def _own_lead_in(text: str) -> list[Cue]:
    tag: Tag | None = read_lead_in(text)
    return [Cue(CueKind.TAG_BEFORE, tag.subject, tag.verb, tag.clause)] if tag else []


def _is_tag(text: str) -> bool:
    return read_tag(text, after_comma=True) is not None


def _told_before(previous: str) -> list[Cue]:
    """Cues of a paragraph of narration that a line follows."""
    tag = read_lead_in(previous) if previous.rstrip().endswith(":") else None
    if tag is not None:
        return [Cue(CueKind.LEAD_IN, tag.subject, tag.verb, tag.clause)]
    sentence = last_sentence(previous)
    if _SILENT.search(sentence):
        return []
    clauses = [sentence, *_AND.split(sentence)[1:]]
    subjects = [subject_of(clause) for clause in clauses]
    return [
        Cue(CueKind.NARRATION, subject, "", sentence)
        for index, subject in enumerate(subjects)
        if subject is not None and (index == 0 or subject.kind in {SubjectKind.NAME, SubjectKind.NOUN})
    ]


def _silences(narration: str) -> list[Cue]:
    """Who is told to say nothing between two lines: they say neither."""
    found = [(subject_of(sentence), sentence) for sentence in sentences(narration) if _SILENT.search(sentence)]
    return [Cue(CueKind.SILENCE, subject, "", sentence) for subject, sentence in found if subject is not None]
