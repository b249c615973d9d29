"""Re-voices speech with coqui-tts's converters. Runs in the worker environment `xtts`, apart from the studio.

Everything is read from the folder of the model files. Nothing is fetched: coqui-tts would fetch WavLM and FreeVC's
speaker encoder by itself, so both are read here. No pickle is opened, and no text of a checkpoint reaches `eval`.

Folders, as the weights registry lays them out:
    openvoice-v2/   config.json, checkpoint.pth
    wavlm-large/    WavLM-Large.pt
    knnvc-hifigan/  config.json, model.pth
    freevc24/       config.json, model.pth, speaker_encoder.pt
"""

import json
import pickle
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))

import host

_LARGEST_CONFIG_BYTES = 1_000_000
_LAYERS = re.compile(r"[\[\]()+*, 0-9]{1,200}")  # of WavLM's own "[(512,10,5)] + [(512,3,2)] * 4": no names, no calls
_SHORTEST_S = 0.4  # a clip with less holds no voice; and spectrograms are padded by reflection, which needs some sound
_MARGIN_SAMPLES = 1024  # of silence behind a reading: models drop what fills no frame, and WavLM's frames are 400 long
_WAVLM_RATE_HZ = 16_000
_SHORTEST_FRAMES = 8  # of a matching set; kNN-VC takes the mean of four neighbours

Sound = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Converter:
    """A loaded model.

    Attributes:
        in_hz: rate of what it is given.
        out_hz: rate of what it returns.
        take_on: reference clips at `in_hz` to what it holds of a voice.
        convert: speech at `in_hz` and such a voice to speech at `out_hz`.
    """

    in_hz: int
    out_hz: int
    take_on: Callable[[list[Sound]], Any]
    convert: Callable[[Sound, Any], Any]


def load(engine: str, weights: Path) -> Converter:
    """Load a converter by the engine's name."""
    torch.set_num_threads(1)  # sums in one order: the same samples on every run
    loaders = {"openvoice": _openvoice, "knnvc": _knnvc, "freevc": _freevc}
    try:
        return loaders[engine](weights)
    except host.HostError:
        raise
    except Exception as error:  # a file that is not what its name says breaks anywhere in there
        raise host.HostError("engine", f"the model files of {engine} cannot be used: {error}") from error


def _openvoice(weights: Path) -> Converter:
    from TTS.vc.configs.openvoice_config import OpenVoiceConfig  # noqa: PLC0415
    from TTS.vc.models.openvoice import OpenVoice  # noqa: PLC0415

    folder = weights / "openvoice-v2"
    written = _json(folder, "config.json")
    config = OpenVoiceConfig()
    for name, value in written.get("model", {}).items():
        if hasattr(config.model_args, name):
            setattr(config.model_args, name, value)
    config.audio.fft_size = written["data"]["filter_length"]  # the layers are as wide as the spectrum
    model = OpenVoice(config)
    _tensors(folder, "checkpoint.pth")
    model.load_checkpoint(config, folder / "checkpoint.pth", eval=True)
    rate_hz = int(model.config.audio.input_sample_rate)

    def convert(sound: Sound, embedding: Any) -> Any:
        source, spectrum = model.extract_se(_tensor(sound))
        return model.inference(spectrum, {"g_src": source, "g_tgt": embedding})["model_outputs"]

    return Converter(rate_hz, rate_hz, partial(_embedding, model), convert)


def _knnvc(weights: Path) -> Converter:
    from TTS.config import load_config  # noqa: PLC0415
    from TTS.vc.configs.knnvc_config import KNNVCConfig  # noqa: PLC0415
    from TTS.vc.models import knnvc  # noqa: PLC0415
    from TTS.vocoder.models import setup_model  # noqa: PLC0415

    folder = weights / "knnvc-hifigan"
    wavlm = _wavlm(weights)
    knnvc.get_wavlm = lambda: wavlm  # which would fetch it
    model = knnvc.KNNVC(KNNVCConfig())
    model.eval()
    _json(folder, "config.json")
    config = load_config(str(folder / "config.json"))
    vocoder = setup_model(config)
    _tensors(folder, "model.pth")
    vocoder.load_checkpoint(config, folder / "model.pth", eval=True)

    def take_on(clips: list[Sound]) -> Any:
        # Its own trimming is by level and takes quiet beginnings away.
        found = model.get_matching_set([_tensor(clip) for clip in clips], vad_trigger_level=0)
        if len(found) < _SHORTEST_FRAMES:
            raise host.HostError("input", "there is too little speech in the reference clips")
        return found

    def convert(sound: Sound, matching: Any) -> Any:
        return vocoder.inference(model.match(model.get_features(_tensor(sound)), matching))

    return Converter(_WAVLM_RATE_HZ, int(config.audio["sample_rate"]), take_on, convert)


