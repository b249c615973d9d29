"""Commands about pronunciation: lexicons, and words that want a look."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.shell import Home, Json, open_home, show, show_warning, table_of
from studio.core.errors import InputError, NotFoundError
from studio.core.files import write_atomic
from studio.manuscript.lexicon.entry import PartOfSpeech
from studio.services.auditions import write_wav
from studio.services.lexicon import LexiconEntry, RiskyEntry, entry_from

_PLACES_SHOWN = 3
_CHARS_AROUND = 25

Project = Annotated[str | None, typer.Option("--project", help="The lexicon of this book, by name or id.")]
Voice = Annotated[str | None, typer.Option("--voice", help="The lexicon of this voice.")]
OfStudio = Annotated[bool, typer.Option("--studio", help="The lexicon of the studio: the default.")]

lexicon = typer.Typer(
    name="lexicon", help="How words are said: in the studio, a book or a voice.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(lexicon)


@lexicon.command("list")
def list_entries(
    project: Project = None, voice: Voice = None, of_studio: OfStudio = False, json: Json = False, home: Home = None
) -> None:
    """List a lexicon."""
    _one_scope(project, voice, of_studio=of_studio)
    with open_home(home) as studio:
        found = studio.lexicon.entries(project=project, voice=voice)
    show(found, json, lambda: table_of(["Word", "Said", "As", "Where", "Id"], [_row(each) for each in found]))


@lexicon.command()
def add(
    word: Annotated[str, typer.Argument(help="As it is written.")],
    said: Annotated[str, typer.Argument(help="/hɜːˈmaɪəni/, HER-my-oh-nee, or other words.")],
    language: Annotated[str, typer.Option(help="Only in texts of this language (BCP 47).")] = "",
    exact_case: Annotated[bool, typer.Option("--exact-case", help="Only with these capitals.")] = False,
    part_of_speech: Annotated[PartOfSpeech | None, typer.Option("--as", help="Only where the word is that.")] = None,
    beside: Annotated[list[str] | None, typer.Option(help="Only next to this word; may be given again.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Change the entry that is there.")] = False,
    project: Project = None,
    voice: Voice = None,
    of_studio: OfStudio = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add an entry: phonemes between slashes, a respelling, or words to say in its place."""
    _one_scope(project, voice, of_studio=of_studio)
    entry = entry_from(
        word, said, language=language, exact_case=exact_case, part_of_speech=part_of_speech, beside=tuple(beside or ())
    )
    with open_home(home) as studio:
        made = studio.lexicon.add(entry, replace=replace, project=project, voice=voice)
    show(made, json, lambda: f"'{made.entry.written}' is said {made.entry.said}.")


