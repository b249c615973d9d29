from pathlib import Path
from urllib.parse import urlsplit

import pytest

from studio.core.errors import InputError
from studio.weights.registry import AddressSource, PackageSource, load_registry

_FILE = """
[[model]]
name = "m"
title = "A model"
licence = "MIT"
licence_url = "https://example.com/licence"
author = "Somebody"
[[model.file]]
name = "net.bin"
size_bytes = 3
sha256 = "{digest}"
[[model.file.source]]
address = "https://example.com/net.bin"
[[model.file.source]]
parts = [{{ package = "p", version = "1", member = "p/x", size_bytes = 3, sha256 = "{digest}" }}]
""".format(digest="0" * 64)


def _load(tmp_path: Path, text: str):
    path = tmp_path / "registry.toml"
    path.write_text(text, encoding="utf-8")
    return load_registry(path)


def test_the_shipped_registry_has_the_models_the_studio_uses():
    registry = load_registry()
    kokoro = registry["kokoro-82m-v1.0-int8"]
    assert [(f.name, f.size_bytes) for f in kokoro.files] == [("kokoro-v1.0.int8.onnx", 92_361_271)]
    assert [f.name for f in registry["whisper-base"].files] == [
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.txt",
    ]


def test_every_shipped_file_has_a_licence_and_two_ways_to_be_had():
    for model in load_registry().values():
        for file in model.files:
            assert file.licence
            assert file.author
            assert file.licence_url.startswith("https://")
            assert {type(source) for source in file.sources} == {AddressSource, PackageSource}


def test_hub_addresses_name_a_revision_that_cannot_move():
    for model in load_registry().values():
        for file in model.files:
            for source in file.sources:
                if isinstance(source, AddressSource) and urlsplit(source.address).hostname == "huggingface.co":
                    assert "/resolve/main/" not in source.address


def test_a_file_takes_the_licence_of_its_model_unless_it_has_its_own(tmp_path: Path):
    own = _FILE.replace('name = "net.bin"', 'name = "net.bin"\nlicence = "Apache-2.0"')
    assert _load(tmp_path, _FILE)["m"].files[0].licence == "MIT"
    assert _load(tmp_path, own)["m"].files[0].licence == "Apache-2.0"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "m"', 'name = "../m"'),
        ('name = "m"', 'name = ".m"'),
        ('name = "net.bin"', 'name = "a/b"'),
        ('name = "net.bin"', 'name = "--flag"'),
        ('name = "net.bin"\n', ""),
        ("0" * 64, "0" * 63),
        ("0" * 64, "G" * 64),
        ("size_bytes = 3\n", ""),
        ("size_bytes = 3\n", "size_bytes = 4\n"),
        ("size_bytes = 3\n", 'size_bytes = "3"\n'),
        ('licence = "MIT"\n', ""),
        ('author = "Somebody"', 'author = ""'),
        ("https://example.com/net.bin", "http://example.com/net.bin"),
        ("https://example.com/net.bin", "file:///etc/passwd"),
        ('package = "p"', 'package = "-r requirements.txt"'),
        ('version = "1"', 'version = "1 --index-url=x"'),
        ('address = "https://example.com/net.bin"', 'adress = "https://example.com/net.bin"'),
        ('member = "p/x", ', ""),
        ('title = "A model"', "title = "),
        ("[[model]]", "[[models]]"),
    ],
)
def test_a_damaged_registry_is_refused_and_named(tmp_path: Path, old: str, new: str):
    assert old in _FILE
    with pytest.raises(InputError, match="registry") as caught:
        _load(tmp_path, _FILE.replace(old, new, 1))
    assert caught.value.where.endswith("registry.toml")


def test_names_must_be_unique(tmp_path: Path):
    with pytest.raises(InputError, match="model twice"):
        _load(tmp_path, _FILE + _FILE)
    file = _FILE[_FILE.index("[[model.file]]") :]
    with pytest.raises(InputError, match="file twice"):
        _load(tmp_path, _FILE + file)
