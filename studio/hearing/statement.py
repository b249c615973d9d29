"""The spoken statement: every check a recording of it must pass before a reviewer listens.

The checks are evidence, not a decision: they say that somebody spoke, that it is not an old recording, that the fresh
code and the text were read, and that the voice is like that of the references. A good imitation passes all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from studio.audio.samples import Samples
from studio.consent.challenge import (
    CHALLENGE_DIGITS,
    CHALLENGE_WORDS,
    WORDS_NEEDED,
    HashedChallenge,
    hear_challenge,
)
from studio.consent.evidence import CheckResult, ClipReport, KnownClip, Outcome, StatementExpectation
from studio.hearing.matching import check_one_speaker, check_speaker
from studio.hearing.quality import Bounds, hear, loaded_encoder
from studio.hearing.recogniser import Recogniser
from studio.hearing.reference import one_speaker_by_ear
from studio.hearing.speakers import ENCODER_MODELS, Voiceprint
from studio.spoken.compare import comparable_words

STATEMENT_BOUNDS: Final = Bounds(shortest_s=8.0, longest_s=120.0, speech_s=8.0)
MAX_WORD_ERROR_RATE: Final = 0.30
NAME_HEARD: Final = 0.7
"""Similarity from which a name counts as heard ("marry a silver" for Maria Silva: 0.73). Only a note hangs on it."""

_NUMBER = re.compile(rf"(?:\d[\s.,\-–]*){{{CHALLENGE_DIGITS},}}")
_FRAME_WORDS = 12  # "My code words are …. My code number is …." in any language
_ADDED_WORDS = CHALLENGE_WORDS + CHALLENGE_DIGITS + _FRAME_WORDS


@dataclass(frozen=True, slots=True)
class StatementTask:
    """A recorded statement to examine; crosses to a worker process.

    Attributes:
        path: where it lies.
        expectation: what must be said.
        challenge: the one-time challenge that was shown, hashed.
        references: voiceprints of the reference clips as `Voiceprint.to_bytes` writes them; empty if the person did not
            agree to the comparison of voices.
        known: recordings that are stored already.
        weights: folder of the model files.
    """

    path: Path
    expectation: StatementExpectation
    challenge: HashedChallenge
    references: tuple[bytes, ...]
    known: tuple[KnownClip, ...]
    weights: Path


def examine_statement(task: StatementTask) -> ClipReport:
    """Check a recorded statement, in the order of the checks of a report.

    Raises:
        NotFoundError: there is no such file.
        MissingError: a model is not installed.
        InputError: the language is not one the recogniser knows, or a voiceprint is none.
        EngineError: the recogniser failed.
    """
    heard = hear(task.path, task.known, STATEMENT_BOUNDS)
    if heard.clip is None:
        return heard.report
    samples, rate_hz = heard.clip.samples, heard.clip.sample_rate_hz
    transcript = Recogniser(task.weights).transcribe(samples, rate_hz, task.expectation.language)
    similarity = name_similarity(task.expectation, transcript.text)
    models = {**heard.report.models, **transcript.model}
    return replace(
        heard.report,
        facts={**heard.report.facts, "name_similarity": round(similarity, 2)},
        transcript=transcript.text,
        words=transcript.words,
        checks=(
            *heard.report.checks,
            _check_challenge(task, transcript.text),
            _check_words(task.expectation, transcript.text, similarity),
            *_check_voice(task.references, samples, rate_hz),
        ),
        models={**models, **ENCODER_MODELS} if task.references else models,
    )


def fixed_text_error_rate(expectation: StatementExpectation, transcript: str) -> float:
    """Word error rate of the fixed text in a transcript that also holds the challenge.

    As many words as the sentences of the challenge have may be added anywhere, and the name counts neither as read nor
    as misread.
    """
    language = expectation.language
    text = comparable_words(expectation.fixed_text, language)
    name = comparable_words(expectation.name, language)
    expected = _without(text, name)
    found = comparable_words(_NUMBER.sub(" ", transcript), language)
    edits = [edit.tag for edit in Levenshtein.editops(expected, found)]
    added = edits.count("insert")
    wrong = len(edits) - added + max(0, added - _ADDED_WORDS - len(name))
    return wrong / max(1, len(expected))


def name_similarity(expectation: StatementExpectation, transcript: str) -> float:
    """How like the name is to what comes nearest to it in a transcript, 0 to 1."""
    return fuzz.partial_ratio(expectation.name.casefold(), transcript.casefold()) / 100


def _without(words: Sequence[str], phrase: Sequence[str]) -> list[str]:
    left: list[str] = []
    for word in words:
        left.append(word)
        if phrase and left[-len(phrase) :] == list(phrase):
            del left[-len(phrase) :]
    return left


def _check_challenge(task: StatementTask, transcript: str) -> CheckResult:
    heard = hear_challenge(task.challenge, transcript, task.expectation.digit_words)
    number = "the number" if heard.digits_exact else "not the number"
    return CheckResult(
        "challenge",
        Outcome.PASS if heard.passed else Outcome.REFUSE,
        f"{heard.words_in_order} of {CHALLENGE_WORDS} words, {number}",
        f"{WORDS_NEEDED} of {CHALLENGE_WORDS} words in order, and the number",
        "The code words and the number were read."
        if heard.passed
        else "Read the six code words and the number shown now, in order, the number digit by digit.",
    )


def _check_words(expectation: StatementExpectation, transcript: str, similarity: float) -> CheckResult:
    rate = fixed_text_error_rate(expectation, transcript)
    read = rate <= MAX_WORD_ERROR_RATE
    sentence = (
        "The text was read as shown." if read else "The text was not read as shown. Read all of it, word for word."
    )
    if read and similarity < NAME_HEARD:
        sentence += " The name was heard differently, as happens with names; the reviewer listens to it."
    return CheckResult(
        "words",
        Outcome.PASS if read else Outcome.REFUSE,
        f"{rate:.0%} of the words differ",
        f"at most {MAX_WORD_ERROR_RATE:.0%}",
        sentence,
    )


def _check_voice(references: Sequence[bytes], samples: Samples, rate_hz: int) -> tuple[CheckResult, CheckResult]:
    if not references:
        by_ear = CheckResult(
            "speaker",
            Outcome.REVIEW,
            "",
            "the voice of the reference clips",
            "Voices are not compared by machine, as asked. The reviewers compare statement and references by ear.",
        )
        return by_ear, one_speaker_by_ear()
    encoder = loaded_encoder()
    voices = [Voiceprint.from_bytes(data) for data in references]
    return (
        check_speaker(voices, encoder.voiceprint(samples, rate_hz)),
        check_one_speaker(encoder.windows(samples, rate_hz)),
    )
