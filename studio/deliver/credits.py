"""Spoken credits and the disclosure of a digital voice, in the language of the book. Pure: text in, text out.

Retailers want opening and closing credits as files of their own that name title, author and narrator (ACX Audio
Submission Requirements).
"""

import re
from dataclasses import dataclass

import langcodes

_FALLBACK = "en"
_CLOSERS = "\"'”’»«›‹“)]}」』"
_SENTENCE_ENDS = (".", "!", "?", "…", "‽", "。", "！", "？", "؟", "।")
_HANGING = ",;:–—-/ "
_ADDRESS = re.compile(r"[(<\[]?\s*(?:https?://|www\.)[^\s)>\]]+[)>\]]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Wording:
    """The sentences of one language.

    `{title}`, `{author}` and `{narrator}` stand for the names. The narrator is credited twice over, since some
    languages decline what follows "read by": `credit` stands alone (in tags and shop pages), `narrated` is spoken.
    `attributed` leads to the `{words}` that licences of voices and engines say to give credit with. The
    voice of a living person goes by the words of the trade, Authorized Voice Replica (APA and Publishers Association,
    guideline of October 2024).
    """

    author: str
    narrated: str
    credit: str
    closing: str
    attributed: str
    end: str
    disclosure: str
    replica_narrated: str
    replica_credit: str
    replica_disclosure: str


_WORDINGS: dict[str, _Wording] = {
    "en": _Wording(
        author="Written by {author}.",
        narrated="Narrated by {narrator}, a digital voice.",
        credit="{narrator}, a digital voice",
        closing="This has been {title}",
        attributed="Voices and technology: {words}",
        end="The end.",
        disclosure="This audiobook is AI-narrated: {narrator} is a digital voice, and no person read the text aloud.",
        replica_narrated="Narrated by an Authorized Voice Replica of {narrator}.",
        replica_credit="{narrator} (Authorized Voice Replica)",
        replica_disclosure="This audiobook is AI-narrated by an Authorized Voice Replica of {narrator}: the "
        "voice is synthetic and is used with {narrator}’s consent.",
    ),
    "de": _Wording(
        author="Geschrieben von {author}.",
        narrated="Gelesen von {narrator}, einer digitalen Stimme.",
        credit="{narrator}, eine digitale Stimme",
        closing="Sie hörten: {title}",
        attributed="Stimmen und Technik: {words}",
        end="Ende.",
        disclosure="Dieses Hörbuch ist KI-gesprochen: {narrator} ist eine digitale Stimme, "
        "kein Mensch hat den Text eingelesen.",
        replica_narrated="Gelesen von einer autorisierten Stimmreplik von {narrator}.",
        replica_credit="{narrator} (autorisierte Stimmreplik, Authorized Voice Replica)",
        replica_disclosure="Dieses Hörbuch ist KI-gesprochen, mit einer autorisierten Stimmreplik von "
        "{narrator}: Die Stimme ist künstlich erzeugt und wird mit Einwilligung von "
        "{narrator} verwendet.",
    ),
    "es": _Wording(
        author="Escrito por {author}.",
        narrated="Narrado por {narrator}, una voz digital.",
        credit="{narrator}, una voz digital",
        closing="Ha escuchado {title}",
        attributed="Voces y técnica: {words}",
        end="Fin.",
        disclosure="Este audiolibro está narrado con inteligencia artificial: {narrator} es una voz digital "
        "y ninguna persona ha leído el texto en voz alta.",
        replica_narrated="Narrado por una réplica de voz autorizada de {narrator}.",
        replica_credit="{narrator} (réplica de voz autorizada, Authorized Voice Replica)",
        replica_disclosure="Este audiolibro está narrado con inteligencia artificial por una réplica de voz "
        "autorizada de {narrator}: la voz es sintética y se usa con el consentimiento de "
        "{narrator}.",
    ),
    "fr": _Wording(
        author="Écrit par {author}.",
        narrated="Lu par {narrator}, une voix numérique.",
        credit="{narrator}, une voix numérique",
        closing="Vous avez écouté {title}",
        attributed="Voix et technique : {words}",
        end="Fin.",
        disclosure="Ce livre audio est lu par une intelligence artificielle : {narrator} est une voix numérique "
        "et aucune personne n’a lu le texte à voix haute.",
        replica_narrated="Lu par une réplique vocale autorisée de {narrator}.",
        replica_credit="{narrator} (réplique vocale autorisée, Authorized Voice Replica)",
        replica_disclosure="Ce livre audio est lu par une intelligence artificielle, avec une réplique vocale "
        "autorisée de {narrator} : la voix est synthétique et utilisée avec le consentement "
        "de {narrator}.",
    ),
    "it": _Wording(
        author="Scritto da {author}.",
        narrated="Letto da {narrator}, una voce digitale.",
        credit="{narrator}, una voce digitale",
        closing="Avete ascoltato {title}",
        attributed="Voci e tecnica: {words}",
        end="Fine.",
        disclosure="Questo audiolibro è letto da un’intelligenza artificiale: {narrator} è una voce digitale "
        "e nessuna persona ha letto il testo ad alta voce.",
        replica_narrated="Letto da una replica vocale autorizzata di {narrator}.",
        replica_credit="{narrator} (replica vocale autorizzata, Authorized Voice Replica)",
        replica_disclosure="Questo audiolibro è letto da un’intelligenza artificiale con una replica vocale "
        "autorizzata di {narrator}: la voce è sintetica ed è usata con il consenso di "
        "{narrator}.",
    ),
    "pt": _Wording(
        author="Escrito por {author}.",
        narrated="Narrado por {narrator}, uma voz digital.",
        credit="{narrator}, uma voz digital",
        closing="Este foi o audiolivro {title}",
        attributed="Vozes e técnica: {words}",
        end="Fim.",
        disclosure="Este audiolivro é narrado por inteligência artificial: {narrator} é uma voz digital "
        "e nenhuma pessoa leu o texto em voz alta.",
        replica_narrated="Narrado por uma réplica de voz autorizada de {narrator}.",
        replica_credit="{narrator} (réplica de voz autorizada, Authorized Voice Replica)",
        replica_disclosure="Este audiolivro é narrado por inteligência artificial com uma réplica de voz "
        "autorizada de {narrator}: a voz é sintética e é usada com o consentimento de "
        "{narrator}.",
    ),
}

CREDIT_LANGUAGES = tuple(sorted(_WORDINGS))
"""Primary language subtags that have wordings of their own; every other language gets English."""


def narrator_credit(language: str, narrator: str, *, replica: bool = False) -> str:
    """How the narrator is named in tags and shop pages: "Emma, a digital voice".

    Args:
        language: BCP 47 tag of the book.
        narrator: name of the voice.
        replica: it is the voice of a living person, used with consent.
    """
    wording = _wording(language)
    return (wording.replica_credit if replica else wording.credit).format(narrator=_folded(narrator))


def disclosure(language: str, narrator: str, *, replica: bool = False) -> str:
    """The sentence that says plainly that the book is read by a synthetic voice.

    Args:
        language: BCP 47 tag of the book.
        narrator: name of the voice.
        replica: it is the voice of a living person, used with consent.
    """
    wording = _wording(language)
    return (wording.replica_disclosure if replica else wording.disclosure).format(narrator=_folded(narrator))


def opening_credits(language: str, *, title: str, author: str, narrator: str, replica: bool = False) -> tuple[str, ...]:
    """What is said before the book, one sentence each: title, author, narrator.

    Args:
        language: BCP 47 tag of the book.
        title: of the book, in whatever punctuation.
        author: as credited; empty if unknown: the sentence is then left out.
        narrator: name of the voice.
        replica: it is the voice of a living person, used with consent.
    """
    said = _sentence(title)
    return (*((said,) if said else ()), *_names(_wording(language), author, narrator, replica=replica))


def closing_credits(
    language: str,
    *,
    title: str,
    author: str,
    narrator: str,
    replica: bool = False,
    attributions: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """What is said after the book, one sentence each: title, author, narrator, whom licences name, and that it is over.

    Args:
        language: BCP 47 tag of the book.
        title: of the book, in whatever punctuation.
        author: as credited; empty if unknown: the sentence is then left out.
        narrator: name of the voice.
        replica: it is the voice of a living person, used with consent.
        attributions: words that licences say to give credit with. Web addresses in them are not said aloud: they stand
            in the files' tags and notices.
    """
    wording = _wording(language)
    said = _sentence(title)
    named = (wording.closing.format(title=said),) if said else ()
    words = "; ".join(filter(None, map(_without_addresses, attributions)))
    credit = (_sentence(wording.attributed.format(words=words)),) if words else ()
    return (*named, *_names(wording, author, narrator, replica=replica), *credit, wording.end)


def _names(wording: _Wording, author: str, narrator: str, *, replica: bool) -> tuple[str, ...]:
    narrated = (wording.replica_narrated if replica else wording.narrated).format(narrator=_folded(narrator))
    author = _folded(author)
    if not any(character.isalnum() for character in author):
        return (narrated,)
    one_stop = author.removesuffix(".")  # "Sammy Davis Jr." brings the full stop of the sentence along
    return (wording.author.format(author=one_stop), narrated)


def _wording(language: str) -> _Wording:
    try:
        tag = langcodes.Language.get(language)
    except ValueError:
        return _WORDINGS[_FALLBACK]
    return _WORDINGS.get(tag.language or "", _WORDINGS[_FALLBACK])


def _folded(text: str) -> str:
    return " ".join(text.split())


def _without_addresses(text: str) -> str:
    """Words without the web addresses in them, and without what held those: brackets, a comma, a full stop."""
    return _folded(_ADDRESS.sub(" ", text)).replace(" ,", ",").rstrip(_HANGING + ".")


def _sentence(title: str) -> str:
    """A title as a sentence of its own: it keeps its own end ("Who Goes There?"), or gets a full stop.

    Empty if nothing of it can be said.
    """
    text = _folded(title)
    if not any(character.isalnum() for character in text):
        return ""
    if text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS):
        return text
    return f"{text.rstrip(_HANGING)}."
