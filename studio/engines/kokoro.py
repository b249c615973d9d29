"""Kokoro-82M: the embedded engine. ONNX Runtime on the CPU, int8 weights, 54 stock voices."""

import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError, MissingError, RefusedError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped
from studio.engines.base import Aspect, EngineInfo, Line, Prepared, Rendered, Samples, Word
from studio.engines.g2p.from_ipa import sayable_symbols
from studio.engines.g2p.phonemizers import G2P_REVISION, installed_languages
from studio.engines.g2p.pronounced import Pronounced, pronounce
from studio.engines.kokoro_graph import UNIT_SAMPLES, CutKokoro, open_cut
from studio.engines.kokoro_pack import PACK_FILE, PACK_SHAPE, pack_of_file
from studio.engines.kokoro_prosody import (
    GUIDE_PAUSE_S,
    LEAD_S,
    PAUSE_MARKS,
    Tokens,
    pitch_of_deliveries,
    pitch_of_guide,
    units_of_deliveries,
    units_of_guide,
)
from studio.engines.kokoro_style import MatchedStyle
from studio.engines.kokoro_tokens import PAD, Window, token_ids, windows
from studio.engines.splicing import Splice, insert_silence, join_windows
from studio.manuscript.delivery import Prosody
from studio.manuscript.guide import Guide, said_words
from studio.weights.store import WeightsStore

WEIGHTS: Final = "kokoro-82m-v1.0-int8"
MODEL_FILE: Final = "kokoro-v1.0.int8.onnx"
VOICES_FILE: Final = "kokoro-voices-v1.0.fp16.npz"
SAMPLE_RATE_HZ: Final = 24_000

