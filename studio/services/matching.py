"""Voice match: the closest built-in voice for a person who consented, found and tuned on their recordings."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.actors import Act, Actor, Role
from studio.consent.grant import Grant
from studio.consent.requests import AUDITION, GateRequest
from studio.consent.states import ConsentState
from studio.core.errors import (
    CancelledError,
    EngineError,
    InputError,
    NotFoundError,
    RefusedError,
    StorageError,
    StudioError,
)
from studio.core.ids import new_id
from studio.core.progress import Progress, ReportProgress
from studio.manuscript.delivery import Delivery
from studio.render.match.ranking import RankedVoice
from studio.render.match.values import MatchReport, MatchTask, style_of
from studio.render.match.words import TUNED, UNTUNED
from studio.render.match.worker import match_voice, rank_voice
from studio.render.plan import cloning_engines, engine_info, installed_engines, unready
from studio.render.pool import WorkerDiedError
from studio.services.consents.evidence import destroy, remove_files, sealing
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.standing import assets_of
from studio.services.context import Context
from studio.services.crediting import change_engine
from studio.services.jobs import JobService, MatchRequest
from studio.services.views import JobView
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow

if TYPE_CHECKING:
    from concurrent.futures import Future

ENGINE: Final = "kokoro"
_RANK_LIMIT_S = 120.0
_TUNE_LIMIT_S = 3600.0
_POLL_S = 0.3
_RECHECK_S = 1.0
_NOTICED_SHARE = 0.01
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class MatchView:
    """The match a voice is spoken with.

    Attributes:
        made_at: when, in UTC.
        words: what people are told of it.
        stock_name: of the built-in voice it is made of or began at.
        figures: what was measured, as `MatchReport.to_json` has it. If it was chosen and not tuned, `kept` is "chosen",
            and likeness and share are those of the built-in voice as it is, before it was given the person's pitch.
    """

    made_at: str
    words: str
    stock_name: str
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A built-in voice that comes near to a person.

    Attributes:
        voice_id: which.
        name: for people.
        likeness: of its timbre, by the encoder that ranks; it says little by itself.
        pitch_hz: mean pitch it speaks with by itself.
        pitch_st: semitones its pitch is moved by to lie where the person's does.
        delivery: the tag that gives it the person's pitch and range.
        judge_likeness: what the encoder finds that had no part in the ranking, before the pitch is moved.
        floor: of built-in voices of that sex.
        ceiling: of the person's own other speech.
        share: of the way from floor to ceiling; can be below 0.
        words: how near it comes.
    """

    voice_id: str
    name: str
    likeness: float
    pitch_hz: float
    pitch_st: float
    delivery: str
    judge_likeness: float
    floor: float
    ceiling: float
    share: float
    words: str


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine that could speak a person's voice.

    Attributes:
        name: which.
        title: its name for people.
        missing: why it cannot speak now, in one sentence; empty if it can.
    """

    name: str
    title: str
    missing: str


@dataclass(frozen=True, slots=True)
class MatchStanding:
    """How it stands with who speaks a person's voice.

    Attributes:
        voice_id: whose.
        name: as credited.
        language: BCP 47 tag the person speaks.
        engine: name of the engine that speaks it now.
        engines: those that could.
        refused: why the voice cannot be matched by this actor now, in one sentence; empty if it can.
        match: the match it has, if any.
        job: the newest search, if there ever was one.
        searching: it waits or runs.
    """

    voice_id: str
    name: str
    language: str
    engine: str
    engines: tuple[EngineChoice, ...]
    refused: str
    match: MatchView | None
    job: JobView | None
    searching: bool


class MatchService:
    """What people do with voice matches."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs = JobService(context)

    def standing(self, voice_id: str, actor: Actor) -> MatchStanding:
        """Who speaks a voice, whether it is matched, and what is going on.

        Raises:
            NotFoundError: there is no such voice of a person.
            RefusedError: the actor may not see it.
        """
        actor.check(Act.READ)
        with self._context.database.read() as session:
            row = _voice_row(session, voice_id)
            name, language, engine = row.name, row.language, row.engine
        try:
            Matching(self._context, voice_id).check(actor)
            refused = ""
        except StudioError as error:
            refused = error.sentence
        match, job = self.result(voice_id), self.job(voice_id)
        searching = job is not None and job.active
        return MatchStanding(voice_id, name, language, engine, self.engines(), refused, match, job, searching)

    def rank(self, voice_id: str, actor: Actor) -> tuple[CandidateView, ...]:
        """The built-in voices nearest to a person, best first, each with what the judge says of it.

        Raises:
            NotFoundError: there is no such voice of a person.
            RefusedError: the actor may not, nothing covers it, or the person did not agree to comparing voices.
            StudioError: its recordings cannot be examined.
        """
        return tuple(self._candidate(found) for found in Matching(self._context, voice_id).rank(actor))

    def choose(self, voice_id: str, stock_voice: str, actor: Actor) -> MatchView:
        """Take one of the ranked voices as it is, without tuning.

        Raises:
            StudioError: as `rank`; or it is not one of them.
        """
        return Matching(self._context, voice_id).choose(stock_voice, actor)

    def tune(self, voice_id: str, actor: Actor, *, seed: int = 0, quick: bool = False) -> JobView:
        """Queue the search for a better match; it takes minutes, or part of one if it is to be quick.

        Raises:
            ConflictError: the voice is being matched already.
            StudioError: as `rank`.
        """
        Matching(self._context, voice_id).check(actor)
        return self._jobs.submit_match(voice_id, MatchRequest(actor.name, actor.role.value, seed, quick))

    def cancel(self, voice_id: str, actor: Actor) -> None:
        """Stop the search, if one waits or runs; the match there was stays.

        Raises:
            RefusedError: the actor may not.
        """
        actor.check(Act.PREPARE)
        job = self.job(voice_id)
        if job is not None and job.active:
            self._jobs.cancel(job.id)

    def job(self, voice_id: str) -> JobView | None:
        """The newest search for a match, if there ever was one."""
        return self._jobs.latest_match(voice_id)

    def result(self, voice_id: str) -> MatchView | None:
        """The match a voice has, if it has one."""
        with self._context.database.read() as session:
            row = session.scalars(
                select(ConsentRow).where(ConsentRow.voice_id == voice_id, ConsentRow.state == ConsentState.VERIFIED)
            ).first()
            made = _matches(session, row) if row else []
            newest = max(made, key=lambda asset: asset.created_at, default=None)
            if newest is None:
                return None
            name, made_at, figures = _voice_row(session, voice_id).name, newest.created_at, dict(newest.report or {})
        stock = self._context.voice(figures["nearest"]).name
        return MatchView(made_at, _words(name, stock, figures), stock, figures)

    def forget(self, voice_id: str, actor: Actor) -> None:
        """Destroy the match of a voice.

        Raises:
            StudioError: as `rank`.
        """
        Matching(self._context, voice_id).forget(actor)

    def engines(self) -> tuple[EngineChoice, ...]:
        """Engines that could speak a person's voice."""
        weights = self._context.settings.weights
        return tuple(
            EngineChoice(info.name, info.title or info.name, unready(info.name, weights))
            for info in installed_engines()
            if info.cloning != "none" and not info.converts and not info.for_tests
        )

    def use_engine(self, voice_id: str, engine: str, actor: Actor) -> None:
        """Choose which engine speaks a person's voice from now on; credits follow. Takes stay.

        Raises:
            NotFoundError: there is no such voice of a person.
            RefusedError: the actor may not.
            InputError: the engine cannot take on a voice, or is not ready on this machine.
        """
        actor.check(Act.PREPARE)
        usable = {info.name for info in cloning_engines(self._context.settings.weights)}
        known = {info.name for info in installed_engines() if info.cloning != "none" and not info.converts}
        if engine not in known:
            raise InputError(
                f"'{engine}' is no engine that can take on a voice", hint=f"There is: {', '.join(sorted(known))}."
            )
        if engine not in usable and not engine_info(engine).for_tests:
            raise InputError(unready(engine, self._context.settings.weights))
        with self._context.database.write() as session:
            change_engine(self._context, session, _voice_row(session, voice_id), engine)

    def _candidate(self, found: RankedVoice) -> CandidateView:
        near = found.candidate
        way = Delivery(pitch_st=round(near.pitch_st, 1), range_percent=round(100 * (near.pitch_range - 1)))
        return CandidateView(
            voice_id=near.voice_id,
            name=self._context.voice(near.voice_id).name,
            likeness=near.likeness,
            pitch_hz=near.pitch_hz,
            pitch_st=near.pitch_st,
            delivery=str(way),
            judge_likeness=found.judge_likeness,
            floor=found.floor,
            ceiling=found.ceiling,
            share=found.share,
            words=_nearness(asdict(found)),
        )


