"""Writes models of coqui-tts's converters that are real in every layer, tiny, and of random numbers.

Runs inside the worker environment: `python tiny_converters.py WEIGHTS_FOLDER`. Some 20 MB are written, laid out as the
studio's weights are.
"""

import json
import sys
from pathlib import Path

import torch

_WAVLM = {
    "extractor_mode": "layer_norm",
    "conv_feature_layers": "[(16,10,5)] + [(16,3,2)] * 4 + [(16,2,2)] * 2",
    "conv_bias": False,
    "encoder_layers": 6,
    "encoder_embed_dim": 16,
    "encoder_ffn_embed_dim": 32,
    "encoder_attention_heads": 2,
    "layer_norm_first": True,
    "normalize": True,
    "relative_position_embedding": True,
    "gru_rel_pos": True,
    "conv_pos": 16,
    "conv_pos_groups": 4,
}
_UPSAMPLED_320 = {"upsample_rates": [10, 8, 2, 2], "upsample_kernel_sizes": [16, 16, 4, 4]}
_SMALL = {
    "inter_channels": 16,
    "hidden_channels": 16,
    "filter_channels": 32,
    "n_layers": 2,
    "upsample_initial_channel": 32,
}


def main(weights: Path) -> None:
    torch.manual_seed(1)
    wavlm = _wavlm(weights / "wavlm-large")
    _openvoice(weights / "openvoice-v2")
    _vocoder(weights / "knnvc-hifigan")
    _freevc(weights / "freevc24", wavlm)


def _wavlm(folder: Path):
    from TTS.vc.layers.freevc.wavlm.wavlm import WavLM, WavLMConfig

    folder.mkdir(parents=True)
    model = WavLM(WavLMConfig(_WAVLM))
    torch.save({"cfg": _WAVLM, "model": model.state_dict()}, folder / "WavLM-Large.pt")
    return model


def _openvoice(folder: Path) -> None:
    from TTS.vc.configs.openvoice_config import OpenVoiceConfig
    from TTS.vc.models.openvoice import OpenVoice

    folder.mkdir(parents=True)
    config = OpenVoiceConfig()
    for name, value in _SMALL.items():
        setattr(config.model_args, name, value)
    torch.save({"model": OpenVoice(config).state_dict(), "iteration": 0}, folder / "checkpoint.pth")
    data = {"sampling_rate": 22050, "filter_length": 1024, "hop_length": 256, "win_length": 1024}
    (folder / "config.json").write_text(json.dumps({"data": data, "model": _SMALL}))


def _vocoder(folder: Path) -> None:
    from TTS.vocoder.configs import HifiganConfig
    from TTS.vocoder.models import setup_model

    folder.mkdir(parents=True)
    config = HifiganConfig()
    config.audio.sample_rate = 16_000
    config.generator_model_params = {
        "in_channels": 16, "pre_linear": 16, "inference_padding": 0, "resblock_type": "1",
        "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]], "upsample_initial_channel": 32,
        "upsample_factors": [10, 8, 2, 2], "upsample_kernel_sizes": [20, 16, 4, 4],
    }  # fmt: skip
    model = setup_model(config)
    state = {"model": model.model_g.state_dict(), "model_disc": {}}  # as the trainer writes both halves
    torch.save(state, folder / "model.pth")
    config.save_json(str(folder / "config.json"))


def _freevc(folder: Path, wavlm) -> None:
    from TTS.vc.configs.freevc_config import FreeVCConfig
    from TTS.vc.layers.freevc.speaker_encoder import speaker_encoder
    from TTS.vc.models import freevc

    folder.mkdir(parents=True)
    encoder = torch.nn.ModuleDict(
        {"lstm": torch.nn.LSTM(40, 256, 3, batch_first=True), "linear": torch.nn.Linear(256, 256)}
    )
    torch.save({"model_state": encoder.state_dict()}, folder / "speaker_encoder.pt")

    class Local(freevc.FreeVC):
        def load_pretrained_speaker_encoder(self) -> None:
            self.enc_spk_ex = speaker_encoder.SpeakerEncoder(folder / "speaker_encoder.pt")

    config = FreeVCConfig()
    for name, value in {**_SMALL, **_UPSAMPLED_320, "ssl_dim": 16, "gin_channels": 256, "use_spk": True}.items():
        setattr(config.model_args, name, value)
    config.audio.output_sample_rate = 16_000  # as many samples for each frame as WavLM takes
    freevc.get_wavlm = lambda: wavlm
    torch.save({"model": Local(config).state_dict()}, folder / "model.pth")
    config.save_json(str(folder / "config.json"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
