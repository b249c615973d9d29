"""Searches for a voice match: renders, compares with the person, changes the style, again.

Two encoders have two tasks. GE2E steers the search; whatever is optimised against an encoder flatters that encoder.
CAM++ never steers: it chooses among a few results, on speech and sentences the search never met, and measures the
choice on speech and sentences that nothing was chosen by. Only that figure is shown. What a recogniser understands
less well than the built-in voice is not kept either. The searching is done by CMA-ES (Hansen 2016, arXiv:1604.00772).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from cmaes import CMA

from studio.audio.samples import Samples
from studio.core.errors import CancelledError, InputError
from studio.core.progress import Progress, ReportProgress
from studio.engines.kokoro_style import LARGEST_OFFSET, STYLE_SIZE, MatchedStyle
from studio.hearing.quality import loaded_encoder
from studio.hearing.speakers import Voiceprint, cosine
from studio.render.match.bank import load_bank
from studio.render.match.person import RATE_HZ, Person, Pitch, pitch_of
from studio.render.match.ranking import range_factor, rank
from studio.render.match.values import MatchReport, style_of

SEARCH_SENTENCES: Final = ("Grey waves rolled past the lighthouse.", "I would rather walk than ride, you know.")
CHOICE_SENTENCES: Final = (
    "The bakery on the corner opens early, even when it snows.",
    "Her brother kept bees behind the church for thirty years.",
    "We found the letter under a loose board in the attic.",
    "Please ask them to turn the music down before supper.",
)
REPORT_SENTENCES: Final = (
    "Nobody had told the gardener about the wedding until the chairs arrived.",
    "Take the second road after the bridge, and wait beside the old mill.",
)
LEAST_GAIN: Final = 0.02
"""By which the judge must like a style better than the untuned voice; smaller differences are noise."""

MOST_LOST: Final = 0.05
"""By how much the word error rate may exceed that of the untuned voice: two of the 56 words it is measured on."""

_TRIED_FIRST: Final = 3
_BLENDED: Final = 6
_BLEND_SHARES: Final = (0.0, -1.2, -1.6, -2.0, -2.0, -2.0)  # logits: the search begins at the nearest voice
_COORDINATES: Final = 12
_PRIOR: Final = 0.004
_FARTHEST_SD: Final = 1.5
_SAMPLES_A_ROUND: Final = 8


@dataclass(frozen=True, slots=True)
class Effort:
    """How long is searched: rounds of each stage, eight styles a round."""

    blend_rounds: int = 4
    offset_rounds: int = 5

    @property
    def evaluations(self) -> int:
        """How often something is rendered at the most."""
        before, after = 2 * _TRIED_FIRST + 1, 2 + 3 * len((*SEARCH_SENTENCES, *CHOICE_SENTENCES)) + 3 + 3
        return before + _SAMPLES_A_ROUND * (self.blend_rounds + self.offset_rounds) + after


class Speaker(Protocol):
    """Says a sentence in a style: float32 mono [n] at `RATE_HZ`."""

    def __call__(self, style: MatchedStyle, sentence: str) -> Samples:
        """Say it."""
        ...


class Listener(Protocol):
    """Word error rate of a sentence that was said: what the recogniser heard against what was to be said."""

    def __call__(self, sound: Samples, sentence: str) -> float:
        """Listen."""
        ...


def tune(
    person: Person,
    say: Speaker,
    listen: Listener,
    packs: Callable[[str], npt.NDArray[np.float16]],
    *,
    seed: int,
    report: ReportProgress,
    cancelled: Callable[[], bool],
    effort: Effort = Effort(),
) -> MatchReport:
    """Search for the style that comes nearest to a person.

    Stages: the nearest voices with the person's pitch, of which the judge chooses one; shares of the six nearest; then
    moves along the twelve directions in which the built-in voices differ most, held near to the blend. The judge
    chooses between the stages' results, among those that are understood, and measures the choice on other speech and
    other sentences.

    Args:
        person: whom to come near to.
        say: renders.
        listen: recognises what was said.
        packs: gives a pack by voice id, float16 [510, 256].
        seed: of the search; the same gives the same match.
        report: gets progress in renders.
        cancelled: asked before each render.
        effort: how long to search.

    Raises:
        CancelledError: `cancelled` said so.
        StudioError: what `say` raises.
    """
    search = _Search(person, say, seed, report, cancelled, effort)
    began = time.process_time()
    tried = [search.with_pitch(style_of(each)) for each in rank(person, _TRIED_FIRST)]
    liking = [search.judged(style, CHOICE_SENTENCES, person.choice)[0] for style in tried]
    nearest = tried[liking.index(max(liking))]
    steered = search.score(nearest)
    found = {"nearest": nearest}
    found["blend"], steered = search.blend(found["nearest"], steered)
    found["tuned"], _ = search.move(found["blend"], steered, packs)
    for name in ("blend", "tuned"):
        if found[name] != found["nearest"]:
            found[name] = search.with_pitch(found[name])
    misheard = {style: search.misheard(style, listen) for style in dict.fromkeys(found.values())}
    lost = {name: misheard[style] for name, style in found.items()}
    understood = [name for name in found if lost[name] <= lost["nearest"] + MOST_LOST]
    liked = {name: search.judged(found[name], CHOICE_SENTENCES, person.choice)[0] for name in understood}
    kept = max(liked, key=lambda name: liked[name])
    if liked[kept] < liked["nearest"] + LEAST_GAIN:
        kept = "nearest"
    style = found[kept]
    likeness, pitch = search.judged(style, REPORT_SENTENCES, person.held_out)
    plain, _ = search.judged(nearest, REPORT_SENTENCES, person.held_out)
    floor, ceiling = bounds(person, female=_female(nearest.packs[0][0]))
    steered_likeness = search.steered(style, REPORT_SENTENCES)
    search.done()
    return MatchReport(
        style=style,
        kept=kept,
        nearest=nearest.packs[0][0],
        judge_likeness=likeness,
        judge_nearest=plain,
        floor=floor,
        ceiling=ceiling,
        share=(likeness - floor) / (ceiling - floor) if ceiling > floor else 0.0,
        steered_likeness=steered_likeness,
        pitch_hz=pitch.mean_hz,
        target_hz=person.pitch_hz,
        word_error=lost[kept],
        word_error_nearest=lost["nearest"],
        evaluations=search.evaluations,
        cpu_s=time.process_time() - began,
    )


def bounds(person: Person, *, female: bool) -> tuple[float, float]:
    """What the judge says of built-in voices of a sex as they are (mean), and of the person's own other speech."""
    bank = load_bank()
    same = bank.campplus[bank.female == female]
    floor = float(np.mean(same @ np.array(person.held_out.campplus)))
    return floor, cosine(person.enrolled.campplus, person.held_out.campplus)


