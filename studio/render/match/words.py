"""What people are told of a voice match."""

from typing import Final

NAME: Final = "Voice match"
MEASURED_READERS: Final = 8
MEASURED_SHARE: Final = 0.17
"""Mean share of the way from an average built-in voice to a second recording: the table of docs/voice-match.md."""

EXPLAINED: Final = (
    "Picks and tunes the closest built-in voice; it will not be mistaken for the speaker. Measured on "
    f"{MEASURED_READERS} readers, it came {MEASURED_SHARE:.0%} of the way from an average built-in voice to a second "
    "recording of the same person."
)
RANKED: Final = "The built-in voices that come nearest, by timbre and pitch"
UNTUNED: Final = (
    "{voice} is spoken by the built-in voice {stock} with the person's pitch. It will not be mistaken for them."
)
TUNED: Final = (
    "{voice} is matched ({kept}, from {nearest}). An independent comparison on other speech and sentences gives "
    "{judge_likeness:.2f}; built-in voices as they are have {floor:.2f}, the person's own other speech {ceiling:.2f}: "
    "{share:.0%} of the way. It will not be mistaken for the person."
)