class Matching:
    """The work on the match of one voice."""

    def __init__(self, context: Context, voice_id: str) -> None:
        self._context = context
        self._voice_id = voice_id

    def check(self, actor: Actor) -> None:
        """See that the voice may be matched, and that the actor may have it done.

        Raises:
            StudioError: as `MatchService.rank`.
        """
        actor.check(Act.PREPARE)
        self._check_agreed()
        self._context.gate.check(self._request())

    def rank(self, actor: Actor) -> tuple[RankedVoice, ...]:
        """As `MatchService.rank`."""
        self.check(actor)
        return _result_of(self._context.pool.submit(rank_voice, self._task(), limit_s=_RANK_LIMIT_S))

    def choose(self, stock_voice: str, actor: Actor) -> MatchView:
        """As `MatchService.choose`."""
        found = next((each for each in self.rank(actor) if each.candidate.voice_id == stock_voice), None)
        if found is None:
            raise InputError(
                f"'{stock_voice}' is none of the built-in voices near to '{self._voice_id}'",
                hint=f"See `studio voices match {self._voice_id} --rank`.",
            )
        self._keep(style_of(found.candidate).to_bytes(), _chosen_figures(found), actor)
        made = MatchService(self._context).result(self._voice_id)
        if made is None:
            raise RefusedError(f"the consent for voice '{self._voice_id}' ended meanwhile")
        return made

    def tune(self, request: MatchRequest, report: ReportProgress, cancelled: Callable[[], bool]) -> dict[str, Any]:
        """Search for a match and keep it.

        Raises:
            CancelledError: `cancelled` said so.
            RefusedError: the consent ended meanwhile.
            StudioError: as `MatchService.rank`.
        """
        actor = Actor(request.by, Role(request.role))
        self.check(actor)
        progress = self._context.settings.temporary / f"match-{new_id()}.json"
        task = self._task(seed=request.seed)
        search = partial(match_voice, quick=request.quick)
        future = self._context.pool.submit(search, replace(task, progress=progress), limit_s=_TUNE_LIMIT_S)
        try:
            self._follow(future, progress, report, cancelled)
            made = _result_of(future)
        finally:
            future.cancel()
            progress.unlink(missing_ok=True)
        figures = made.to_json()
        self._keep(made.style.to_bytes(), figures, actor)
        return figures

    def forget(self, actor: Actor) -> None:
        """As `MatchService.forget`."""
        actor.check(Act.PREPARE)
        with self._context.database.write() as session:
            row = find_consent(session, self._voice_id)
            gone = destroy(self._context, session, _matches(session, row))
            if gone:
                write_event(self._context, session, row, "match-removed", actor=actor, facts={"engine": ENGINE})
        remove_files(self._context, gone)

    def _follow(
        self, future: "Future[MatchReport]", progress: Path, report: ReportProgress, cancelled: Callable[[], bool]
    ) -> None:
        checked = time.monotonic()
        while not future.done():
            if cancelled():
                raise CancelledError("the voice match was cancelled", hint="Start it again at any time.")
            if time.monotonic() - checked > _RECHECK_S:
                self._context.gate.check(self._request())
                checked = time.monotonic()
            if progress.is_file():
                told = json.loads(progress.read_bytes())
                report(Progress(told["stage"], told["done"], told["total"], eta_s=told["eta_s"]))
            time.sleep(_POLL_S)

    def _keep(self, style: bytes, figures: dict[str, Any], actor: Actor) -> None:
        with sealing(self._context) as (session, sealed):
            row = find_consent(session, self._voice_id)
            self._context.gate.check(self._request())
            gone = destroy(self._context, session, _matches(session, row))
            asset = sealed.seal(session, row, "latents", style, label=ENGINE)
            asset.report = figures
            write_event(
                self._context, session, row, "matched", actor=actor, facts={"engine": ENGINE, "asset": asset.id}
            )
        remove_files(self._context, gone)

    def _request(self) -> GateRequest:
        with self._context.database.read() as session:
            language = _voice_row(session, self._voice_id).language
        return GateRequest(self._voice_id, AUDITION, language, engine=ENGINE)

    def _task(self, seed: int = 0) -> MatchTask:
        settings = self._context.settings
        return MatchTask(self._grant(), settings.home, settings.weights, seed)

    def _grant(self) -> Grant:
        return self._context.gate.authorize(replace(self._request(), line_key=f"match-{new_id()}"))

    def _check_agreed(self) -> None:
        with self._context.database.read() as session:
            _voice_row(session, self._voice_id)
            row = find_consent(session, self._voice_id)
            if row.state == ConsentState.VERIFIED and not record_of(row).purposes.voice_comparison:
                raise RefusedError(
                    f"the owner of voice '{self._voice_id}' did not agree to comparing voices by machine, "
                    "which a voice match does",
                    hint="Use an engine that takes on a voice by its recordings, or agree on a renewal.",
                )


