"""Writes a model of XTTS that is real in every layer that its configuration decides, tiny, and of random numbers.

Runs inside the worker environment: `python tiny_xtts.py FOLDER`. The vocoder and the speaker encoder are of one size
only, so some 90 MB are written. The folder is laid out as the published model is.
"""

import string
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models
from TTS.tts.configs.xtts_config import XttsConfig
from TTS.tts.models.xtts import Xtts

_LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl", "cs", "ar", "zh-cn", "hu", "ko", "ja", "hi")
_SMALL = {
    "gpt_layers": 2,
    "gpt_n_model_channels": 64,
    "gpt_n_heads": 2,
    "gpt_num_audio_tokens": 66,
    "gpt_start_audio_token": 64,
    "gpt_stop_audio_token": 65,
    "gpt_max_audio_tokens": 40,  # random numbers find no end: this is what bounds the time a line takes
    "gpt_use_perceiver_resampler": True,
    "decoder_input_dim": 64,
}


def main(folder: Path) -> None:
    torch.manual_seed(1)
    folder.mkdir(parents=True)
    names = ["[STOP]", "[UNK]", "[SPACE]", "[START]", *(f"[{language}]" for language in _LANGUAGES)]
    tokens = [*names, *string.ascii_lowercase, *string.digits, *".,;:!?'\"-…"]
    tokenizer = Tokenizer(models.BPE({token: place for place, token in enumerate(tokens)}, [], unk_token="[UNK]"))
    tokenizer.add_special_tokens(names)
    tokenizer.save(str(folder / "vocab.json"))
    config = XttsConfig()
    for name, value in _SMALL.items():
        setattr(config.model_args, name, value)
    config.model_args.gpt_number_text_tokens = len(tokens)
    config.model_args.gpt_start_text_token = tokens.index("[START]")
    config.model_args.gpt_stop_text_token = tokens.index("[STOP]")
    config.save_json(str(folder / "config.json"))
    model = Xtts(config)
    torch.save({"model": model.state_dict(), "config": config.to_dict()}, folder / "model.pth")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
