"""Voices made of files, as a worker gets them: through the gate, redeemed, with their files in a blob store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import StockVoice, files_sha256
from studio.consent.requests import GateRequest
from studio.store.blobs import BlobStore

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = GrantKey(bytes(range(32)))


@dataclass(frozen=True)
class Imported:
    """An imported voice with its files."""

    record: StockVoice
    blobs: BlobStore

    def granted(self, record: StockVoice | None = None) -> GrantedVoice:
        """The voice, or another record of it, through the gate."""
        voice = record or self.record
        gate = Gate({voice.voice_id: voice}, _KEY, lambda: _NOW)
        request = GateRequest(voice.voice_id, "audition", voice.language)
        return _KEY.redeem(gate.authorize(request), _NOW, blobs=self.blobs)


def imported(folder: Path, engine: str, files: Mapping[str, bytes], *, voice_id: str = "ada") -> Imported:
    blobs = BlobStore(folder / "blobs")
    hashes = {name: blobs.put_bytes(data) for name, data in files.items()}
    record = StockVoice(
        voice_id=voice_id,
        name="Ada",
        engine=engine,
        language="en-GB",
        sex="female",
        data_sha256=files_sha256(hashes),
        licence="CC0-1.0",
        licensor="Ada Finch",
        licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
        commercial=True,
        files=tuple(sorted(hashes.items())),
        origin="imported",
    )
    return Imported(record, blobs)