_REVISION: Final = 2  # raise it with every change of the kokoro modules that can be heard or changes timings
_CUT_FOLDER: Final = "cut"
_SHAPED: Final[frozenset[Aspect]] = frozenset({"pitch", "range", "rate", "whisper", "pauses"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Pack:
    """A voice: one style vector per number of tokens, float32 [510, 256]; a match has a pitch of its own, too."""

    voice_id: str
    styles: npt.NDArray[np.float32]
    pitch_st: float = 0.0
    pitch_range: float = 1.0

    def shaped(self, prosody: Prosody) -> Prosody:
        """A delivery as this voice gives it."""
        if (self.pitch_st, self.pitch_range) == (0.0, 1.0):
            return prosody
        return replace(
            prosody, pitch_st=prosody.pitch_st + self.pitch_st, pitch_range=prosody.pitch_range * self.pitch_range
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """A window that was said, and where its tokens lie: begin and end of each in samples, padding included."""

    samples: Samples
    tokens: Tokens
    spans: npt.NDArray[np.int64]


class KokoroEngine:
    """Says a line in one of the stock voices, an imported one or a match, in any delivery.

    A worker process holds one model of one thread: the studio scales by processes, and one thread gives the same
    samples for the same line every time.
    """

    def __init__(self, weights_dir: Path) -> None:
        self._weights = WeightsStore(weights_dir)
        self._model: CutKokoro | None = None

    @property
    def info(self) -> EngineInfo:
        """What it is and can do; cheap, loads no model.

        The version names this adapter, the phonemes it is fed and the runtime that computes: each can change what a
        line sounds like. Weights and voice are hashed into a take's key on their own.
        """
        return EngineInfo(
            name="kokoro",
            version=f"{_REVISION}-g2p{G2P_REVISION}-onnxruntime{version('onnxruntime')}",
            sample_rate_hz=SAMPLE_RATE_HZ,
            languages=installed_languages(),
            weights=(WEIGHTS,),
            cloning="match",
            timings="word",
            deterministic=True,
            commercial_outputs=True,
            licence="Apache-2.0",
            delivery="prosody",
            guided=True,
            phonemes=sayable_symbols(),
            title="Kokoro",
            holder="hexgrad",
            licence_url="https://huggingface.co/hexgrad/Kokoro-82M",
        )

    def missing(self) -> str:
        """Why it cannot speak here: its model was not fetched."""
        if self._weights.fetched(WEIGHTS):
            return ""
        return "The Kokoro model is not on this machine: run `studio weights pull`."

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Load a voice pack, and the model the first time.

        Raises:
            MissingError: the model or the voice packs are not there, or the model fails its hash.
            RefusedError: the pack is not what the grant was given for.
            EngineError: there is no such voice, or the model cannot be loaded.
        """
        if voice.consent_id:
            return self.prepare_match(voice, _style_of(voice))
        if voice.files:
            pack = pack_of_file(voice.file(PACK_FILE))
        else:
            pack = shipped_pack(voice.voice_id)
            voice.check_data(sha256_bytes(pack.tobytes()))
        self._load_model()
        return _Pack(voice.voice_id, pack.astype(np.float32))

    def prepare_match(self, voice: GrantedVoice, style: MatchedStyle) -> Prepared:
        """Take on a person's voice by a style, as one that is tried out while a match is searched for.

        Raises:
            MissingError: the model or the voice packs are not there, or the model fails its hash.
            RefusedError: the grant is for no person's voice.
            EngineError: the style names a voice that is not there.
        """
        if not voice.consent_id:
            raise RefusedError(f"voice '{voice.voice_id}' is nobody's and is not matched")
        self._load_model()
        styles = style.styles({name: shipped_pack(name) for name, _ in style.packs})
        return _Pack(voice.voice_id, styles, style.pitch_st, style.pitch_range)

    def _load_model(self) -> None:
        if self._model is None:
            model = self._weights.path(WEIGHTS, MODEL_FILE)
            self._model = open_cut(model, model.parent / _CUT_FOLDER)

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line: phonemes, then one reading and one sound for every 510 of them.

        Deliveries and guides change durations and pitch between the two halves of the model; a neutral line is what the
        model makes of it by itself. Events are left out.

        Raises:
            EngineError: nothing to say, a word that cannot be pronounced, a language that is not installed, a guide
                with another number of words, or a model that returned no sound.
        """
        words = said_words(line.text)
        if line.guide is not None and len(line.guide.words) != len(words):
            raise EngineError(f"the guide has {len(line.guide.words)} words and the line {len(words)}")
        run_of_word = [run for run, each in enumerate(line.runs) for _ in said_words(each.text)]
        pronounced = _with_breaks(pronounce(line.text, line.language, line.sounds), line, run_of_word)
        if not isinstance(voice, _Pack):
            raise EngineError("the voice was not prepared by this engine")
        prosodies = tuple(voice.shaped(run.prosody) for run in line.runs)
        said = self._say(pronounced, voice, run_of_word, prosodies, line.guide)
        joined = join_windows([(each.samples, window) for each, window in said], SAMPLE_RATE_HZ)
        spans = _spans_of_words(said, joined.splices, len(words))
        if line.guide is not None:
            spans = _as_long_as_guided(spans, line.guide)
        samples, spans, borders = _with_rests(joined.samples, spans, line, run_of_word)
        return Rendered(
            samples=_within_full_scale(samples),
            sample_rate_hz=SAMPLE_RATE_HZ,
            words=tuple(
                Word(text, begin / SAMPLE_RATE_HZ, end / SAMPLE_RATE_HZ)
                for text, (begin, end) in zip(words, spans, strict=True)
            ),
            spans=borders,
            shaped=_SHAPED,
        )

    def say_phonemes(self, phonemes: str, voice: Prepared) -> Samples:
        """Say phonemes written in Kokoro's own alphabet, neutrally.

        Returns:
            float32 mono [n] at 24 kHz, within ±1.

        Raises:
            EngineError: as `synthesize`.
        """
        pronounced = Pronounced(phonemes, (0,) * len(phonemes), (phonemes,))
        said = self._say(pronounced, voice, [0], (Prosody(),), None)
        return _within_full_scale(
            join_windows([(each.samples, window) for each, window in said], SAMPLE_RATE_HZ).samples
        )

    def _say(
        self,
        pronounced: Pronounced,
        voice: Prepared,
        run_of_word: list[int],
        prosodies: tuple[Prosody, ...],
        guide: Guide | None,
    ) -> list[tuple[_Said, Window]]:
        if self._model is None or not isinstance(voice, _Pack):
            raise EngineError("the voice was not prepared by this engine")
        phonemes = pronounced.phonemes
        parts = windows(phonemes)
        if not any(character.isalpha() for character in phonemes) or not parts:
            raise EngineError("there is nothing to say")
        _log.debug("kokoro says %d phonemes in %d windows", len(phonemes), len(parts))
        said, position = [], 0
        for part in parts:
            position = phonemes.index(part.phonemes, position)
            word_of = pronounced.word_of[position : position + len(part.phonemes)]
            position += len(part.phonemes)
            tokens = _tokens(part.phonemes, word_of, run_of_word)
            said.append((self._window(part.phonemes, voice, tokens, prosodies, guide), part))
        return said

    def _window(
        self, phonemes: str, voice: _Pack, tokens: Tokens, prosodies: tuple[Prosody, ...], guide: Guide | None
    ) -> _Said:
        if self._model is None:
            raise EngineError("the voice was not prepared by this engine")
        numbers = [PAD, *token_ids(phonemes), PAD]
        style = voice.styles[len(phonemes) - 1]  # the pack's rows are indexed by the number of tokens
        own = self._model.read(numbers, style)
        units = units_of_deliveries(own, tokens, prosodies) if guide is None else units_of_guide(own, tokens, guide)
        reading = own if units is None else self._model.read(numbers, style, units)
        if guide is not None:
            pitch = pitch_of_guide(reading, tokens, guide, prosodies)
        elif any((each.pitch_st, each.pitch_range - 1, each.whispered) != (0, 0, False) for each in prosodies):
            pitch = pitch_of_deliveries(reading, own, tokens, prosodies)
        else:
            pitch = reading.pitch_hz
        samples = self._model.say(numbers, reading, pitch)
        if not samples.size or not np.isfinite(samples).all():
            raise EngineError(f"Kokoro returned no sound for {len(phonemes)} tokens")
        ends = np.cumsum(reading.units) * UNIT_SAMPLES
        return _Said(samples, tokens, np.stack([ends - reading.units * UNIT_SAMPLES, ends], axis=1))


def _with_breaks(pronounced: Pronounced, line: Line, run_of_word: list[int]) -> Pronounced:
    """A comma where a pause is asked for and no mark stands, so that the voice comes to rest before it."""
    after = {
        word
        for word, run in enumerate(run_of_word[:-1])
        if run_of_word[word + 1] != run and any(each.rest_s for each in line.runs[run : run_of_word[word + 1]])
    }
    if line.guide is not None:
        ends, begins = [end for _, end in line.guide.words], [begin for begin, _ in line.guide.words]
        after |= {
            word
            for word, (end, begin) in enumerate(zip(ends, begins[1:], strict=False))
            if begin - end >= GUIDE_PAUSE_S
        }
    for word in sorted(after):
        pronounced = pronounced.with_mark_after(word, ",")
    return pronounced


def _tokens(phonemes: str, word_of: tuple[int, ...], run_of_word: list[int]) -> Tokens:
    """What each token is, with padding at both ends. Marks and spaces go with the run of the word before them."""
    first = next((word for word in word_of if word >= 0), 0)
    runs, run = [], run_of_word[first] if run_of_word else 0
    for word in word_of:
        run = run_of_word[word] if word >= 0 else run
        runs.append(run)
    spoken = [place for place, word in enumerate(word_of) if word >= 0]
    pauses = [
        bool(spoken)
        and spoken[0] < place < spoken[-1]
        and (mark in PAUSE_MARKS or (mark == " " and phonemes[place - 1] in PAUSE_MARKS))
        for place, mark in enumerate(phonemes)
    ]
    return Tokens(
        word=np.array([-1, *word_of, -1], np.int64),
        run=np.array([runs[0], *runs, runs[-1]], np.int64),
        is_pause=np.array([False, *pauses, False]),
        is_edge=np.array([True, *(False for _ in phonemes), True]),
    )


def _spans_of_words(said: list[tuple[_Said, Window]], splices: tuple[Splice, ...], count: int) -> list[tuple[int, int]]:
    """When each word is heard, begin and end in samples of the joined windows; ascending, none missing."""
    lead = round(LEAD_S * SAMPLE_RATE_HZ)
    spans: dict[int, tuple[int, int]] = {}
    for (each, _), splice in zip(said, splices, strict=True):
        for word in np.unique(each.tokens.word[each.tokens.word >= 0]).tolist():
            places = np.flatnonzero(each.tokens.word == word)
            begin = splice.placed(int(each.spans[places[0], 0]) - lead)
            end = splice.placed(int(each.spans[places[-1], 1]) - lead)
            spans[word] = (spans[word][0], end) if word in spans else (begin, end)
    found: list[tuple[int, int]] = []
    for word in range(count):  # a word without a phoneme of its own takes no time
        before = found[-1][1] if found else 0
        begin, end = spans.get(word, (before, before))
        found.append((max(before, begin), max(before, begin, end)))
    return found


def _as_long_as_guided(spans: list[tuple[int, int]], guide: Guide) -> list[tuple[int, int]]:
    """Words end where the guide's do: their durations go on into the pause after them."""
    return [
        (begin, min(end, begin + round((until_s - from_s) * SAMPLE_RATE_HZ)))
        for (begin, end), (from_s, until_s) in zip(spans, guide.words, strict=True)
    ]


def _with_rests(
    samples: Samples, spans: list[tuple[int, int]], line: Line, run_of_word: list[int]
) -> tuple[Samples, list[tuple[int, int]], tuple[tuple[int, int], ...]]:
    """Put the rests of the runs in, and tell where words and runs lie then."""
    moved = list(spans)
    borders: list[int] = []
    for run, each in enumerate(line.runs):
        spoken = [word for word, of in enumerate(run_of_word) if of <= run]
        following = spoken[-1] + 1 if spoken else 0
        end = moved[spoken[-1]][1] if spoken else 0
        start_of_next = moved[following][0] if following < len(moved) else len(samples)
        if each.rest_s:
            added = insert_silence(samples, (end, start_of_next), each.rest_s, SAMPLE_RATE_HZ)
            shift = len(added.samples) - len(samples)
            moved = [(b, e) if word < following else (b + shift, e + shift) for word, (b, e) in enumerate(moved)]
            samples = added.samples
            borders.append(added.end)
        else:
            borders.append((end + start_of_next) // 2)
    borders[-1] = len(samples)
    starts = [0, *borders[:-1]]
    return samples, moved, tuple(zip(starts, borders, strict=True))


def _within_full_scale(samples: Samples) -> Samples:
    peak = float(np.max(np.abs(samples)))
    return samples / np.float32(peak) if peak > 1 else samples


def _style_of(voice: GrantedVoice) -> MatchedStyle:
    made = voice.made()
    if not made:
        raise MissingError(
            f"voice '{voice.voice_id}' has no voice match yet", hint=f"Run `studio voices match {voice.voice_id}`."
        )
    voice.reference_clips()  # sees that they are those the consent is about
    return MatchedStyle.from_bytes(made)


@lru_cache(maxsize=8)
def shipped_pack(voice_id: str) -> npt.NDArray[np.float16]:
    """The pack of a built-in voice, float16 [510, 256], C order.

    Raises:
        EngineError: there is no such voice, or its pack has another shape.
        MissingError: the packs are not there.
    """
    try:
        with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
            if voice_id not in packs:
                raise EngineError(f"Kokoro has no voice '{voice_id}'", hint="Choose one of `studio voices list`.")
            pack: npt.NDArray[np.float16] = np.ascontiguousarray(packs[voice_id])
    except FileNotFoundError as error:
        raise MissingError("the Kokoro voice packs are missing", hint="Reinstall the package.") from error
    if pack.shape != PACK_SHAPE or pack.dtype != np.float16:
        raise EngineError(f"the pack of voice '{voice_id}' has shape {pack.shape} of {pack.dtype}")
    return pack
