"""The ledger at a million events: how fast it grows, answers for one event, and is verified.

    python benchmarks/consent_ledger.py [--events 1000000]

Prints the rate of appending in large transactions, what one appended event costs, the 50th and 99th percentile of
`Ledger.check_event` over 2,000 events at random, the time to verify 1,000 new events and the whole ledger, and memory.
"""

import argparse
import random
import resource
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from studio.consent.anchors import AnchorStore
from studio.consent.clock import TrustedClock
from studio.consent.ledger import Entry, Ledger
from studio.consent.ledger_keys import LedgerKeys
from studio.store.database import Database, sqlite_url

_BATCH = 20_000
_CHECKS = 2_000
_TAIL = 1_000


def consent_ids(count: int) -> list[str]:
    """Consent ids that are the same at every run."""
    dice = random.Random(7)  # noqa: S311 - figures, not secrets
    return [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _number in range(count)]


def fill_ledger(database: Database, ledger: Ledger, events: int, consents: Sequence[str]) -> None:
    """Append events of consents at random, all "used", in transactions of 20,000 with one signed head each."""
    dice = random.Random(11)  # noqa: S311 - figures, not secrets
    for begin in range(0, events, _BATCH):
        entries = [
            Entry("used", dice.choice(consents), "", "ab" * 32, {"seconds": number % 900, "language": "en-GB"}, "")
            for number in range(begin, min(begin + _BATCH, events))
        ]
        with database.write() as session:
            ledger.append_many(session, entries)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(folder: Path, events: int) -> None:
    database = Database(sqlite_url(folder / "studio.db"))
    ledger = Ledger(
        LedgerKeys(folder / "keys"), AnchorStore(folder / "anchors"), TrustedClock(lambda: datetime.now(UTC))
    )
    start = time.perf_counter()
    fill_ledger(database, ledger, events, consent_ids(10_000))
    took_s = time.perf_counter() - start
    print(f"append in batches     {events:,} events in {took_s:.1f} s, {events / took_s:,.0f} a second")
    size_mb = (folder / "studio.db").stat().st_size / 1e6
    print(f"database              {size_mb:,.0f} MB; peak memory {megabytes():.0f} MB")

    start = time.perf_counter()
    with database.read() as session:
        report = ledger.verify(session, full=True)
    print(f"verify everything     {time.perf_counter() - start:.1f} s, problems {len(report.problems)}")

    singles_ms = []
    for consent in consent_ids(200):
        start = time.perf_counter()
        with database.write() as session:
            ledger.append(session, "verified", consent_id=consent, state="verified")
        singles_ms.append((time.perf_counter() - start) * 1e3)
    print(f"append one, durably   p50 {statistics.median(singles_ms):.2f} ms, p99 {percentile_99(singles_ms):.2f} ms")

    dice = random.Random(13)  # noqa: S311 - figures, not secrets
    checks_ms, checks_cpu_ms = [], []
    for _number in range(_CHECKS):
        seq = dice.randrange(events)
        with database.read() as session:
            start, cpu = time.perf_counter(), time.thread_time()
            ledger.check_event(session, seq)
            checks_cpu_ms.append((time.thread_time() - cpu) * 1e3)
            checks_ms.append((time.perf_counter() - start) * 1e3)
    print(
        f"check one event       p50 {statistics.median(checks_ms):.2f} ms, p99 {percentile_99(checks_ms):.2f} ms",
        end="",
    )
    print(f" (of which CPU p99 {percentile_99(checks_cpu_ms):.2f} ms: the rest is other processes' doing)")

    for consent in consent_ids(_TAIL - len(singles_ms)):
        with database.write() as session:
            ledger.append(session, "verified", consent_id=consent, state="verified")
    start = time.perf_counter()
    with database.read() as session:
        report = ledger.verify(session)
    tail = report.size - report.verified_from
    print(f"verify {tail:,} new      {time.perf_counter() - start:.2f} s, problems {len(report.problems)}")
    print(f"peak memory           {megabytes():.0f} MB")
    database.close()


def percentile_99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ledger-"))
    try:
        measure(folder, arguments.events)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
