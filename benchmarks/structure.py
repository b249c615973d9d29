"""How many of our own structure cases come out right: `python benchmarks/structure.py`."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.importers.structure_corpus import cases


def main() -> None:
    """Print the names of the cases that are wrong, and the score."""
    every = cases()
    with tempfile.TemporaryDirectory() as folder:
        wrong = [case.name for case in every if case.found(Path(folder)) != case.expected]
    right = len(every) - len(wrong)
    lines = [*(f"wrong: {name}" for name in wrong), f"{'structure':28} {right:4} of {len(every):4}"]
    sys.stdout.write("\n".join(lines) + f"  {right / len(every):.1%}\n")


if __name__ == "__main__":
    main()
