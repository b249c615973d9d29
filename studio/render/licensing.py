"""Which licences a line is made under."""

from studio.consent.licences import StockVoice
from studio.consent.voices import REPLICA_LICENCE, Voice
from studio.core.licences import UsedLicence, use_licence
from studio.engines.base import EngineInfo


def licences_of(voice: Voice, info: EngineInfo) -> tuple[UsedLicence, ...]:
    """What a take in a voice is made under: the licence of the engine's weights, then that of the voice.

    Args:
        voice: who speaks. Of the voice of a living person the gate asks the consent: no licence limits it.
        info: the engine that makes the sound, which for a re-voiced reading is the converter.
    """
    engine = use_licence(
        subject=f"engine {info.name}",
        name=info.title or info.name,
        licence=info.licence,
        holder=info.holder,
        url=info.licence_url,
        commercial=info.commercial_outputs,
        attribution=info.attribution,
    )
    if isinstance(voice, StockVoice):
        return engine, use_licence(
            subject=f"voice {voice.voice_id}",
            name=voice.name,
            licence=voice.licence,
            holder=voice.licensor,
            url=voice.licence_url,
            commercial=voice.commercial,
            attribution=voice.attribution,
        )
    return engine, use_licence(
        subject=f"voice {voice.voice_id}",
        name=voice.name,
        licence=REPLICA_LICENCE,
        holder=voice.name,
        url="",
        commercial=True,
    )
