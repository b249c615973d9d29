"""The voice library: voices of nobody living that are imported, and the voices people keep at hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import langcodes
from sqlalchemy import delete, select

from studio.consent.actors import Act, Actor, Role
from studio.consent.licences import StockVoice, files_sha256
from studio.consent.shelf import imported_voice
from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.core.licences import find_licence
from studio.render.voice_files import PACK_FILE, PIPER_FILES, SERVER_FILE, check_pack, check_piper, make_server
from studio.services.context import Context
from studio.store.consent_tables import VoiceRow
from studio.store.tables import CastRow, ProjectRow
from studio.store.voice_tables import FavouriteVoiceRow, LibraryVoiceRow

NOBODY: Final = "nobody"
"""What is declared of a voice that imitates no living person: it was designed, blended, or recorded for the purpose."""

LICENSED: Final = "licensed"
"""What is declared of a voice whose speaker recorded it for the licence it stands under, such as that of a corpus."""

LARGEST_PACK_BYTES: Final = 4_000_000
LARGEST_NETWORK_BYTES: Final = 300_000_000
LARGEST_SETTINGS_BYTES: Final = 1_000_000
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{1,58}[a-z0-9]")
_LONGEST = 200
_DEMANDED: Final = {
    "name": "name",
    "licence": "licence",
    "licensor": "licensor",
    "licence_url": "address of the licence",
    "declared": "declaration",
}
_SEXES = ("", "female", "male")


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """What is known of a voice that is imported.

    Attributes:
        voice_id: name on the command line ("af_dawn"): small letters, digits, "-" and "_".
        name: name for people.
        language: BCP 47 tag of what it reads.
        licence: SPDX identifier, or another name of the licence.
        licensor: who grants it.
        licence_url: where the licence text stands.
        declared: whose voice it is: `NOBODY`, `LICENSED`, or the name of a person, who then has to consent.
        sex: "female", "male" or empty.
        commercial: whether its output may be sold; None for what is known of the licence.
        attribution: words the licence demands with what was made.
    """

    voice_id: str
    name: str
    language: str
    licence: str
    licensor: str
    licence_url: str
    declared: str
    sex: str = ""
    commercial: bool | None = None
    attribution: str = ""


class LibraryService:
    """Imports and removes voices, and remembers favourites."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def import_pack(self, path: Path, facts: VoiceFacts, actor: Actor) -> StockVoice:
        """Import a Kokoro voice made elsewhere: .npz, .npy or bare numbers (.bin); a pickle is never opened.

        Raises:
            NotFoundError: there is no such file.
            InputError: it is no pack of one voice, or the facts are not complete.
            ConflictError: there is a voice of that id.
            RefusedError: the actor may not.
        """
        actor.check(Act.PREPARE)
        checked = self._checked(facts)
        pack = check_pack(_read(path, LARGEST_PACK_BYTES), path.name)
        return self._keep("kokoro", {PACK_FILE: pack}, checked, actor)

    def add_piper(self, model: Path, config: Path, facts: VoiceFacts, actor: Actor) -> StockVoice:
        """Import a Piper voice: its network (.onnx) and its settings (.onnx.json).

        Raises:
            StudioError: as `import_pack`.
        """
        actor.check(Act.PREPARE)
        checked = self._checked(facts)
        network, settings = _read(model, LARGEST_NETWORK_BYTES), _read(config, LARGEST_SETTINGS_BYTES)
        spoken = check_piper(network, settings).language.split("-")[0]
        if spoken != checked.language.split("-", maxsplit=1)[0].lower():
            raise InputError(f"this voice reads '{spoken}', not '{checked.language}'", where=config.name)
        return self._keep("piper", dict(zip(PIPER_FILES, (network, settings), strict=True)), checked, actor)

    def add_server(
        self, url: str, model: str, voice: str, facts: VoiceFacts, actor: Actor, *, sound_format: str = "wav"
    ) -> StockVoice:
        """Add a voice of a speech server that speaks OpenAI's protocol. Words that are said with it are sent there.

        Raises:
            InputError: the address is not one that words may be sent to, or the facts are not complete.
            ConflictError: there is a voice of that id.
            RefusedError: the actor may not: where words go is for a reviewer to say.
        """
        actor.check(Act.ADMINISTER)
        checked = self._checked(facts)
        server = make_server(url, model, voice, sound_format)
        return self._keep("openai", {SERVER_FILE: server.to_bytes()}, checked, actor)

    def remove(self, voice_id: str, actor: Actor) -> None:
        """Remove an imported voice. Takes in it stay where they are, but cannot be heard or delivered any more.

        Raises:
            NotFoundError: there is no imported voice of that id.
            ConflictError: it is cast; names the projects.
            RefusedError: the actor may not.
        """
        actor.check(Act.PREPARE)
        with self._context.database.write() as session:
            row = session.get(LibraryVoiceRow, voice_id)
            if row is None:
                raise NotFoundError(f"there is no imported voice '{voice_id}'", hint="See `studio voices list`.")
            cast = select(ProjectRow.name).join(CastRow).where(CastRow.voice_id == voice_id).distinct()
            projects = session.scalars(cast.order_by(ProjectRow.name)).all()
            if projects:
                raise ConflictError(
                    f"voice '{voice_id}' is cast in {', '.join(projects)}", hint="Cast another voice there first."
                )
            session.execute(delete(FavouriteVoiceRow).where(FavouriteVoiceRow.voice_id == voice_id))
            session.delete(row)
            session.flush()
            others = session.scalars(select(LibraryVoiceRow.files)).all()
            kept = {sha256 for files in others for sha256 in files.values()}
            gone = [sha256 for sha256 in row.files.values() if sha256 not in kept]
        for sha256 in gone:
            self._context.blobs.remove(sha256)

    def favourites(self, actor: Actor | None) -> frozenset[str]:
        """Ids of the voices somebody keeps at hand; nobody in particular where nobody signs in."""
        with self._context.database.read() as session:
            mine = select(FavouriteVoiceRow.voice_id).where(FavouriteVoiceRow.person == _person(actor))
            return frozenset(session.scalars(mine))

    def set_favourite(self, voice_id: str, actor: Actor | None, *, favourite: bool) -> None:
        """Keep a voice at hand, or not any more.

        Raises:
            NotFoundError: there is no such voice.
        """
        self._context.voice(voice_id)
        with self._context.database.write() as session:
            key = (_person(actor), voice_id)
            row = session.get(FavouriteVoiceRow, key)
            if favourite and row is None:
                now = self._context.clock.now(session).isoformat()
                session.add(FavouriteVoiceRow(person=key[0], voice_id=voice_id, created_at=now))
            elif not favourite and row is not None:
                session.delete(row)

    def _checked(self, facts: VoiceFacts) -> VoiceFacts:
        """See that a voice may be used, and that its record is complete. An error's place is the fact's name.

        Raises:
            InputError: something is missing or not usable.
            ConflictError: there is a voice of that id.
        """
        for fact, what in _DEMANDED.items():
            value = getattr(facts, fact)
            if not value.strip() or len(value) > _LONGEST or not value.isprintable():
                raise InputError(f"the {what} of the voice is missing or too long", where=fact)
        if not _ID.fullmatch(facts.voice_id):
            raise InputError(
                f"'{facts.voice_id}' is no id for a voice",
                where="voice_id",
                hint="Use 3 to 60 small letters, digits, '-' and '_'.",
            )
        if not langcodes.tag_is_valid(facts.language):
            raise InputError(f"'{facts.language}' is no language tag", where="language", hint='Write it like "en-GB".')
        if facts.sex not in _SEXES:
            raise InputError(
                f"'{facts.sex}' is neither female nor male", where="sex", hint="Leave it out if it is neither."
            )
        if not facts.licence_url.startswith(("https://", "http://")):
            raise InputError("the address of the licence begins with https://", where="licence_url")
        if facts.declared.strip().casefold() not in {NOBODY, LICENSED}:
            raise InputError(
                f"this is the voice of a person ({facts.declared}), and sounds only with their consent",
                where="declared",
                hint="Make a consent record, add their recordings, and let `studio voices match` find the voice.",
            )
        with self._context.database.read() as session:
            taken = session.get(VoiceRow, facts.voice_id) is not None or facts.voice_id in self._context.voices
        if taken:
            raise ConflictError(
                f"there is a voice '{facts.voice_id}' already", where="voice_id", hint="Choose another id."
            )
        return facts

    def _keep(self, engine: str, files: Mapping[str, bytes], facts: VoiceFacts, actor: Actor) -> StockVoice:
        blobs = {name: self._context.blobs.put_bytes(data) for name, data in files.items()}
        known = find_licence(facts.licence)
        commercial = facts.commercial if facts.commercial is not None else known is not None and known.commercial
        with self._context.database.write() as session:
            row = LibraryVoiceRow(
                id=facts.voice_id,
                name=facts.name.strip(),
                engine=engine,
                language=langcodes.standardize_tag(facts.language),
                sex=facts.sex,
                licence=facts.licence.strip(),
                licensor=facts.licensor.strip(),
                licence_url=facts.licence_url.strip(),
                commercial=commercial,
                attribution=facts.attribution.strip(),
                files=blobs,
                data_sha256=files_sha256(blobs),
                pitch_hz=0.0,
                declared=facts.declared.strip().casefold(),
                added_by=actor.name,
                created_at=self._context.clock.now(session).isoformat(),
            )
            session.add(row)
            session.flush()
            return imported_voice(row)


def _person(actor: Actor | None) -> str:
    return actor.name if actor and actor.role is not Role.LOCAL else ""


def _read(path: Path, largest_bytes: int) -> bytes:
    try:
        if not path.is_file():
            raise NotFoundError("there is no such file", where=str(path))
        if path.stat().st_size > largest_bytes:
            raise InputError("this file is too large for a voice", where=path.name)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
