"""Wires a studio: settings, store, gate, workers, services."""

import logging
import logging.handlers
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from studio.consent.anchors import AnchorStore
from studio.consent.clock import TrustedClock
from studio.consent.covering import Covering
from studio.consent.gate import Gate, LivingVoices
from studio.consent.grant import GrantKey
from studio.consent.ledger import Ledger
from studio.consent.ledger_keys import LedgerKeys
from studio.consent.licences import load_stock_voices
from studio.consent.shelf import Shelf
from studio.consent.vault import Vault
from studio.core.errors import InputError, StorageError
from studio.core.files import write_atomic
from studio.core.ids import new_id
from studio.core.settings import Settings
from studio.core.time import utc_now
from studio.render.plan import engine_voices
from studio.render.pool import LocalPool, default_worker_count
from studio.render.worker import inbox
from studio.services.auditions import AuditionService
from studio.services.casting import CastingService
from studio.services.consents.endings import EndingService
from studio.services.consents.giving import GivingService
from studio.services.consents.guarding import suspender
from studio.services.consents.ledger_book import LedgerService
from studio.services.consents.papers import PaperService
from studio.services.consents.records import ConsentService
from studio.services.consents.reviews import ReviewService
from studio.services.context import Context
from studio.services.deliveries import DeliveryService
from studio.services.director import KEY_VARIABLE, MODEL_VARIABLE, URL_VARIABLE, DirectorService
from studio.services.dispatcher import Dispatcher
from studio.services.engine_testing import EngineTestService
from studio.services.engines import EngineService
from studio.services.guides import GuideService
from studio.services.jobs import JobService
from studio.services.lexicon import LexiconService
from studio.services.library import LibraryService
from studio.services.licensing import LicensingService
from studio.services.listening import ListeningService
from studio.services.manuscript import ManuscriptService
from studio.services.matching import MatchService
from studio.services.projects import ProjectService
from studio.services.segments import SegmentService
from studio.services.speakers import SpeakerService
from studio.services.staff import StaffService
from studio.services.suggestions import SuggestionService
from studio.store.blobs import BlobStore
from studio.store.database import Database, sqlite_url
from studio.weights.store import WeightsStore

_APP = "vivavoce"
_LOG_BYTES = 5_000_000
_LOG_FILES = 3


def read_settings(environment: Mapping[str, str], *, home: Path | None = None, workers: int | None = None) -> Settings:
    """Read the settings of a run: arguments first, then the environment, then defaults.

    Environment: VIVAVOCE_HOME (data home), VIVAVOCE_WEIGHTS (model files), VIVAVOCE_DATABASE (SQLAlchemy address),
    VIVAVOCE_WORKERS (worker processes), VIVAVOCE_ANCHORS (where the newest ledger head is remembered),
    VIVAVOCE_DIRECTOR_URL, VIVAVOCE_DIRECTOR_MODEL and VIVAVOCE_DIRECTOR_KEY (the optional director).

    Raises:
        InputError: a setting is not usable.
    """
    data = home or Path(environment.get("VIVAVOCE_HOME") or platformdirs.user_data_path(_APP))
    data = data.expanduser().absolute()
    weights, anchors = environment.get("VIVAVOCE_WEIGHTS"), environment.get("VIVAVOCE_ANCHORS")
    wanted = str(workers) if workers is not None else environment.get("VIVAVOCE_WORKERS", "")
    if wanted and (not wanted.isdecimal() or int(wanted) < 1):
        raise InputError(f"'{wanted}' is not a number of workers", hint="Give 1 or more.")
    return Settings(
        home=data,
        weights=Path(weights).expanduser().absolute() if weights else data / "weights",
        database_url=environment.get("VIVAVOCE_DATABASE") or sqlite_url(data / "studio.db"),
        workers=int(wanted) if wanted else default_worker_count(),
        anchors=Path(anchors).expanduser().absolute() if anchors else platformdirs.user_state_path(_APP) / "anchors",
        director_url=environment.get(URL_VARIABLE, "").strip(),
        director_model=environment.get(MODEL_VARIABLE, "").strip(),
        director_key=environment.get(KEY_VARIABLE, "").strip(),
    )


