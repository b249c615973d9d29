import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from studio.consent.licences import StockVoice, load_stock_voices
from studio.core.errors import InputError, MissingError
from studio.engines.registry import engine_names

_SET = """
[[set]]
engine = "fake"
licence = "Apache-2.0"
licensor = "Somebody"
licence_url = "https://example.com/licence"
commercial = true
"""
_VOICE = """
[[set.voice]]
voice_id = "one"
name = "One"
language = "en-GB"
sex = "female"
data_sha256 = "00"
"""


def _manifest(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "manifest.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_voice_has_the_fields_of_its_set_and_its_own(tmp_path: Path):
    voices = load_stock_voices(_manifest(tmp_path, _SET + _VOICE))
    assert voices == {
        "one": StockVoice(
            voice_id="one",
            name="One",
            engine="fake",
            language="en-GB",
            sex="female",
            data_sha256="00",
            licence="Apache-2.0",
            licensor="Somebody",
            licence_url="https://example.com/licence",
            commercial=True,
            for_tests=False,
        )
    }


def test_an_empty_manifest_has_no_voices(tmp_path: Path):
    assert load_stock_voices(_manifest(tmp_path, "")) == {}


def test_without_a_manifest_the_installation_is_incomplete(tmp_path: Path):
    with pytest.raises(MissingError, match="manifest is missing"):
        load_stock_voices(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[set", "not valid TOML"),
        (b"[[set]]\nname = '\xff'", "not valid"),
        (_SET + _VOICE.replace('sex = "female"\n', ""), "sex"),
        (_SET + _VOICE + 'colour = "red"\n', "colour"),
        (_SET + _VOICE + 'licence = "MIT"\n', "licence"),
        (_SET + _VOICE + _VOICE, "recorded twice"),
        (_SET + _VOICE + _SET + _VOICE, "recorded twice"),
        ('[set]\nengine = "fake"\n', "wrong field"),
    ],
    ids=["syntax", "encoding", "missing", "unknown", "overridden", "twice", "twice-across-sets", "no-list"],
)
def test_a_damaged_manifest_is_refused_and_named(tmp_path: Path, text: str | bytes, why: str):
    path = _manifest(tmp_path, text)
    with pytest.raises(InputError, match=why) as caught:
        load_stock_voices(path)
    assert caught.value.where == str(path)


def test_every_shipped_voice_has_a_whole_licence_record():
    voices = load_stock_voices()
    assert len(voices) >= 54
    for voice in voices.values():
        assert voice.licence
        assert voice.licensor
        assert urlsplit(voice.licence_url).scheme == "https"
        assert re.fullmatch(r"[0-9a-f]{64}", voice.data_sha256), voice.voice_id
        assert re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", voice.language), voice.voice_id
        assert voice.sex in {"female", "male"}
        assert voice.engine in engine_names()


def test_no_two_shipped_voices_share_their_data():
    voices = load_stock_voices().values()
    assert len({voice.data_sha256 for voice in voices}) == len(voices)


def test_only_test_tones_are_hidden():
    assert {voice.engine for voice in load_stock_voices().values() if voice.for_tests} == {"fake"}
