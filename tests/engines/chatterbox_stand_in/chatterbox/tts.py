"""The larger model."""

import torch

from chatterbox import Model


class ChatterboxTTS(Model):
    def generate(self, text: str, *, exaggeration: float, cfg_weight: float) -> torch.Tensor:
        return self.tone(text, exaggeration * cfg_weight)