def _freevc(weights: Path) -> Converter:
    from TTS.vc.configs.freevc_config import FreeVCConfig  # noqa: PLC0415
    from TTS.vc.layers.freevc.speaker_encoder.speaker_encoder import SpeakerEncoder  # noqa: PLC0415
    from TTS.vc.models import freevc  # noqa: PLC0415

    folder = weights / "freevc24"

    class LocalFreeVC(freevc.FreeVC):  # type: ignore[misc]
        """FreeVC with its speaker encoder from the folder."""

        def load_pretrained_speaker_encoder(self) -> None:
            _tensors(folder, "speaker_encoder.pt")
            self.enc_spk_ex = SpeakerEncoder(folder / "speaker_encoder.pt")

    _json(folder, "config.json")
    config = FreeVCConfig()
    config.load_json(str(folder / "config.json"))
    wavlm = _wavlm(weights)
    freevc.get_wavlm = lambda: wavlm  # which would fetch it
    model = LocalFreeVC(config)
    _tensors(folder, "model.pth")
    read_already = ("wavlm.", "enc_spk_ex.")
    saved = {name: value for name, value in _tensors(folder, "model.pth")["model"].items()
             if not name.startswith(read_already)}  # fmt: skip
    found = model.load_state_dict(saved, strict=False)
    lacking = [name for name in found.missing_keys if not name.startswith(read_already)]
    if lacking or found.unexpected_keys:
        raise host.HostError("engine", f"{folder / 'model.pth'} is not a FreeVC model")
    model.eval()
    audio = config.audio

    def convert(sound: Sound, embedding: Any) -> Any:
        return model.inference(model.extract_wavlm_features(_tensor(sound)[None]), g=embedding)

    return Converter(
        int(audio.input_sample_rate),
        int(audio.output_sample_rate),
        partial(_embedding, model),
        convert,
    )


def _wavlm(weights: Path) -> Any:
    """WavLM, which tells what is said apart from who says it."""
    from TTS.vc.layers.freevc.wavlm.wavlm import WavLM, WavLMConfig  # noqa: PLC0415

    folder = weights / "wavlm-large"
    saved = _tensors(folder, "WavLM-Large.pt")
    config = saved["cfg"]
    # WavLM evaluates this text as Python.
    if not _LAYERS.fullmatch(str(config.get("conv_feature_layers", ""))):
        raise host.HostError("engine", f"{folder / 'WavLM-Large.pt'} is not a WavLM model")
    model = WavLM(WavLMConfig(config))
    model.load_state_dict(saved["model"])
    return model.eval()


def _json(folder: Path, name: str) -> dict[str, Any]:
    path = _file(folder, name)
    if path.stat().st_size > _LARGEST_CONFIG_BYTES:
        raise host.HostError("engine", f"{path} is too large for a configuration")
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise host.HostError("engine", f"{path} is not JSON") from error
    if not isinstance(written, dict):
        raise host.HostError("engine", f"{path} is not a configuration")
    return written


def _tensors(folder: Path, name: str) -> Any:
    """What a checkpoint holds, if that is tensors and plain values only."""
    path = _file(folder, name)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise host.HostError("engine", f"{path} holds more than tensors, or is damaged; it is not opened") from error


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise host.HostError(
            "missing", f"the file {name} of model '{folder.name}' is not there; run `studio weights pull {folder.name}`"
        )
    return path


def _embedding(model: Any, clips: list[Sound]) -> Any:
    """The mean of what a model hears of a voice in each clip; only this method takes sound that is in memory."""
    return model._extract_target_se([_tensor(clip) for clip in clips])  # noqa: SLF001


def _tensor(sound: Sound) -> Any:
    return torch.from_numpy(np.ascontiguousarray(sound, np.float32))


class Conversions:
    """The operations: one converter, loaded with its first voice, and the voices it holds ready."""

    def __init__(self) -> None:
        self._converter: Converter | None = None
        self._voices: dict[str, Any] = {}

    def prepare(self, args: dict[str, Any], clips: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Take on a voice from its reference clips, which are not kept."""
        rates_hz = [int(clip["rate_hz"]) for clip in args["clips"]]
        if not clips or len(clips) != len(rates_hz):
            raise host.HostError("input", "a converter needs reference clips of the voice")
        self._converter = converter = self._converter or load(str(args["engine"]), Path(args["weights"]))
        sounds = [_resampled(clip, rate_hz, converter.in_hz) for clip, rate_hz in zip(clips, rates_hz, strict=True)]
        usable = [sound for sound in sounds if len(sound) >= _SHORTEST_S * converter.in_hz]
        if not usable:
            raise host.HostError("input", "the reference clips are too short")
        self._voices[str(args["voice"])] = _quietly(lambda: converter.take_on(usable))
        return {"rate_hz": converter.out_hz}, []

    def convert(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Re-voice a reading; what comes out is as long as what went in."""
        converter = self._converter
        if converter is None or str(args["voice"]) not in self._voices:
            raise host.HostError("engine", "this voice is not held ready")
        sound = _resampled(arrays[0], int(args["rate_hz"]), converter.in_hz)
        wanted = round(len(sound) * converter.out_hz / converter.in_hz)
        short = round(_SHORTEST_S * converter.in_hz) - len(sound)
        padded = np.pad(sound, (0, max(_MARGIN_SAMPLES, short)))
        torch.manual_seed(int(args["seed"]))
        made = _quietly(lambda: converter.convert(padded, self._voices[str(args["voice"])]))
        samples = made.detach().cpu().numpy().astype(np.float32).reshape(-1)[:wanted]
        if len(samples) < wanted:
            raise host.HostError("engine", "the model files disagree about its rate: less came out than went in")
        return {"rate_hz": converter.out_hz}, [samples]

    def forget(self, args: dict[str, Any], arrays: list[Sound]) -> tuple[dict[str, Any], list[Sound]]:
        """Drop a voice."""
        del arrays
        self._voices.pop(str(args["voice"]), None)
        return {}, []


def _resampled(sound: Sound, from_hz: int, to_hz: int) -> Sound:
    if from_hz == to_hz:
        return sound
    return np.ascontiguousarray(librosa.resample(sound, orig_sr=from_hz, target_sr=to_hz), np.float32)


def _quietly(work: Callable[[], Any]) -> Any:
    with torch.inference_mode():
        return work()


if __name__ == "__main__":
    _operations = Conversions()
    host.serve({"prepare": _operations.prepare, "convert": _operations.convert, "forget": _operations.forget})
