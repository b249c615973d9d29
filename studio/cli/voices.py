"""Commands about voices: the library, what is imported into it, and how voices compare."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli import matching
from studio.cli.acting import As, local_actor
from studio.cli.shell import Home, Json, open_home, show, show_warning, table_of
from studio.core.errors import InputError
from studio.services.auditions import AUDITION_SENTENCES, write_wav
from studio.services.library import LICENSED, NOBODY, VoiceFacts
from studio.services.views import VoiceView

voices_app = typer.Typer(help="Voices that can be cast.", no_args_is_help=True)

VoiceId = Annotated[str, typer.Argument(metavar="VOICE", help="Id of a voice.")]
NewId = Annotated[str, typer.Option("--id", help="Id for the new voice: small letters, digits, '-' and '_'.")]
Name = Annotated[str, typer.Option(help="Name for people.")]
Language = Annotated[str, typer.Option(help='BCP 47 tag of what it reads ("en-GB").')]
Licence = Annotated[str, typer.Option(help='Licence it is used under, by its SPDX identifier ("CC-BY-4.0").')]
Licensor = Annotated[str, typer.Option(help="Who grants the licence.")]
LicenceUrl = Annotated[str, typer.Option(help="Where the licence text stands.")]
Whose = Annotated[
    str,
    typer.Option(
        help=f"Whose voice it is: '{NOBODY}' (made up), '{LICENSED}' (its speaker recorded it for this licence), or a "
        "person, who then has to consent."
    ),
]
Sex = Annotated[str, typer.Option(help="female or male, if it is either.")]
Commercial = Annotated[
    bool | None, typer.Option("--commercial/--no-commercial", help="Whether what it says may be sold.")
]
Attribution = Annotated[str, typer.Option(help="Words the licence demands with what is made.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for name, command in (
        ("list", list_voices),
        ("show", show_voice),
        ("sample", sample),
        ("compare", compare),
        ("favourite", favourite),
        ("import", import_pack),
        ("add-piper", add_piper),
        ("add-server", add_server),
        ("remove", remove),
    ):
        voices_app.command(name)(command)
    matching.add_to(voices_app)
    app.add_typer(voices_app, name="voices")


def list_voices(
    language: Annotated[str | None, typer.Option(help="Only voices of this language.")] = None,
    sex: Annotated[str | None, typer.Option(help="Only female or male voices.")] = None,
    favourites: Annotated[bool, typer.Option("--favourites", help="Only those kept at hand.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the voices with language, sex, pitch and licence; a star marks favourites."""
    with open_home(home) as studio:
        kept = studio.library.favourites(None)
        voices = [
            {**_facts(voice), "favourite": voice.id in kept}
            for voice in studio.casting.voices(language)
            if (sex is None or voice.sex == sex) and (not favourites or voice.id in kept)
        ]
        rows: list[list[object]] = [
            [
                f"{'★ ' if v['favourite'] else ''}{v['id']}",
                v["name"],
                v["language"],
                v["sex"],
                f"{v['pitch_hz']:.0f} Hz" if v["pitch_hz"] else "",
                v["engine"],
                v["licence"],
                v["reason"],
            ]
            for v in voices
        ]
        columns = ["Voice", "Name", "Language", "Sex", "Pitch>", "Engine", "Licence", "Why not now"]
        show({"voices": voices}, json, lambda: table_of(columns, rows))


