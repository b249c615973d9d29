"""Thousands of damaged and of grown files for every importer, and texts for the grammars: what is read, refused, fails.

python benchmarks/fuzz.py [EXAMPLES [FORMAT …]]     10,000 in all if not given, of all formats

Of a failure the smallest example that shows it is printed. Exit status 1 if there is one.
"""

import logging
import sys
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.importers.fuzzed import MAX_MEGABYTES, MAX_SECONDS, Strategy, Trial, formats


def main() -> None:
    logging.disable()  # a failure is printed once, with its example
    warnings.simplefilter("ignore")  # of the large examples
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    known = formats()
    if unknown := set(sys.argv[2:]) - set(known):
        sys.exit(f"no such format: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = {kind: known[kind] for kind in sys.argv[2:] or known}
    print(f"{'format':10} {'examples':>8} {'read':>6} {'refused':>8} {'failed':>7} {'slowest s':>10}")
    shares = [total * (number + 1) // len(chosen) - total * number // len(chosen) for number in range(len(chosen))]
    begun = time.perf_counter()
    failures = sum(_format(kind, made, count) for (kind, made), count in zip(chosen.items(), shares, strict=True))
    print(f"{total} examples, {failures} failures, {time.perf_counter() - begun:.0f} s; ", end="")
    print(
        f"failures are exceptions, {MAX_SECONDS:.0f} s, {MAX_MEGABYTES} MB, files left behind, texts unfit to be read"
    )
    sys.exit(failures > 0)


def _format(kind: str, examples: Strategy, count: int) -> int:
    trial, failed = Trial(), 0

    @seed(1)
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(examples)
    def run(content: object) -> None:
        trial(kind, content)  # type: ignore[arg-type]

    try:
        run()
    except Exception:  # noqa: BLE001 - what is looked for
        failed = 1
        print(traceback.format_exc(limit=-4), flush=True)
    done = trial.read + trial.refused
    print(
        f"{kind:10} {done + failed:8} {trial.read:6} {trial.refused:8} {failed:7} {trial.slowest_s:10.2f}", flush=True
    )
    return failed


if __name__ == "__main__":
    main()
