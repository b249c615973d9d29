"""What services hand to the shells: plain frozen values, ready to be shown or written as JSON."""

from dataclasses import dataclass
from typing import Any, Literal

from studio.audio.loudness import Figures

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
SegmentState = Literal["new", "rendered", "flagged"]


def figures_json(figures: Figures) -> dict[str, float]:
    """Figures under the short names of the command line: dBFS, dBTP, LUFS and seconds, rounded to hundredths."""
    return {
        "duration_s": round(figures.duration_s, 3),
        "rms": round(figures.rms_dbfs, 2),
        "peak": round(figures.peak_dbfs, 2),
        "true_peak": round(figures.true_peak_dbtp, 2),
        "floor": round(figures.floor_dbfs, 2),
        "lufs": round(figures.lufs, 2),
        "head": round(figures.head_s, 2),
        "tail": round(figures.tail_s, 2),
    }


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project as listed.

    `use` and `content` say what it is for and what it holds, as consents are held against; `purpose` and `commercial`
    say whether anybody is paid, as licences are.
    """

    id: str
    name: str
    title: str
    author: str
    language: str
    year: str
    pace: float
    chapters: int
    spoken_chapters: int
    words: int
    narrator: str
    credits: bool
    has_cover: bool
    use: str
    purpose: str
    commercial: bool
    content: tuple[str, ...]
    warnings: tuple[str, ...]
    created_at: str


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A division of the book. `index` counts from 1 in reading order; credits have index 0 and kind "credits"."""

    id: str
    index: int
    title: str
    kind: str
    parts: tuple[str, ...]
    skipped: bool
    words: int


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment of a chapter with what will be said, by whom and how.

    Attributes:
        id: its row.
        chapter: number of its chapter, 0 for credits.
        text: as written, with its delivery tags.
        spoken: the words that are said.
        speaker: whose line it is.
        voice: who says it.
        delivery: in force where it begins, in canonical form ("sad:0.6 rate=-10%").
        state: whether it has a take.
        pause_s: silence after it.
        level_db: loudness against neutral lines, after mastering.
        guide: a guide recording is followed.
        duration_s: length of its take, or None.
        methods: how the take's delivery was made, as `studio.render.line.METHODS`.
        notes: sentences about tags that mean nothing, and about what the engine could not do.
    """

    id: str
    chapter: int
    text: str
    spoken: str
    speaker: str
    voice: str
    delivery: str
    state: SegmentState
    pause_s: float
    level_db: float
    guide: bool
    duration_s: float | None
    methods: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role and who speaks it; confidence is how sure the attribution of its lines is, 0 to 1."""

    role: str
    lines: int
    voice: str
    confidence: float


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A voice that can be cast.

    Attributes:
        available: its engine, as installed here, speaks its language, and it may be used.
        consent_id: the newest consent of a living person's voice; empty for a stock voice.
        state: how that consent stands ("verified"); empty for a stock voice.
        reason: why the voice cannot be used now, in one sentence; empty if it can.
        events: non-speech sounds it can make ("laugh").
        pitch_hz: mean pitch; 0 if unknown.
        licence_url: where the licence text stands; empty for a person's voice.
        attribution: words the licence demands with what was made.
        origin: "shipped", "engine", "imported", or "person" for a living person's voice.
    """

    id: str
    name: str
    engine: str
    language: str
    sex: str
    licence: str
    licensor: str
    commercial: bool
    available: bool
    consent_id: str = ""
    state: str = ""
    reason: str = ""
    events: tuple[str, ...] = ()
    pitch_hz: float = 0.0
    licence_url: str = ""
    attribution: str = ""
    origin: Literal["shipped", "engine", "imported", "person"] = "shipped"


@dataclass(frozen=True, slots=True)
class JobView:
    """Long work on a project or a voice, as far as it is; the id of the other is empty."""

    id: str
    project_id: str
    voice_id: str
    kind: str
    state: JobState
    stage: str
    detail: str
    fraction: float
    eta_s: float | None
    result: dict[str, Any] | None
    error_code: str | None
    error: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None

    @property
    def active(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in ("queued", "running")


@dataclass(frozen=True, slots=True)
class ChapterSound:
    """What exists of a chapter's sound.

    Attributes:
        chapter: the chapter.
        segments: how many segments it has.
        rendered: how many of them have a take.
        duration_s: of the delivered file, or None.
        peaks: waveform of the master, 0 to 100; empty if there is none.
        file: path of the delivered MP3, or None.
        sha256: of that file.
        figures: measured on that file, as `figures_json` names them; empty if there is none.
        checks: rows of the measured table: name, passed, value, unit, required.
    """

    chapter: ChapterView
    segments: int
    rendered: int
    duration_s: float | None
    peaks: tuple[int, ...]
    file: str | None
    sha256: str | None
    figures: dict[str, float]
    checks: tuple[dict[str, Any], ...]