@dataclass(frozen=True, slots=True)
class Studio:
    """A running studio: what the shells call.

    Attributes:
        settings: as read.
        projects: import, chapters.
        casting: voices and roles.
        licensing: what licences say to the cast.
        library: imported voices and favourites.
        matching: who speaks the voice of a person: voice match, engine.
        manuscript: the text of a book: edits, search and replace, undo, problems.
        segments: words of the script.
        lexicon: how words are said.
        speakers: who speaks each line.
        suggestions: what might be better about a line.
        director: a chat model that proposes, if the owner names one.
        auditions: single sentences.
        deliveries: lines tried out, compared and looked at.
        engines: which there are, and installing what they need.
        engine_tests: the engine test kit.
        guides: recordings that lines follow.
        jobs: queue, follow and cancel long work.
        dispatcher: does the queued work in this process.
        listening: finished sound.
        endings: withdrawal and every other end, purge, retention, account.
        consents: records of consent, as the studio's people work with them.
        giving: what the person does whose voice it is.
        reviews: what only a reviewer does.
        staff: who can sign in.
        papers: receipts, certificates, accounts.
        ledger_book: what was written down about consents, verified.
        weights: model files.
    """

    settings: Settings
    projects: ProjectService
    casting: CastingService
    licensing: LicensingService
    library: LibraryService
    matching: MatchService
    manuscript: ManuscriptService
    segments: SegmentService
    lexicon: LexiconService
    speakers: SpeakerService
    suggestions: SuggestionService
    director: DirectorService
    auditions: AuditionService
    deliveries: DeliveryService
    engines: EngineService
    engine_tests: EngineTestService
    guides: GuideService
    jobs: JobService
    dispatcher: Dispatcher
    listening: ListeningService
    consents: ConsentService
    endings: EndingService
    giving: GivingService
    reviews: ReviewService
    staff: StaffService
    papers: PaperService
    ledger_book: LedgerService
    weights: WeightsStore
    _context: Context

    def close(self) -> None:
        """End the workers and close the database."""
        self._context.pool.close()
        self._context.database.close()


def open_studio(settings: Settings) -> Studio:
    """Open a data home, making it the first time (mode 0700), and wire all services on it.

    Raises:
        StorageError: the data home or its database cannot be used.
        RefusedError: the grant key is damaged or open to others.
    """
    try:
        for folder in (
            settings.home,
            settings.blobs,
            settings.keys,
            settings.exports,
            settings.temporary,
            settings.logs,
        ):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        inbox(settings.home).mkdir(mode=0o700, parents=True, exist_ok=True)
        key = GrantKey.load_or_create(settings.keys)
        home_id = _home_id(settings.keys)
    except OSError as error:
        raise StorageError(
            f"the data home cannot be used: {error.strerror}", where=str(settings.home), hint="Choose one with --home."
        ) from error
    database = Database(settings.database_url)
    voices = Shelf(load_stock_voices(), engine_voices, database)
    clock, vault = TrustedClock(utc_now), Vault(settings.home)
    ledger = Ledger(LedgerKeys(settings.keys), AnchorStore(settings.anchors / home_id), clock)
    living = LivingVoices(database, Covering(ledger, vault, clock), suspender(lambda: context))
    context = Context(
        settings=settings,
        database=database,
        blobs=BlobStore(settings.blobs),
        gate=Gate(voices, key, utc_now, living),
        voices=voices,
        ledger=ledger,
        vault=vault,
        clock=clock,
        pool=LocalPool(settings.workers),
    )
    opened = Studio(
        settings=settings,
        projects=ProjectService(context),
        casting=CastingService(context),
        licensing=LicensingService(context),
        library=LibraryService(context),
        matching=MatchService(context),
        manuscript=ManuscriptService(context),
        segments=SegmentService(context),
        lexicon=LexiconService(context),
        speakers=SpeakerService(context),
        suggestions=SuggestionService(context),
        director=DirectorService(context),
        auditions=AuditionService(context),
        deliveries=DeliveryService(context),
        engines=EngineService(context),
        engine_tests=EngineTestService(context),
        guides=GuideService(context),
        jobs=JobService(context),
        dispatcher=Dispatcher(context),
        listening=ListeningService(context),
        consents=ConsentService(context),
        endings=EndingService(context),
        giving=GivingService(context),
        reviews=ReviewService(context),
        staff=StaffService(context),
        papers=PaperService(context),
        ledger_book=LedgerService(context),
        weights=WeightsStore(settings.weights),
        _context=context,
    )
    opened.endings.resume_purges()
    return opened


def _home_id(keys: Path) -> str:
    """Name by which a data home is known outside of itself, made the first time."""
    path = keys / "home-id"
    if not path.exists():
        write_atomic(path, new_id().encode(), mode=0o600)
    name = path.read_text(encoding="ascii", errors="replace").strip()
    if not name.isalnum():
        raise StorageError("the name of the data home is damaged", where=str(path), hint="Restore it from a backup.")
    return name


def log_to_file(settings: Settings) -> None:
    """Send the log to a rotating file of the data home; nothing goes to the terminal."""
    for folder in (settings.home, settings.logs):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        settings.logs / "studio.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def environment() -> Mapping[str, str]:
    """The process environment: the only place it is read."""
    return os.environ
