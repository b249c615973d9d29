"""What is asked of the gate."""

from dataclasses import dataclass
from typing import Literal

AUDITION = "audition"
"""The use of single sentences said to choose a voice by: part of every consent, and the notice says so."""


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What somebody wants to do with a voice.

    Attributes:
        voice_id: whose voice.
        use: what for ("audiobook", "ad", "audition").
        language: BCP 47 tag of what will be said.
        project_id: for which project; empty for an audition outside of any.
        content: kinds of content the project holds ("political").
        deliveries: how it is to be said: names of deliveries ("neutral", "shout"), and "guide" where a guide recording
            decides.
        line_key: key of the line a grant is to be good for.
        stage: "cast" to choose it, "speak" to make or use takes, "release" to deliver finished audio.
        audio_key: for a release, the key of the final audio.
        engine: which engine is to speak; empty for the one the voice is set to.
    """

    voice_id: str
    use: str
    language: str
    project_id: str = ""
    content: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = ("neutral",)
    line_key: str = ""
    stage: Literal["cast", "speak", "release"] = "speak"
    audio_key: str = ""
    engine: str = ""
