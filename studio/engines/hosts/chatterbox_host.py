"""Says lines with Chatterbox. Runs in the worker environment `chatterbox`, apart from the studio.

chatterbox-tts reads references from files; each is written to a private folder and gone before the answer. It marks all
its sound with Perth, an inaudible watermark. Models are read from a folder: safetensors, and no network.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

sys.path.insert(0, str(Path(__file__).parent))

import host

_FILES = {
    "chatterbox": ("ve.safetensors", "t3_cfg.safetensors", "s3gen.safetensors", "tokenizer.json"),
    "chatterbox-turbo": ("ve.safetensors", "t3_turbo_v1.safetensors", "s3gen_meanflow.safetensors", "vocab.json"),
}
_SHORTEST_REFERENCE_S = 5.0  # Turbo asserts as much
_LONGEST_REFERENCE_S = 15.0  # the most that either listens to

Sound = np.ndarray[Any, np.dtype[np.float32]]


class Sayings:
    """The operations: one model, loaded with its first voice, and the voices it holds ready."""

    def __init__(self) -> None:
        self._name = ""
        self._model: Any = None
        self._voices: dict[str, dict[str, Any]] = {}

    def prepare(self, args: dict[str, Any], clips: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Take on a voice: what the model hears in the clips of each delivery."""
        if not clips or len(clips) != len(args["clips"]):
            raise host.HostError("input", "Chatterbox needs reference clips of the voice")
        model = self._loaded(str(args["model"]), Path(args["weights"]))
        by_delivery: dict[str, list[tuple[Sound, int]]] = {}
        for clip, facts in zip(clips, args["clips"], strict=True):
            by_delivery.setdefault(str(facts["delivery"]), []).append((clip, int(facts["rate_hz"])))
        heard = {delivery: _heard(model, found) for delivery, found in by_delivery.items()}
        usable = {delivery: conditions for delivery, conditions in heard.items() if conditions is not None}
        if not usable:
            raise host.HostError("input", f"Chatterbox needs {_SHORTEST_REFERENCE_S:g} seconds of one delivery")
        self._voices[str(args["voice"])] = usable
        return {"rate_hz": int(model.sr), "deliveries": sorted(usable)}, []

    def say(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Say a text."""
        del arrays
        conditions = self._voices.get(str(args["voice"]))
        if conditions is None:
            raise host.HostError("engine", "this voice is not held ready")
        delivery = str(args["delivery"]) if args["delivery"] in conditions else "neutral"
        model = self._model
        model.conds = conditions.get(delivery) or next(iter(conditions.values()))
        torch.manual_seed(int(args["seed"]))
        # Turbo takes neither of the two and says so in its log.
        shaped = {} if self._name == "chatterbox-turbo" else {
            "exaggeration": float(args["exaggeration"]), "cfg_weight": float(args["cfg_weight"])
        }  # fmt: skip
        made = model.generate(str(args["text"]), **shaped)
        samples = made.detach().cpu().numpy().astype(np.float32).reshape(-1)
        return {"rate_hz": int(model.sr), "delivery": delivery}, [samples]

    def forget(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Drop a voice."""
        del arrays
        self._voices.pop(str(args["voice"]), None)
        return {}, []

    def _loaded(self, name: str, weights: Path) -> Any:
        if self._model is not None:
            return self._model
        folder = weights / name
        for file in _FILES[name]:
            if not (folder / file).is_file():
                hint = f"run `studio weights pull {name}`"
                raise host.HostError("missing", f"the file {file} of model '{name}' is not there; {hint}")
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            self._model = _class(name).from_local(folder, device)
        except Exception as error:  # a file that is not what its name says breaks anywhere in there
            raise host.HostError("engine", f"the model files of {name} cannot be used: {error}") from error
        self._name = name
        return self._model


def _class(name: str) -> Any:
    if name == "chatterbox-turbo":
        from chatterbox.tts_turbo import ChatterboxTurboTTS  # noqa: PLC0415

        return ChatterboxTurboTTS
    from chatterbox.tts import ChatterboxTTS  # noqa: PLC0415

    return ChatterboxTTS


def _heard(model: Any, clips: list[tuple[Sound, int]]) -> Any:
    """What a model hears in the clips of one delivery, one after the other; None if they are too short."""
    rate_hz = max(rate_hz for _, rate_hz in clips)
    same_rate = [clip for clip, clip_rate_hz in clips if clip_rate_hz == rate_hz]
    sound = np.concatenate(same_rate)[: round(_LONGEST_REFERENCE_S * rate_hz)]
    if len(sound) <= _SHORTEST_REFERENCE_S * rate_hz:
        return None
    with tempfile.TemporaryDirectory(dir=_memory()) as private:  # mode 0700
        path = Path(private) / "reference.wav"
        soundfile.write(path, sound, rate_hz, subtype="FLOAT")
        model.prepare_conditionals(str(path))
    return model.conds


def _memory() -> str | None:
    """A folder that lies in memory, where there is one: a person's voice is not to touch the disk."""
    shared = "/dev/shm"  # noqa: S108
    return shared if os.path.isdir(shared) and os.access(shared, os.W_OK) else None  # noqa: PTH112


if __name__ == "__main__":
    _operations = Sayings()
    host.serve({"prepare": _operations.prepare, "say": _operations.say, "forget": _operations.forget})
