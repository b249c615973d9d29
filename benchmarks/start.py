"""What starting costs before anything sounds: a command, and a worker process ready for Kokoro, its model not yet read.

python benchmarks/start.py [--rounds 5]

Processor seconds and peak memory, medians; the second start of a command finds its modules compiled.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

_MAXRSS_PER_MB = 1024**2 if sys.platform == "darwin" else 1024
_MEASURED_COMMAND = """
import resource, sys, time
from studio.__main__ import run
sys.argv = ["studio", "version"]
try:
    run()
except SystemExit:
    pass
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def worker_cost(weights: str) -> tuple[float, float]:
    """Load what a worker loads for a line; processor seconds of the whole process, and its peak memory in MB."""
    import studio.render.perform
    import studio.render.worker  # noqa: F401
    from studio.engines.registry import make_engine

    make_engine("kokoro", Path(weights))
    return time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MAXRSS_PER_MB


def command_cost() -> tuple[float, float]:
    """Processor seconds and peak memory in MB of `studio version`."""
    done = subprocess.run([sys.executable, "-c", _MEASURED_COMMAND], capture_output=True, text=True, check=True)
    cpu_s, peak = done.stdout.split()[-2:]
    return float(cpu_s), float(peak) / _MAXRSS_PER_MB


def started_worker() -> tuple[float, float]:
    """The same of a worker of the studio's pool."""
    import platformdirs

    from studio.render.pool import LocalPool

    pool = LocalPool(1)
    try:
        return pool.submit(worker_cost, str(platformdirs.user_data_path("vivavoce") / "weights")).result()
    finally:
        pool.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print("| start of | CPU s | peak MB |\n|---|---|---|")
    for name, measure in (("`studio version`", command_cost), ("a worker for Kokoro", started_worker)):
        costs = [measure() for _ in range(rounds)]
        cpu_s, peak_mb = (statistics.median(cost[part] for cost in costs) for part in (0, 1))
        print(f"| {name} | {cpu_s:.2f} | {peak_mb:.0f} |")


if __name__ == "__main__":
    main()
