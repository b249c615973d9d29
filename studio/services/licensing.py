"""Licences against the purpose of a project: warned of where voices are cast, and held to where files are delivered."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from studio.consent.voices import Voice
from studio.core.errors import LicenceError, NotFoundError
from studio.core.licences import UsedLicence, forbidding
from studio.render.licensing import licences_of
from studio.render.line import PlannedLine
from studio.render.plan import engine_info
from studio.services.context import Context
from studio.services.purposes import Purpose, purpose_of
from studio.services.rows import cast_voices, find_project
from studio.services.script import Script, ScriptChapter
from studio.store.tables import ProjectRow, TakeRow

_PLACES_NAMED = 5


@dataclass(frozen=True, slots=True)
class LicenceWarning:
    """A cast voice that cannot be delivered for what the project is for.

    Attributes:
        voice: its id.
        roles: those it is cast for.
        licence: what forbids it.
        reason: all of it in words.
        sentence: the same with what to do, by command.
    """

    voice: str
    roles: tuple[str, ...]
    licence: UsedLicence
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class LicenceFault:
    """A licence that forbids what a project is for, and the lines made under it.

    Attributes:
        licence: what forbids it.
        places: each line in words, in reading order: "chapter 2, line 7".
        sentence: all of it in words, with the first of the lines.
    """

    licence: UsedLicence
    places: tuple[str, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """As the command line writes it."""
        return {**self.licence.to_json(), "lines": list(self.places), "sentence": self.sentence}


class LicensingService:
    """What licences say to the cast of a project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def warnings(self, reference: str) -> tuple[LicenceWarning, ...]:
        """What is cast in a project and may not be delivered for its purpose.

        Raises:
            NotFoundError: there is no such project.
        """
        return warnings_of(self._context, reference)

    def forbidden_voices(self, reference: str, voices: Iterable[str]) -> dict[str, str]:
        """Those of some voices, by id, that may not be delivered for the purpose of a project, with the reason.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            purpose = purpose_of(find_project(session, reference))
        reasons = {}
        for voice_id in voices:
            found = forbidding(_licences_by_id(self._context, voice_id), commercial=purpose.commercial)
            if found:
                reasons[voice_id] = f"for private projects only: {_named(found[0])}"
        return reasons


def voice_licences(voice: Voice) -> tuple[UsedLicence, ...]:
    """What takes in a voice would be made under now; empty if its engine is not there (any more)."""
    try:
        return licences_of(voice, engine_info(voice.engine)) if voice.engine else ()
    except NotFoundError:
        return ()


def _licences_by_id(context: Context, voice_id: str) -> tuple[UsedLicence, ...]:
    try:
        return voice_licences(context.voice(voice_id))
    except NotFoundError:  # an imported voice that was removed
        return ()


def cast_licences(context: Context, cast: Mapping[str, str], spoken: Voice | None = None) -> tuple[UsedLicence, ...]:
    """What a project's takes would be made under now, each once: of every voice by role, the narrator's or not.

    Args:
        context: wired parts.
        cast: voice by role.
        spoken: one of the voices as it is to be from now on, in place of what is known of it.
    """
    voices = dict.fromkeys(cast[role] for role in sorted(cast))
    found = (
        voice_licences(spoken) if spoken and voice == spoken.voice_id else _licences_by_id(context, voice)
        for voice in voices
    )
    return tuple(dict.fromkeys(licence for licences in found for licence in licences))


def warnings_of(context: Context, reference: str) -> tuple[LicenceWarning, ...]:
    """What is cast in a project and may not be delivered for its purpose.

    Raises:
        NotFoundError: there is no such project.
    """
    with context.database.read() as session:
        project = find_project(session, reference)
        cast, purpose, remedy = cast_voices(session, project.id), purpose_of(project), _remedy(project)
    warnings = []
    for voice_id in dict.fromkeys(cast[role] for role in sorted(cast)):
        roles = tuple(role for role in sorted(cast) if cast[role] == voice_id)
        for licence in forbidding(_licences_by_id(context, voice_id), commercial=purpose.commercial):
            reason = f"{', '.join(roles)} cannot be delivered in voice '{voice_id}': {_forbids(licence, purpose)}."
            warnings.append(LicenceWarning(voice_id, roles, licence, reason, f"{reason} {remedy}"))
    return tuple(warnings)


def line_licences(line: PlannedLine, take: TakeRow | None) -> tuple[UsedLicence, ...]:
    """What a line was made under: as its take recorded it, or as it would be made now if there is no record."""
    recorded = take.licences if take is not None else []
    return tuple(UsedLicence.from_json(each) for each in recorded) or line.licences


def chapter_licences(chapter: ScriptChapter, takes: Mapping[str, TakeRow]) -> tuple[UsedLicence, ...]:
    """What a chapter was made under, each licence once, ordered by what it is of."""
    found = {
        licence
        for line in {segment.line.key: segment.line for segment in chapter.segments}.values()
        for licence in line_licences(line, takes.get(line.key))
    }
    return tuple(sorted(found, key=lambda licence: (licence.subject, licence.licence, str(licence))))


def may_deliver(script: Script, chapter: ScriptChapter) -> bool:
    """Whether all licences of a chapter allow what the project is for."""
    return not forbidding(chapter_licences(chapter, script.takes), commercial=purpose_of(script.project).commercial)


def faults_of(script: Script) -> tuple[LicenceFault, ...]:
    """The licences that forbid what a project is for, with the lines of a script that were made under them."""
    purpose = purpose_of(script.project)
    places: dict[UsedLicence, list[str]] = {}
    for chapter in script.chapters:
        name = f"chapter {chapter.view.index}" if chapter.credits_kind is None else chapter.view.title.lower()
        for number, segment in enumerate(chapter.segments, 1):
            used = line_licences(segment.line, script.takes.get(segment.line.key))
            for licence in forbidding(used, commercial=purpose.commercial):
                places.setdefault(licence, []).append(f"{name}, line {number}")
    return tuple(
        LicenceFault(licence, tuple(found), _fault(licence, found, purpose)) for licence, found in places.items()
    )


def check_licences(script: Script) -> None:
    """See that all licences allow what a project is for.

    Raises:
        LicenceError: one does not; names lines, licence and what to do.
    """
    faults = faults_of(script)
    if faults:
        raise LicenceError(
            " ".join(fault.sentence for fault in faults), where=script.project.name, hint=_remedy(script.project)
        )


def check_unchanged(session: Session, project: ProjectRow) -> None:
    """See that a project is still for what it was when its licences were checked.

    Raises:
        LicenceError: its purpose was changed meanwhile.
    """
    if purpose_of(find_project(session, project.id)) != purpose_of(project):
        raise LicenceError(
            "what the project is for was changed meanwhile", where=project.name, hint="Deliver it again."
        )


def _fault(licence: UsedLicence, places: list[str], purpose: Purpose) -> str:
    lines = "one line" if len(places) == 1 else f"{len(places)} lines"
    more = len(places) - _PLACES_NAMED
    named = "; ".join(places[:_PLACES_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return f"{lines} cannot be delivered ({named}): {_forbids(licence, purpose)}."


def _forbids(licence: UsedLicence, purpose: Purpose) -> str:
    address = f" ({licence.url})" if licence.url else ""
    return f"{_named(licence)}{address}, allows no commercial use, and the project is marked '{purpose.words}'"


def _named(licence: UsedLicence) -> str:
    return f"the licence of {licence.subject}, {licence.title}"


def _remedy(project: ProjectRow) -> str:
    return (
        "Cast another voice and render again, or, if nothing is sold and nobody is paid, "
        f"mark the project private: `studio purpose {shlex.quote(project.name)} private`."
    )