def show_voice(
    voice: VoiceId,
    text: Annotated[str | None, typer.Option(help="A sentence to measure it on.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say a sentence in a voice and report how it reads: pitch, pace, tone, pauses."""
    with open_home(home, workers=1) as studio:
        report = studio.auditions.report(voice, text)
        facts = report.facts
        show(
            {"report": report},
            json,
            lambda: "\n".join((
                f"{voice}: {report.spoken}",
                f"  pitch {facts.pitch_hz:.0f} Hz, range {facts.pitch_range_st:.1f} semitones",
                f"  pace {facts.rate_sps:.1f} syllables a second, pauses {facts.pause_share:.0%} of the time",
                f"  level {facts.level_dbfs:.1f} dBFS, tone {facts.tilt_db:+.1f} dB",
            )),
        )  # fmt: skip


def sample(
    voice: VoiceId,
    out: Annotated[Path, typer.Option("-o", "--out", help="WAV file to write.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Write the sample of a voice: the audition sentence of its language."""
    with open_home(home, workers=1) as studio:
        language = next((v.language for v in studio.casting.voices() if v.id == voice), "")
        said = studio.auditions.say(AUDITION_SENTENCES.get(language.partition("-")[0], AUDITION_SENTENCES["en"]), voice)
        write_wav(said, out)
        show(
            {"path": str(out.absolute()), "voice": voice, "spoken": said.spoken, "duration_s": said.duration_s},
            json,
            lambda: f"{out}: {said.duration_s:.1f} s",
        )


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="Id of a voice.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Id of another.")],
    text: Annotated[str, typer.Argument(help="The sentence both say.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the two WAV files.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Have two voices say the same sentence, equally loud."""
    if first == second:
        raise InputError("these are the same voice", hint="Name two voices.")
    with open_home(home) as studio:
        said = [(voice, studio.auditions.say(text, voice)) for voice in (first, second)]
        out.mkdir(parents=True, exist_ok=True)
        files = []
        for letter, (voice, audition) in zip("AB", said, strict=True):
            path = out / f"{letter}-{voice}.wav"
            write_wav(audition, path)
            files.append({"voice": voice, "path": str(path.absolute()), "duration_s": audition.duration_s})
        show({"files": files}, json, lambda: "\n".join(str(file["path"]) for file in files))


def favourite(
    voice: VoiceId,
    off: Annotated[bool, typer.Option("--off", help="Not any more.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Keep a voice at hand: favourites have a star in lists."""
    with open_home(home) as studio:
        studio.library.set_favourite(voice, None, favourite=not off)
        show(
            {"voice": voice, "favourite": not off},
            json,
            lambda: f"{voice} is {'no favourite any more' if off else 'a favourite'}.",
        )


def import_pack(
    file: Annotated[Path, typer.Argument(help="Kokoro voice pack: .npz, .npy or .bin.")],
    id_: NewId,
    name: Name,
    language: Language,
    licence: Licence,
    licensor: Licensor,
    licence_url: LicenceUrl,
    whose: Whose,
    sex: Sex = "",
    commercial: Commercial = None,
    attribution: Attribution = "",
    as_: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Import a Kokoro voice made elsewhere, with the licence it is used under."""
    facts = VoiceFacts(id_, name, language, licence, licensor, licence_url, whose, sex, commercial, attribution)
    with open_home(home) as studio:
        studio.library.import_pack(file, facts, local_actor(as_))
        _show_added(next(v for v in studio.casting.voices() if v.id == id_), json)


def add_piper(
    model: Annotated[Path, typer.Argument(help="Network of a Piper voice (.onnx).")],
    config: Annotated[Path, typer.Argument(help="Its settings (.onnx.json).")],
    id_: NewId,
    name: Name,
    language: Language,
    licence: Licence,
    licensor: Licensor,
    licence_url: LicenceUrl,
    whose: Whose,
    sex: Sex = "",
    commercial: Commercial = None,
    attribution: Attribution = "",
    as_: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Import a Piper voice, with the licence it is used under."""
    facts = VoiceFacts(id_, name, language, licence, licensor, licence_url, whose, sex, commercial, attribution)
    with open_home(home) as studio:
        studio.library.add_piper(model, config, facts, local_actor(as_))
        _show_added(next(v for v in studio.casting.voices() if v.id == id_), json)


def add_server(
    url: Annotated[str, typer.Argument(help="Address of a speech server that speaks OpenAI's protocol.")],
    model: Annotated[str, typer.Option(help="Name of the model there.")],
    voice: Annotated[str, typer.Option(help="Name of the voice there.")],
    id_: NewId,
    name: Name,
    language: Language,
    licence: Licence,
    licensor: Licensor,
    licence_url: LicenceUrl,
    whose: Whose,
    sound_format: Annotated[str, typer.Option("--format", help="Form of its sound: wav, flac or pcm.")] = "wav",
    sex: Sex = "",
    commercial: Commercial = None,
    attribution: Attribution = "",
    as_: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add a voice of a speech server. What it is to say is sent there, and nowhere else."""
    facts = VoiceFacts(id_, name, language, licence, licensor, licence_url, whose, sex, commercial, attribution)
    with open_home(home) as studio:
        studio.library.add_server(url, model, voice, facts, local_actor(as_), sound_format=sound_format)
        _show_added(next(v for v in studio.casting.voices() if v.id == id_), json)


def remove(voice: VoiceId, as_: As = None, json: Json = False, home: Home = None) -> None:
    """Remove an imported voice. What it said before stays, but can be heard and delivered no more."""
    with open_home(home) as studio:
        studio.library.remove(voice, local_actor(as_))
        show({"removed": voice}, json, lambda: f"{voice} is removed.")


def _facts(voice: VoiceView) -> dict[str, object]:
    return {field: getattr(voice, field) for field in VoiceView.__dataclass_fields__}


def _show_added(view: VoiceView, json: bool) -> None:
    if not view.commercial:
        show_warning(f"what {view.id} says may not be sold: use it in private projects.")
    if view.reason:
        show_warning(view.reason)
    show({"voice": _facts(view)}, json, lambda: f"{view.id} is in the library.")
