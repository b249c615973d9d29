import pytest

from studio.core.resources import shipped


def test_the_voice_manifest_ships():
    assert shipped("voices", "manifest.toml").read_text(encoding="utf-8").startswith("#")


def test_a_missing_resource_is_named():
    with pytest.raises(FileNotFoundError, match=r"voices/nowhere\.bin.*reinstall"):
        shipped("voices", "nowhere.bin")
