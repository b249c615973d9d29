"""Says lines with XTTS. Runs in the worker environment `xtts`, apart from the studio.

The model is read from its folder by coqui-tts's own loader, with two differences. The checkpoint is only opened as
tensors and plain values, and never written: the loader would save a published one anew, without its configuration. And
the voices of speakers_xtts.pth are left alone: who speaks is decided by the studio's gate.

What is heard of a voice stays in memory, until the voice is dropped.
"""

import contextlib
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))

import host

_MODEL = "xtts-v2"
_FILES = ("config.json", "vocab.json", "model.pth")
_LARGEST_CONFIG_BYTES = 1_000_000
_NEUTRAL = "neutral"
_RATE_HZ = 22_050  # of reference clips
_SHORTEST_S = 0.4  # the model passes over stretches of less than 0.33 s
_CHUNK_S = 6  # what it listens to at once; the mean over all such stretches is what it keeps
_LONGEST_S = 60  # of clips of one delivery; more of them changes the mean little

Sound = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Heard:
    """What the model hears in the clips of a voice.

    Attributes:
        timbre: speaker embedding, mean over the neutral clips: [1, 512, 1].
        readings: conditioning latents by delivery, neutral among them: [1, 32, 1024] each.
    """

    timbre: Any
    readings: dict[str, Any]


class Sayings:
    """The operations: one model, loaded with its first voice, and the voices it holds ready."""

    def __init__(self) -> None:
        self._model: Any = None
        self._voices: dict[str, Heard] = {}

    def prepare(self, args: dict[str, Any], clips: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Take on a voice from its reference clips, which are not kept."""
        if not clips or len(clips) != len(args["clips"]):
            raise host.HostError("input", "XTTS needs reference clips of the voice")
        if self._model is None:
            self._model = load(Path(args["weights"]) / _MODEL)
        by_delivery: dict[str, list[Any]] = {}
        for clip, facts in zip(clips, args["clips"], strict=True):
            if len(clip) >= _SHORTEST_S * int(facts["rate_hz"]):
                by_delivery.setdefault(str(facts["delivery"]), []).append(_reference(clip, int(facts["rate_hz"])))
        if not by_delivery:
            raise host.HostError("input", "the reference clips are too short")
        heard = _heard(self._model, by_delivery)
        self._voices[str(args["voice"])] = heard
        return {"deliveries": sorted(heard.readings)}, []

    def say(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Say a text, as much as the model says at once."""
        del arrays
        heard = self._voices.get(str(args["voice"]))
        if heard is None:
            raise host.HostError("engine", "this voice is not held ready")
        model = self._model
        config = model.config
        torch.manual_seed(int(args["seed"]))
        said = model.inference(
            str(args["text"]),
            str(args["language"]),
            _mixed(heard, str(args["delivery"]), float(args["intensity"])),
            heard.timbre,
            temperature=config.temperature,
            length_penalty=config.length_penalty,
            repetition_penalty=float(config.repetition_penalty),
            top_k=config.top_k,
            top_p=config.top_p,
            max_new_tokens=_most_tokens(model, float(args["longest_s"])),
        )
        rate_hz = int(config.model_args.output_sample_rate)
        return {"rate_hz": rate_hz}, [np.asarray(said["wav"], np.float32).reshape(-1)]

    def forget(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Drop a voice."""
        del arrays
        self._voices.pop(str(args["voice"]), None)
        return {}, []


def load(folder: Path) -> Any:
    """Load the model from its folder.

    Raises:
        HostError: a file is not there, or not what its name says.
    """
    for name in _FILES:
        if not (folder / name).is_file():
            hint = f"run `studio weights pull {folder.name}`"
            raise host.HostError("missing", f"the file {name} of model '{folder.name}' is not there; {hint}")
    if (folder / "config.json").stat().st_size > _LARGEST_CONFIG_BYTES:
        raise host.HostError("engine", f"{folder / 'config.json'} is too large for a configuration")
    from TTS.tts.configs.xtts_config import XttsConfig  # noqa: PLC0415 - takes seconds, and errors of it are told

    gpu = torch.cuda.is_available()
    if not gpu:
        torch.set_num_threads(1)  # sums in one order: the same samples on every run
    try:
        config = XttsConfig()
        config.load_json(str(folder / "config.json"))
        model = _class()(config)
        model.load_checkpoint(
            config, checkpoint_dir=folder, eval=True, use_deepspeed=False, speaker_file_path=folder / "no-speakers"
        )
    except host.HostError:
        raise
    except Exception as error:  # a file that is not what its name says breaks anywhere in there
        raise host.HostError("engine", f"the model files in {folder} are not those of XTTS: {error}") from error
    return model.cuda() if gpu else model


def _class() -> Any:
    from TTS.tts.models import xtts  # noqa: PLC0415 - as above

    class LocalXtts(xtts.Xtts):  # type: ignore[misc]
        """XTTS whose checkpoint is opened as tensors and plain values, and stays as it is."""

        def _load_checkpoint(self, model_path: Path) -> Any:
            with _published_configuration(xtts):
                return _tensors(model_path)["model"]

    return LocalXtts


@contextlib.contextmanager
def _published_configuration(xtts: Any) -> Iterator[None]:
    """Let a checkpoint hold XTTS's configuration as objects, as published ones do: four classes of plain fields."""
    with xtts._legacy_safe_globals():  # noqa: SLF001 - they have moved since; it knows where from
        yield


def _tensors(path: Path) -> Any:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise host.HostError("engine", f"{path} holds more than tensors, or is damaged; it is not opened") from error
    if not isinstance(found, dict) or not isinstance(found.get("model"), dict):
        raise host.HostError("engine", f"{path} is not an XTTS model")
    return found


def _reference(clip: Sound, rate_hz: int) -> Any:
    sound = clip if rate_hz == _RATE_HZ else librosa.resample(clip, orig_sr=rate_hz, target_sr=_RATE_HZ)
    return torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None]


def _heard(model: Any, by_delivery: dict[str, list[Any]]) -> Heard:
    """What the model hears in clips [1, n]; without neutral ones, all of them together count as neutral."""
    everything = [clip for clips in by_delivery.values() for clip in clips]
    neutral = by_delivery.get(_NEUTRAL, everything)
    readings = {
        delivery: model.get_gpt_cond_latents(
            torch.cat(clips, dim=-1), _RATE_HZ, length=_LONGEST_S, chunk_length=_CHUNK_S
        )
        for delivery, clips in {**by_delivery, _NEUTRAL: neutral}.items()
    }
    timbres = [model.get_speaker_embedding(clip, _RATE_HZ) for clip in neutral]
    return Heard(torch.stack(timbres).mean(dim=0), readings)


def _mixed(heard: Heard, delivery: str, intensity: float) -> Any:
    """Latents between the neutral reading (0) and that of a delivery (1)."""
    neutral = heard.readings[_NEUTRAL]
    share = min(1.0, max(0.0, intensity))
    return torch.lerp(neutral, heard.readings.get(delivery, neutral), share)


def _most_tokens(model: Any, longest_s: float) -> int:
    """Tokens of sound in so many seconds; the model stops there if it has not found an end."""
    config = model.config
    wanted = longest_s * config.model_args.input_sample_rate / config.model_args.gpt_code_stride_len
    return max(1, min(int(wanted), int(model.gpt.max_gen_mel_tokens)))


if __name__ == "__main__":
    _operations = Sayings()
    host.serve({"prepare": _operations.prepare, "say": _operations.say, "forget": _operations.forget})