def _words(name: str, stock: str, figures: dict[str, Any]) -> str:
    if figures["kept"] != "chosen":
        return TUNED.format(voice=name, **figures)
    return f"{UNTUNED.format(voice=name, stock=stock)} {_nearness(figures)}"


def _nearness(figures: dict[str, Any]) -> str:
    """How near a built-in voice comes as it is; bare of figures when that of the average voice is not exceeded."""
    if figures["share"] < _NOTICED_SHARE:
        return "By itself it comes no nearer to the person than the average built-in voice."
    return (
        f"By itself it comes {figures['share']:.0%} of the way from the average built-in voice "
        "to the person's own other speech."
    )


def _chosen_figures(found: RankedVoice) -> dict[str, Any]:
    figures = asdict(found)
    candidate = figures.pop("candidate")
    return {"kept": "chosen", "nearest": candidate["voice_id"], "pitch_st": candidate["pitch_st"], **figures}


def _result_of(future: "Future[_Result]") -> _Result:
    try:
        return future.result()
    except TimeoutError as error:
        raise EngineError("the voice match took too long", hint="Close other programs and start it again.") from error
    except WorkerDiedError as error:
        raise StorageError("the worker process died", hint="Close other programs to free memory.") from error


def _matches(session: Session, row: ConsentRow) -> list[VoiceAssetRow]:
    return [asset for asset in assets_of(session, row.id, "latents") if asset.label == ENGINE]


def _voice_row(session: Session, voice_id: str) -> VoiceRow:
    row = session.get(VoiceRow, voice_id)
    if row is None:
        raise NotFoundError(f"there is no voice of a person '{voice_id}'", hint="See `studio voices list`.")
    return row
