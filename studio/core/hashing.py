"""Content hashes: one canonical form, so that equal values have equal keys on every machine."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

_BLOCK_BYTES = 1 << 20


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of a byte string, as 64 lowercase hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file read in blocks, as 64 lowercase hex digits.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def canonical_json(value: Mapping[str, object]) -> bytes:
    """JSON with sorted keys, no spaces and UTF-8, so that equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def content_key(value: Mapping[str, object]) -> str:
    """SHA-256 of the canonical JSON of a mapping: the key of what that mapping describes."""
    return sha256_bytes(canonical_json(value))
