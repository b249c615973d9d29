"""What people are told of a voice match."""

from typing import Final

NAME: Final = "Voice match"
EXPLAINED: Final = (
    "Picks and tunes the closest built-in voice; it will not be mistaken for the speaker. "
    "It stays far below what a second recording of the same person reaches."
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