@lexicon.command()
def remove(
    word: Annotated[str, typer.Argument(help="A written form, or the id of an entry.")],
    project: Project = None,
    voice: Voice = None,
    of_studio: OfStudio = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Remove the entries of a written form, or one entry."""
    _one_scope(project, voice, of_studio=of_studio)
    written = " ".join(word.replace("’", "'").split()).casefold()
    with open_home(home) as studio:
        entries = studio.lexicon.entries(project=project, voice=voice)
        held = [each for each in entries if each.id == word or each.entry.written.casefold() == written]
        if not held:
            raise NotFoundError(f"the lexicon has no '{word}'", hint="See `studio lexicon list`.")
        for each in held:
            studio.lexicon.remove(each.id)
    show(held, json, lambda: f"{len(held)} removed.")


@lexicon.command("import")
def import_entries(
    file: Annotated[Path, typer.Argument(help="CSV, or W3C PLS (.pls, .xml).")],
    project: Project = None,
    voice: Voice = None,
    of_studio: OfStudio = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take over a lexicon file; entries for the same words are changed."""
    _one_scope(project, voice, of_studio=of_studio)
    with open_home(home) as studio:
        made = studio.lexicon.import_file(file, project=project, voice=voice)
    for warning in made.warnings:
        show_warning(warning)
    show(made, json, lambda: f"{made.entries} entries.")


@lexicon.command("export")
def export_entries(
    file: Annotated[Path, typer.Argument(help="To be written: .csv, or .pls.")],
    language: Annotated[str, typer.Option(help="Of a PLS file (BCP 47).")] = "en-GB",
    project: Project = None,
    voice: Voice = None,
    of_studio: OfStudio = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Write a lexicon as CSV with every condition, or as W3C PLS for other programs."""
    _one_scope(project, voice, of_studio=of_studio)
    with open_home(home) as studio:
        if file.suffix.lower() in {".pls", ".xml"}:
            text, left_out = studio.lexicon.export_pls(language, project=project, voice=voice)
        else:
            text, left_out = studio.lexicon.export_csv(project=project, voice=voice), ()
    try:
        write_atomic(file, text.encode())
    except OSError as error:
        raise InputError(f"it cannot be written: {error.strerror}", where=str(file)) from error
    if left_out:
        show_warning(f"PLS cannot hold {len(left_out)} of the entries; use .csv for all.")
    show({"file": file, "left_out": left_out}, json, lambda: f"Written to {file}.")


@lexicon.command()
def hear(
    words: Annotated[str, typer.Argument(help="A word or a sentence.")],
    voice: Annotated[str, typer.Option("--voice", help="Whose voice.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for before.wav and after.wav.")],
    said: Annotated[str, typer.Option("--as", help="Try this pronunciation of the words.")] = "",
    word: Annotated[str, typer.Option("--word", help="The word of the sentence that --as is for.")] = "",
    project: Project = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say a word or a sentence without the lexicon and with it."""
    entry = entry_from(word or words, said) if said else None
    with open_home(home) as studio:
        heard = studio.lexicon.hear(words, voice, project=project, entry=entry)
        output.mkdir(parents=True, exist_ok=True)
        for name, audition in (("before", heard.before), ("after", heard.after)):
            write_wav(audition, output / f"{name}.wav")
    show(heard, json, lambda: f"Written to {output}: before.wav, after.wav.")


@lexicon.command()
def risky(project: Annotated[str, typer.Argument(help="Name or id.")], json: Json = False, home: Home = None) -> None:
    """List a book's unknown words, names, and words with two readings."""
    with open_home(home) as studio:
        found = studio.lexicon.risky(project)
    columns = ["Word", "Why", "Times>", "Can be said", "Segment", "N>", "Said", "Words"]
    show(found, json, lambda: table_of(columns, [row for each in found for row in _risky_rows(each)]))


@lexicon.command()
def fix(
    project: Annotated[str, typer.Argument(help="Name or id.")],
    segment: Annotated[str, typer.Argument(help="Id of the segment.")],
    word: Annotated[str, typer.Argument(help="As it is written.")],
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="Which of its occurrences in the segment.")],
    pronunciation: Annotated[str, typer.Argument(help="/lɛd/, a respelling, or words; '' takes a tag away.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Say one occurrence of a word in a way of its own."""
    with open_home(home) as studio:
        text = studio.lexicon.fix(project, segment, word, number, pronunciation)
    show({"segment": segment, "text": text}, json, lambda: text)


def _one_scope(project: str | None, voice: str | None, *, of_studio: bool) -> None:
    if sum((project is not None, voice is not None, of_studio)) > 1:
        raise InputError("a lexicon is of the studio, a book or a voice", hint="Give one of them.")


def _row(each: LexiconEntry) -> list[object]:
    entry = each.entry
    where = [entry.language, "exact case" if entry.exact_case else "", entry.part_of_speech or "", *entry.beside]
    return [entry.written, entry.said, entry.notation, ", ".join(filter(None, where)), each.id]


def _risky_rows(each: RiskyEntry) -> list[list[object]]:
    said = " ".join(f"/{reading.ipa}/" for reading in each.alternatives)
    rows: list[list[object]] = []
    for place in each.places[:_PLACES_SHOWN]:
        around = place.sentence[max(0, place.start - _CHARS_AROUND) : place.start + len(each.word) + _CHARS_AROUND]
        first = [each.word, each.risk, len(each.places), said] if not rows else ["", "", "", ""]
        rows.append([*first, place.segment, place.number, place.said, around])
    return rows
