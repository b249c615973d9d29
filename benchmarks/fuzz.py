"""Thousands of damaged files for every importer, and texts for the tag grammar: how many are read, refused, or fail.

python benchmarks/fuzz.py [EXAMPLES]      10,000 in all if not given
"""

import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from studio.manuscript.tags import read_tags, write_tags
from tests.importers.fuzzed import SNIPPETS, mutated, reader, seeds


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        whole, read = seeds(Path(folder) / "seeds"), reader()
        each = total // (len(whole) + 1)
        print(f"{'format':10} {'examples':>8} {'read':>6} {'refused':>8} {'failed':>7} {'slowest s':>10}")
        failures = sum(_format(suffix, data, each, Path(folder), read) for suffix, data in whole.items())
        failures += _grammar(total - each * len(whole))
    print(f"{total} examples, {failures} failures")
    sys.exit(failures > 0)


def _format(suffix: str, data: bytes, count: int, folder: Path, read: object) -> int:
    path, good, failed, slowest = folder / f"book{suffix}", 0, 0, 0.0
    for number in range(count):
        path.write_bytes(mutated(data, random.Random(f"bench {suffix} {number}")))  # noqa: S311 - made-up damage
        begun = time.perf_counter()
        try:
            good += bool(read(path))  # type: ignore[operator]
        except Exception:  # noqa: BLE001 - what is looked for
            failed += 1
            traceback.print_exc(limit=-3)
        slowest = max(slowest, time.perf_counter() - begun)
    print(f"{suffix:10} {count:8} {good:6} {count - good - failed:8} {failed:7} {slowest:10.2f}", flush=True)
    return failed


def _grammar(count: int) -> int:
    failed, slowest, chance = 0, 0.0, random.Random(1)  # noqa: S311 - made-up text
    for _ in range(count):
        text = b" ".join(chance.choice(SNIPPETS) for _ in range(chance.randint(1, 12))).decode("utf-8", "replace")
        begun = time.perf_counter()
        try:
            tagged = read_tags(text)
            write_tags(tagged.parts, tagged.delivery)
        except Exception:  # noqa: BLE001 - what is looked for
            failed += 1
            traceback.print_exc(limit=-3)
        slowest = max(slowest, time.perf_counter() - begun)
    print(f"{'tags':10} {count:8} {count - failed:6} {0:8} {failed:7} {slowest:10.2f}", flush=True)
    return failed


if __name__ == "__main__":
    main()
