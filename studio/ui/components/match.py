"""Voice match: value for the `match` part."""

from dataclasses import asdict
from typing import Any

from studio.bootstrap import Studio
from studio.consent.actors import Act, Actor
from studio.consent.states import ConsentState
from studio.render.match.words import EXPLAINED, NAME, RANKED
from studio.services.auditions import AUDITION_SENTENCES
from studio.services.matching import ENGINE
from studio.ui.components.consents import allowed

_LISTED = 200


def match_value(studio: Studio, who: Actor) -> dict[str, Any]:
    """Every person's voice whose consent stands, with who speaks it and how near that comes.

    Args:
        studio: whose voices.
        who: is signed in.

    Raises:
        RefusedError: they may not see consents.
    """
    found, _total = studio.consents.newest(who, state=ConsentState.VERIFIED, limit=_LISTED)
    voices = [asdict(studio.matching.standing(voice, who)) for voice in sorted({each.voice_id for each in found})]
    return {
        "name": NAME,
        "explained": EXPLAINED,
        "ranked": RANKED,
        "voices": voices,
        "sentences": {voice["language"]: _sentence(voice["language"]) for voice in voices},
        "engine": ENGINE,
        "may": allowed(who, Act.PREPARE),
    }


def _sentence(language: str) -> str:
    return AUDITION_SENTENCES.get(language.partition("-")[0], "")
