"""The voice library: value for the `library` part."""

from typing import Any

from studio.bootstrap import Studio
from studio.consent.actors import Act, Actor
from studio.core.licences import load_licences
from studio.ui.components.consents import allowed
from studio.ui.components.voices import voices_value


def library_value(studio: Studio, who: Actor) -> dict[str, Any]:
    """All voices, those somebody keeps at hand, and what they may bring in.

    Args:
        studio: whose voices.
        who: is signed in.
    """
    return {
        **voices_value(studio),
        "engines": {engine.name: engine.title for engine in studio.engines.list()},
        "favourites": sorted(studio.library.favourites(who)),
        "may_import": allowed(who, Act.PREPARE),
        "may_add_server": allowed(who, Act.ADMINISTER),
        "licences": [
            {"id": known.id, "title": known.title, "url": known.url, "commercial": known.commercial}
            for known in load_licences().values()
        ],
    }
