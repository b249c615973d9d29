"""Score of the spoken form on our own pairs, by class: `python benchmarks/spoken_form.py`."""

import sys
from collections import Counter
from pathlib import Path

from studio.spoken.form import spoken_form

CORPUS = Path(__file__).parent.parent / "tests" / "corpus"


def pairs() -> list[tuple[str, str, str, str]]:
    """Language, class, written and spoken of every English pair."""
    found = []
    for line in (CORPUS / "spoken" / "english.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        _, language, topic, written, spoken = line.split("\t")
        found.append((language, topic, written, spoken))
    for name, language in (("spoken_en_gb.tsv", "en-GB"), ("spoken_en_us.tsv", "en-US")):
        for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()[1:]:
            topic, written, spoken = line.split("\t")
            found.append((language, f"{topic} (regression)", written, spoken))
    return found


def main() -> None:
    """Print right and all pairs of each class, and of all."""
    right, every = Counter[str](), Counter[str]()
    for language, topic, written, spoken in pairs():
        every[topic] += 1
        right[topic] += spoken_form(written, language) == spoken
    lines = [f"{topic:28} {right[topic]:4} of {count:4}" for topic, count in every.items()]
    total = f"{'spoken form, exact':28} {right.total():4} of {every.total():4}"
    sys.stdout.write("\n".join([*lines, f"{total}  {right.total() / every.total():.1%}", ""]))


if __name__ == "__main__":
    main()
