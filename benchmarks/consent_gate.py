"""The gate among ten thousand consents and a million ledger events: how long one decision takes.

    python benchmarks/consent_gate.py [--events 1000000] [--consents 10000]

Prints the 50th and 99th percentile of `Gate.authorize` over 2,000 requests for voices at random, half of them refused
ones (another use, another language), by the clock and on the processor, and how many were granted. Every consent has
its row, record and ledger event; the 500 that are asked for also have their key and three reference clips in the vault.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from consent_ledger import consent_ids, fill_ledger, percentile_99

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import STUDIO_ITSELF
from studio.consent.record import ConsentRecord, Party, Subject
from studio.consent.requests import GateRequest
from studio.consent.states import ConsentState
from studio.consent.terms import Terms
from studio.consent.voices import clips_sha256
from studio.core.errors import RefusedError
from studio.core.ids import new_id
from studio.services.consents.journal import write_event
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow

_ASKED = 500
_REQUESTS = 2_000
_CLIPS = 3
_CLIP_BYTES = 400_000
_TERMS = Terms(
    uses=("audiobook",),
    description="Narration of crime novels for one publisher, as audiobooks sold in shops and lent in libraries.",
    languages=("en",),
    first_day=date(2026, 1, 1),
    last_day=date(2099, 12, 31),
)


def add_consent(studio: Studio, number: int, consent_id: str, *, asked: bool) -> None:
    """One verified consent with its voice; its clips too if it will be asked for."""
    context = studio._context  # noqa: SLF001 - the parts themselves are measured
    record = ConsentRecord(
        id=consent_id,
        voice_id=f"voice-{number}",
        language="en",
        subject=Subject(f"Person {number}", "mailto:person@example.com", "IE"),
        controller=Party("studio", "Harbour Studio", "mailto:studio@example.com"),
        terms=_TERMS,
    )
    salt = bytes(32)
    clips = []
    if asked:
        context.vault.create_key(consent_id)
        clips = [(new_id(), number.to_bytes(4, "big") + bytes([clip]) * _CLIP_BYTES) for clip in range(_CLIPS)]
    sealed = [(asset, context.vault.seal(consent_id, asset, "reference", data)) for asset, data in clips]
    now = datetime.now(UTC).isoformat()
    with context.database.write() as session:
        session.add(
            VoiceRow(
                id=record.voice_id,
                subject_id=f"subject-{number}",
                name=f"Person {number}",
                name_skeleton=f"person{number}",
                engine="fake",
                language="en",
                data_sha256=clips_sha256(each.sha256_plain for _asset, each in sealed),
                created_at=now,
            )
        )
        session.flush()
        row = ConsentRow(
            id=consent_id,
            voice_id=record.voice_id,
            subject_id=f"subject-{number}",
            state="given",
            record=record.to_json(),
            record_hash="",
            salt=salt.hex(),
            not_before="",
            not_after="",
            uses="",
            used_seconds=0.0,
            ledger_seq=0,
            created_by="benchmark",
            created_at=now,
            last_interaction_at=now,
            retention_until=now,
        )
        session.add(row)
        session.flush()
        session.add_all(
            VoiceAssetRow(
                id=asset,
                consent_id=consent_id,
                kind="reference",
                label="clip",
                sha256_plain=each.sha256_plain,
                sha256_cipher=each.sha256_cipher,
                size_bytes=each.bytes,
                duration_s=8.0,
                fingerprint="",
                created_at=now,
            )
            for asset, each in sealed
        )
        write_event(context, session, row, "verified", actor=STUDIO_ITSELF, state=ConsentState.VERIFIED, record=record)


def fill(studio: Studio, events: int, consents: int) -> list[int]:
    """Make ledger and consents; returns the numbers of the voices that will be asked for."""
    context = studio._context  # noqa: SLF001
    fill_ledger(context.database, context.ledger, events, consent_ids(1_000))
    ids = consent_ids(consents + 1_000)[1_000:]
    asked = set(random.Random(17).sample(range(consents), min(_ASKED, consents)))  # noqa: S311 - figures, not secrets
    start = time.perf_counter()
    for number, consent_id in enumerate(ids):
        add_consent(studio, number, consent_id, asked=number in asked)
    print(f"consents              {consents:,} in {time.perf_counter() - start:.0f} s, on {events:,} ledger events")
    return sorted(asked)


def ask(studio: Studio, voices: list[int]) -> None:
    """Ask the gate, and print how long it took by the clock and on the processor."""
    gate, dice = studio._context.gate, random.Random(19)  # noqa: SLF001, S311
    for number in voices:  # the first look hashes the clips, and every later one only sees whether they changed
        gate.check(GateRequest(f"voice-{number}", "audiobook", "en-GB"))
    took_ms, busy_ms, granted = [], [], 0
    for turn in range(_REQUESTS):
        voice_id = f"voice-{dice.choice(voices)}"
        use, language = (("audiobook", "en-GB"), ("ad", "en-GB"), ("audiobook", "en-US"), ("audiobook", "fr"))[turn % 4]
        begin, busy = time.perf_counter(), time.process_time()
        try:
            gate.authorize(GateRequest(voice_id, use, language, line_key=str(turn)))
            granted += 1
        except RefusedError:
            pass
        took_ms.append((time.perf_counter() - begin) * 1e3)
        busy_ms.append((time.process_time() - busy) * 1e3)
    worst = percentile_99(took_ms)
    print(f"gate decision         p50 {statistics.median(took_ms):.2f} ms, p99 {worst:.2f} ms by the clock")
    busiest = percentile_99(busy_ms)
    print(f"                      p50 {statistics.median(busy_ms):.2f} ms, p99 {busiest:.2f} ms of processor")
    held = "held" if worst < 5 else "NOT HELD"
    print(f"                      {granted:,} of {_REQUESTS:,} granted; bound of 5 ms at p99 by the clock: {held}")


def measure(folder: Path, events: int, consents: int) -> None:
    settings = read_settings({"VIVAVOCE_HOME": str(folder / "home"), "VIVAVOCE_ANCHORS": str(folder / "anchors")})
    studio = open_studio(settings)
    ask(studio, fill(studio, events, consents))
    studio.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--consents", type=int, default=10_000)
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="consent-gate-"))
    try:
        measure(folder, wanted.events, wanted.consents)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