class _Search:
    def __init__(
        self,
        person: Person,
        say: Speaker,
        seed: int,
        report: ReportProgress,
        cancelled: Callable[[], bool],
        effort: Effort,
    ) -> None:
        self._person, self._say, self._seed = person, say, seed
        self._report, self._cancelled, self._effort = report, cancelled, effort
        self._began = time.monotonic()
        self.evaluations = 0

    def score(self, style: MatchedStyle) -> float:
        """GE2E likeness to the enrolled speech."""
        return self.steered(style, SEARCH_SENTENCES)

    def steered(self, style: MatchedStyle, sentences: Sequence[str]) -> float:
        made = self._print(self._sound(style, sentences))
        return cosine(made.resemblyzer, self._person.enrolled.resemblyzer) if made else -1.0

    def judged(self, style: MatchedStyle, sentences: Sequence[str], speech: Voiceprint) -> tuple[float, Pitch]:
        """CAM++ likeness to a part of the person's speech, and the pitch."""
        sound = self._sound(style, sentences)
        made = self._print(sound)
        likeness = cosine(made.campplus, speech.campplus) if made else -1.0
        return likeness, pitch_of(sound)

    def misheard(self, style: MatchedStyle, listen: Listener) -> float:
        """Word error rate over the sentences that no report is made of."""
        sentences = (*SEARCH_SENTENCES, *CHOICE_SENTENCES)
        words = [len(sentence.split()) for sentence in sentences]
        errors = [listen(self._sound(style, (sentence,)), sentence) for sentence in sentences]
        return float(np.average(errors, weights=words))

    def with_pitch(self, style: MatchedStyle) -> MatchedStyle:
        """The style with its pitch measured and brought to the person's: blends and moves shift it a little."""
        heard = pitch_of(self._sound(style, SEARCH_SENTENCES))
        moved = style.pitch_st + 12 * float(np.log2(self._person.pitch_hz / heard.mean_hz))
        factor = style.pitch_range * range_factor(self._person.range_st, heard.range_st)
        return replace(style, pitch_st=float(np.clip(moved, -12, 12)), pitch_range=min(1.6, max(0.6, factor)))

    def blend(self, nearest: MatchedStyle, best: float) -> tuple[MatchedStyle, float]:
        """Shares of the nearest voices of the same sex; the nearest alone if nothing is better."""
        names = [nearest.packs[0][0]]
        bank = load_bank()
        for each in rank(self._person, len(bank.voice_ids)):
            if each.voice_id not in names and _female(each.voice_id) == _female(names[0]) and len(names) < _BLENDED:
                names.append(each.voice_id)
        pitches_hz = np.array([bank.pitch_hz[bank.voice_ids.index(name)] for name in names])
        start = np.array(_BLEND_SHARES[: len(names)])

        def style_at(place: npt.NDArray[np.float64]) -> MatchedStyle:
            shares = np.exp(place - place.max())
            shares /= shares.sum()
            moved_st = 12 * float(np.log2(self._person.pitch_hz) - shares @ np.log2(pitches_hz))
            packs = tuple(zip(names, shares.tolist(), strict=True))
            return replace(nearest, packs=packs, pitch_st=float(np.clip(moved_st, -12, 12)))

        return self._search(style_at, start, 1.0, self._effort.blend_rounds, nearest, best, prior=0.0)

    def move(
        self, blend: MatchedStyle, best: float, packs: Callable[[str], npt.NDArray[np.float16]]
    ) -> tuple[MatchedStyle, float]:
        """Moves along the main directions in which built-in voices of the same sex differ."""
        bank = load_bank()
        female = _female(blend.packs[0][0])
        same = [name for name, is_female in zip(bank.voice_ids, bank.female, strict=True) if is_female == female]
        styles = np.stack([packs(name).astype(np.float64).mean(axis=0) for name in same])
        _, spread, directions = np.linalg.svd(styles - styles.mean(axis=0), full_matrices=False)
        steps = (spread / np.sqrt(len(same) - 1))[:_COORDINATES, None] * directions[:_COORDINATES]

        def style_at(place: npt.NDArray[np.float64]) -> MatchedStyle:
            offset = np.clip(np.clip(place, -_FARTHEST_SD, _FARTHEST_SD) @ steps, -LARGEST_OFFSET, LARGEST_OFFSET)
            return replace(blend, offset=tuple(offset.tolist()))

        if steps.shape[1] != STYLE_SIZE:
            raise InputError("the voice packs have another shape than a style")
        start = np.zeros(len(steps))
        return self._search(style_at, start, 0.35, self._effort.offset_rounds, blend, best, prior=_PRIOR)

    def _search(
        self,
        style_at: Callable[[npt.NDArray[np.float64]], MatchedStyle],
        start: npt.NDArray[np.float64],
        sigma: float,
        rounds: int,
        known: MatchedStyle,
        best: float,
        *,
        prior: float,
    ) -> tuple[MatchedStyle, float]:
        search = CMA(mean=start, sigma=sigma, population_size=_SAMPLES_A_ROUND, seed=self._seed)
        found = known
        for _ in range(rounds):
            told = []
            for _ in range(_SAMPLES_A_ROUND):
                place = search.ask()
                style = style_at(place)
                score = self.score(style) - prior * float(place @ place)
                told.append((place, -score))
                if score > best:
                    found, best = style, score
            search.tell(told)
        return found, best

    def done(self) -> None:
        self._report(Progress.complete("Matching"))

    def _sound(self, style: MatchedStyle, sentences: Sequence[str]) -> Samples:
        if self._cancelled():
            raise CancelledError("the voice match was cancelled", hint="Start it again at any time.")
        self.evaluations += 1
        total = max(self._effort.evaluations, self.evaluations + 1)
        each_s = (time.monotonic() - self._began) / self.evaluations
        left_s = each_s * (total - self.evaluations) if self.evaluations > 1 else None
        self._report(Progress("Matching", self.evaluations, total, eta_s=left_s))
        return np.concatenate([self._say(style, sentence) for sentence in sentences])

    def _print(self, sound: Samples) -> Voiceprint | None:
        """A print of what was said; None if it is hardly speech."""
        try:
            return loaded_encoder().voiceprint(sound, RATE_HZ)
        except InputError:
            return None


def _female(voice_id: str) -> bool:
    bank = load_bank()
    return bool(bank.female[bank.voice_ids.index(voice_id)])
