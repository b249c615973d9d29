"""Use case of auditions: hear a voice say a sentence, at once."""

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from studio.audio.flac import read_take
from studio.audio.levelling import PREVIEW_LUFS, at_loudness
from studio.audio.wav import wav_bytes
from studio.consent.requests import AUDITION, GateRequest
from studio.consent.voices import ConsentedVoice
from studio.core.errors import InputError
from studio.core.files import write_atomic
from studio.core.licences import UsedLicence, demanding
from studio.deliver.credits import narrator_credit
from studio.deliver.tags import tag_text
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.manuscript.tags import parse_delivery
from studio.render.plan import check_language, plan_line
from studio.render.pronouncing import Speaking
from studio.render.runs import spoken_line
from studio.services.context import Context
from studio.services.lexicon_rows import speaking_of
from studio.services.licensing import line_licences
from studio.services.lines import check_words, say_line

if TYPE_CHECKING:
    from studio.hearing.delivery import DeliveryFacts

AUDITION_SENTENCES = MappingProxyType({
    "en": "The rain had stopped by the time she reached the harbour, and nobody spoke until morning.",
    "es": "Cuando llegó al puerto ya no llovía, y nadie habló hasta la mañana.",
    "fr": "La pluie avait cessé quand elle arriva au port, et personne ne parla avant le matin.",
    "hi": "जब वह बंदरगाह पहुँची तब तक बारिश थम चुकी थी।",
    "it": "Quando arrivò al porto non pioveva più, e nessuno parlò fino al mattino.",
    "ja": "彼女が港に着いたころには、雨はもうやんでいた。",
    "pt": "Quando ela chegou ao porto, a chuva já tinha parado, e ninguém falou até de manhã.",
    "zh": "她走到港口的时候，雨已经停了。",
})  # fmt: skip
"""A sentence to judge a voice by, by language."""


@dataclass(frozen=True, slots=True)
class Audition:
    """A sentence said in a voice.

    Attributes:
        voice: whose voice.
        spoken: the words as they were said.
        duration_s: length of the sound.
        take: path of the take (FLAC).
        delivery: how it was said.
        level_db: loudness that mastering would give it, against a neutral sentence.
        methods: how the delivery was made, as `studio.render.line.METHODS`.
        notes: sentences about what was asked for and could not be made.
        credit: name of the voice as it is credited.
        licences: what it was made under.
    """

    voice: str
    spoken: str
    duration_s: float
    take: Path
    delivery: str
    level_db: float
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    credit: str
    licences: tuple[UsedLicence, ...]

    @property
    def notices(self) -> tuple[str, ...]:
        """What the licences demand with the sound, a line for each."""
        return tuple(tag_text(" ".join(licence.notice)) for licence in demanding(self.licences))


@dataclass(frozen=True, slots=True)
class VoiceReport:
    """How a voice reads by itself, measured on one sentence. Nothing of it is kept but the take.

    Attributes:
        voice: whose voice.
        spoken: the words it was measured on.
        facts: pitch, pace, level, tone and pauses.
    """

    voice: str
    spoken: str
    facts: "DeliveryFacts"


class AuditionService:
    """Says single sentences outside of any project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def say(
        self,
        text: str,
        voice_id: str,
        *,
        language: str | None = None,
        delivery: str = NEUTRAL_NAME,
        speaking: Speaking | None = None,
    ) -> Audition:
        """Say a sentence in a voice; one that was said before comes from the store.

        Args:
            text: as written, at most 300 characters; it may hold delivery tags.
            voice_id: whose voice.
            language: BCP 47 tag; the voice's own if not given.
            delivery: how to say it ("sad:0.6 rate=-10%").
            speaking: the lexicon in force; that of the studio and the voice if not given.

        Raises:
            InputError: there is nothing to say, or too much.
            NotFoundError: there is no such voice.
            RefusedError: the gate does not let the voice sound.
            MissingError: the model is not there.
            EngineError: the engine failed.
        """
        words = check_words(text)
        voice = self._context.voice(voice_id)
        tongue = language or voice.language
        request = GateRequest(voice_id, AUDITION, tongue)
        self._context.gate.check(request)
        check_language(voice, tongue)
        if speaking is None:
            with self._context.database.read() as session:
                speaking = speaking_of(session, voice, tongue)
        spoken = spoken_line(words, tongue, delivery=parse_delivery(delivery), speaking=speaking)
        line = plan_line(spoken.runs, tongue, voice, weights=self._context.settings.weights)
        take = say_line(self._context, line, replace(request, deliveries=line.deliveries))
        return Audition(
            voice=voice_id,
            spoken=line.text,
            duration_s=take.duration_s,
            take=self._context.blobs.path(take.blob_sha256),
            delivery=take.delivery,
            level_db=spoken.level_db,
            methods=tuple(take.methods),
            notes=(*spoken.problems, *take.notes),
            credit=narrator_credit(tongue, voice.name, replica=isinstance(voice, ConsentedVoice)),
            licences=line_licences(line, take),
        )

    def report(self, voice_id: str, text: str | None = None) -> VoiceReport:
        """Measure how a voice reads, on a sentence of its language or another.

        Raises:
            InputError: there is no sentence for its language, or too little speech in what was said.
            StudioError: as `say`.
        """
        from studio.hearing.delivery import measure_delivery  # noqa: PLC0415 - scipy, only where sound is looked at

        language = self._context.voice(voice_id).language
        words = text or AUDITION_SENTENCES.get(language.partition("-")[0], "")
        said = self.say(words, voice_id)
        samples, rate_hz = read_take(said.take)
        return VoiceReport(
            voice_id, said.spoken, measure_delivery(samples, rate_hz, text=said.spoken, language=language)
        )


def audition_wav(audition: Audition) -> bytes:
    """What was said as a 16-bit WAV file in memory, at its own rate, as loud against others as its delivery asks.

    Who speaks, and what licences demand, stands in the file: commonly shown by players as artist and comment.
    """
    samples, rate_hz = read_take(audition.take)
    return wav_bytes(
        at_loudness(samples, rate_hz, PREVIEW_LUFS + audition.level_db),
        rate_hz,
        {"IART": tag_text(audition.credit), "ICMT": " ".join(audition.notices)},
    )


def write_wav(audition: Audition, target: Path) -> None:
    """Write what was said as a 16-bit WAV file, whole or not at all.

    Raises:
        InputError: the target cannot be written.
    """
    try:
        write_atomic(target, audition_wav(audition))
    except OSError as error:
        raise InputError(f"it cannot be written: {error.strerror}", where=str(target)) from error
