"""What our host calls of chatterbox-tts 0.1.7, without a network behind it: tones that tell what it was asked for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import soundfile
import torch


class Model:
    """As ChatterboxTTS and ChatterboxTurboTTS are used: two attributes, three methods."""

    sr = 24_000
    conds: Any = None

    @classmethod
    def from_local(cls, folder: Path, device: str) -> "Model":
        if b"broken" in (Path(folder) / "ve.safetensors").read_bytes():
            raise RuntimeError("header too large\nin two lines")
        assert device == "cpu" or torch.cuda.is_available()
        return cls()

    def prepare_conditionals(self, path: str) -> None:
        sound, rate_hz = soundfile.read(path)
        self.conds = SimpleNamespace(seconds=len(sound) / rate_hz, loudest=float(abs(sound).max()), path=path)

    def tone(self, text: str, gain: float) -> torch.Tensor:
        """A tone of 0.1 s for each word, with the loudness of the reference, and noise by the seed."""
        assert not Path(self.conds.path).exists(), "the reference is gone before anything is said"
        count = round(0.1 * self.sr) * len(text.split())
        wave = torch.sin(torch.arange(count) * 0.05) * self.conds.loudest * gain
        return (wave + 0.001 * torch.rand(count))[None]
